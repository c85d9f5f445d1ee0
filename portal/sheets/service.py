"""Verbs on sheets: begin, answer, send, open again for mending, close."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import db, vault
from portal.accounts import service as accounts
from portal.i18n import N_, Refusal
from portal.questions import service as questions
from portal.questions.models import Answers, Page, Question, QuestionSet
from portal.sheets import found, held
from portal.sheets.models import Sheet, Submission
from portal.sheets.remarked import Said as Said
from portal.sheets.remarked import Untouched as Untouched
from portal.sheets.remarked import remarks as remarks
from portal.sheets.remarked import remarks_from as remarks_from
from portal.sheets.remarked import untouched
from portal.sheets.submissions import Line as Line
from portal.sheets.submissions import changed as changed
from portal.sheets.submissions import lines as lines
from portal.sheets.submissions import make, newest, seal, unchanged, unseal
from portal.sheets.submissions import of_round as of_round
from portal.sheets.submissions import submitted as submitted

Sent = Callable[[Session, Sheet, Submission], None]


Notes = Callable[[Session, Sheet, Answers], Mapping[str, str]]
_on_sent: list[Sent] = []
_notes: list[Notes] = []
_aloud: list[Callable[[], str]] = []


class Locked(Refusal):
    """A sheet that was sent cannot be changed until it is sent back."""

    msgid = N_("You have sent this already, so it cannot be changed now. If something is wrong, ring the office.")


class NothingChanged(Refusal):
    """A change that changes nothing."""

    msgid = N_("Nothing is changed yet. Open what has changed, change it, then send it.")


class Unfinished(Refusal):
    """A sheet with faults cannot be sent."""

    msgid = N_("Some answers still need mending before this can be sent.")


def on_sent(callback: Sent) -> Sent:
    """Call `callback` whenever a sheet is sent, in the same transaction."""
    if callback not in _on_sent:
        _on_sent.append(callback)
    return callback


def notes_from(callback: Notes) -> Notes:
    """Ask `callback` what a noun says about answers, by question: shown beside them, in the current language."""
    _notes[:] = [callback]
    return callback


def notes(session: Session, sheet: Sheet, known: Answers) -> Mapping[str, str]:
    """What a noun says about these answers of a sheet, by question."""
    return _notes[0](session, sheet, known) if _notes else {}


def aloud_from(callback: Callable[[], str]) -> Callable[[], str]:
    """Ask `callback` what a helper confirms before sending, a sentence of the library."""
    _aloud[:] = [callback]
    return callback


def aloud() -> str:
    """What a helper confirms before sending: that all was read out."""
    return _aloud[0]() if _aloud else ""


def filled_by(session: Session, sheet: Sheet) -> set[str]:
    """The ids of the staff who filled a sheet in for its seller, or sent it."""
    return set(sheet.helpers)


def typists(sheet: Sheet) -> dict[str, str]:
    """Which helper typed which answer: names by question; what the seller typed is not among them."""
    return {key: sheet.helpers[by] for key, by in sheet.typed_by.items() if by in sheet.helpers}


def asked(line: Connection, sheet_id: str, seller_id: str) -> Mapping[str, Page] | None:
    """The pages of a seller's own sheet, by key; a short look before a transaction that writes."""
    set_key = line.execute(_asked(), {"sheet": sheet_id, "seller": seller_id}).scalar()
    return None if set_key is None else questions.library().sets[set_key].pages


@cache
def _asked() -> Executable:
    mine = col(Sheet.id) == bindparam("sheet"), col(Sheet.seller_id) == bindparam("seller")
    return select_columns(col(Sheet.set_key)).where(*mine)


def set_of(sheet: Sheet) -> QuestionSet:
    """The question set of a sheet, in its newest version: answers are kept by key."""
    return questions.library().sets[sheet.set_key]


