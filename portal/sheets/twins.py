"""Other sheets with the same value under a key that can be found by, and other sendings from the same phone number."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, literal, or_, union_all
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from portal import vault
from portal.accounts.models import Seller
from portal.questions.models import Answers, QuestionSet
from portal.sheets.models import Finding, Sheet

# The key of what was sent from the same phone number, whatever it says.
PHONE = ""
MOST = 200


@dataclass(frozen=True, slots=True)
class Twins:
    """How many other sheets there are: `own` from the same phone number, and `others`."""

    own: int = 0
    others: int = 0

    @property
    def all(self) -> int:
        """Both."""
        return self.own + self.others


def of(session: Session, sheet_id: str, wanted: QuestionSet, known: Answers) -> Mapping[str, Twins]:
    """How often the findable answers of a sheet stand in others, and PHONE: a fact for the desk, no verdict.

    One statement. Keyed values are compared by their hashes, under each of the secrets. Those of practice do not count.
    """
    seller = select_columns(col(Sheet.seller_id)).where(col(Sheet.id) == sheet_id).scalar_subquery()
    mine = (col(Sheet.seller_id) == seller).label("mine")
    sent = select_columns(literal(PHONE), mine).where(mine, col(Sheet.id) != sheet_id, col(Sheet.state) != "draft")
    parts = [sent.limit(MOST)]
    same = [_same(key, values) for key, values in _values(wanted, known).items()]
    if same:
        found = select_columns(col(Finding.key), mine).join(Sheet, col(Sheet.id) == col(Finding.sheet_id))
        found = found.join(Seller, col(Seller.id) == col(Sheet.seller_id))
        others = or_(*same), col(Finding.sheet_id) != sheet_id, col(Seller.practice).is_(False)
        parts.append(found.where(*others).limit(MOST))
    counted = {key: Twins() for key in (PHONE, *_values(wanted, known))}
    for key, own in session.execute(union_all(*(select_columns(part.subquery()) for part in parts))):
        was = counted[key]
        counted[key] = Twins(was.own + bool(own), was.others + (not own))
    return counted


def _values(wanted: QuestionSet, known: Answers) -> dict[str, tuple[str, ...]]:
    """What each findable answer is kept as."""
    found = {}
    for question in wanted.questions.values():
        value = known.get(question.key)
        if question.find and isinstance(value, str) and value:
            found[question.key] = (value,) if question.find == "plain" else vault.look_ups(question.key, value)
    return found


def _same(key: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(col(Finding.key) == key, col(Finding.value).in_(values))
