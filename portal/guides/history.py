"""Batches as they are read: how far each is, what came of every guide, who printed what; and forgetting them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, case, delete, false, func, or_, update
from sqlmodel import Session, col, select

from portal import db, i18n, jobs
from portal.audit import service as audit
from portal.guides import orders, recipients
from portal.guides.models import PrintBatch, PrintItem
from portal.i18n import gettext, library_text
from portal.review import numbers
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor

ROLES = ("reviewer", "manager", "admin", "helper")
PAGE = 50
DRAFTS, FILES, KEEP = timedelta(days=1), timedelta(days=7), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many guides of a batch are printed, could not be, and still wait; `odd` of the printed need a pen."""

    done: int
    failed: int
    waiting: int
    odd: int = 0

    @property
    def total(self) -> int:
        """All guides of the batch."""
        return self.done + self.failed + self.waiting

    @property
    def past(self) -> int:
        """Those that had their turn."""
        return self.done + self.failed


@dataclass(frozen=True, slots=True)
class Line:
    """One guide of a batch, for people."""

    at: int
    case_id: str
    number: str
    title: str
    why: str

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return numbers.shown(self.number)


def said(batch: PrintBatch, total: int) -> Mapping[str, str]:
    """What the chain says of a batch: which guide, and for how many."""
    return {"about": title(batch), "rows": i18n.ngettext("one seller", "%(num)s sellers", total)}


def title(batch: PrintBatch) -> str:
    """The name of the guide in the language of whoever reads; its key when the guide is no longer there."""
    try:
        return library_text(recipients.guide_named(batch.guide).title)
    except orders.NoSuchPaper:
        return batch.guide


def whom(batch: PrintBatch) -> str:
    """For whom a batch is, in words; a place by its name as it was typed."""
    label = gettext(recipients.WHOM.get(batch.whom, batch.whom))
    return gettext("%(what)s: %(name)s", what=label, name=batch.about) if batch.about else label


def find(session: Session, actor: "Actor", batch_id: str) -> PrintBatch | None:
    """A batch, for whoever prints where all its sellers are; others see none."""
    batch = session.get(PrintBatch, batch_id)
    return batch if batch is not None and actor.roles & {*ROLES} and actor.works_for(batch.place) else None


def history(session: Session, actor: "Actor", limit: int = PAGE) -> list[tuple[PrintBatch, Progress]]:
    """Who printed what for whom where the person works: the newest batches that were begun."""
    begun = col(PrintBatch.state) != "chosen", _within(actor)
    rows = session.exec(select(PrintBatch).where(*begun).order_by(col(PrintBatch.made_at).desc()).limit(limit)).all()
    counts = _counted(session, [row.id for row in rows])
    return [(row, counts[row.id]) for row in rows]


def _within(actor: "Actor") -> ColumnElement[bool]:
    return or_(*(func.substr(col(PrintBatch.place), 1, len(place)) == place for place in actor.places), false())


def progress(session: Session, batch: PrintBatch) -> Progress:
    """How far a batch is."""
    return _counted(session, [batch.id])[batch.id]


def _counted(session: Session, ids: list[str]) -> dict[str, Progress]:
    columns = col(PrintItem.batch_id), col(PrintItem.state)
    told = func.sum(case((col(PrintItem.why) == "", 0), else_=1))
    query = select(*columns, func.count(), told).where(col(PrintItem.batch_id).in_(ids)).group_by(*columns)
    found = {id: {"done": 0, "failed": 0, "waiting": 0, "odd": 0} for id in ids}
    for id, state, number, odd in session.execute(query).all():
        found[id][state] = number
        found[id]["odd"] += odd if state == "done" else 0
    return {id: Progress(**counts) for id, counts in found.items()}


def lines(session: Session, batch: PrintBatch, state: str, after: int = -1) -> tuple[list[Line], bool]:
    """The guides of a batch with one outcome, in the order of the file, and whether there are more.

    "odd" are the printed ones of which something is told.
    """
    chosen = col(PrintItem.state) == ("done" if state == "odd" else state)
    chosen = chosen & (col(PrintItem.why) != "") if state == "odd" else chosen
    columns = (PrintItem.at, PrintItem.case_id, Case.number, Case.title, PrintItem.why)
    query = (
        select(*map(col, columns))
        .join(Case, col(Case.id) == col(PrintItem.case_id))
        .where(col(PrintItem.batch_id) == batch.id, chosen, col(PrintItem.at) > after)
    )
    rows = session.execute(query.order_by(col(PrintItem.at)).limit(PAGE + 1)).all()
    return [Line(*row) for row in rows[:PAGE]], len(rows) > PAGE


def opened(actor: "Actor", batch: PrintBatch, total: int) -> None:
    """Write down that somebody takes a file of a batch away: before its bytes leave."""
    audit.saw(actor, "batch_fetched", subject=batch.id, places=[batch.place], details=said(batch, total))


@jobs.work("guides.forget", schedule="20 * * * *")
def forget(_: str) -> None:
    """Forget choices after a day, files after seven, and who printed what after ninety."""
    with db.writing() as session:
        old = col(PrintBatch.state).in_(("stopped", "done")), col(PrintBatch.moved_at) < db.now() - FILES
        erase_files(session, list(session.exec(select(PrintBatch.id).where(*old))))
        over = (col(PrintBatch.state) == "chosen") & (col(PrintBatch.made_at) < db.now() - DRAFTS)
        over |= col(PrintBatch.moved_at) < db.now() - KEEP
        ids = session.exec(select(PrintBatch.id).where(over)).all()
        session.execute(delete(PrintItem).where(col(PrintItem.batch_id).in_(ids)))
        session.execute(delete(PrintBatch).where(col(PrintBatch.id).in_(ids)))


def erase_files(session: Session, ids: list[str]) -> None:
    """Let go of all files of some batches; what was not finished is over then."""
    here = col(PrintBatch.id).in_(ids)
    session.execute(update(PrintBatch).where(here).values(file="", singles=""))
    session.execute(update(PrintBatch).where(here, col(PrintBatch.state) != "chosen").values(state="done"))
    forget_pieces(session, ids)


def forget_pieces(session: Session, ids: list[str]) -> None:
    """Let go of what was only needed until some batches were put together."""
    session.execute(update(PrintItem).where(col(PrintItem.batch_id).in_(ids)).values(piece="", single=""))


def erase(session: Session, case_ids: list[str]) -> None:
    """Forget that these cases were printed, and every file of a batch that they stand in."""
    named = select(PrintItem.batch_id).where(col(PrintItem.case_id).in_(case_ids))
    erase_files(session, list(session.exec(named)))
    session.execute(delete(PrintItem).where(col(PrintItem.case_id).in_(case_ids)))


def kept(session: Session) -> set[str]:
    """The files that batches still name, for the sweep of files."""
    columns = (PrintBatch.file, PrintBatch.singles, PrintItem.piece, PrintItem.single)
    return {name for column in columns for name in session.exec(select(column).where(col(column) != "").distinct())}
