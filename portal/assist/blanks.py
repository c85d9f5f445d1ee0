"""Forms to fill in by hand: made with a number of their own, found by it, bound to the sheet they are typed into; and
what stands on them, as facts for the press.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db, i18n
from portal.accounts.models import Seller
from portal.assist.models import Assist, Blank
from portal.assist.wording import Wording, wording
from portal.i18n import N_, Refusal, library_text
from portal.office import service as offices
from portal.office.known import Office
from portal.press.code import Code, code
from portal.questions import service as questions
from portal.questions.models import Question, QuestionSet
from portal.review import numbers
from portal.sheets.models import Sheet

if TYPE_CHECKING:
    from portal.access import Actor

# As many as one printing may have: the press has a minute for them.
MOST = 20
# One box a character where a check knows the length; lines to write on, rows of a table to fill in.
BOXES = {"credit_code": 18, "sc_number": 16, "jy_number": 16}
BOXED = 20
LINES = {"text": 1, "long_text": 5, "number": 1}
ROWS = 6
_state = SimpleNamespace(url="")


class HowMany(Refusal):
    """No number of forms, or more than one printing may have."""

    msgid = N_("Write how many: a number from 1 to %(most)s.")
    field = "count"


class OfAnother(Refusal):
    """The form that was scanned belongs to the application of somebody else."""

    msgid = N_("This paper form belongs to another application: it was begun for the number that ends in %(tail)s.")
    field = "phone"


@dataclass(frozen=True)
class Asked:
    """One question as it stands on paper; `when` says in words what it hangs on."""

    at: int
    question: Question
    hint: str
    when: str
    boxes: int = 0
    lines: int = 0
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One page of the question set."""

    title: str
    hint: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class One:
    """One form: its number as people read it, its QR code, and the tail where it is printed for somebody."""

    number: str
    code: Code
    tail: str


@dataclass(frozen=True)
class Form:
    """What templates/assist/paper_form.html shows; `total` are the pages of one form."""

    set: QuestionSet
    parts: tuple[Part, ...]
    ones: tuple[One, ...]
    wording: Wording
    office: Office
    rows: int = ROWS
    total: int = field(default=0)


def setup(url: str) -> None:
    """Take the address that QR codes carry."""
    _state.url = url


def make(session: Session, actor: "Actor", set_key: str, *, batch: str, count: int = 1, practice: bool = False) -> str:
    """New forms of a kind, printed together; the same batch asked for again is the same. Returns the batch.

    Raises HowMany.
    """
    if not 1 <= count <= MOST:
        raise HowMany(most=MOST)
    if not session.exec(select(Blank.id).where(Blank.batch == batch)).first():
        for at in range(count):
            number = numbers.new_number()
            made = Blank(number=number, set_key=set_key, batch=batch, at=at, practice=practice, by_id=actor.id)
            db.insert_once(session, made)
    return batch


def make_for(session: Session, actor: "Actor", row: Assist, sheet: Sheet) -> str:
    """The form of one sheet, to be filled in at home; the same at the second press. Returns its batch."""
    known = session.exec(select(Blank).where(Blank.sheet_id == sheet.id, Blank.by_id == actor.id)).first()
    if known is None or known.set_key != sheet.set_key:
        known = Blank(
            number=numbers.new_number(),
            set_key=sheet.set_key,
            batch=db.new_id(),
            at=0,
            sheet_id=sheet.id,
            practice=row.practice,
            by_id=actor.id,
        )
        session.add(known)
        session.flush()
    return known.batch


def of_batch(session: Session, batch: str) -> list[Blank]:
    """The forms that were printed together, in order."""
    return list(session.exec(select(Blank).where(Blank.batch == batch).order_by(col(Blank.at))))


def find(session: Session, number: str) -> Blank | None:
    """The form of a number, however it was typed."""
    wanted = numbers.typed(number)
    return session.exec(select(Blank).where(Blank.number == wanted)).first() if wanted else None


def may_print(session: Session, actor: "Actor", batch: str) -> bool:
    """Whether these forms can be read: by whoever made them."""
    found = of_batch(session, batch) if actor.kind == "staff" else []
    return bool(found) and all(blank.by_id == actor.id for blank in found)


def bind(session: Session, blank: Blank, sheet: Sheet) -> None:
    """This form is typed into this sheet. Raises OfAnother where it is somebody else's."""
    blank = db.lock(session, blank)
    if blank.sheet_id not in (None, sheet.id):
        raise OfAnother(tail=tail_of(session, blank))
    blank.sheet_id = sheet.id
    session.add(blank)


def tail_of(session: Session, blank: Blank) -> str:
    """The last digits of the number for which a form was begun."""
    query = select(Seller.tail).join(Sheet, col(Sheet.seller_id) == Seller.id).where(Sheet.id == blank.sheet_id)
    return session.exec(query).first() or "----"


def form(session: Session, batch: str) -> Form:
    """The forms of a batch as facts for the press."""
    found = of_batch(session, batch)
    wanted = questions.library().sets[found[0].set_key]
    ones = tuple(
        One(
            number=numbers.shown(blank.number),
            code=code(f"{_state.url}/desk/assist/papers/{blank.number}"),
            tail=tail_of(session, blank) if blank.sheet_id else "",
        )
        for blank in found
    )
    return Form(wanted, parts(wanted), ones, wording(), offices.office())


def parts(wanted: QuestionSet) -> tuple[Part, ...]:
    """All that a set asks, in its order, numbered through."""
    at = {key: number for number, key in enumerate(wanted.questions, 1)}
    return tuple(
        Part(
            title=page.title,
            hint=page.hint,
            asked=tuple(_asked(wanted, question, at) for question in page.question),
        )
        for page in wanted.page
    )


def _asked(wanted: QuestionSet, question: Question, at: Mapping[str, int]) -> Asked:
    hint = library_text(question.hint)
    if question.example:
        hint = i18n.gettext("%(hint)s For example: %(words)s", hint=hint, words=library_text(question.example)).strip()
    return Asked(
        at=at[question.key],
        question=question,
        hint=hint,
        when=_when(wanted, {**wanted.page_of[question.key].only_if, **question.only_if}, at),
        boxes=_boxes(question),
        lines=LINES.get(question.kind, 0) + (question.longest > 40 and question.kind == "text"),
        options=_options(question),
        columns=tuple(column.label for column in question.columns),
    )


def _when(wanted: QuestionSet, conditions: Mapping[str, tuple[str, ...]], at: Mapping[str, int]) -> str:
    """What a question hangs on, in words: only if you ticked this or that above."""
    between = i18n.gettext(" or ")
    return " ".join(
        i18n.gettext(
            "Only if you ticked %(what)s at number %(at)s.",
            what=between.join(f"“{_label(wanted.questions[key], value)}”" for value in values),
            at=at[key],
        )
        for key, values in sorted(conditions.items(), key=lambda item: at[item[0]])
    )


def _label(question: Question, value: str) -> str:
    return questions.shown(question, [value] if question.kind == "some_of" else value)


def _options(question: Question) -> tuple[tuple[str, str], ...]:
    if question.kind == "yes_no":
        return tuple((_label(question, value), "") for value in ("yes", "no"))
    return tuple((library_text(option.label), library_text(option.hint)) for option in question.options)


def _boxes(question: Question) -> int:
    """How many boxes an answer has, a character each; 0 where it is written on lines."""
    known = next((BOXES[check] for check in question.check if check in BOXES), 0)
    numeric = question.kind == "text" and question.inputmode in ("numeric", "tel") and question.longest <= BOXED
    return known or (question.longest if numeric else 0)
