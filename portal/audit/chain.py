"""Chains of things that happened: each link's hash covers the one before it, what was said with it is sealed.

The hash covers the digest of the salted details, not the details: they can be erased and the chain still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from portal import db, vault
from portal.i18n import N_, gettext, library_text

Details = Mapping[str, object]
MISSING = N_("number %(seq)s is missing")
STRANGE = N_("number %(seq)s does not follow the one before it: it was put in or moved")
CHANGED = N_("number %(seq)s was changed afterwards")
RESAID = N_("what was said with number %(seq)s was changed afterwards")
CUT = N_("the end was cut off: number %(seq)s and what came after it is missing")
ADDED = N_("number %(seq)s was added at the end without being noted")
OTHER_END = N_("number %(seq)s is not what was noted as the last one")


class Who(Protocol):
    """Whoever does something: an Actor, the seller of a sheet, or the machine."""

    @property
    def kind(self) -> str:
        """The word "seller", "staff" or "machine"."""

    @property
    def id(self) -> str:
        """Whose account it is."""

    @property
    def name(self) -> str:
        """The name as colleagues know it."""


class Link(Protocol):
    """What every link of a chain has."""

    seq: int
    digest: str
    salt: str | None
    details: bytes | None
    previous: str
    hash: str


L = TypeVar("L", bound=Link)


@dataclass(frozen=True, slots=True)
class Break:
    """The first link of a chain that does not hold, and what does not fit."""

    seq: int
    why: str

    @property
    def text(self) -> str:
        """The sentence, in the current language."""
        return gettext(self.why, seq=self.seq)


def say(said: Details | None, place: str) -> dict[str, Any]:
    """Digest, salt and sealed details of a new link; `place` is the vault's."""
    content, salt = _text(said or {}), secrets.token_hex(16)
    return {
        "digest": _digest(salt, content),
        "salt": salt,
        "details": vault.seal(content.encode(), place) if said else None,
    }


def said(link: Link, place: str) -> dict[str, object] | None:
    """What was said with a link; None once it was erased, {} when nothing was."""
    if link.salt is None:
        return None
    if link.details is None:
        return {}
    opened: dict[str, object] = json.loads(vault.unseal(link.details, place))
    return opened


def shown(said: object) -> str:
    """A detail in words, in the language of whoever reads: words of the library are kept as they stand there.

    A list holds words of the code, as they stand in it; a list of two such what was, and what is now.
    """
    if not isinstance(said, list):
        return library_text(str(said))
    if said and isinstance(said[0], list):
        return " → ".join(map(shown, said))
    return gettext(", ").join(map(gettext, said))


def hashed(*facts: object) -> str:
    """The hash of a link's facts, the hash of the one before it among them."""
    plain = [_moment(fact) if isinstance(fact, datetime) else fact for fact in facts]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(db.CHINA).isoformat(timespec="microseconds")


def first_break(
    links: Iterable[L], *, count: int, head: str, hash_of: Callable[[L], str], place_of: Callable[[L], str]
) -> Break | None:
    """The first link that is missing or was changed; None when all hold up to the noted `head`, `count` in number.

    Erased details are no break; details that no longer fit their digest are.
    """
    previous, seq = "", 0
    for seq, link in enumerate(links, start=1):
        if seq > count:
            return Break(seq, ADDED)
        why = _wrong(link, seq, previous, hash_of(link), place_of(link))
        if why:
            return Break(seq, why)
        previous = link.hash
    if seq < count:
        return Break(seq + 1, CUT)
    return None if previous == head else Break(max(count, 1), OTHER_END)


def _wrong(link: Link, seq: int, previous: str, hash: str, place: str) -> str:
    if link.seq != seq:
        return MISSING
    if link.previous != previous:
        return STRANGE
    if link.hash != hash:
        return CHANGED
    return "" if _fits(link, place) else RESAID


def _fits(link: Link, place: str) -> bool:
    if link.salt is None:
        return link.details is None
    try:
        return link.digest == _digest(link.salt, _text(said(link, place) or {}))
    except (vault.Unsealable, ValueError):
        return False


def _text(content: Details) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(salt: str, content: str) -> str:
    return hashlib.sha256(f"{salt}:{content}".encode()).hexdigest()
