"""The guides of a library: every fault is told, with file and key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import i18n
from portal.config import ROOT
from portal.guides import guide, judging
from portal.questions import service as questions
from portal.questions.models import Library
from portal.questions.rows import WordList

OURS = ROOT / "portal" / "library"
HEAD = """
key = "small"
version = 1
as_of = "2026-11"
title = "小指南"
lead = "一步一步来。"
[[kind]]
key = "household"
title = "农户"
who = "种地的"
"""
PART = """
[[part]]
key = "one"
title = "第一件"
"""


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use(i18n.DEFAULT)


@pytest.fixture(scope="module")
def known() -> Library:
    """Our own sets and reasons."""
    return questions.read(OURS)


def faults(known: Library, folder: Path, **files: str) -> list[str]:
    """What is wrong with guides written on the spot."""
    (folder / "guides").mkdir()
    for name, text in files.items():
        (folder / "guides" / f"{name}.toml").write_text(text, "utf-8")
    return judging.problems(known, folder)


def test_our_own_guides_are_right(known: Library) -> None:
    assert judging.problems(known, OURS) == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('kinds = ["company"]', "this guide has no kind “company”"),
        ('fresh_for = ["company"]', "this guide has no kind “company”"),
        ('[[part.step]]\nkinds = ["company"]\ntitle = "走"\ntext = "走"', "this guide has no kind “company”"),
        ('reasons = ["BLUR", "BLURR"]', "there is no reason “BLURR”"),
        ('[[part.figure]]\ndrawing = "moon"\ncaption = "月亮"', "there is no drawing “moon”"),
        ('[part.table]\ncolumns = ["甲", "乙"]\nrows = [["一"]]', "row 1 of the table has 1 cells for 2 columns"),
        ('[part.table]\ncolumns = ["甲"]\nrows = []\nwidths = ["w1", ""]', "the table has 2 widths for 1 columns"),
        ('see = ["moon"]', "there is no other guide “moon”"),
        ('see = ["small"]', "there is no other guide “small”"),
        ("tick = true", "there are no points to tick off"),
    ],
)
def test_what_a_part_names_must_be_there(known: Library, tmp_path: Path, said: str, fault: str) -> None:
    text = HEAD + PART + '[[part]]\nkey = "two"\ntitle = "第二件"\n' + said + "\n"
    assert faults(known, tmp_path, small=text) == [f"guides/small.toml, key two: {fault}"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('rows = "moon"', "“part.1.rows” is “moon”; it can be "),
        ("words = 3", "“part.1.words” cannot be “3”"),
        ('[part.table]\ncolumns = ["甲"]\nrows = []\nblank = 31', "“part.1.table.blank” cannot be “31”"),
    ],
)
def test_what_a_part_cannot_say_is_told_with_file_and_key(
    known: Library, tmp_path: Path, said: str, fault: str
) -> None:
    text = HEAD + PART + '[[part]]\nkey = "two"\ntitle = "第二件"\n' + said + "\n"
    told = faults(known, tmp_path, small=text)
    assert [sentence.startswith(f"guides/small.toml: {fault}") for sentence in told] == [True], told


def test_a_sellers_guide_does_not_send_sellers_to_one_for_staff(known: Library, tmp_path: Path) -> None:
    staff = 'audience = "staff"\n' + HEAD.replace("small", "desk").replace("household", "everyone") + PART
    mine = HEAD + PART + 'see = ["desk"]\n'
    assert faults(known, tmp_path, small=mine, desk=staff) == [
        "guides/small.toml, key one: the guide “desk” is for staff: sellers do not find it"
    ]


def test_a_list_of_words_that_is_empty_is_not_printed(known: Library, tmp_path: Path) -> None:
    bare = known.model_copy(update={"words": WordList()})
    assert faults(bare, tmp_path, small=HEAD + PART + "words = true\n") == [
        "guides/small.toml, key one: there is no list of words to print"
    ]


def test_a_text_that_waits_for_a_fact_is_told(known: Library, tmp_path: Path) -> None:
    text = HEAD + PART + 'intro = "不超过 {limit}"\n'
    assert faults(known, tmp_path, small=text) == ["guides/small.toml: there is no fact “limit” with a short text"]


def test_every_kind_must_find_its_way(known: Library, tmp_path: Path) -> None:
    kinds = HEAD + '[[kind]]\nkey = "school"\ntitle = "学校"\nwho = "学校"\n'
    parts = PART + PART + '[[part]]\nkey = "rest"\n'
    untitled = HEAD + '[[part]]\nkey = "rest"\n'
    assert faults(known, tmp_path, small=kinds + parts, other=untitled) == [
        "guides/other.toml: the key of a guide is the name of its file",
        "guides/other.toml, key household: the first part that this kind reads needs a title, and cannot be joined",
        "guides/small.toml, key one: the kind “household” reads two chapters of this key",
        "guides/small.toml, key school: nobody can register as this kind",
        "guides/small.toml, key one: the kind “school” reads two chapters of this key",
    ]


def test_all_faults_of_all_guides_are_told(known: Library, tmp_path: Path) -> None:
    many = HEAD.replace("2026-11", "November").replace("small", "many") + PART + 'colour = "red"\ntitel = "错"\n'
    assert faults(known, tmp_path, broken="key = ", many=many) == [
        "guides/broken.toml: this is not TOML: Invalid value (at end of document)",
        "guides/many.toml: “as_of” is “November”, which has a character it cannot have",
        "guides/many.toml: there is no field “part.0.colour”",
        "guides/many.toml: there is no field “part.0.titel”",
    ]
    with pytest.raises(questions.BadLibrary):
        guide.read(tmp_path)


def test_the_english_of_an_overlay_is_no_guide(known: Library, tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "open_shop.en.toml").write_text('"开店指南" = "Opening a shop"\n', "utf-8")
    assert (judging.problems(known, OURS, tmp_path), [*guide.read(OURS, tmp_path)]) == ([], [*guide.read(OURS)])


def test_a_guide_may_say_the_same_to_everyone_and_to_nobody_else_besides(known: Library, tmp_path: Path) -> None:
    alone = HEAD.replace("household", "everyone") + PART
    both = HEAD.replace("small", "both") + '[[kind]]\nkey = "everyone"\ntitle = "谁都行"\nwho = "谁都行"\n' + PART
    assert faults(known, tmp_path, small=alone, both=both) == [
        "guides/both.toml, key everyone: nobody can register as this kind"
    ]
