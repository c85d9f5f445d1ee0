"""What stands around a sheet: others with the same value, others from the same phone number, and its photos."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, and_, case, false, func, literal, or_, select, union_all
from sqlmodel import Session, col

from portal import vault
from portal.accounts.models import Seller
from portal.questions.models import Answers, QuestionSet
from portal.sheets.models import Finding, Photo, Sheet

# The key of what was sent from the same phone number, whatever it says.
PHONE = ""
TWIN, SHOT = "twin", "shot"
MOST = 200
# A change of an approved shop belongs to the sheet that it changes.
SHOP = func.coalesce(col(Sheet.amends_id), col(Sheet.id))


@dataclass(frozen=True, slots=True)
class Twins:
    """How many other sheets there are: `own` from the same phone number, and `others`."""

    own: int = 0
    others: int = 0

    @property
    def all(self) -> int:
        """Both."""
        return self.own + self.others


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of the sheet: the name of its bytes, and its size in pixels."""

    digest: str
    width: int
    height: int


Around = tuple[dict[str, Twins], dict[str, Shot]]


def of(session: Session, sheet_id: str, wanted: QuestionSet, known: Answers) -> Around:
    """How often the findable answers of a sheet stand in others, and PHONE; and its photos by id: facts, no verdict.

    One statement. Keyed values are compared by their hashes, under each of the secrets. Those of practice do not count,
    nor what was never sent; a shop and its changes are one.
    """
    mine = col(Sheet.seller_id) == select(col(Sheet.seller_id)).where(col(Sheet.id) == sheet_id).scalar_subquery()
    rest = SHOP.label("shop"), case((mine, 1), else_=0), literal(0)
    another = func.coalesce(_shop(sheet_id), sheet_id) != SHOP
    sent_once = or_(col(Sheet.state) != "draft", col(Sheet.open_keys).is_not(None))
    sent = select(literal(TWIN), literal(PHONE), *rest).where(mine, another, sent_once).distinct()
    values = _values(wanted, known)
    same = [and_(col(Finding.key) == key, col(Finding.value).in_(kept)) for key, kept in values.items()]
    found = select(literal(TWIN), col(Finding.key), *rest).join(Sheet, col(Sheet.id) == col(Finding.sheet_id))
    found = found.join(Seller, col(Seller.id) == col(Sheet.seller_id))
    found = found.where(or_(false(), *same), another, sent_once, col(Seller.practice).is_(False)).distinct()
    parts = (part.limit(MOST).subquery() for part in (sent, found, _shots(sheet_id)))
    counted: dict[str, Twins] = {key: Twins() for key in (PHONE, *values)}
    taken: dict[str, Shot] = {}
    for what, name, digest, first, second in session.execute(union_all(*(select(part) for part in parts))):
        if what == TWIN:
            counted[name] = Twins(counted[name].own + first, counted[name].others + 1 - first)
        else:
            taken[name] = Shot(digest, first, second)
    return counted, taken


def shots(session: Session, sheet_id: str) -> dict[str, Shot]:
    """The photos of a sheet, and of the shop that it changes, by id."""
    return {name: Shot(*size) for _, name, *size in session.execute(_shots(sheet_id))}


def _shots(sheet_id: str) -> Select[str, str, str, int, int]:
    columns = (col(Photo.id), col(Photo.digest), col(Photo.width), col(Photo.height))
    # By two indexes: SHOP has none of its own, and every sheet there is would be read.
    shop = _shop(sheet_id)
    family = select(col(Sheet.id)).where(or_(col(Sheet.id) == shop, col(Sheet.amends_id) == shop)).correlate(None)
    return select(literal(SHOT), *columns).where(col(Photo.sheet_id).in_(family))


def _shop(sheet_id: str) -> ScalarSelect[str]:
    return select(SHOP).where(col(Sheet.id) == sheet_id).correlate(None).scalar_subquery()


def _values(wanted: QuestionSet, known: Answers) -> dict[str, tuple[str, ...]]:
    """What each findable answer is kept as."""
    found = {}
    for question in wanted.questions.values():
        value = known.get(question.key)
        if question.find and isinstance(value, str) and value:
            found[question.key] = (value,) if question.find == "plain" else vault.look_ups(question.key, value)
    return found
