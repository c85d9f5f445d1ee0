"""Batches: one guide for many sellers, chosen, counted, set going as a job, stopped and continued.

What is printed, and how, is in printing.py; for whom, in recipients.py; how far it is, in history.py.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import Session, col, select

from portal import db, i18n, jobs, press
from portal.audit import service as audit
from portal.guides import history, looks, orders, recipients
from portal.guides.models import Print, PrintBatch, PrintItem
from portal.guides.recipients import Wanted
from portal.guides.shapes import SHAPES
from portal.i18n import N_, Refusal
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor

# One file for the printer has at most so many pages, a ZIP so many files.
MOST_PAGES, MOST_SINGLES = 5_000, 100
STALLED = timedelta(hours=1)


class TooManyPages(Refusal):
    """A file that no printer takes in one go."""

    msgid = N_("This would be one file of %(count)s pages; %(most)s is the most. Split it by village.")


class TooManySingles(Refusal):
    """A ZIP that nobody wants to load."""

    field = "zipped"
    msgid = N_("Single files are made for %(most)s sellers at the most, and these are %(count)s. Split it by village.")


class NotCounted(Refusal):
    """The pages of the guide are still being counted."""

    msgid = N_("The pages are still being counted. Wait a few seconds, then begin.")


@dataclass(frozen=True, slots=True)
class How:
    """In which shape: edition, language, and whether single files are wanted beside the one for the printer."""

    edition: str
    locale: str
    zipped: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How much paper it will be; `looks` are the pictures of the guide's pages, by kind of seller."""

    looks: tuple[Print, ...]
    pages: int
    sheets: int

    @property
    def ready(self) -> bool:
        """Whether all pages are counted."""
        return all(look.state == "ready" for look in self.looks)

    @property
    def failed(self) -> bool:
        """Whether the guide itself cannot be printed."""
        return any(look.state == "failed" for look in self.looks)


def choose(session: Session, wanted: Wanted, how: How, *, by: "Actor", key: str) -> PrintBatch:
    """Keep what is to be printed for whom, and have its pages counted; the same form twice is one batch.

    Raises NoSuchPaper, NotInThisLanguage, TooManySingles and what recipients.found does.
    """
    guide = recipients.guide_named(wanted.guide)
    if how.edition not in SHAPES or guide.audience != "seller":
        raise orders.NoSuchPaper
    if how.locale not in guide.languages:
        raise orders.NotInThisLanguage
    said = f"{by.id}:{key or db.new_id()}:{wanted}:{how}"
    digest = hashlib.sha256(said.encode()).hexdigest()
    known = session.exec(select(PrintBatch).where(PrintBatch.key == digest)).first()
    if known is not None:
        return known
    cases = recipients.found(session, by, wanted)
    if how.zipped and len(cases) > MOST_SINGLES:
        raise TooManySingles(most=MOST_SINGLES, count=len(cases))
    made = PrintBatch(
        key=digest,
        by_id=by.id,
        by_name=by.name,
        language=i18n.language(),
        place=audit.around([case.place for case in cases]),
        practice=cases[0].practice,
        guide=guide.key,
        edition=how.edition,
        locale=how.locale,
        whom=wanted.whom,
        about=wanted.words[:60] if wanted.whom == "place" else "",
        zipped=how.zipped,
    )
    return _kept(session, made, cases, [recipients.kind_in(guide, case) for case in cases])


def _kept(session: Session, made: PrintBatch, cases: Sequence[Case], kinds: Sequence[str]) -> PrintBatch:
    """The batch with its items, unless the second tap of the same form came first."""
    db.insert_once(session, made)
    batch = session.exec(select(PrintBatch).where(PrintBatch.key == made.key)).one()
    if batch.id == made.id:
        session.add_all(
            PrintItem(batch_id=batch.id, at=at, case_id=case.id, kind=kind)
            for at, (case, kind) in enumerate(zip(cases, kinds, strict=True))
        )
        for kind in dict.fromkeys(kinds):
            looks.ask(session, batch.guide, kind, edition=batch.edition, locale=batch.locale)
    return batch


def counted(session: Session, batch: PrintBatch) -> Count:
    """How much paper a batch will be, as far as its pages are counted."""
    query = select(PrintItem.kind, func.count()).where(PrintItem.batch_id == batch.id).group_by(col(PrintItem.kind))
    kinds = dict(session.execute(query.order_by(func.count().desc(), col(PrintItem.kind))).all())
    how = {"edition": batch.edition, "locale": batch.locale}
    seen = {kind: looks.newest(session, batch.guide, kind, **how) for kind in kinds}
    pages = sum(number * seen[kind].pages for kind, number in kinds.items())
    sheets = sum(number * -(-seen[kind].pages // 2) for kind, number in kinds.items())
    return Count(tuple(seen.values()), pages, sheets)


def start(session: Session, batch: PrintBatch, *, by: "Actor") -> PrintBatch:
    """Begin what was chosen, as a job; a second tap finds it begun. Raises NotCounted, TooManyPages, PressFailed."""
    batch = db.lock(session, batch)
    if batch.state != "chosen":
        return batch
    count = counted(session, batch)
    if count.failed:
        raise press.PressFailed
    if not count.ready:
        raise NotCounted
    if count.pages > MOST_PAGES:
        raise TooManyPages(count=count.pages, most=MOST_PAGES)
    total = history.progress(session, batch).total
    audit.note(
        session, "batch_printed", by=by, subject=batch.id, places=[batch.place], details=history.said(batch, total)
    )
    return set_going(session, batch)


def stop(session: Session, batch: PrintBatch) -> PrintBatch:
    """Stop after what is being printed; what is done stays done."""
    batch = db.lock(session, batch)
    if batch.state == "running":
        batch.state, batch.moved_at = "stopped", db.now()
        session.add(batch)
    return batch


def go_on(session: Session, batch: PrintBatch) -> PrintBatch:
    """Continue what was stopped."""
    batch = db.lock(session, batch)
    return set_going(session, batch) if batch.state == "stopped" else batch


def set_going(session: Session, batch: PrintBatch) -> PrintBatch:
    """A new piece of work each time: one that is over would not be done again."""
    jobs.ask(session, "guides.batch", begin(session, batch))
    return batch


def begin(session: Session, batch: PrintBatch) -> str:
    """Let a batch be at work; returns the id of that work, for whoever does it or asks for it."""
    batch.state, batch.why, batch.go, batch.moved_at = "running", "", batch.go + 1, db.now()
    session.add(batch)
    return f"{batch.id}.{batch.go}"


@jobs.work("guides.batches", schedule="15 * * * *")
def go_on_with_stalled(_: str) -> None:
    """Set going again what should be at work and is not."""
    with db.writing() as session:
        stalled = col(PrintBatch.state) == "running", col(PrintBatch.moved_at) < db.now() - STALLED
        for batch in session.exec(select(PrintBatch).where(*stalled)).all():
            set_going(session, db.lock(session, batch))
