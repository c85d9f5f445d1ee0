import pytest

from portal.questions.checks import CHECKS
from portal.questions.models import Finding, Library

Said = list[tuple[str, str]]


def said(check: str, value: str) -> Said:
    """Level and English sentence of each finding, the library's words as they are."""
    found = CHECKS[check].function(value, {})
    return [(finding.level, finding.msgid % {**finding.values, **finding.words}) for finding in found]


def tidied(check: str, text: str) -> str:
    """What a check makes of a text before it looks at it."""
    tidy = CHECKS[check].tidy
    assert tidy is not None
    return tidy(text)


@pytest.mark.parametrize(
    "typed", ["15400000001", "+86 154 0000 0001", "86-15400000001", "0086 15400000001", "(154) 0000-0001"]
)
def test_a_mobile_number_is_understood_as_people_write_it(typed: str) -> None:
    assert tidied("phone", typed) == "15400000001"
    assert said("phone", "15400000001") == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1540000000", "A mobile number has 11 digits; you wrote 10."),
        ("25400000001", "Please write a mobile number: 11 digits that begin with 1."),
        ("12400000001", "Please write a mobile number: 11 digits that begin with 1."),
        ("1540000000一", "Please write a mobile number: 11 digits that begin with 1."),
        ("1540000000१", "Please write a mobile number: 11 digits that begin with 1."),
    ],
)
def test_what_is_no_mobile_number_is_told(value: str, sentence: str) -> None:
    assert said("phone", value) == [("refuse", sentence)]


def test_a_day_that_is_over_is_refused_and_today_is_not() -> None:
    assert said("future_date", "2026-11-22") == [("refuse", "This day is over. Please choose today or a later day.")]
    assert said("future_date", "2026-11-23") == []
    assert said("future_date", "never") == []
    assert said("future_date", "bald") == []


def test_a_day_that_has_come_is_not_tomorrow() -> None:
    sentence = "This day has not come yet. Please look at the paper again."
    assert said("past_date", "2026-11-24") == [("refuse", sentence)]
    assert [said("past_date", value) for value in ("2026-11-23", "1999-01-01", "bald")] == [[], [], []]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("柑", "A shop's name has at least 2 characters. Say the place and what you sell."),
        ("！！！", "A shop's name has at least 2 characters. Say the place and what you sell."),
        ("8888", "A shop's name cannot be digits alone. Say the place and what you sell."),
        ("１２ ３４", "A shop's name cannot be digits alone. Say the place and what you sell."),
    ],
)
def test_a_shop_needs_a_name_that_says_something(name: str, sentence: str) -> None:
    assert said("shop_name", name) == [("refuse", sentence)]


def test_a_good_name_passes(ours: Library) -> None:
    assert said("shop_name", "九潮高山椪柑") == []
    assert said("no_forbidden_words", "九潮高山椪柑") == []


def test_a_platforms_name_is_refused_in_the_shops_name_only(ours: Library) -> None:
    assert [level for level, _ in said("shop_name", "抖音旗舰店")] == ["refuse", "advise"]
    assert said("no_forbidden_words", "我在抖音上卖") == []


def test_words_that_law_forbids_are_refused_with_ground_and_a_way_out(ours: Library) -> None:
    sentence = (
        "“国家级” must not be used. 《广告法》第九条第三项写明不能用，罚 20 万元起. "
        "换成量得出来的，例如“果径 70 毫米”。"
    )
    assert said("no_forbidden_words", "国家级的椪柑") == [("refuse", sentence)]


def test_other_words_are_advice(ours: Library) -> None:
    assert [level for level, _ in said("no_forbidden_words", "全网第一，纯天然，有机")] == ["advise"] * 3


def test_a_word_that_stands_three_times_is_told_once(ours: Library) -> None:
    assert len(said("no_forbidden_words", "最好最好最好")) == 1


def test_never_more_than_five_words_are_told(ours: Library) -> None:
    assert len(said("no_forbidden_words", "第一 唯一 首家 首选 独家 顶级 极品 冠军")) == 5


def test_every_check_survives_any_text(ours: Library) -> None:
    odd = ["", "\x00", "柑" * 5000, "92" * 40, "SC" + "٣" * 14, "२" * 18, "2026-13-45", "never", "%s%(x)s"]
    found = [finding for check in CHECKS.values() for text in odd for finding in check.function(text, {})]
    assert {type(finding) for finding in found} == {Finding}
    assert all(finding.msgid % {**finding.values, **finding.words} for finding in found)