def start(session: Session, *, seller_id: str, set_key: str) -> Sheet:
    """The seller's open sheet of this set or of a sister of it, begun when there is none."""
    wanted = questions.library().sets[set_key]
    once_key = f"{seller_id}:{wanted.group or set_key}" if wanted.once else None
    found = session.exec(select(Sheet).where(Sheet.once_key == once_key)).first() if once_key else None
    if found is not None:
        return found
    made = Sheet(seller_id=seller_id, set_key=set_key, version=wanted.version, once_key=once_key)
    db.insert_once(session, made)
    same = Sheet.once_key == once_key if once_key else Sheet.id == made.id
    return session.exec(select(Sheet).where(same)).one()


def sisters(sheet: Sheet) -> dict[str, QuestionSet]:
    """The sets that a sheet can move to: those of its group while it is a draft that was never sent."""
    here = set_of(sheet)
    movable = here.group and sheet.state == "draft" and sheet.open_keys is None
    every = questions.library().sets if movable else {}
    return {key: each for key, each in every.items() if each.group == here.group and key != here.key}


def move(session: Session, sheet: Sheet, set_key: str) -> Sheet:
    """Carry a draft to a sister set, its answers kept by key; a sheet that cannot move there stays as it is."""
    sheet = db.lock(session, sheet)
    wanted = sisters(sheet).get(set_key)
    if wanted is not None:
        store(session, sheet, questions.move(answers(sheet), set_of(sheet), wanted), into=wanted)
    return sheet


def lost(sheet: Sheet, into: QuestionSet) -> list[Question]:
    """The questions whose answers a move to another set would drop; what is ticked there anew is not among them."""
    here, known = set_of(sheet), answers(sheet)
    gone = known.keys() - questions.move(known, here, into).keys()
    return [question for key, question in here.questions.items() if key in gone and not question.ticked]


def of_seller(session: Session, seller_id: str) -> list[Sheet]:
    """A seller's sheets, newest first."""
    return list(session.exec(select(Sheet).where(Sheet.seller_id == seller_id).order_by(col(Sheet.made_at).desc())))


def answers(sheet: Sheet) -> Answers:
    """All answers of a sheet, the personal ones unsealed; a draft's as the newest version of its set takes them."""
    known = {**sheet.answers, **unseal(sheet.sealed, f"sheet:{sheet.id}:answers")}
    wanted = set_of(sheet)
    return known if sheet.state != "draft" or sheet.version == wanted.version else questions.move(known, None, wanted)


def changeable(sheet: Sheet, known: Answers) -> set[str]:
    """The questions whose answers may be changed now: after a sending back those opened, and what is at fault."""
    if sheet.state != "draft":
        return set()
    if sheet.open_keys is None:
        return set(set_of(sheet).questions)
    faults = questions.faults(set_of(sheet), known)
    return {*sheet.open_keys, *(fault.key.split(".")[0] for fault in faults if fault.level == "refuse")}


def answer(session: Session, sheet: Sheet, *, page: Page, given: Answers, by: str) -> None:
    """Keep the given answers of one page as typed, faults and all: None empties one, what is left out stays.

    Raises Locked when something is given and none of the page may be changed now. `by` is the id of whoever typed.
    """
    sheet = held.lock(session, sheet)
    before = answers(sheet)
    known, free = {**before}, changeable(sheet, before)
    new = {key: value for key, value in given.items() if key in free}
    if not new and (sheet.state != "draft" or any(value not in (None, known.get(key)) for key, value in given.items())):
        raise Locked
    asked = {question.key for question in questions.visible(page, {**known, **new})}
    for key in asked & new.keys():
        if new[key] != known.get(key):
            sheet.typed_by = {**sheet.typed_by, key: by}
        known[key] = new[key]
    known = {key: value for key, value in known.items() if value is not None}
    store(session, sheet, known, into=set_of(sheet), before=before)


