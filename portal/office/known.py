"""What is in force of the office, read once in a process and again when it has changed.

A change made in this process is seen at once; others look at the page's version every few seconds.
"""

import math
import threading
import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from portal import db
from portal.accounts import serving
from portal.office.models import KINDS, ONLY, Day, Page, Spot
from portal.questions.grammar import valid
from portal.questions.models import Frozen, Words
from portal.questions.problems import Place
from portal.questions.reading import parsed

FILE = "office/office.toml"
NEEDED = ("name", "short", "county", "phone", "hours", "address", "responsible", "responsible_contact")
LOOK_EVERY_SECONDS = 5.0
SATURDAY = 5


class Office(Frozen):
    """The office as pages and papers name it; an empty text is one that nobody has filled in."""

    name: Words
    short: Words
    county: str = Field(pattern=r"^[0-9]{6}$")
    phone: Words
    appeals_phone: str = ""
    hours: Words
    address: Words
    station: str = ""
    seal: str = ""
    icp: str = ""
    police: str = ""
    responsible: str = ""
    responsible_contact: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0

    @property
    def appeals(self) -> str:
        """Whom to ring who does not agree with a decision."""
        return self.appeals_phone or self.phone


NOBODY = Office.model_construct(None, **dict.fromkeys(NEEDED, ""))


@dataclass(frozen=True)
class InForce:
    """All that is known of the office; `served` is whose staff decide on what comes from its county."""

    office: Office
    promises: Mapping[str, int] = field(default_factory=dict)
    days: tuple[Day, ...] = ()
    spots: tuple[Spot, ...] = ()
    served: str | None = ""
    version: int = -1

    @cached_property
    def marked(self) -> dict[date, bool]:
        """The days that are not what their weekday says: whether the office works on them."""
        return {row.day: row.working for row in self.days if row.working != (row.day.weekday() < SATURDAY)}

    @cached_property
    def _dates(self) -> list[date]:
        return sorted(self.marked)

    def shift(self, start: date, end: date) -> int:
        """How many more working days than Mondays to Fridays lie after `start`, up to and with `end`."""
        first, last = bisect_right(self._dates, start), bisect_right(self._dates, end)
        return sum(1 if self.marked[day] else -1 for day in self._dates[first:last]) if first < last else 0


_one = threading.Lock()
_state = SimpleNamespace(sample=NOBODY, last=None, seen=None, looked=-math.inf, turn=0)


def read(folder: Path, overlay: Path | None) -> tuple[Office | None, list[str]]:
    """The sample office of the library, or of the overlay that a county brings; and what is wrong with it."""
    own, place = overlay / FILE if overlay else None, Place(FILE)
    raw = parsed(own if own and own.exists() else folder / FILE, place)
    return None if raw is None else valid(Office, raw, place), place.found


def begin(sample: Office) -> None:
    """Start anew: until the page is filled in, the office is this one."""
    _state.sample, _state.last = sample, None
    forget()


def forget() -> None:
    """Read afresh at the next look; a look that is under way counts for nothing."""
    _state.turn += 1
    _state.seen = None


def heed(version: int) -> None:
    """A version of the page has been met; another than the one in force means that another process changed it."""
    if _state.seen is not None and _state.seen.version != version:
        forget()


def in_force() -> InForce:
    """What is known of the office now; while the database does not answer, what was known last."""
    seen: InForce | None = _state.seen
    if seen is not None and time.monotonic() < _state.looked + LOOK_EVERY_SECONDS:
        return seen
    if not _one.acquire(blocking=seen is None):
        return seen  # type: ignore[return-value]  # somebody else is looking: what we have is a few seconds old
    try:
        return _look()
    finally:
        _one.release()


def _look() -> InForce:
    while True:
        turn, last = _state.turn, _state.last or InForce(_state.sample)
        try:
            with db.reading() as session:
                found = _read(session, last)
        except SQLAlchemyError:
            found = last
        if turn == _state.turn:  # else it changed while we read
            _state.last = _state.seen = found
            _state.looked = time.monotonic()
            return found


def _read(session: Session, last: InForce) -> InForce:
    """The page first: what is newer than it is read again, since its version then differs."""
    page = session.get(Page, ONLY) or Page()
    filled = all(getattr(page, name) for name in NEEDED)
    known = {name: getattr(page, name) for name in Office.model_fields}
    # A sample may bear the real logo, so that one sees how it looks.
    office = Office(**known) if filled else _state.sample.model_copy(update=_logo(page))
    served = serving.who_serves(session, office.county)
    if page.version == last.version:
        same = replace(last, office=office, served=served)
        return last if same == last else same  # the very same tells others that nothing changed
    days = session.exec(select(Day).order_by(col(Day.day))).all()
    spots = session.exec(select(Spot).order_by(col(Spot.made_at), col(Spot.id))).all()
    order = list(KINDS)
    return InForce(
        office=office,
        promises=page.promises,
        days=tuple(days),
        spots=tuple(sorted(spots, key=lambda spot: order.index(spot.kind))),
        served=served,
        version=page.version,
    )


def _logo(page: Page) -> dict[str, str | int]:
    return {name: getattr(page, name) for name in ("logo", "logo_width", "logo_height")}
