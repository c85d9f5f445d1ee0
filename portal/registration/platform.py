"""My shop on the platform: how it stands there, as the seller or the staff tell it; and what the office sees of all.

Nothing is asked of the platform: it is told, each telling is an event of the case, and refusals there are counted by
the library's own list of reasons.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, select

from portal import dates, db, vault
from portal.i18n import N_, Refusal
from portal.i18n import gettext as _
from portal.questions import service as questions
from portal.questions.cleaning import clean
from portal.questions.models import Reason
from portal.questions.parsing import iso_day
from portal.registration import sellers
from portal.registration.models import FIRST, STANDINGS, SentBack, Shop, Standing
from portal.review import events, moves
from portal.review.models import Case, told
from portal.review.remarks import NoReason
from portal.review.states import ERASED
from portal.sheets.models import Submission

if TYPE_CHECKING:
    from portal.access import Actor

TELLERS = frozenset({"helper", "reviewer", "manager"})
READERS = TELLERS | {"auditor"}
MOST_NAME, MOST_LINK = 60, 300
LINK = re.compile(r"https?://[^\s，。、）)】]+", re.I)
LONG_NUMBER = re.compile(r"(?:[0-9][ .-]?){15,}")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+", re.I)


class NotApproved(Refusal):
    """A shop on the platform belongs to an approved application."""

    msgid = N_("This application is not approved, so there is no shop on the platform to tell of.")


class NotForYou(Refusal):
    """The role of the asking person may look, not tell."""

    msgid = N_("Your role may read this, but not tell how the shop stands.")


class Meanwhile(Refusal):
    """Something else was told between the page and the button."""

    msgid = N_("This was told meanwhile: %(what)s. Nothing was changed by you. Look once more, then tell.")


class NotNext(Refusal):
    """The state does not lead there."""

    msgid = N_("This cannot be told now. The shop stands at: %(what)s.")


class NoName(Refusal):
    """The shop's name there is missing."""

    field = "name"
    msgid = N_("Write what the shop is called on the platform, for example 九潮高山椪柑.")


class NoDay(Refusal):
    """What was typed is no date."""

    field = "day"
    msgid = N_("Write the day, for example 20261120.")


class OddDay(Refusal):
    """A day to come, or one before the application was sent."""

    field = "day"
    msgid = N_("Write a day from %(first)s, when you sent your application, to today.")


class LongNumber(Refusal):
    """The platform's words hold a number as long as an ID card's or a bank card's."""

    field = "words"
    msgid = N_("Leave out the number of the ID card or the bank card: nobody needs it here. Write only what to mend.")


class BadLink(Refusal):
    """What was typed is no address that opens in a browser."""

    field = "link"
    msgid = N_("A link begins with https://, for example https://v.douyin.com/abc. Copy it from the platform.")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells: that the shop stands at `to`, with what belongs to it."""

    to: str
    day: date | None = None
    reason: str = ""
    words: str = ""
    name: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal of the platform as people read it."""

    reason: Reason | None
    words: str
    day: date


@dataclass(frozen=True, slots=True)
class Record:
    """An approved case with its shop on the platform; where nothing was told yet, a shop at the first state.

    `refused` is the platform's answer while the shop stands refused.
    """

    case: Case
    submission: Submission
    shop: Shop
    refused: Refused | None

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return STANDINGS[self.shop.state]


_RECORDS = (
    select(Case, Submission, Shop, SentBack)
    .join(Submission, col(Submission.id) == Case.submission_id)
    .outerjoin(Shop, col(Shop.case_id) == Case.id)
    .outerjoin(SentBack, and_(col(SentBack.case_id) == Shop.case_id, col(SentBack.version) == Shop.version))
    .where(told("approved"), col(Case.amends_id).is_(None))
)


def _ours() -> ColumnElement[bool]:
    """That a case is of a kind of seller, whose shop opens on the platform."""
    return col(Case.kind).in_(sellers.sets())


def of_seller(session: Session, seller_id: str) -> Record | None:
    """The seller's newest approved case with its shop; None while nothing is approved."""
    query = _RECORDS.where(Case.seller_id == seller_id, _ours()).order_by(col(Case.seq).desc())
    return _record(session.exec(query).first())


def of_case(session: Session, case_id: str) -> Record | None:
    """An approved case with its shop."""
    return _record(session.exec(_RECORDS.where(Case.id == case_id, _ours())).first())


def standing_of(session: Session, case: Case) -> Standing:
    """How a case's shop stands."""
    shop = session.get(Shop, case.id)
    return STANDINGS[shop.state if shop else FIRST]


def record_for(session: Session, actor: "Actor", case_id: str) -> Record | None:
    """The same, if the asking person owns it or is staff of its place who read how shops stand; else None.

    Nobody reads the shop of whoever was erased. Raises ConsentGone.
    """
    found = of_case(session, case_id)
    if found is None or found.case.desk == ERASED:
        return None
    if actor.kind == "seller":
        return found if found.case.seller_id == actor.id else None
    if not actor.roles & READERS or not actor.works_for(found.case.place):
        return None
    moves.opened(actor, found.case)
    return found


