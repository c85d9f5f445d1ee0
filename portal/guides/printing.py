"""Printing a batch as durable work: covers in chunks, single files where wanted, then one file for the printer.

A chunk's covers and what came of each are one transaction, in which a guide that is printed already is passed over: a
kill loses a chunk's work at the most, prints none twice and leaves none out.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session, col, select

from portal import db, files, i18n, jobs, press
from portal.access import Actor
from portal.accounts import serving
from portal.audit.chain import Who
from portal.audit.service import Machine
from portal.guides import binding, history, orders
from portal.guides.faults import Lacking, NothingPrinted, TooLongFor
from portal.guides.models import PrintBatch, PrintItem
from portal.i18n import Refusal, gettext
from portal.press import Leaf, manuscript
from portal.registration import papers
from portal.review import events
from portal.review.models import Case
from portal.review.runs import Broken, SwitchedOff

# Covers laid out in one go; whole guides as single files.
COVERS, SINGLES = 20, 5
# Seconds after which a busy press is asked again, and that a batch works before other jobs have their turn.
LATER, SLICE = 20.0, 2.0
_state = SimpleNamespace(url="")


@dataclass(frozen=True)
class Cover:
    """The cover of one item; `said` are its fields by label, in the language of whoever reads what went wrong."""

    at: int
    case_id: str
    front: Leaf
    rest: Leaf
    said: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What came of one item; the page is the cover's place in the piece."""

    at: int
    state: str
    why: str = ""
    page: int = 0


def setup(url: str) -> None:
    """Take the address that QR codes carry."""
    _state.url = url


@jobs.work("guides.batch", line="long")
def work(subject: str) -> float | None:
    """Print a batch until it is over or stopped; after each slice other jobs have their turn."""
    batch_id, _, go = subject.partition(".")
    until = time.monotonic() + SLICE
    try:
        while step(batch_id, int(go)):
            if time.monotonic() > until:
                return 0.0
    except press.PressBusy:
        return LATER
    return None


def step(batch_id: str, go: int) -> bool:
    """Print the next part of a batch; False when there is nothing to do now."""
    with db.reading() as session:
        batch = session.get(PrintBatch, batch_id)
        if batch is None or (batch.state, batch.go) != ("running", go):
            return False
        by = _by(session, batch)
        waiting, alone = _waiting(session, batch), _alone(session, batch)
        with i18n.speaking(batch.locale):
            covers = {item.at: _cover(session, batch, item) for item in waiting or alone}
    if by is None:
        return _over(batch, "stopped", SwitchedOff(who=batch.by_name))
    if waiting:
        return _print_covers(batch, by, waiting, covers)
    if alone:
        return _print_alone(batch, [cover for cover in covers.values() if cover])
    return _finish(batch)


def _by(session: Session, batch: PrintBatch) -> Who | None:
    """In whose name it is printed; None once they may not print there any more."""
    if not batch.by_id:
        return Machine(name=batch.by_name)
    by: Actor | None = serving.acting(session, batch.by_id)
    return by if by and by.roles & {*history.ROLES} and by.works_for(batch.place) else None


def _waiting(session: Session, batch: PrintBatch) -> Sequence[PrintItem]:
    """The next ones of one kind: the foot of their covers counts the same pages."""
    query = select(PrintItem).where(PrintItem.batch_id == batch.id, PrintItem.state == "waiting")
    first = session.exec(query.order_by(col(PrintItem.at)).limit(1)).first()
    alike = query.where(PrintItem.kind == first.kind) if first else query
    return session.exec(alike.order_by(col(PrintItem.at)).limit(COVERS)).all()


def _alone(session: Session, batch: PrintBatch) -> Sequence[PrintItem]:
    """The next printed ones that lack a file of their own."""
    if not batch.zipped:
        return []
    query = select(PrintItem).where(PrintItem.batch_id == batch.id, PrintItem.state == "done", PrintItem.single == "")
    return session.exec(query.order_by(col(PrintItem.at)).limit(SINGLES)).all()


def _cover(session: Session, batch: PrintBatch, item: PrintItem) -> Cover | None:
    """The cover of an item in the language of the paper; None when its case is gone."""
    case = session.exec(select(Case).where(Case.id == item.case_id)).first()
    if case is None or not case.seller_id:
        return None
    person = papers.cover(session, case)
    order = orders.guide_order(
        batch.guide, item.kind, person, link=papers.status_code(_state.url, case.number).url, practice=batch.practice
    )
    with i18n.speaking(batch.language):
        said = {gettext("Shop"): person.shop, gettext("Place"): person.place}
        said |= {gettext("What is left to do"): "".join(person.left)}
    front, rest = order.leaves
    return Cover(item.at, case.id, front, rest, said)


def _print_covers(batch: PrintBatch, by: Who, items: Sequence[PrintItem], covers: dict[int, Cover | None]) -> bool:
    """Print the covers of a chunk into one piece; those that cannot be printed are left out and told."""
    gone = [Outcome(at, "failed", _say(batch, orders.NoSuchPaper())) for at, cover in covers.items() if not cover]
    good, piece, bad = _tried(batch, [cover for cover in covers.values() if cover])
    name = files.keep(piece.pdf) if piece else ""
    lacking = piece.missing if piece else frozenset()
    done = [Outcome(it.at, "done", _lacks(batch, it, lacking), page) for page, it in enumerate(good)]
    with db.writing() as session:
        held = _going(session, batch)
        if held is None:
            return False
        for outcome in [*gone, *bad, *done]:
            _note(session, held, by, outcome, name)
    return True


