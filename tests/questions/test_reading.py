from collections.abc import Callable
from pathlib import Path

import pytest

from portal.questions.models import Library
from portal.questions.reading import look
from portal.questions.service import BadLibrary, check_library, read

Written = Callable[..., Path]
HEAD = 'key = "small"\nversion = 1\ntitle = "小问卷"\n'
PAGE = '[[page]]\nkey = "p"\ntitle = "页"\n'
Q = '[[page.question]]\nkey = "q"\nlabel = "问"\n'
AT_Q = "rooms/small.toml, page p, key q: "
OPTIONS = 'options = [{ value = "a", label = "甲" }]\n'


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ('kind = "txt"', "“kind” is “txt”; it can be 'text', 'long_text', 'number', 'date', 'one_of', 'some_of', "
         "'yes_no', 'photo', 'place' or 'rows'"),
        ('kind = "text"\ncolour = "red"', "there is no field “colour”"),
        ('kind = "text"\ncheck = "magic"', "there is no check “magic”"),
        ('kind = "one_of"', "“options” are missing"),
        ('kind = "text"\n' + OPTIONS, "“options” is not for the kind text"),
        ('kind = "one_of"\noptions = [{ value = "a", label = "甲" }, { value = "a", label = "乙" }]',
         "the option “a” stands twice"),
        ('kind = "one_of"\nadvise = { b = "话" }\n' + OPTIONS, "“b” is not one of the options"),
        ('kind = "yes_no"\nrefuse = { maybe = "话" }', "“maybe” is not one of the options"),
        ('kind = "rows"', "“columns” are missing"),
        ('kind = "text"\ntail = 4', "“tail” needs “find”"),
        ('kind = "text"\npersonal = true\nfind = "plain"',
         "a personal answer cannot be found in plain; “find” can be keyed"),
        ('kind = "number"\nat_least = 3\nat_most = 2', "“at_least” is more than “at_most”"),
        ('kind = "text"\nnever = "长期"', "“never” is not for the kind text"),
        ('kind = "text"\nexpires = "执照"', "“expires” is not for the kind text"),
        ('kind = "date"\npersonal = true\nexpires = "执照"', "a personal answer cannot be looked for by its date"),
        ('kind = "text"\nonly_if = { gone = "yes" }', "only_if: there is no question “gone”"),
        ('kind = "text"\nonly_if = { later = "yes" }', "only_if: “later” is not asked before this"),
        ('kind = "text"\nonly_if = { q = "yes" }', "only_if: “q” is not asked before this"),
        ('kind = "text"\nonly_if = { first = "maybe" }', "only_if: “maybe” is not an option of “first”"),
        ('kind = "text"\nonly_if = { words = "yes" }', "only_if: nothing is chosen in “words”"),
        ('kind = "text"\nhint = "不超过 {limit}"', "there is no fact “limit” with a short text"),
        ('kind = "photo"\npersonal = true', "“personal” is not for the kind photo"),
        ('take = "gone"', "there is no shared question “gone”"),
        ('kind = "some_of"\nconsent = "x"\noptions = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]',
         "a consent has one option, its own box"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_page_and_key(fields: str, problem: str, written: Written) -> None:
    before = '[[page.question]]\nkey = "first"\nlabel = "一"\nkind = "yes_no"\n'
    before += '[[page.question]]\nkey = "words"\nlabel = "二"\nkind = "text"\n'
    after = '\n[[page.question]]\nkey = "later"\nlabel = "三"\nkind = "yes_no"\n'
    folder = written({"rooms/small.toml": HEAD + PAGE + before + Q + fields + after})
    assert check_library(folder) == [AT_Q + problem]


def test_faults_in_columns_name_the_column(written: Written) -> None:
    columns = (
        '[[page.question.columns]]\nkey = "a"\nlabel = "甲"\nkind = "photo"\n'
        '[[page.question.columns]]\nkey = "a"\nlabel = "甲"\nkind = "text"\nonly_if = { q = "x" }\ncheck = "magic"\n'
    )
    folder = written({"rooms/small.toml": HEAD + PAGE + Q + 'kind = "rows"\n' + columns})
    assert check_library(folder) == [
        AT_Q + "the column “a” stands twice",
        "rooms/small.toml, page p, key q.a: a column cannot be of the kind photo",
        "rooms/small.toml, page p, key q.a: a column cannot have “only_if”",
        "rooms/small.toml, page p, key q.a: there is no check “magic”",
    ]


def test_all_faults_of_all_files_are_told_at_once(written: Written) -> None:
    folder = written(
        {
            "broken.toml": "key = \n",
            "latin.toml": "",
            "reasons.toml": '[[reason]]\ncode = "blur"\nmeaning = "糊"\nmend = "重拍"\nsource = "县里"\n',
            "rooms/small.toml": HEAD + PAGE + Q + 'kind = "txt"\n' + PAGE + Q + 'kind = "text"\ntake = "gone"\n',
            "rooms/other.toml": 'key = "wrong"\nversion = 0\n',
            "questions/shared.toml": '[[question]]\nkey = "bad"\nkind = "text"\n',
        }
    )
    (folder / "latin.toml").write_bytes(b'a = "\xff"')
    problems = check_library(folder)
    assert [problem.split(": ")[0] for problem in problems] == [
        "broken.toml",
        "latin.toml",
        "questions/shared.toml, key bad",
        "rooms/other.toml",
        "rooms/other.toml",
        "rooms/other.toml",
        "rooms/other.toml",
        "rooms/small.toml, page p",
        "rooms/small.toml, page p, key q",
        "rooms/small.toml, page p, key q",
        "rooms/small.toml, page p, key q",
        "reasons.toml, key blur",
        "reasons.toml, key blur",
    ]
    with pytest.raises(BadLibrary) as refused:
        read(folder)
    assert refused.value.problems == problems
    assert str(refused.value) == f"The library has {len(problems)} faults:\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "page = 1\n",
        HEAD + 'page = ["x"]\n',
        HEAD + "[[page]]\n",
        HEAD + PAGE,
        HEAD + PAGE + "question = 3\n",
        HEAD + PAGE + "[[page.question]]\n",
        HEAD + PAGE + "[[page.question]]\nkey = 5\nkind = 7\nlabel = []\nonly_if = 3\n",
        HEAD + PAGE + Q + 'kind = "text"\nonly_if = { q = 3 }\ntake = ["x"]\n',
        HEAD + PAGE + "only_if = { gone = [] }\n" + Q + 'kind = "text"\n',
        'page = "x"\n',
    ],
)
def test_whatever_a_file_says_it_is_told_and_never_breaks(text: str, written: Written) -> None:
    assert check_library(written({"rooms/small.toml": text})) != []


