"""Choosing cases for a run, and saying what is to be done with them; nothing is done yet."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from portal import db, i18n, vault
from portal.accounts import serving
from portal.i18n import N_, Refusal, library_text
from portal.questions import service as questions
from portal.review import deeds, moves, queue, remarks
from portal.review.decisions import NoColleague
from portal.review.kinds import kind_of
from portal.review.models import Case, Run, RunItem
from portal.review.states import PROPOSED

if TYPE_CHECKING:
    from portal.access import Actor

MOST = 500
DEEDS = {
    "approve": N_("Approve"),
    "remark": N_("Remark on an answer"),
    "send_back": N_("Send back to be mended"),
    "hand_over": N_("Hand to a colleague"),
    "undo": N_("Undo"),
}


class NothingChosen(Refusal):
    """No case was chosen that the person may see."""

    msgid = N_("Tick at least one application first.")


class TooMany(Refusal):
    """More cases than one run takes."""

    msgid = N_("One run takes at most %(most)s applications. Choose fewer, then run again.")


class Mixed(Refusal):
    """Real cases and cases of practice in one run."""

    msgid = N_("Applications of practice and real ones cannot go together. Choose one sort.")


class NoDeed(Refusal):
    """Nothing was said that could be done."""

    msgid = N_("Choose first what is to be done with them.")


class NoneLeft(Refusal):
    """A run is to be undone of which all sellers were told, or all was undone."""

    msgid = N_("Nothing of it can be undone any more: the sellers were told, or it was undone already.")


class NoField(Refusal):
    """A remark stands at an answer."""

    field = "key"
    msgid = N_("Choose the answer that is to be mended.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with the chosen cases, as typed: `key` is the answer remarked on, `to` a colleague's id."""

    action: str
    key: str = ""
    reason: str = ""
    words: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be done, for people; `second` says that for some of the cases another person has to agree."""

    action: str
    label: str
    meaning: str
    mend: str
    words: str
    to: str
    second: bool


def every(session: Session, actor: "Actor", wanted: queue.Wanted) -> dict[str, int]:
    """The first MOST cases that the filters of the queue choose, the oldest first, with their versions."""
    query = select(Case.id, Case.version).where(*queue.chosen(actor, wanted)).order_by(col(Case.seq)).limit(MOST)
    return dict(session.exec(query).all())


def choose(session: Session, chosen: Mapping[str, int], *, by: "Actor", key: str) -> Run:
    """Keep which cases were chosen, each with the version that the page showed; the same form twice is one run.

    Cases that the person may not see are left out. Raises NothingChosen, TooMany, Mixed.
    """
    if len(chosen) > MOST:
        raise TooMany(most=MOST)
    rows = session.exec(select(Case).where(col(Case.id).in_(list(chosen))).order_by(col(Case.seq))).all()
    cases = [case for case in rows if moves.may_see(by, case)]
    if not cases:
        raise NothingChosen
    if len({case.practice for case in cases}) > 1:
        raise Mixed
    said = "".join(f"{case.id}.{chosen[case.id]}," for case in cases)
    digest = hashlib.sha256(f"{by.id}:{key or db.new_id()}:{said}".encode()).hexdigest()
    made = Run(key=digest, by_id=by.id, by_name=by.name, language=i18n.language(), practice=cases[0].practice)
    db.insert_once(session, made)
    run = session.exec(select(Run).where(Run.key == digest)).one()
    if run.id == made.id:
        session.add_all(
            RunItem(run_id=run.id, at=at, case_id=case.id, version=chosen[case.id]) for at, case in enumerate(cases)
        )
    return run


def undoable(session: Session, run: Run) -> dict[str, int]:
    """What a run decided or proposed and can still be undone, with the versions of now."""
    open_ = or_(col(Case.settles_at).is_not(None), col(Case.state).in_(PROPOSED))
    query = select(Case.id, Case.version).join(RunItem, col(RunItem.case_id) == col(Case.id))
    done = RunItem.run_id == run.id, RunItem.state == "done", Case.decider_id == run.by_id
    return dict(session.exec(query.where(*done, open_)).all())


def undoing(session: Session, run: Run, *, by: "Actor") -> Run:
    """A new run that takes back what this one decided, as far as no seller was told; twice is once. Raises NoneLeft."""
    chosen = undoable(session, run)
    if not chosen:
        raise NoneLeft
    made = choose(session, chosen, by=by, key=run.id)
    return made if made.action else plan(session, made, Plan("undo"), by=by)


def plan(session: Session, run: Run, said: Plan, *, by: "Actor") -> Run:
    """Say what is to be done, once more if wished, until the run has begun.

    A remark needs an answer and a reason; sending back may do without when all remarks are made already.
    Raises NoDeed, NoField, NoReason, NoWords, NoColleague.
    """
    run = db.lock(session, run)
    if run.state != "chosen":
        return run
    for refusal in missing(session, run, said, by=by):
        raise refusal
    remarked = _remarks(said)
    run.action, run.version = said.action, run.version + 1
    run.field, run.reason = (said.key, said.reason) if remarked else ("", "")
    run.words = vault.seal(said.words.encode(), words_place(run)) if remarked and said.words else None
    run.to_id = said.to if said.action == "hand_over" else ""
    session.add(run)
    return run


def _remarks(said: Plan) -> bool:
    return said.action == "remark" or (said.action == "send_back" and bool(said.key or said.reason or said.words))


def missing(session: Session, run: Run, said: Plan, *, by: "Actor") -> list[Refusal]:
    """All that a plan lacks, in the order of the page that asks for it."""
    found: list[Refusal] = [] if said.action in deeds.DEEDS else [NoDeed()]
    if _remarks(said):
        found += [] if said.key in {key for key, _ in answers(session, run)} else [NoField()]
        try:
            remarks.complete(said.reason, said.words)
        except Refusal as refusal:
            found.append(refusal)
    if said.action == "hand_over" and said.to not in {each.id for each in serving.colleagues(session, by)}:
        found.append(NoColleague())
    return found


def planned(run: Run) -> Plan:
    """What is to be done, as it was said."""
    words = vault.unseal(run.words, words_place(run)).decode() if run.words else ""
    return Plan(run.action, run.field, run.reason, words, run.to_id)


def told(session: Session, run: Run) -> Told:
    """What is to be done, in words: the answer, reason and mending as sellers read them, the colleague's name."""
    said = planned(run)
    reason = questions.library().reasons.get(said.reason)
    to = serving.acting(session, said.to) if said.to else None
    return Told(
        action=said.action,
        label=dict(answers(session, run)).get(said.key, "") if said.key else "",
        meaning=library_text(reason.meaning) if reason else "",
        mend=library_text(reason.mend) if reason else "",
        words=said.words,
        to=to.name if to else "",
        second=any(each.second_check for each in map(kind_of, _kinds(session, run)) if each),
    )


def words_place(run: Run) -> str:
    """Where the vault seals what a run says."""
    return f"review_run:{run.id}:words"


def answers(session: Session, run: Run) -> list[tuple[str, str]]:
    """The answers that one can remark on, by key with what the question sets of the chosen cases call them."""
    sets = questions.library().sets
    found: dict[str, dict[str, None]] = {}
    for kind in _kinds(session, run):
        for page in sets[kind].page if kind in sets else ():
            for question in page.question:
                found.setdefault(question.key, {})[library_text(question.label)] = None
    return [(key, " / ".join(labels)) for key, labels in found.items()]


def _kinds(session: Session, run: Run) -> list[str]:
    query = select(Case.kind).join(RunItem, col(RunItem.case_id) == col(Case.id)).where(RunItem.run_id == run.id)
    return sorted(session.exec(query.distinct()))
