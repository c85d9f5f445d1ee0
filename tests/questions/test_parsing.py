from collections.abc import Callable
from typing import Any

import pytest

from portal.questions.models import Library, Question, QuestionSet
from portal.questions.parsing import iso_day, parse, plain_number

One = Callable[[str], QuestionSet]
ROWS = """kind = "rows"
[[page.question.columns]]
key = "what"
kind = "text"
label = "什么"
[[page.question.columns]]
key = "until"
kind = "date"
label = "到哪天"
never = "长期"
"""


def value(question: Question, *typed: str, **more: str) -> Any:
    """What a form says with `typed` in the question's own field and more.field in others."""
    form = {question.key: list(typed)} if typed else {}
    return parse(question, form | {f"{question.key}.{name}": [text] for name, text in more.items()})


def test_nothing_is_none(one: One) -> None:
    for kind in ("text", "long_text", "number", "date", "yes_no", "place", "photo"):
        question = one(f'kind = "{kind}"').questions["q"]
        assert [value(question), value(question, ""), value(question, " \u200b\x00 ")] == [None, None, None]


def test_too_much_is_kept_so_that_it_can_be_shortened(one: One) -> None:
    question = one('kind = "text"\nmax_length = 10').questions["q"]
    assert value(question, "柑" * 15) == "柑" * 15
    assert value(question, "柑" * 100_000) == "柑" * 40


def test_a_place_found_by_typing_counts_before_what_was_chosen(one: One) -> None:
    place = one('kind = "place"').questions["q"]
    assert value(place, "522631105", "5226", found="522631106") == "522631106"
    assert value(place, "522631105", "522631", found="") == "522631"


def test_a_line_has_no_line_breaks_and_a_text_has(one: One) -> None:
    assert value(one('kind = "text"').questions["q"], "一\r\n二") == "一 二"
    assert value(one('kind = "long_text"').questions["q"], "一\r\n二") == "一\n二"


def test_a_code_is_tidied_by_its_check(ours: Library) -> None:
    question = ours.sets["sole_trader"].questions["credit_code"]
    assert value(question, "９２５２-2631 ma000 0007p\u202e") == "92522631MA0000007P"
    assert value(question, "92522631MAOOOOOO7P") == "92522631MAOOOOOO7P"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("１２", "12"),
        ("1,000.50", "1000.5"),
        ("007", "7"),
        ("-0", "0"),
        ("-2.50", "-2.5"),
        ("+3", "3"),
        ("1 000", "1000"),
    ],
)
def test_a_number_takes_its_shortest_form(typed: str, number: str, one: One) -> None:
    assert value(one('kind = "number"').questions["q"], typed) == number


@pytest.mark.parametrize("typed", ["十二", "1e5", "1.2.3", "NaN", "Infinity", "12斤", "9" * 16])
def test_what_is_no_number_is_kept_as_typed(typed: str, one: One) -> None:
    assert plain_number(typed) is None
    assert value(one('kind = "number"').questions["q"], typed) == typed


@pytest.mark.parametrize(
    "typed",
    ["2027-03-01", "2027.3.1", "2027/03/01", "2027年3月1日", "2027 年 3 月 1 日", "20270301", "２０２７－３－１"],
)
def test_a_date_is_understood_as_people_write_it(typed: str, one: One) -> None:
    assert value(one('kind = "date"').questions["q"], typed) == "2027-03-01"


@pytest.mark.parametrize("typed", ["2027-02-30", "明年", "27-3-1", "2027-13-01", "0000-01-01", "2027-3"])
def test_what_is_no_date_is_kept_as_typed(typed: str, one: One) -> None:
    assert iso_day(typed) is None
    assert value(one('kind = "date"').questions["q"], typed) == typed


def test_a_date_without_an_end_is_ticked_or_written(one: One) -> None:
    question = one('kind = "date"\nnever = "长期"').questions["q"]
    assert value(question, "2027-03-01", never="1") == "never"
    assert value(question, "长期") == "never"
    assert value(one('kind = "date"').questions["q"], "2027-03-01", never="1") == "2027-03-01"


def test_choices_come_in_the_sets_order_once_each_and_unknown_ones_last(one: One) -> None:
    options = 'kind = "some_of"\noptions = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]'
    question = one(options).questions["q"]
    assert value(question, "b", "zz", "a", "b", "") == ["a", "b", "zz"]
    assert value(question, "") is None
    assert len(value(question, *[f"x{number}" for number in range(10_000)])) <= 100


def test_an_unknown_choice_is_kept_cut(one: One) -> None:
    question = one('kind = "one_of"\noptions = [{ value = "a", label = "甲" }]').questions["q"]
    assert [value(question, "a"), value(question, "zz"), value(question, "z" * 10_000)] == ["a", "zz", "z" * 40]


def test_a_photo_is_never_named_by_a_form(one: One) -> None:
    assert value(one('kind = "photo"').questions["q"], "x" * 16) is None


def test_the_last_known_place_of_the_steps_counts(one: One) -> None:
    question = one('kind = "place"').questions["q"]
    assert value(question, "52", "5226", "522631", "522631105") == "522631105"
    assert value(question, "522631", "") == "522631"
    assert value(question, "999999999") == "999999999"


def test_rows_close_their_gaps_and_empty_ones_vanish(one: One) -> None:
    question = one(ROWS).questions["q"]
    form = {
        "q.7.what": ["李子"],
        "q.0.what": [" 椪柑 "],
        "q.3.what": [""],
        "q.7.until.never": ["1"],
        "q.0.other": ["x"],
    }
    assert parse(question, form) == [{"what": "椪柑"}, {"what": "李子", "until": "never"}]


@pytest.mark.parametrize("name", ["q.-1.what", "q.1000.what", "q.x.what", "q.٣.what", "q.0", "q..what", "qq.0.what"])
def test_odd_names_of_row_fields_are_nothing(name: str, one: One) -> None:
    assert parse(one(ROWS).questions["q"], {name: ["椪柑"]}) is None


def test_only_twice_the_rows_that_are_allowed_are_read(one: One) -> None:
    question = one(ROWS.replace('"rows"\n', '"rows"\nat_most = 3\n')).questions["q"]
    assert len(parse(question, {f"q.{number}.what": ["柑"] for number in range(999)}) or []) == 6
