"""Everything a page shows of one case, made ready for the templates: answers, what changed, what happened."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from portal import i18n
from portal.accounts import contacts
from portal.accounts.models import Seller
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.notices import service as notices
from portal.questions import service as questions
from portal.review import amendments, answers, checks, clock, events, happenings, moves, numbers, remarks
from portal.review.amendments import Change
from portal.review.answers import Part, Row
from portal.review.earlier import Earlier, others
from portal.review.help import Help, help_of
from portal.review.kinds import Fact, kind_of
from portal.review.models import Case, Remark
from portal.review.states import NOTES, STATES, State
from portal.sheets import pictures
from portal.sheets import service as sheets
from portal.sheets.models import Sheet, Submission

if TYPE_CHECKING:
    from portal.access import Actor


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
    """A case as the desk reads it.

    `filled_in` says that the asking person filled it in for the seller; `amends` says what a change
    has changed; `changed_by` are an approved case's own changes.
    """

    case: Case
    number: str
    state: State
    kind: str
    parts: list[Part]
    notes: list[happenings.Step]
    others: list[Earlier]
    proposal: list[str]
    disagreed: happenings.Step | None
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
    amends: str
    amends_number: str
    changed_by: list[Change]
    help: Help | None
    filled_in: bool
    due: date | None
    language: str  # of the seller

    @property
    def unticked(self) -> str:
        """What nobody has looked at yet, in one line."""
        return checks.unticked(self.checks)

    @property
    def looked_at(self) -> list[Part]:
        """The answers to look at: of a change what it has changed."""
        return answers.split(self.parts)[0] if self.case.amends_id else self.parts

    @property
    def as_approved(self) -> list[Part]:
        """The answers of a change that are as they were approved."""
        return answers.split(self.parts)[1] if self.case.amends_id else []

    @property
    def untouched(self) -> str:
        """What was asked for last time and was not touched, in one line."""
        return _(", ").join(row.label for row in self.rows if row.untouched)

    @property
    def rows(self) -> list[Row]:
        """All answers."""
        return [row for part in self.parts for row in part.rows]

    @property
    def photos(self) -> list[Row]:
        """The answers that are photos."""
        return [row for row in self.rows if row.photo]

    @property
    def differences(self) -> list[Row]:
        """The answers that were changed this time."""
        return [row for row in self.rows if row.changed]

    def alike(self, fact: Fact) -> list[Earlier]:
        """The other cases that a fact tells of."""
        return [other for other in self.others if fact.same in other.same]

    def row(self, key: str) -> Row | None:
        """The answer under a key."""
        return next((row for row in self.rows if row.key == key), None)

    @property
    def acts(self) -> frozenset[str]:
        """What the asking person may do to the case, looking aside."""
        return self.may - {"see_phone"}

    def pictures(self) -> list[tuple[str, str]]:
        """The photos with their names: first those that were changed, each after the one before it."""
        rows = sorted(self.rows, key=lambda row: not row.photo_before)
        both = [((row.photo_before, _("%(what)s, before", what=row.label)), (row.photo, row.label)) for row in rows]
        return [each for pair in both for each in pair if each[0]]


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
    amends: str
    due: date | None
    reached: bool
    papers: list[tuple[str, str]]

    @property
    def late(self) -> bool:
        """Whether the promised day is over."""
        return clock.late(self.due)


def for_staff(session: Session, actor: "Actor", case_id: str) -> Dossier | None:
    """The case for somebody who reads cases of its place; else None. Raises ConsentGone."""
    rows = session.execute(_rows(case_id)).all()
    if not rows or actor.kind != "staff" or not moves.may_see(actor, rows[0][0]):
        return None
    case, _new, _remark, sheet, seller, amended = rows[0]
    moves.opened(actor, case)
    new, *_before = sent = list({row[1].id: row[1] for row in rows}.values())
    both = [row[2] for row in rows if row[2] and row[1].id == new.id]
    made = [each for each in both if each.round == case.round]
    filled_in = actor.id in sheets.filled_by(session, sheet)
    happened, kind = events.of_case(session, case.id), kind_of(case.kind)
    return Dossier(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.state],
        kind=kind.label if kind else "",
        parts=answers.parts(sent, both, kept=_kept(session, case, amended)),
        notes=happenings.steps(event for event in happened if event.action in NOTES),
        others=others(session, actor, case),
        proposal=happenings.proposed(case, happened),
        disagreed=happenings.disagreed(case, happened),
        checks=checks.rows(case, new, sent[-1] if case.amends_id else None),
        facts=kind.facts(session, new) if kind else [],
        steps=happenings.steps(event for event in happened if event.action not in (*happenings.SMALL, *NOTES)),
        small_steps=happenings.steps(event for event in happened if event.action in happenings.SMALL),
        told=notices.for_case(session, case.id),
        made=made,
        remarks=[said(case, each) for each in made],
        may=moves.possible(actor, case, filled_in=filled_in),
        papers=kind.papers(case) if kind else [],
        links=kind.links(case) if kind else [],
        amends=amendments.called(sheet),
        amends_number=numbers.shown(amended.number) if amended else "",
        changed_by=amendments.of_case(session, case.id) if case.state == "approved" and not case.amends_id else [],
        help=help_of(sheet, seller, new),
        filled_in=filled_in,
        due=case.due if moves.may_decide(actor, case) else clock.answers_by(session, case),  # a decider looks at it
        language=seller.language if seller else i18n.language(),
    )


def _kept(session: Session, case: Case, amended: Case | None) -> set[str] | None:
    """The photos that are still there, where some of them may be gone; else None."""
    gone = case.photos_gone_at or (amended and amended.photos_gone_at)
    return pictures.kept(session, case.seller_id) if gone else None


def _rows(case_id: str) -> Any:
    """A case, what it changes, its newest submission, the one before, of a change what was approved; their remarks."""
    first = aliased(Case)
    return (
        select(Case, Submission, Remark, Sheet)
        .add_columns(Seller, first)
        .join(Submission, col(Submission.sheet_id) == Case.sheet_id)
        .join(Sheet, col(Sheet.id) == Case.sheet_id)
        .outerjoin(Remark, and_(col(Remark.case_id) == Case.id, col(Remark.round) > Case.round - 2))
        .outerjoin(Seller, col(Seller.id) == Case.seller_id)
        .outerjoin(first, col(first.id) == Case.amends_id)
        .where(col(Case.id) == case_id, or_(col(Submission.round) > Case.round - 2, col(Submission.round) == 0))
        .order_by(col(Submission.round).desc(), col(Remark.made_at), col(Remark.id))
    )


def for_seller(session: Session, actor: "Actor", case_id: str) -> Own | None:
    """The case for the seller who owns it; else None. Remarks are shown once they were sent back, not while made."""
    query = (
        select(Case, Remark, Sheet, Seller.contact)
        .join(Sheet, col(Sheet.id) == Case.sheet_id)
        .join(Seller, col(Seller.id) == Case.seller_id)
        .outerjoin(Remark, and_(col(Remark.case_id) == Case.id, col(Remark.round) == Case.round))
        .where(Case.id == case_id)
    )
    rows = session.exec(query.order_by(col(Remark.made_at), col(Remark.id))).all()
    if not rows or actor.kind != "seller" or not moves.may_see(actor, rows[0][0]):
        return None
    case = rows[0][0]
    happened, kind = happenings.known(case, events.of_case(session, case.id)), kind_of(case.kind)
    shown = [event for event in happened if event.action in happenings.STEPS]
    if case.told == "in_review":
        shown += [event for event in happened if event.action == "take"][-1:]
    made = [said(case, each) for _, each, _sheet, _contact in rows if each and case.told == "changes_requested"]
    refused = [line for event in shown if event.action == "reject" for line in happenings.refused(event)]
    return Own(
        case=case,
        number=numbers.shown(case.number),
        state=STATES[case.told],
        steps=happenings.steps(shown, named=False),
        told=notices.for_case(session, case.id),
        remarks=made,
        refused=refused,
        may=moves.possible(actor, case),
        amends=amendments.called(rows[0][2]),
        due=clock.answers_by(session, case),
        reached=contacts.reaches(rows[0][3]),
        papers=kind.own_papers(case) if kind else [],
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
