"""The short code of a guide: five characters without look-alikes made of its name and kind, and one that checks."""

import hashlib

from portal.review import numbers

BODY = 5
LENGTH = BODY + 1


def code_of(name: str, kind: str) -> str:
    """The code of a guide for a kind of seller: the same for ever, on every instance."""
    rest = int.from_bytes(hashlib.sha256(f"{name}/{kind}".encode()).digest()[:8])
    body = ""
    for _ in range(BODY):
        rest, at = divmod(rest, len(numbers.LETTERS))
        body += numbers.LETTERS[at]
    return body + numbers.check_character(body)


def typed(text: str) -> str | None:
    """The code that somebody typed, in any case and with spaces or dashes; None when a character is wrong."""
    return numbers.typed(text, LENGTH)