def test_a_shared_question_is_taken_by_key_and_may_be_changed_in_part(written: Written) -> None:
    folder = written(
        {
            "questions/people.toml": '[[question]]\nkey = "called"\nkind = "text"\nlabel = "称呼"\npersonal = true\n',
            "rooms/small.toml": HEAD
            + PAGE
            + '[[page.question]]\ntake = "called"\n'
            + '[[page.question]]\ntake = "called"\nkey = "other"\nlabel = "别人"\nrequired = false\n',
        }
    )
    first, second = read(folder).sets["small"].page[0].question
    assert (first.key, first.label, first.personal, first.required) == ("called", "称呼", True, True)
    assert (second.key, second.label, second.personal, second.required) == ("other", "别人", True, False)


def test_a_faulty_shared_question_is_told_once(written: Written) -> None:
    taken = "".join(f'[[page.question]]\ntake = "called"\nkey = "q{number}"\n' for number in range(3))
    folder = written(
        {"questions/a.toml": '[[question]]\nkey = "called"\nkind = "text"\n', "rooms/small.toml": HEAD + PAGE + taken}
    )
    assert check_library(folder) == ["questions/a.toml, key called: “label” is missing"]


def test_conditions_hang_on_one_another(written: Written) -> None:
    text = (
        HEAD + PAGE + '[[page.question]]\nkey = "a"\nlabel = "甲"\nkind = "yes_no"\n'
        '[[page]]\nkey = "p2"\ntitle = "页"\nonly_if = { a = "yes" }\n'
        '[[page.question]]\nkey = "b"\nlabel = "乙"\nkind = "yes_no"\n'
        '[[page]]\nkey = "p3"\ntitle = "页"\n'
        '[[page.question]]\nkey = "c"\nlabel = "丙"\nkind = "text"\nonly_if = { b = ["yes", "no"] }\n'
    )
    small = read(written({"rooms/small.toml": text})).sets["small"]
    assert dict(small.questions["c"].only_if) == {"b": ("yes", "no"), "a": ("yes",)}


def test_conditions_that_can_never_hold_together_are_told(written: Written) -> None:
    text = (
        HEAD + PAGE + '[[page.question]]\nkey = "a"\nlabel = "甲"\nkind = "yes_no"\n'
        '[[page]]\nkey = "p2"\ntitle = "页"\nonly_if = { a = "yes" }\n'
        '[[page.question]]\nkey = "b"\nlabel = "乙"\nkind = "text"\nonly_if = { a = "no" }\n'
    )
    assert check_library(written({"rooms/small.toml": text})) == [
        "rooms/small.toml, page p2, key b: the conditions on “a” do not go together"
    ]


