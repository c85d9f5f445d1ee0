"""Everything a page shows of one case, made ready for the templates: answers, what changed, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import Select

from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.notices import service as notices
from portal.questions import service as questions
from portal.questions.models import GONE
from portal.review import amendments, events, moves, numbers, remarks
from portal.review.amendments import Change
from portal.review.kinds import Fact, kind_of
from portal.review.models import MOVES, NOTED, SIGHTINGS, STATES, Case, Event, Remark, State
from portal.sheets import pictures, submissions
from portal.sheets.models import Sheet, Submission
from portal.sheets.submissions import Line

if TYPE_CHECKING:
    from portal.access import Actor

# What the desk shows folded up, and what the seller sees.
SMALL = ("remark", "unremark", *SIGHTINGS)
STEPS = ("receive", "send_back", "approve", "reject", "withdraw", *NOTED)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its words now and, where they changed, before; `photo` and `photo_before` are ids.

    `changed` since the last sending; `amended` is what a change has changed of what was approved, whenever.
    """

    key: str
    label: str
    words: str
    photo: str
    changed: bool = False
    amended: bool = False
    before: str = ""
    photo_before: str = ""
    gone: bool = False
    remark: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one page, in the seller's order."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, in words; `more` says what exactly."""

    at: datetime
    label: str
    who: str
    more: list[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as the seller reads it: on which field, where to mend it, why and how."""

    label: str
    url: str
    meaning: str
    mend: str
    words: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as the desk reads it; `amends` says what a change has changed, `changed_by` are an approved case's own."""

    case: Case
    number: str
    state: State
    kind: str
    parts: list[Part]
    photos: list[Row]
    changes: int
    facts: list[Fact]
    steps: list[Step]
    small_steps: list[Step]
    told: list[notices.Told]
    remarks: list[Said]
    may: frozenset[str]
    papers: list[tuple[str, str]]
    links: list[tuple[str, str]]
    amends: str
    amends_number: str
    changed_by: list[Change]

    def row(self, key: str) -> Row | None:
        """The answer under a key."""
        return next((row for part in self.parts for row in part.rows if row.key == key), None)


@dataclass(frozen=True, slots=True)
class Own:
    """A case as its seller reads it."""

    case: Case
    number: str
    state: State
    steps: list[Step]
    told: list[notices.Told]
    remarks: list[Said]
    refused: list[str]
    may: frozenset[str]
    amends: str


def for_staff(session: Session, actor: "Actor", case_id: str) -> Dossier | None:
    """The case for somebody who reads cases of its place; else None."""
    rows = session.exec(_rows(case_id)).all()
    if not rows or actor.kind != "staff" or not moves.may_see(actor, rows[0][0]):
        return None
    (case, _new, sheet, amended), sent = rows[0], [row[1] for row in rows]
    new = sent[0]
    made, happened, kind = remarks.of_round(session, case), events.of_case(session, case.id), kind_of(case.kind)
    kept = (
        pictures.kept(session, case.seller_id) if case.photos_gone_at or (amended and amended.photos_gone_at) else None
    )
    parts = _parts(sent, made, kept=kept)
    every = [row for part in parts for row in part.rows]
    return Dossier(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.state],
        kind=kind.label if kind else "",
        parts=parts,
        photos=[row for row in every if row.photo],
        changes=sum(row.changed for row in every),
        facts=kind.facts(session, new) if kind else [],
        steps=_steps(event for event in happened if event.action not in SMALL),
        small_steps=_steps(event for event in happened if event.action in SMALL),
        told=notices.for_case(session, case.id),
        remarks=[said(case, each) for each in made],
        may=moves.possible(actor, case),
        papers=kind.papers(case) if kind else [],
        links=kind.links(case) if kind else [],
        amends=amendments.called(sheet),
        amends_number=numbers.shown(amended.number) if amended else "",
        changed_by=amendments.of_case(session, case.id) if case.state == "approved" and not case.amends_id else [],
    )


def _rows(case_id: str) -> "Select[Case, Submission, Sheet, Case]":
    """A case with its newest submission and the one before (of a change what was approved too), and what it changes."""
    first = aliased(Case)
    return (
        select(Case, Submission, Sheet, first)
        .join(Submission, col(Submission.sheet_id) == Case.sheet_id)
        .join(Sheet, col(Sheet.id) == Case.sheet_id)
        .outerjoin(first, col(first.id) == Case.amends_id)
        .where(Case.id == case_id, or_(Submission.round > Case.round - 2, Submission.round == 0))
        .order_by(col(Submission.round).desc())
    )


