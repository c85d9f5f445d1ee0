"""Everything a page shows of one case, made ready for the templates: answers, what changed, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlmodel import Session, and_, col, select

from portal.accounts.models import Seller
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.notices import service as notices
from portal.questions import service as questions
from portal.review import checks, events, happenings, moves, numbers, remarks
from portal.review.earlier import Earlier, others
from portal.review.help import Help, help_of
from portal.review.kinds import Fact, kind_of
from portal.review.models import Case, Remark
from portal.review.states import NOTES, STATES, State
from portal.sheets import submissions
from portal.sheets.models import Sheet, Submission
from portal.sheets.submissions import Line

if TYPE_CHECKING:
    from portal.access import Actor


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its words now and, where they changed, before; `photo` and `photo_before` are ids."""

    key: str
    label: str
    words: str
    photo: str
    changed: bool = False
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
class Said:
    """A remark as the seller reads it: on which field, where to mend it, why and how."""

    label: str
    url: str
    meaning: str
    mend: str
    words: str
    good: str = ""
    bad: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as the desk reads it; `differences` are the answers that were changed this time."""

    case: Case
    number: str
    state: State
    kind: str
    parts: list[Part]
    photos: list[Row]
    differences: list[Row]
    notes: list[happenings.Step]
    others: list[Earlier]
    proposal: list[str]
    facts: list[Fact]
    checks: list[checks.Row]
    steps: list[happenings.Step]
    small_steps: list[happenings.Step]
    told: list[notices.Told]
    made: list[Remark]
    remarks: list[Said]
    may: frozenset[str]
    papers: list[tuple[str, str]]
    links: list[tuple[str, str]]
    help: Help | None

    @property
    def unticked(self) -> str:
        """What nobody has looked at yet, in one line."""
        return checks.unticked(self.checks)

    def row(self, key: str) -> Row | None:
        """The answer under a key."""
        return next((row for part in self.parts for row in part.rows if row.key == key), None)

    @property
    def acts(self) -> frozenset[str]:
        """What the asking person may do to the case, looking aside."""
        return self.may - {"see_phone"}

    def pictures(self) -> list[tuple[str, str]]:
        """The photos with their names: those of now, each with the one before it where it was changed."""
        rows = [row for part in self.parts for row in part.rows]
        both = [((row.photo_before, _("%(what)s, before", what=row.label)), (row.photo, row.label)) for row in rows]
        return [named for pair in both for named in pair if named[0]]


@dataclass(frozen=True, slots=True)
class Own:
    """A case as its seller reads it."""

    case: Case
    number: str
    state: State
    steps: list[happenings.Step]
    told: list[notices.Told]
    remarks: list[Said]
    refused: list[str]
    may: frozenset[str]


def for_staff(session: Session, actor: "Actor", case_id: str) -> Dossier | None:
    """The case for somebody who reads cases of its place; else None."""
    query = (
        select(Case, Submission, Remark, Sheet)
        .add_columns(Seller)
        .join(Submission, col(Submission.sheet_id) == Case.sheet_id)
        .join(Sheet, col(Sheet.id) == Case.sheet_id)
        .outerjoin(Remark, and_(col(Remark.case_id) == Case.id, col(Remark.round) == Case.round))
        .outerjoin(Seller, col(Seller.id) == Case.seller_id)
        .where(col(Case.id) == case_id, col(Submission.round) > Case.round - 2)
        .order_by(col(Submission.round).desc(), col(Remark.made_at), col(Remark.id))
    )
    rows = session.execute(query).all()
    if not rows or actor.kind != "staff" or not moves.may_see(actor, rows[0][0]):
        return None
    case, new, old = rows[0][0], rows[0][1], rows[-1][1] if rows[-1][1].id != rows[0][1].id else None
    made = [remark for _, sent, remark, *_more in rows if remark and sent.id == new.id]
    happened, kind = events.of_case(session, case.id), kind_of(case.kind)
    parts = _parts(new, old, made, pictured=case.photos_gone_at is None)
    every = [row for part in parts for row in part.rows]
    return Dossier(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.state],
        kind=kind.label if kind else "",
        parts=parts,
        photos=[row for row in every if row.photo],
        differences=[row for row in every if row.changed],
        notes=happenings.steps(event for event in happened if event.action in NOTES),
        others=others(session, actor, case),
        proposal=happenings.proposed(case, happened),
        checks=checks.rows(case, new),
        facts=kind.facts(session, new) if kind else [],
        steps=happenings.steps(event for event in happened if event.action not in (*happenings.SMALL, *NOTES)),
        small_steps=happenings.steps(event for event in happened if event.action in happenings.SMALL),
        told=notices.for_case(session, case.id),
        made=made,
        remarks=[said(case, each) for each in made],
        may=moves.possible(actor, case),
        papers=kind.papers(case) if kind else [],
        links=kind.links(case) if kind else [],
        help=help_of(rows[0][3], rows[0][4], new),
    )


def for_seller(session: Session, actor: "Actor", case_id: str) -> Own | None:
    """The case for the seller who owns it; else None. Remarks are shown once they were sent back, not while made."""
    query = (
        select(Case, Remark)
        .outerjoin(Remark, and_(col(Remark.case_id) == Case.id, col(Remark.round) == Case.round))
        .where(Case.id == case_id)
    )
    rows = session.exec(query.order_by(col(Remark.made_at), col(Remark.id))).all()
    if not rows or actor.kind != "seller" or not moves.may_see(actor, rows[0][0]):
        return None
    case = rows[0][0]
    happened = happenings.known(case, events.of_case(session, case.id))
    shown = [event for event in happened if event.action in happenings.STEPS]
    if case.told == "in_review":
        shown += [event for event in happened if event.action == "take"][-1:]
    made = [said(case, each) for _, each in rows if each and case.told == "changes_requested"]
    refused = [line for event in shown if event.action == "reject" for line in happenings.more(event)]
    return Own(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.told],
        steps=happenings.steps(shown, named=False),
        told=notices.for_case(session, case.id),
        remarks=made,
        refused=refused,
        may=moves.possible(actor, case),
    )


def said(case: Case, made: Remark) -> Said:
    """A remark in the current language, with the way to its field."""
    reason = questions.library().reasons.get(made.reason)
    return Said(
        label=library_text(made.label),
        url=f"/sheets/{case.sheet_id}/{made.page}#{made.key}",
        meaning=library_text(reason.meaning) if reason else made.reason,
        mend=library_text(reason.mend) if reason else "",
        words=remarks.words_of(made),
        good=reason.good if reason else "",
        bad=reason.bad if reason else "",
    )


def _parts(new: Submission, old: Submission | None, made: Iterable[Remark], *, pictured: bool) -> list[Part]:
    differs = submissions.changed(old, new) if old else {}
    remarked = {each.key: remarks.sentences(each) for each in made}
    gone = [before for before, after in differs.values() if before and after is None]
    parts: dict[str, Part] = {}
    for line in [*submissions.lines(new), *gone]:
        part = parts.setdefault(line.page, Part(library_text(line.page_title), []))
        row = _row(line, differs.get(line.key), remarked.get(line.key, []))
        part.rows.append(row if pictured or line.kind != "photo" else _unpictured(row))
    return list(parts.values())


def _unpictured(row: Row) -> Row:
    """The answer of a photo that was deleted."""
    return replace(row, photo="", photo_before="", words=_("(photo deleted)"))


def _row(line: Line, change: tuple[Line | None, Line | None] | None, remark: list[str]) -> Row:
    before, after = change or (None, line)
    return Row(
        key=line.key,
        label=library_text(line.label),
        words=line.words if after else "",
        remark=remark,
        photo=_photo(after),
        changed=change is not None,
        gone=after is None,
        before=before.words if before else "",
        photo_before=_photo(before),
    )


def _photo(line: Line | None) -> str:
    return str(line.value) if line and line.kind == "photo" else ""
