import pytest

from portal.questions import codes, licences
from portal.questions.checks import CHECKS
from portal.questions.codes import CodeKind
from portal.questions.models import Finding

GOOD = "92522631MA0000007P"


def found(check: str, value: str) -> list[Finding]:
    return list(CHECKS[check].function(value, {}))


def said(check: str, value: str) -> list[tuple[str, str, str | None]]:
    """Level, English sentence and offer of each finding."""
    return [(one.level, one.msgid % one.values, one.offer) for one in found(check, value)]


def test_a_right_code_passes() -> None:
    assert said("credit_code", GOOD) == []


@pytest.mark.parametrize(("code", "count"), [(GOOD[:-1], 17), (GOOD + "0", 19), ("9", 1), ("9" * 59, 59)])
def test_a_code_of_another_length_is_told_how_many_it_has(code: str, count: int) -> None:
    sentence = f"The code has 18 characters; you wrote {count}. Please copy it once more."
    assert said("credit_code", code) == [("refuse", sentence, None)]


def test_an_old_number_of_15_digits_is_told_apart() -> None:
    sentence = "This is an old number of 15 digits. Please use the new licence, with 18."
    assert said("credit_code", "522631600000001") == [("refuse", sentence, None)]


def test_letters_o_are_offered_as_zeros() -> None:
    sentence = "Character 11 is the letter O, which never occurs here. Is it 0? See the licence."
    assert said("credit_code", "92522631MAOOOOOO7P") == [("refuse", sentence, GOOD)]


def test_a_letter_i_is_offered_as_one() -> None:
    sentence = "Character 8 is the letter I, which never occurs here. Is it 1? See the licence."
    assert said("credit_code", "9252263IMA0000007P") == [("refuse", sentence, GOOD)]


def test_a_small_l_for_one_beside_letters_o_is_seen_through_too() -> None:
    sentence = "Character 11 is the letter O, which never occurs here. Is it 0? See the licence."
    assert said("credit_code", "9252263lMAOOOOOO7P".upper()) == [("refuse", sentence, GOOD)]


@pytest.mark.parametrize(("char", "meant"), [("S", "5"), ("Z", "2"), ("V", "U")])
def test_letters_that_never_occur_are_named(char: str, meant: str) -> None:
    sentence = f"Character 9 is the letter {char}, which never occurs here. Is it {meant}? See the licence."
    assert said("credit_code", f"92522631{char}A0000007P") == [("refuse", sentence, None)]


def test_a_letter_s_for_a_five_is_offered() -> None:
    assert [one.offer for one in found("credit_code", "92S22631MA0000007P")] == [GOOD]


def test_another_character_is_named_with_its_position() -> None:
    sentence = "Character 12 is “中”. Only digits and capital letters occur here."
    assert said("credit_code", "92522631MA0中00007P") == [("refuse", sentence, None)]


def test_a_wrong_check_character_is_named_and_the_right_one_offered() -> None:
    sentence = "Character 18 seems wrong: you wrote Q, is it P? See the licence."
    assert said("credit_code", "92522631MA0000007Q") == [("refuse", sentence, GOOD)]


def test_two_swapped_characters_are_named() -> None:
    sentence = "Characters 5 and 6 seem swapped: is it 26? See the licence."
    assert said("credit_code", "92526231MA0000007P") == [("refuse", sentence, GOOD)]


def test_where_the_character_cannot_be_told_the_part_is() -> None:
    last = "Something in characters 9 to 17 is wrong. Please compare them with the paper."
    assert said("credit_code", "92522631MA0000008P") == [("refuse", last, None)]
    first = "Something in characters 1 to 8, or the last one, is wrong. Compare them with the licence."
    assert said("credit_code", "92992631MA0000007Q") == [("refuse", first, None)]


@pytest.mark.parametrize("typed", [" 9252 2631 MA00 0000 7P ", "92522631-ma0000007p", "92522631\u200bMA0000007P"])
def test_blanks_dashes_and_small_letters_in_a_code_do_not_matter(typed: str) -> None:
    tidy = CHECKS["credit_code"].tidy
    assert tidy is not None
    assert tidy(typed) == GOOD


CODES: dict[CodeKind, str] = {
    "company": "91330782MA0000007R",
    "sole_trader": GOOD,
    "cooperative": "93522631MA0000007L",
    "collective": "N2522631MA0000007A",
}


@pytest.mark.parametrize("asked", CODES)
@pytest.mark.parametrize("kind", CODES)
def test_a_code_of_another_kind_says_which_and_where_it_is_right(asked: CodeKind, kind: CodeKind) -> None:
    told = [(one.level, one.msgid, one.sister) for one in found(f"{asked}_code", CODES[kind])]
    assert told == ([] if asked == kind else [("refuse", licences.OTHER_KINDS[kind], kind)])


def test_a_code_that_is_wrong_itself_is_left_to_the_other_check() -> None:
    assert said("sole_trader_code", "91330782MA0000007P") == []


def test_every_kind_of_body_has_its_check() -> None:
    kinds = {kind for kind in codes.KINDS.values() if f"{kind}_code" in CHECKS}
    assert kinds == {"company", "sole_trader", "cooperative", "collective", "institution"}


OVER = "This licence is over; platforms refuse it. Renew it at the market office or let the county look first."
SHORT = "Less than three months are left; platforms often refuse that. Renew it or let the county look first."


@pytest.mark.parametrize(
    ("day", "sentences"),
    [
        ("2026-11-22", [OVER]),
        ("2026-11-23", [SHORT]),
        ("2027-02-22", [SHORT]),
        ("2027-02-23", []),
        ("never", []),
    ],
)
def test_a_licence_that_ends_soon_is_advised_not_refused(day: str, sentences: list[str]) -> None:
    assert said("licence_term", day) == [("advise", sentence, None) for sentence in sentences]


def test_a_paper_is_told_when_it_is_over_or_ends_within_a_month() -> None:
    assert [one.level for day in ("2026-11-22", "2026-12-22") for one in found("paper_term", day)] == ["advise"] * 2
    assert said("paper_term", "2026-12-23") == []


def test_a_test_report_is_not_of_tomorrow_and_better_not_of_three_years_ago() -> None:
    levels = [[one.level for one in found("report_day", day)] for day in ("2026-11-24", "2026-11-23", "2024-11-22")]
    assert levels == [["refuse"], [], ["advise"]]


@pytest.mark.parametrize(("check", "number"), [("sc_number", "SC11452263100014"), ("jy_number", "JY15226310000017")])
def test_numbers_of_food_licences_are_checked(check: str, number: str) -> None:
    tidy = CHECKS[check].tidy
    assert tidy is not None
    assert [tidy(number[2:]), tidy(number.lower()), tidy(f"{number[:2]} {number[2:9]}-{number[9:]}")] == [number] * 3
    assert said(check, number) == []
    assert [one.level for one in found(check, number[:-1] + "9")] == ["advise"]
    assert [(one.level, one.offer) for one in found(check, number[:2] + number[2:].replace("0", "O"))] == [
        ("refuse", number)
    ]


@pytest.mark.parametrize(("number", "count"), [("SC1145226310001", 13), ("JY11452263100014", 14), ("SC", 0), ("无", 0)])
def test_what_is_no_food_production_number_is_told(number: str, count: int) -> None:
    sentence = f"Please write SC and 14 digits, for example SC11452263100014. You wrote {count} digits."
    assert said("sc_number", number) == [("refuse", sentence, None)]