def may_tell(actor: "Actor", case: Case) -> bool:
    """Whether somebody tells how a shop stands: its seller, or staff of the place in the seller's name."""
    if actor.kind == "seller":
        return case.seller_id == actor.id
    return bool(actor.roles & TELLERS) and actor.works_for(case.place)


def words_of(row: SentBack) -> str:
    """The platform's own words."""
    return vault.unseal(row.words, _place(row)).decode() if row.words else ""


def opened_on(session: Session, case_ids: Sequence[str]) -> dict[str, date]:
    """On which day the shops of some cases opened, by the case's id; those that are not open are left out."""
    query = select(Shop).where(col(Shop.case_id).in_(case_ids), Shop.state == "open")
    return {shop.case_id: shop.opened_on for shop in session.exec(query) if shop.opened_on}


def forget(session: Session, case_ids: Sequence[str]) -> None:
    """Take away all that was told of some cases: for whoever deletes the cases themselves."""
    for table in (SentBack, Shop):
        session.execute(delete(table).where(col(table.case_id).in_(case_ids)))


def tell(session: Session, case: Case, *, by: "Actor", version: int, told: Told) -> Shop:
    """Note how the shop stands; `version` is the one that the page on screen showed, told twice from there is once.

    Raises NotApproved, NotForYou, Meanwhile, NotNext, NoReason and NoName.
    """
    case = db.lock(session, case)
    if case.told != "approved" or case.amends_id:
        raise NotApproved
    if not may_tell(by, case):
        raise NotForYou
    shop = session.get(Shop, case.id, populate_existing=True) or Shop(case_id=case.id)
    if version != shop.version:
        if version + 1 == shop.version and shop.told_by == by.id and _is_so(session, shop, told):
            return shop
        raise Meanwhile(what=_(STANDINGS[shop.state].label))
    label = STANDINGS[shop.state].leads.get(told.to)
    if label is None:
        raise NotNext(what=_(STANDINGS[shop.state].label))
    _note(session, shop, told)
    shop.told_by, shop.told_name, shop.told_at = by.id, by.name if by.kind == "staff" else "", db.now()
    session.add(shop)
    words = " · ".join(filter(None, (told.words, told.name, told.link)))
    details = {"said": label, "reason": told.reason, "words": words}
    events.append(session, case, "told", by=by, subject=told.to, details=details)
    return shop


def _note(session: Session, shop: Shop, told: Told) -> None:
    """What belongs to the new state. Raises NoReason, LongNumber and NoName."""
    shop.state, shop.version, shop.opened_on = told.to, shop.version + 1, None
    if told.to == "refused":
        if told.reason not in questions.library().reasons_at("platform"):
            raise NoReason
        if LONG_NUMBER.search(told.words):
            raise LongNumber
        row = SentBack(case_id=shop.case_id, version=shop.version, reason=told.reason, day=told.day or db.today())
        row.words = vault.seal(told.words.encode(), _place(row)) if told.words else None
        session.add(row)
    if told.to == "open":
        if not told.name:
            raise NoName
        shop.name, shop.link, shop.opened_on = told.name, told.link, told.day or db.today()


def _is_so(session: Session, shop: Shop, told: Told) -> bool:
    """Whether what is told is what was told last."""
    if told.to == "refused":
        row = session.get(SentBack, (shop.case_id, shop.version))
        return row is not None and (row.reason, words_of(row), row.day) == (told.reason, told.words, told.day)
    known = (shop.name, shop.link, shop.opened_on)
    return shop.state == told.to and (told.to != "open" or known == (told.name, told.link, told.day))


def day_typed(text: str, case: Case) -> date:
    """A day as typed, between the first sending of the application and today. Raises NoDay and OddDay."""
    day, first = iso_day(clean(text, 20)), case.first_sent_at.astimezone(db.CHINA).date()
    if day is None:
        raise NoDay
    if not first <= date.fromisoformat(day) <= db.today():
        raise OddDay(first=dates.day(first))
    return date.fromisoformat(day)


def link_typed(text: str) -> str:
    """The address in what was typed or pasted, words around it left out; nothing is nothing. Raises BadLink."""
    found = LINK.search(clean(text, MOST_LINK * 2))
    link = found[0] if found else ""
    parts = urlsplit(link)
    good = parts.scheme == "https" and HOST.fullmatch(parts.netloc) and len(link) <= MOST_LINK
    if text.strip() and not good:
        raise BadLink
    return link


def _record(row: tuple[Case, Submission, Shop | None, SentBack | None] | None) -> Record | None:
    if row is None:
        return None
    case, submission, shop, back = row
    refused = Refused(questions.library().reasons.get(back.reason), words_of(back), back.day) if back else None
    return Record(case, submission, shop or Shop(case_id=case.id), refused)


def _place(row: SentBack) -> str:
    return f"platform_refusal:{row.case_id}.{row.version}:words"
