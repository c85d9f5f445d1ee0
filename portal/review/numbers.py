"""Case numbers: 8 characters without look-alikes, read out on the phone and typed by hand; the last one checks."""

import re
import secrets
import unicodedata

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
# 31 letters are a prime, and the powers 20^0 to 20^7 differ modulo 31: every single wrong character and every
# swap of two characters, next to each other or not, breaks the sum.
_PRIME, _STEP = 31, 20
_WEIGHTS = tuple(pow(_STEP, at, _PRIME) for at in range(LENGTH))
_LAST = pow(_WEIGHTS[-1], -1, _PRIME)
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212_.·]+")


def new_number() -> str:
    """A random number with its check character: 27 thousand million of them."""
    body = "".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that completes the first seven, or fewer where a number is shorter."""
    total = sum(LETTERS.index(letter) * weight for letter, weight in zip(body, _WEIGHTS, strict=False))
    return LETTERS[-total * _LAST % _PRIME]


def typed(text: str, length: int = LENGTH) -> str | None:
    """The number that somebody typed in any case, with spaces, dashes or full-width characters; None when it is none.

    Numbers of other lengths, with other characters or a wrong check character are none.
    """
    number = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:60])).upper()
    if len(number) != length or any(letter not in LETTERS for letter in number):
        return None
    return number if number[-1] == check_character(number[:-1]) else None


def shown(number: str) -> str:
    """The number as people read it: K7QM-3XRD."""
    return f"{number[:4]}-{number[4:]}"
