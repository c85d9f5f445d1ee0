"""The passwords of staff: which are good enough, and what is stored of them."""

import hashlib
import hmac
import secrets
import unicodedata

from portal.i18n import N_, Refusal

SHORTEST, LONGEST = 15, 200
# scrypt with 16 MB: OWASP's choice for small machines; two tries at once must fit into a web process.
N, R, P = 2**14, 8, 5
OBVIOUS = ("password", "haohuo", "qwerty", "asdfgh", "12345", "54321", "abcde", "admin", "letmein", "好货")


class TooShort(Refusal):
    """The new password has fewer than 15 characters."""

    msgid = N_("A password needs at least 15 characters; this one has %(num)s. Take four or five words.")
    field = "password"


class TooLong(Refusal):
    """The new password is longer than anybody types."""

    msgid = N_("A password has at most %(most)s characters.")
    field = "password"


class TooObvious(Refusal):
    """The new password is easy to guess."""

    msgid = N_("This password is easy to guess: it repeats itself, or is a name or a well-known word. Take another.")
    field = "password"


def refuse_weak(password: str, *names: str) -> None:
    """Raise TooShort, TooLong or TooObvious for a password that should not be taken."""
    if len(password) > LONGEST:
        raise TooLong(most=LONGEST)
    text = password.casefold()
    if len(password) < SHORTEST:
        raise TooShort(num=len(password))
    unit = next(size for size in range(1, len(text) + 1) if (text[:size] * len(text))[: len(text)] == text)
    names = tuple(name.casefold() for name in names if len(name) > 1)
    stripped = text
    for word in (*OBVIOUS, *names):
        stripped = stripped.replace(word, "")
    if len(set(text)) < 6 or unit < 8 or len(stripped) < 10:
        raise TooObvious


def hash_password(password: str) -> str:
    """What is stored of a password; takes a quarter of a second on purpose, so never inside a transaction."""
    salt = secrets.token_bytes(16)
    return f"scrypt${N}${R}${P}${salt.hex()}${_scrypt(password, salt, N, R, P).hex()}"


def matches(password: str, stored: str | None) -> bool:
    """Whether it is the password that was stored; takes as long when none was."""
    _, n, r, p, salt, known = (stored or f"scrypt${N}${R}${P}$00$00").split("$")
    tried = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(tried, bytes.fromhex(known))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=2**26, dklen=32)
