import pytest

from portal.questions.cleaning import clean, compact


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  椪柑  ", "椪柑"),
        ("ＭＡ０００７", "MA0007"),
        ("甜，真甜！（自家种）", "甜，真甜！（自家种）"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\tb\u00a0\u3000c", "a b c"),
        ("一\n二", "一 二"),
        ("\ud800坏", "坏"),
        ("\ue000\uffff好", "好"),
        ("杨\u200c\u200d", "杨\u200c\u200d"),
        ("㐂烎龘𬱖", "㐂烎龘𬱖"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw, 100) == cleaned


def test_lines_stay_where_they_are_wanted() -> None:
    assert clean("一 \r\n 二\r三\u2028四", 100, lines=True) == "一\n二\n三\n四"


def test_two_hundred_combining_marks_become_six() -> None:
    assert clean("果" + "\u0335" * 200 + "子", 100) == "果" + "\u0335" * 6 + "子"


def test_a_hundred_thousand_characters_become_as_many_as_are_kept() -> None:
    assert clean("柑" * 100_000, 200) == "柑" * 200
    assert clean(" " * 100_000 + "柑", 200) == "柑"


def test_one_character_that_grows_to_eighteen_is_cut_too() -> None:
    assert len(clean("\ufdfa" * 1000, 50)) <= 50


def test_cleaning_twice_changes_nothing() -> None:
    raw = "①Ａ\u0301\u202e，ｶﾞ\u00a0柑" * 20
    assert clean(clean(raw, 60), 60) == clean(raw, 60)


def test_a_number_loses_blanks_dashes_and_dots() -> None:
    assert compact("9252-2631 ma00\u20130000·7.p_") == "92522631MA0000007P"
