import timeit
from collections.abc import Callable
from typing import Any

import pytest

from portal.questions.faults import faults, state
from portal.questions.models import Library, QuestionSet

One = Callable[[str], QuestionSet]
TWO_OPTIONS = 'options = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]\n'
KINDS = {
    "text": "",
    "long_text": "",
    "number": "",
    "date": "",
    "one_of": TWO_OPTIONS,
    "some_of": TWO_OPTIONS,
    "yes_no": "",
    "photo": "",
    "place": "",
    "rows": '[[page.question.columns]]\nkey = "what"\nkind = "text"\nlabel = "什么"\n',
}
GROWER = {
    "ground": "own_produce",
    "place": "522631105",
    "called": "杨大姐",
    "goods_kind": ["fresh"],
    "goods": [{"what": "椪柑", "season": "11 月到 1 月"}],
    "can_certify": "yes",
    "shop_name": "九潮高山椪柑",
    "shop_sentence": "自家坡上种的，现摘现发，坏果包赔。",
    "shop_picture": "x" * 16,
    "consent_processing": ["yes"],
    "declaration": ["yes"],
}


def said(questions: QuestionSet, value: Any) -> list[tuple[str, str, str]]:
    """Field, level and sentence of what is wrong with the answer to `q`."""
    return [(fault.key, fault.level, fault.text) for fault in faults(questions, {"q": value})]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_is_asked_for(kind: str, one: One) -> None:
    questions = one(f'kind = "{kind}"\n{KINDS[kind]}')
    assert [fault.level for fault in faults(questions, {})] == ["refuse"]
    assert faults(one(f'kind = "{kind}"\nrequired = false\n{KINDS[kind]}'), {}) == []


def test_the_sets_own_words_are_said_when_there_are_any(one: One) -> None:
    assert said(one('kind = "text"\nempty = "请写一句。"'), None) == [("q", "refuse", "请写一句。")]
    assert said(one('kind = "text"\nlabel = "几号果园"'), "") == [("q", "refuse", "Please write: 几号果园")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [1, 2.5, True, {"a": 1}, ["a", 1, None, {}], "x", {"what": []}, [["a"]], "\x00"])
def test_a_stored_value_of_any_other_shape_is_refused_and_breaks_nothing(kind: str, value: Any, one: One) -> None:
    questions = one(f'kind = "{kind}"\n{KINDS[kind]}')
    found = faults(questions, {"q": value})
    fits = isinstance(value, str) and kind in ("text", "long_text", "photo")
    assert [fault.level for fault in found][:1] == ([] if fits else ["refuse"])
    assert all(fault.text for fault in found)


def test_lengths_are_told_with_both_numbers(one: One) -> None:
    questions = one('kind = "text"\nmax_length = 5\nat_least = 2')
    assert said(questions, "一二三四五六") == [("q", "refuse", "At most 5 characters; you wrote 6. Please shorten it.")]
    assert said(questions, "一") == [("q", "refuse", "At least 2 characters; you wrote 1. Please say a little more.")]
    assert said(questions, "一二三四五") == []


def test_numbers_have_bounds(one: One) -> None:
    questions = one('kind = "number"\nat_least = 0.5\nat_most = 10')
    assert [said(questions, value) for value in ("0.5", "10", "2.25")] == [[], [], []]
    assert said(questions, "0.4") == [("q", "refuse", "Please write 0.5 or more.")]
    assert said(questions, "11") == [("q", "refuse", "Please write 10 or less.")]
    assert said(questions, "十") == [("q", "refuse", "Please write a number in digits, for example 12 or 2.5.")]


@pytest.mark.parametrize("value", ["2027-02-30", "明天", "1899-12-31", "2200-01-01", "never"])
def test_a_day_that_is_none_is_told(value: str, one: One) -> None:
    sentence = "There is no such day. Please write year, month and day, for example 20270301."
    assert said(one('kind = "date"'), value) == [("q", "refuse", sentence)]


def test_a_date_may_have_no_end_where_the_set_says_so(one: One) -> None:
    assert said(one('kind = "date"\nnever = "长期"'), "never") == []


def test_only_what_is_listed_can_be_chosen(one: One) -> None:
    listed = [("q", "refuse", "Please choose from what is listed.")]
    assert said(one('kind = "one_of"\n' + TWO_OPTIONS), "c") == listed
    assert said(one('kind = "some_of"\n' + TWO_OPTIONS), ["a", "c"]) == listed
    assert said(one('kind = "yes_no"'), "maybe") == listed