def for_seller(session: Session, actor: "Actor", case_id: str) -> Own | None:
    """The case for the seller who owns it; else None. Remarks are shown once they were sent back, not while made."""
    query = (
        select(Case, Remark, Sheet)
        .join(Sheet, col(Sheet.id) == Case.sheet_id)
        .outerjoin(Remark, and_(col(Remark.case_id) == Case.id, col(Remark.round) == Case.round))
        .where(Case.id == case_id)
    )
    rows = session.exec(query.order_by(col(Remark.made_at), col(Remark.id))).all()
    if not rows or actor.kind != "seller" or not moves.may_see(actor, rows[0][0]):
        return None
    case = rows[0][0]
    happened = events.of_case(session, case.id)
    shown = [event for event in happened if event.action in STEPS]
    if case.state == "in_review":
        shown += [event for event in happened if event.action == "take"][-1:]
    made = [said(case, each) for _, each, _sheet in rows if each and case.state == "changes_requested"]
    refused = [line for event in shown if event.action == "reject" for line in _more(event)]
    return Own(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.state],
        steps=_steps(shown, named=False),
        told=notices.for_case(session, case.id),
        remarks=made,
        refused=refused,
        may=moves.possible(actor, case),
        amends=amendments.called(rows[0][2]),
    )


def afterwards(session: Session, case_id: str) -> list[Step]:
    """What was told after the decision, and by whom."""
    return _steps(event for event in events.of_case(session, case_id) if event.action == "told")


def said(case: Case, made: Remark) -> Said:
    """A remark in the current language, with the way to its field."""
    reason = questions.library().reasons.get(made.reason)
    return Said(
        label=library_text(made.label),
        url=f"/sheets/{case.sheet_id}/{made.page}#{made.key}",
        meaning=library_text(reason.meaning) if reason else made.reason,
        mend=library_text(reason.mend) if reason else "",
        words=remarks.words_of(made),
    )


def story(session: Session, case_id: str) -> tuple[list[Step], list[Step]]:
    """All that happened to a case, for its seller: what was done, and who looked at number and photos, by name."""
    happened = events.of_case(session, case_id)
    done = [event for event in happened if event.action in (*STEPS, "take")]
    seen = [event for event in happened if event.action in SIGHTINGS]
    return _steps(done), _steps(seen)


def _parts(sent: list[Submission], made: Iterable[Remark], *, kept: set[str] | None) -> list[Part]:
    """The newest of some submissions beside the one before; of a change beside what was approved too."""
    differs = submissions.changed(sent[1], sent[0]) if len(sent) > 1 else {}
    amended = submissions.changed(sent[-1], sent[0]) if len(sent) > 2 else differs
    remarked = {each.key: remarks.sentences(each) for each in made}
    gone = [before for before, after in {**differs, **amended}.values() if before and after is None]
    parts: dict[str, Part] = {}
    for line in [*submissions.lines(sent[0]), *gone]:
        part = parts.setdefault(line.page, Part(library_text(line.page_title), []))
        row = _row(line, amended.get(line.key) or differs.get(line.key), remarked.get(line.key, []))
        row = replace(row, changed=line.key in differs, amended=line.key in amended)
        part.rows.append(row if line.kind != "photo" or row.gone else _pictured(row, kept))
    return list(parts.values())


def _pictured(row: Row, kept: set[str] | None) -> Row:
    """The answer of a photo, as far as it and the one before are still there."""
    here, before = (kept is None or photo in kept for photo in (row.photo, row.photo_before))
    if row.photo == GONE or not here:
        row = replace(row, photo="", words=_("(photo deleted)"))
    return row if before else replace(row, photo_before="", before="")


def _row(line: Line, change: tuple[Line | None, Line | None] | None, remark: list[str]) -> Row:
    before, after = change or (None, line)
    return Row(
        key=line.key,
        label=library_text(line.label),
        words=line.words if after else "",
        remark=remark,
        photo=_photo(after),
        gone=after is None,
        before=before.words if before else "",
        photo_before=_photo(before),
    )


def _photo(line: Line | None) -> str:
    return str(line.value) if line and line.kind == "photo" else ""


def _steps(happened: Iterable[Event], *, named: bool = True) -> list[Step]:
    labels = {**{key: move.label for key, move in MOVES.items()}, **SIGHTINGS, **NOTED}
    return [
        Step(
            at=event.at,
            label=_(labels[event.action]),
            more=_more(event) if named else [],
            who=(event.who_name or _("the seller")) if named else "",
        )
        for event in happened
    ]


def _more(event: Event) -> list[str]:
    """What the details of an event say; nothing where they were erased."""
    details: dict[str, Any] = events.details(event) or {}
    reason = questions.library().reasons.get(details.get("reason", ""))
    lines = [_(said) for said in filter(None, [details.get("said")])]
    lines += [library_text(label) for label in [*details.get("fields", []), *filter(None, [details.get("label")])]]
    if reason:
        lines.append(library_text(reason.meaning))
    return [*lines, *filter(None, [details.get("words"), details.get("reason_given"), details.get("asked_by")])]
