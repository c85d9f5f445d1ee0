import pytest

from portal.review import numbers


def test_a_number_has_eight_characters_without_look_alikes() -> None:
    made = [numbers.new_number() for _ in range(200)]
    assert {len(number) for number in made} == {8}
    assert set("".join(made)) & set("01ILO") == set()


def test_a_made_number_is_read_back() -> None:
    made = [numbers.new_number() for _ in range(200)]
    assert [numbers.typed(numbers.shown(number)) for number in made] == made


@pytest.mark.parametrize(
    "text",
    [
        "K7QM3XRD",
        "K7QM-3XRD",
        "k7qm 3xrd",
        " K7QM – 3XRD ",
        "Ｋ７ＱＭ－３ＸＲＤ",
        "k7qm_3xrd",
        "K7QM−3XRD",
        "K7QM\u30003XRD",
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert numbers.typed(text) == "K7QM3XRD"


@pytest.mark.parametrize(
    "text",
    ["", "K7QM3XR", "K7QM3XRDD", "K7QM3XR0", "K7QM3XRI", "九潮高山椪柑好的", "K7QM3XRD\x00", "é" * 8, "9" * 10_000],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers.typed(text) is None


def test_any_wrong_character_is_found() -> None:
    number = numbers.new_number()
    wrong = [
        number[:at] + other + number[at + 1 :] for at in range(8) for other in numbers.LETTERS if other != number[at]
    ]
    assert [text for text in wrong if numbers.typed(text)] == []


def test_any_two_swapped_characters_are_found() -> None:
    number = "23456789"[:7] + numbers.check_character("2345678")
    swapped = []
    for one in range(8):
        for two in range(one + 1, 8):
            letters = list(number)
            letters[one], letters[two] = letters[two], letters[one]
            if letters != list(number):
                swapped.append("".join(letters))
    assert [text for text in swapped if numbers.typed(text)] == []


def test_a_number_is_shown_in_two_halves() -> None:
    assert numbers.shown("K7QM3XRD") == "K7QM-3XRD"