def test_a_fact_stands_in_a_question(written: Written) -> None:
    fact = '[[fact]]\nkey = "limit"\ntext = "不超过十万"\nshort = "10 万元"\nsource = "法"\nas_of = 2026-11-20\n'
    text = HEAD + PAGE + '[[page.question]]\nkey = "q"\nkind = "yes_no"\nlabel = "不超过 {limit}吗？"\n'
    folder = written({"rooms/facts.toml": fact, "rooms/small.toml": text})
    assert read(folder).sets["small"].questions["q"].label == "不超过 10 万元吗？"


def test_the_overlay_replaces_files_and_brings_new_ones(tmp_path: Path, written: Callable[..., Path]) -> None:
    ours = written({"rooms/small.toml": HEAD + PAGE + Q + 'kind = "text"\n', "words.toml": 'allow = ["第一次"]\n'})
    theirs = written(
        {
            "rooms/small.toml": HEAD.replace("1", "2") + PAGE + Q + 'kind = "number"\n',
            "rooms/extra.toml": HEAD.replace("small", "extra") + PAGE + Q + 'kind = "text"\n',
            "rooms/extra.en.toml": '"小问卷" = "A small set"\n',
        },
        "overlay",
    )
    library = read(ours, theirs)
    assert {key: (each.version, each.questions["q"].kind) for key, each in library.sets.items()} == {
        "extra": (1, "text"),
        "small": (2, "number"),
    }
    assert (library.words.allow, dict(library.english)) == (("第一次",), {"小问卷": "A small set"})


def test_two_sets_of_one_key_are_told(written: Written) -> None:
    text = HEAD + PAGE + Q + 'kind = "text"\n'
    assert check_library(written({"a/small.toml": text, "b/small.toml": text})) == [
        "b/small.toml: another file has a set with this key"
    ]


def test_an_overlay_that_is_not_there_is_told(tmp_path: Path, written: Written) -> None:
    ours = written({"rooms/small.toml": HEAD + PAGE + Q + 'kind = "text"\n'})
    assert check_library(ours, tmp_path / "gone") == [f"{tmp_path / 'gone'}: this is not a folder"]


def test_a_key_that_every_form_has_is_told(written: Written) -> None:
    text = HEAD + PAGE + '[[page.question]]\nkey = "turn"\nlabel = "问"\nkind = "text"\n'
    assert check_library(written({"rooms/small.toml": text})) == [
        "rooms/small.toml, page p, key turn: this key is the name of a field that every form has"
    ]


@pytest.mark.parametrize("key", ["check", "send"])
def test_a_page_cannot_have_an_address_of_every_sheet(key: str, written: Written) -> None:
    text = HEAD + PAGE.replace('"p"', f'"{key}"') + Q + 'kind = "text"\n'
    assert check_library(written({"rooms/small.toml": text})) == [
        f"rooms/small.toml, page {key}: this key is an address that every sheet has"
    ]


def test_a_shared_page_is_taken_whole_and_changed_where_a_set_says_so(written: Written) -> None:
    shared = PAGE.replace('"p"', '"shop"') + Q + 'kind = "text"\n'
    taken = HEAD + '[[page]]\ntake = "shop"\ntitle = "别的题目"\n'
    page = read(written({"questions/pages.toml": shared, "rooms/small.toml": taken})).sets["small"].page[0]
    assert (page.key, page.title, [question.key for question in page.question]) == ("shop", "别的题目", ["q"])


def test_a_shared_page_that_is_not_there_is_told(written: Written) -> None:
    text = HEAD + PAGE + Q + 'kind = "text"\n' + '[[page]]\ntake = "shop"\n'
    assert check_library(written({"rooms/small.toml": text})) == [
        "rooms/small.toml, page shop: there is no shared page “shop”"
    ]


def test_a_set_that_is_there_and_faulty_is_known_as_such(written: Written) -> None:
    good = HEAD.replace("small", "good") + PAGE + Q + 'kind = "text"\n'
    library, problems = look(written({"rooms/small.toml": HEAD + PAGE, "rooms/good.toml": good}))
    assert (len(problems), {*library.unread}, [*library.sets]) == (1, {"small"}, ["good"])


def test_files_of_other_rooms_are_left_to_them(written: Written) -> None:
    folder = written({"guides/open.toml": 'key = "open"\nversion = 1\n[[page]]\nx = 1\n', "places/x.toml": "a = 1\n"})
    assert (check_library(folder), dict(read(folder).sets)) == ([], {})


def test_what_was_read_cannot_be_changed(ours: Library) -> None:
    with pytest.raises(ValueError, match="frozen"):
        ours.sets["household"].page[0].question[0].label = "别的"
