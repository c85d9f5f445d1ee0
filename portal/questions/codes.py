"""Numbers with a check digit: the unified social credit code (GB 32100) and those of ISO 7064 MOD 11,10."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
# The check character weighs 1, so that a right code sums to a multiple of 31.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
# GB 11714: positions 9-16 of the code; its own check character stands at position 17.
BODY = slice(8, 16)
BODY_CHECK = 16
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REGION = slice(2, 8)
NEVER_OCCUR = "IOSVZ"
# What a letter that never occurs was probably meant to be.
MEANT = str.maketrans(NEVER_OCCUR, "105U2")
LOOK_ALIKE = ("0ODQ", "1IL7T", "2Z", "5S6", "8B3", "6G", "CG", "UVWY", "MNHW", "KX", "PRFE", "49A", "389", "EF")

# Named as the question set of that kind of seller is, where there is one.
CodeKind = Literal["company", "sole_trader", "cooperative", "collective", "institution", "other"]
KINDS: dict[str, CodeKind] = {
    "91": "company",
    "92": "sole_trader",
    "93": "cooperative",
    "N1": "collective",
    "N2": "collective",
    "N3": "collective",
    "12": "institution",
    "52": "institution",
}
# The first two characters that GB 32100 knows: the registering department and the kind of body.
PREFIX = re.compile("1[1239]|2[19]|3[1-59]|4[19]|5[1239]|6[129]|7[129]|8[19]|9[123]|A[19]|N[1239]|Y1")


@dataclass(frozen=True, slots=True)
class Repair:
    """The right code as far as it can be told, and the position (from 1) that is wrong; two when they were swapped."""

    code: str
    position: int
    swapped: bool = False


def is_credit_code(code: str) -> bool:
    """Whether the 18 characters and their check character are right (GB 32100-2015)."""
    return len(code) == LENGTH and all(char in ALPHABET for char in code) and _rest(code) == 0


def credit_kind(code: str) -> CodeKind:
    """What kind of body a code belongs to, by its first two characters."""
    return KINDS.get(code[:2], "other")


def mod_11_10(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO 7064 MOD 11,10), as on SC and JY licences."""
    check = 5
    for digit in digits:
        check = (((check or 10) * 2) % 11 + int(digit)) % 10
    return check == 1


def repair(code: str, known_region: Callable[[str], bool]) -> Repair | None:
    """The one slip that explains why the check of an 18-character code fails, or None when several could.

    A slip is one wrong character or two neighbours swapped. The organisation code inside (GB 11714) has a check of
    its own, and `known_region` tells which six digits are a county: both leave few slips possible.
    """
    possible = {found.code: found for found in _slips(code, known_region)}
    likely = [found for found in possible.values() if _is_likely(code, found)]
    alone = likely or list(possible.values())
    return alone[0] if len(alone) == 1 else None


def body_is_right(code: str) -> bool:
    """Whether positions 9 to 17 agree with each other (GB 11714)."""
    total = sum(weight * BODY_ALPHABET.index(char) for weight, char in zip(BODY_WEIGHTS, code[BODY], strict=True))
    return "0123456789X0"[11 - total % 11] == code[BODY_CHECK]


def _rest(code: str) -> int:
    return sum(weight * ALPHABET.index(char) for weight, char in zip(WEIGHTS, code, strict=True)) % 31


def _slips(code: str, known_region: Callable[[str], bool]) -> Iterator[Repair]:
    """Every code one slip away that is right in all we can check."""
    missing = -_rest(code)
    for place, (weight, old) in enumerate(zip(WEIGHTS, code, strict=True)):
        for new in ALPHABET:
            if (weight * (ALPHABET.index(new) - ALPHABET.index(old)) - missing) % 31 == 0:
                yield from _right(Repair(code[:place] + new + code[place + 1 :], place + 1), code, known_region)
    for place in range(LENGTH - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code and _rest(swapped) == 0:
            yield from _right(Repair(swapped, place + 1, swapped=True), code, known_region)


def _right(found: Repair, code: str, known_region: Callable[[str], bool]) -> Iterator[Repair]:
    new, old = found.code[REGION], code[REGION]
    # A slip inside the organisation code says nothing of the region, whose county may have been dissolved.
    region = new == old and BODY.start < found.position <= BODY_CHECK + 1
    region = region or (known_region(new) and (new == old or not known_region(old)))
    if PREFIX.match(found.code) and region and body_is_right(found.code):
        yield found


def _is_likely(code: str, found: Repair) -> bool:
    """Whether a hand makes this slip: neighbours swapped, or characters that look alike."""
    old, new = code[found.position - 1], found.code[found.position - 1]
    return found.swapped or any(old in group and new in group for group in LOOK_ALIKE)
