"""What the office says on single fields: a reason of the list and its own words, one remark a field and round."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db, vault
from portal.i18n import N_, Refusal, library_text
from portal.i18n import gettext as _
from portal.questions import service as questions
from portal.review import moves
from portal.review.models import Case, Remark, told
from portal.sheets import submissions
from portal.sheets.models import Sheet, Submission
from portal.sheets.service import Said

if TYPE_CHECKING:
    from portal.access import Actor

MOST_WORDS = 500


class NoReason(Refusal):
    """A reason of the list is missing."""

    field = "reason"
    msgid = N_("Choose the reason that fits best.")


class NoWords(Refusal):
    """The officer's own words are missing where a reason alone does not say enough."""

    field = "words"
    msgid = N_("Write in your own words what it is about, for example: this licence belongs to another shop.")


class NoSuchField(Refusal):
    """The submission has no such answer."""

    msgid = N_("There is no such answer in this application.")


def submission_of(session: Session, case: Case) -> Submission:
    """What the case decides on."""
    return session.get_one(Submission, case.submission_id)


def remark(session: Session, case: Case, *, by: "Actor", key: str, reason: str, words: str) -> Remark:
    """Say what is to be mended at one field: a reason of the list, and own words if wished.

    A second remark on the same field in the same round takes the first one's place, so a double tap changes nothing.
    Raises NoReason, NoWords and NoSuchField.
    """
    case = db.lock(session, case)
    moves.fresh(session, case, "remark", by=by)
    said = complete(reason, words)
    line = next((line for line in submissions.lines(submission_of(session, case)) if line.key == key), None)
    if line is None:
        raise NoSuchField
    made = on_field(session, case, key) or Remark(
        case_id=case.id,
        submission_id=case.submission_id,
        round=case.round,
        page=line.page,
        key=key,
        label=line.label,
        reason=reason,
        made_by=by.id,
    )
    if made.made_by == by.id and made.reason == reason and made.words is not None and words_of(made) == said:
        return made
    made.reason, made.made_by, made.made_at = reason, by.id, db.now()
    made.words = vault.seal(said.encode(), _place(made))
    session.add(made)
    moves.make(
        session, case, "remark", by=by, subject=key, details={"label": line.label, "reason": reason, "words": said}
    )
    return made


def complete(reason: str, words: str) -> str:
    """The own words beside a reason, fit to keep. Raises NoReason, and NoWords where the reason says too little."""
    known, said = questions.library().reasons_at("desk").get(reason), words.strip()[:MOST_WORDS]
    if known is None:
        raise NoReason
    if known.needs_words and not said:
        raise NoWords
    return said


def unremark(session: Session, case: Case, *, by: "Actor", key: str) -> Case:
    """Take a remark of this round off again; nothing happens when there is none."""
    case = db.lock(session, case)
    moves.fresh(session, case, "unremark", by=by)
    made = on_field(session, case, key)
    if made is not None:
        session.delete(made)
        moves.make(session, case, "unremark", by=by, subject=key, details={"label": made.label})
    return case


def on_field(session: Session, case: Case, key: str) -> Remark | None:
    """The remark of this round on one field."""
    query = select(Remark).where(Remark.case_id == case.id, Remark.round == case.round, Remark.key == key)
    return session.exec(query).first()


def of_round(session: Session, case: Case) -> list[Remark]:
    """The remarks of the present round, in the order they were made."""
    query = select(Remark).where(Remark.case_id == case.id, Remark.round == case.round)
    return list(session.exec(query.order_by(col(Remark.made_at), col(Remark.id))))


def words_of(made: Remark) -> str:
    """The officer's own words."""
    return vault.unseal(made.words, _place(made)).decode() if made.words else ""


def answered(session: Session, case: Case) -> None:
    """The seller has mended and sent again: what was remarked so far is answered."""
    for each in session.exec(select(Remark).where(Remark.case_id == case.id, col(Remark.answered_at).is_(None))):
        each.answered_at = db.now()
        session.add(each)


def at_fields(session: Session, sheet: Sheet) -> Mapping[str, list[Said]]:
    """What the seller reads at the very fields while mending: by question one remark: reason, mending, own words."""
    query = (
        select(Remark, Submission)
        .join(Case, col(Case.id) == Remark.case_id)
        .join(Submission, col(Submission.id) == Remark.submission_id)
        .where(Case.sheet_id == sheet.id, told("changes_requested"), Remark.round == Case.round)
    )
    rows = session.exec(query).all()
    sent = submissions.submitted(rows[0][1]) if rows else {}
    return {each.key: [_said(each, sent.get(each.key))] for each, _sent in rows}


def _said(made: Remark, before: object) -> Said:
    reason = questions.library().reasons.get(made.reason)
    return Said(sentences(made), reason.good if reason else "", reason.bad if reason else "", before)


def short(made: Remark) -> str:
    """A remark where there is little room: the field and the reason, in the current language."""
    reason = questions.library().reasons.get(made.reason)
    what = library_text(made.label)
    return _("%(what)s (%(why)s)", what=what, why=library_text(reason.meaning)) if reason else what


def sentences(made: Remark) -> list[str]:
    """A remark in the current language: what is wrong, how to mend it, and the officer's own words."""
    return lines(made.reason, words_of(made))


def lines(reason: str, words: str) -> list[str]:
    """The same of a reason and own words, with a remark or a refusal."""
    known = questions.library().reasons.get(reason)
    said = [_("%(reason)s.", reason=library_text(known.meaning)), library_text(known.mend)] if known else []
    return [*said, *filter(None, [words])]


def _place(made: Remark) -> str:
    return f"review_remark:{made.id}:words"