def store(session: Session, sheet: Sheet, known: Answers, *, into: QuestionSet, before: Answers | None = None) -> None:
    """Write all answers: sealed or plain as the set says, with what is to be found by them.

    `before` is what they were; what is found by an answer that stays as it was stands already.
    """
    newest = (sheet.set_key, sheet.version) == (into.key, into.version)
    stands = newest and before is not None and found.same(known, before, into)
    personal = {key for key, question in into.questions.items() if question.personal}
    sheet.set_key, sheet.version = into.key, into.version
    sheet.answers = {key: value for key, value in known.items() if key not in personal}
    sheet.sealed = seal({key: known[key] for key in known if key in personal}, f"sheet:{sheet.id}:answers")
    sheet.changed_at = db.now()
    held.put(session, sheet)
    if not stands:
        found.write(session, sheet, known, into)


def found_again(session: Session, row: Any) -> str:
    """What a row of Finding is found by under the newest secret; a plain value stays."""
    sheet = session.get_one(Sheet, row.sheet_id)
    wanted = questions.library().sets.get(sheet.set_key)
    question = wanted.questions.get(row.key) if wanted else None
    value = answers(sheet).get(row.key) if question and question.find == "keyed" else None
    return vault.look_up(row.key, value) if isinstance(value, str) else str(row.value)


def sent_answers(sheet: Sheet) -> Answers:
    """The answers that count: those of questions that are asked, given the others."""
    known = answers(sheet)
    pages = questions.visible_pages(set_of(sheet), known)
    keys = [question.key for page in pages for question in questions.visible(page, known)]
    return {key: known[key] for key in keys if key in known}


def send(session: Session, sheet: Sheet, *, by: str, as_it_is: bool = False) -> Submission:
    """Send a sheet: its answers as they stand become a submission, and the sheet is locked.

    Sent twice is sent once. Raises Unfinished while an answer is refused, NothingChanged for a change of nothing,
    Untouched where a remark changed nothing and the seller does not say that it is right `as_it_is`.
    `by` is the id of whoever sends.
    """
    sheet = db.lock(session, sheet)
    latest = newest(session, sheet.id)
    if sheet.state != "draft":
        if latest is None:
            raise Locked
        return latest
    wanted = set_of(sheet)
    if any(fault.level == "refuse" for fault in questions.faults(wanted, answers(sheet))):
        raise Unfinished
    known, before = sent_answers(sheet), submitted(latest) if latest else {}
    if unchanged(latest, known):
        raise NothingChanged
    if not as_it_is and untouched(session, sheet, known):
        raise Untouched
    submission = make(sheet.id, wanted, known, round_=latest.round + 1 if latest else 1)
    _note_consents(session, sheet, known, before=before)
    sheet.state, sheet.open_keys = "sent", None
    session.add(submission)
    session.add(sheet)
    session.flush()
    for callback in _on_sent:
        callback(session, sheet, submission)
    return submission


def _note_consents(session: Session, sheet: Sheet, known: Answers, *, before: Answers) -> None:
    """The boxes ticked or unticked since the last sending; a consent taken back elsewhere stays taken back."""
    wanted = set_of(sheet)
    for key, question in wanted.questions.items():
        if not question.consent or known.get(key) == before.get(key):
            continue
        if known.get(key):
            wording = "\n".join([question.hint, *(option.label for option in question.options)])
            accounts.give(session, sheet.seller_id, question.consent, version=wanted.version, wording=wording)
        else:
            accounts.withdraw(session, sheet.seller_id, question.consent)


def reopen(session: Session, sheet: Sheet, keys: Iterable[str]) -> None:
    """Let the seller change just these answers, and those of questions that were not asked: a change may bring them."""
    sheet = db.lock(session, sheet)
    known = answers(sheet)
    asked = {question.key for page in set_of(sheet).page for question in questions.visible(page, known)}
    sheet.state, sheet.open_keys = "draft", sorted({*keys, *(set_of(sheet).questions.keys() - asked)})
    session.add(sheet)


def close(session: Session, sheet: Sheet, *, again: bool) -> None:
    """Nothing more will change here; `again`: the seller may begin a new sheet of this set."""
    sheet = db.lock(session, sheet)
    sheet.state, sheet.open_keys = "closed", None
    if again:
        sheet.once_key = None
    session.add(sheet)