def test_how_many_are_chosen_has_bounds(one: One) -> None:
    questions = one('kind = "some_of"\nat_least = 2\nat_most = 2\n' + TWO_OPTIONS)
    assert said(questions, ["a"]) == [("q", "refuse", "Please choose at least 2.")]
    assert said(questions, ["a", "b"]) == []
    assert said(questions, ["a", "b", "a"]) == [("q", "refuse", "Please choose at most 2.")]


def test_a_place_is_chosen_down_to_the_township(one: One) -> None:
    questions = one('kind = "place"')
    assert said(questions, "522631105") == []
    assert said(questions, "522631") == [("q", "refuse", "Please choose on, down to the township or street.")]
    assert said(questions, "九潮") == [("q", "refuse", "We do not know this place. Please choose it again.")]


def test_faults_in_rows_name_the_very_field(one: One) -> None:
    questions = one('kind = "rows"\nat_most = 2\n' + KINDS["rows"])
    assert said(questions, [{"what": "柑"}, {}]) == [("q.1.what", "refuse", "Please write: 什么")]
    assert said(questions, [{"what": "柑"}] * 3) == [
        ("q", "refuse", "At most 2 rows; you filled in 3. Please take some out.")
    ]


def test_what_a_choice_brings_is_said_in_the_sets_words(one: One) -> None:
    questions = one('kind = "yes_no"\nrefuse = { no = "先去办。" }\nadvise = { yes = "记得带上。" }')
    assert said(questions, "no") == [("q", "refuse", "先去办。")]
    assert said(questions, "yes") == [("q", "advise", "记得带上。")]


def test_a_check_looks_only_at_what_is_whole(one: One) -> None:
    assert [key for key, _, _ in said(one('kind = "date"\ncheck = "future_date"'), "2026-02-31")] == ["q"]
    assert [text for _, _, text in said(one('kind = "date"\ncheck = "future_date"'), "2026-11-22")] == [
        "This day is over. Please choose today or a later day."
    ]


def test_a_fault_offers_the_value_that_was_meant(ours: Library) -> None:
    found = faults(ours.sets["sole_trader"], {"credit_code": "92522631MAOOOOOO7P"}, page="licence")
    assert (found[0].page, found[0].key, found[0].offer) == ("licence", "credit_code", "92522631MA0000007P")


def test_a_fault_is_said_in_the_language_of_whoever_reads_it(one: One) -> None:
    fault = faults(one('kind = "number"\nlabel = "几斤"'), {})[0]
    assert (fault.finding.msgid, dict(fault.finding.words)) == ("Please write: %(label)s", {"label": "几斤"})


def test_a_page_is_empty_then_part_then_done(ours: Library) -> None:
    household = ours.sets["household"]
    shop = household.pages["shop"]
    assert state(household, shop, {}) == "empty"
    assert state(household, shop, {"shop_name": "九潮高山椪柑"}) == "part"
    assert state(household, shop, GROWER) == "done"
    assert state(household, shop, {**GROWER, "shop_name": "8888"}) == "part"


def test_a_word_in_a_shops_name_is_told_once(ours: Library) -> None:
    found = faults(ours.sets["household"], {**GROWER, "shop_name": "抖音第一椪柑"})
    assert [(fault.level, fault.finding.values["word"]) for fault in found] == [("refuse", "抖音"), ("advise", "第一")]


def test_a_hidden_page_has_no_faults(ours: Library) -> None:
    assert faults(ours.sets["household"], GROWER, page="food_paper") == []


def test_a_grower_of_fresh_fruit_who_filled_in_all_has_no_fault(ours: Library) -> None:
    assert faults(ours.sets["household"], GROWER) == []


def test_twenty_questions_are_judged_in_well_under_a_millisecond(small: Callable[[str], QuestionSet]) -> None:
    asked = "".join(
        f'[[page.question]]\nkey = "q{number}"\nkind = "text"\nlabel = "问"\ncheck = "no_forbidden_words"\n'
        for number in range(20)
    )
    questions = small(f'[[page]]\nkey = "p"\ntitle = "页"\n{asked}')
    answers = {f"q{number}": "自家坡上种的，现摘现发" for number in range(20)}
    assert min(timeit.repeat(lambda: faults(questions, answers), number=20, repeat=5)) / 20 < 0.001
