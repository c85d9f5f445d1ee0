"""Sealing what is personal, looking it up by a keyed hash, and the keys for both, from one secret.

PORTAL_SECRET may hold several secrets, newest first, with commas between: the first one seals, and each opens what it
sealed. A sealed value starts with one byte that names its secret. The SQLite file has the key of the secret it was made
with, until `flask vault rotate` gives it and all the rest to the newest.
"""

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST, FEWEST_LETTERS = 32, 8
NONCE = 12


class Unsealable(Exception):
    """The bytes were not sealed here: another secret, another place, or changed since."""


class WeakSecret(Exception):
    """The secret is too short or too even to protect anybody."""


class NotSetUp(Exception):
    """The vault was used before create_app, the command line or a test gave it its secret."""


@dataclass(frozen=True, repr=False)
class _Ring:
    """One secret's keys."""

    secret: bytes
    name: bytes
    sealing: AESGCM
    finding: bytes


_rings: tuple[_Ring, ...] = ()


def setup(secret: str) -> None:
    """Derive all keys from `secret`, or from several with commas between, the newest first; raises WeakSecret."""
    global _rings
    _rings = tuple(_ring(part.strip()) for part in secret.split(","))


def seal(content: bytes, place: str) -> bytes:
    """Seal `content` with the newest key so that it opens only at `place`, a "table:id:field"."""
    ring, nonce = _ready()[0], secrets.token_bytes(NONCE)
    return ring.name + nonce + ring.sealing.encrypt(nonce, content, ring.name + place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Open what `seal` made for the same place, under any of the secrets; raises Unsealable."""
    name, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    for ring in _ready():
        if ring.name == name and len(nonce) == NONCE:
            try:
                return ring.sealing.decrypt(nonce, rest, name + place.encode())
            except InvalidTag:
                continue  # two secrets may share a name by chance
    raise Unsealable


def renewed(sealed: bytes, place: str) -> bytes | None:
    """What another secret sealed, sealed by the newest; None when the newest did it. Raises Unsealable."""
    name, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    newest = _ready()[0]
    if name == newest.name and len(nonce) == NONCE:
        with suppress(InvalidTag):
            newest.sealing.decrypt(nonce, rest, name + place.encode())
            return None
    return seal(unseal(sealed, place), place)


def look_up(kind: str, value: str | bytes) -> str:
    """A keyed hash of `value` in 32 hex characters, to find it by; the same value of another `kind` has another."""
    return _look_up(_ready()[0], kind, value)


def look_ups(kind: str, value: str | bytes) -> tuple[str, ...]:
    """As look_up, under each of the secrets, newest first: what older rows may hold."""
    return tuple(_look_up(ring, kind, value) for ring in _ready())


def key_for(purpose: str, secret: int = 0) -> bytes:
    """32 bytes for one purpose ("cookies", "database"); `secret` counts from the newest, 0."""
    return _derived(_ready()[secret].secret, purpose)


def fingerprints() -> tuple[str, ...]:
    """A short name of each secret, newest first, to tell them apart by; it tells nothing about them."""
    return tuple(_derived(ring.secret, "fingerprint")[:4].hex() for ring in _ready())


def database_keys() -> tuple[bytes, ...]:
    """The keys that the SQLite file may have, the newest secret's first: a new file gets that one."""
    return tuple(_derived(ring.secret, "database") for ring in _ready())


def _ready() -> tuple[_Ring, ...]:
    if not _rings:
        raise NotSetUp
    return _rings


def _ring(secret: str) -> _Ring:
    if len(secret) < SHORTEST or len(set(secret)) < FEWEST_LETTERS:
        raise WeakSecret(
            f"PORTAL_SECRET is weak: each secret in it needs {SHORTEST} characters, {FEWEST_LETTERS} of them different."
        )
    raw = secret.encode()
    return _Ring(raw, _derived(raw, "name")[:1], AESGCM(_derived(raw, "sealing")), _derived(raw, "looking up"))


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"haohuo " + purpose.encode()).derive(secret)


def _look_up(ring: _Ring, kind: str, value: str | bytes) -> str:
    content = value.encode() if isinstance(value, str) else value
    return hmac.digest(ring.finding, kind.encode() + b"\0" + content, sha256)[:16].hex()