def _note(session: Session, batch: PrintBatch, by: Who, outcome: Outcome, piece: str) -> None:
    """Write down what came of an item, once, and in the chain of its case that it was printed."""
    item = session.get(PrintItem, (batch.id, outcome.at))
    if item is None or item.state != "waiting":
        return
    item.state, item.why, item.page, item.done_at = outcome.state, outcome.why, outcome.page, db.now()
    item.piece = piece if outcome.state == "done" else ""
    session.add(item)
    if outcome.state == "done":
        case = session.exec(select(Case).where(Case.id == item.case_id)).one()
        label = history.title(batch)
        events.append(session, db.lock(session, case), "print", by=by, subject="batch", details={"label": label})


def _tried(batch: PrintBatch, covers: list[Cover]) -> tuple[list[Cover], press.Paper | None, list[Outcome]]:
    """The covers that print, their piece, and what is wrong with the others."""
    good, alone = list(covers), False
    bad: list[Outcome] = []
    while good:
        try:
            return good, _fronts(batch, good), bad
        except press.FrontTooLong as fault:
            worse = {at: _why(fault, good[at]) for at in fault.every}
        except press.PressBusy:
            raise
        except press.PressFailed:
            if alone:  # each prints by itself, but not together: the job is tried again
                raise
            alone, worse = True, {at: why for at, it in enumerate(good) if (why := _fails(batch, it))}
        bad += [Outcome(good[at].at, "failed", _say(batch, why)) for at, why in worse.items()]
        good = [it for at, it in enumerate(good) if at not in worse]
    return [], None, bad


def _fronts(batch: PrintBatch, covers: Sequence[Cover]) -> press.Paper:
    rest = press.print_rest(covers[0].rest, batch.locale, edition=batch.edition)
    leaves = [it.front for it in covers]
    return press.print_fronts(leaves, batch.locale, edition=batch.edition, total=1 + rest.pages)


def _fails(batch: PrintBatch, cover: Cover) -> Refusal | None:
    """Why a cover does not print by itself; None when it does."""
    try:
        _fronts(batch, [cover])
    except press.PressBusy:
        raise
    except press.PressFailed as fault:
        return _why(fault, cover)
    return None


def _why(fault: press.PressFailed, cover: Cover) -> Refusal:
    """What is wrong with a cover, with the field that fills it where it is too long."""
    long = isinstance(fault, press.FrontTooLong) and not isinstance(fault, press.FrontFailed)
    return TooLongFor(what=_longest(cover)) if long else fault


def _longest(cover: Cover) -> str:
    return max(cover.said, key=lambda field: len(cover.said[field]))


def _lacks(batch: PrintBatch, cover: Cover, missing: frozenset[str]) -> str:
    """Which characters of which fields cannot be drawn; empty when all can."""
    found = {field: sorted(missing & {*words}) for field, words in cover.said.items()}
    faults = [
        Lacking(what=field, characters=" ".join(f"{it} ({manuscript.codepoint(it)})" for it in characters))
        for field, characters in found.items()
        if characters
    ]
    return " ".join(_say(batch, fault) for fault in faults)


def _say(batch: PrintBatch, refusal: Refusal) -> str:
    with i18n.speaking(batch.language):
        return refusal.text


def _print_alone(batch: PrintBatch, covers: Sequence[Cover]) -> bool:
    """Print whole guides as files of their own."""
    made: dict[int, str] = {}
    failed: dict[int, str] = {}
    for it in covers:
        try:
            made[it.at] = files.keep(press.bind(it.front, it.rest, batch.locale, edition=batch.edition).pdf)
        except press.PressBusy:
            raise
        except press.PressFailed as fault:
            failed[it.at] = _say(batch, _why(fault, it))
    with db.writing() as session:
        if (held := _going(session, batch)) is None:
            return False
        for at, name in made.items():
            _change(session, held, at, single=name)
        for at, why in failed.items():
            _change(session, held, at, state="failed", why=why, piece="")
    return True


def _change(session: Session, batch: PrintBatch, at: int, **became: Any) -> None:
    item = session.get(PrintItem, (batch.id, at))
    for name, value in became.items() if item is not None else ():
        setattr(item, name, value)
    if item is not None:
        session.add(item)


def _finish(batch: PrintBatch) -> bool:
    """Put all together; the batch is done then, and its pieces are let go."""
    with db.reading() as session:
        items = binding.printed(session, batch)
    if not items:
        return _over(batch, "done", NothingPrinted())
    try:
        paper = binding.gathered(batch, items)
        file, singles = files.keep(paper.pdf), binding.zipped(batch, items)
    except press.PressBusy:
        raise
    except (press.PressFailed, files.NoRoom) as fault:
        return _over(batch, "stopped", fault)
    except Exception:
        _over(batch, "stopped", Broken())
        raise
    return _over(batch, "done", None, file=file, singles=singles, pages=paper.pages, sheets=-(-paper.pages // 2))


def _over(batch: PrintBatch, state: str, why: Refusal | None, **became: Any) -> bool:
    """Note how a batch ended; nothing is to be done now."""
    with db.writing() as session:
        held = _going(session, batch)
        if held is not None:
            held.state, held.why = state, _say(batch, why) if why else ""
            for name, value in became.items():
                setattr(held, name, value)
            session.add(held)
            if state == "done":
                history.forget_pieces(session, [batch.id])
    return False


def _going(session: Session, batch: PrintBatch) -> PrintBatch | None:
    """The batch, held until the transaction ends; None unless it is still at the work that was asked last."""
    row = session.get(PrintBatch, batch.id)
    row = db.lock(session, row) if row is not None else None
    if row is None or (row.state, row.go) != ("running", batch.go):
        return None
    row.moved_at = db.now()
    session.add(row)
    return row
