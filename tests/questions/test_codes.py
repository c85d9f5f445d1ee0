import pytest

from portal.questions import codes
from portal.questions.codes import Repair

GOOD = "92522631MA0000007P"
COUNTIES = {"522631", "330782"}


def known(region: str) -> bool:
    return region in COUNTIES


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (GOOD, "sole_trader"),
        ("91330782MA0000007R", "company"),
        ("93522631MA0000007L", "cooperative"),
        ("N2522631MA0000007A", "collective"),
    ],
)
def test_a_right_code_tells_what_kind_of_body_it_belongs_to(code: str, kind: str) -> None:
    assert codes.is_credit_code(code)
    assert codes.body_is_right(code)
    assert codes.credit_kind(code) == kind


def test_the_first_two_characters_tell_the_kind() -> None:
    kinds = [codes.credit_kind(start) for start in ("N1", "N3", "12", "52", "ZZ", "")]
    assert kinds == ["collective", "collective", "institution", "institution", "other", "other"]


def test_every_single_wrong_character_is_noticed() -> None:
    wrong = [
        GOOD[:place] + char + GOOD[place + 1 :]
        for place in range(codes.LENGTH)
        for char in codes.ALPHABET
        if char != GOOD[place]
    ]
    assert [code for code in wrong if codes.is_credit_code(code)] == []


@pytest.mark.parametrize("code", ["", GOOD[:-1], GOOD + "0", GOOD.lower(), "９２522631MA0000007P", "92522631MA00O0007"])
def test_what_is_not_eighteen_of_the_alphabet_is_no_code(code: str) -> None:
    assert not codes.is_credit_code(code)


@pytest.mark.parametrize(
    ("typed", "position"),
    [("92522631MA0000007Q", 18), ("92522681MA0000007P", 7), ("95522631MA0000007P", 2), ("92522631WA0000007P", 9)],
)
def test_the_one_wrong_character_is_named(typed: str, position: int) -> None:
    assert codes.repair(typed, known) == Repair(GOOD, position)


@pytest.mark.parametrize(
    ("typed", "position"), [("92526231MA0000007P", 5), ("92522631AM0000007P", 9), ("29522631MA0000007P", 1)]
)
def test_two_neighbours_that_were_swapped_are_named(typed: str, position: int) -> None:
    assert codes.repair(typed, known) == Repair(GOOD, position, swapped=True)


def test_where_several_slips_explain_it_none_is_named() -> None:
    assert codes.repair("92522631MA0000008P", known) is None


def test_what_is_named_always_makes_the_code_right() -> None:
    typed = [GOOD[:place] + char + GOOD[place + 1 :] for place in range(18) for char in codes.ALPHABET]
    found = [repair for code in typed if (repair := codes.repair(code, known))]
    assert len(found) > 200
    assert [repair for repair in found if not codes.is_credit_code(repair.code)] == []


@pytest.mark.parametrize("digits", ["11452263100014", "11733078200011", "15226310000017"])
def test_the_digits_of_food_licences_verify(digits: str) -> None:
    assert codes.mod_11_10(digits)
    assert [last for last in "0123456789" if codes.mod_11_10(digits[:-1] + last)] == [digits[-1]]
