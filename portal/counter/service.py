"""Verbs of the counter: hand out one code, keep a list that was read, have its cards printed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from portal import db, i18n, jobs, vault
from portal.accounts import handed
from portal.accounts.models import Seller
from portal.audit import service as audit
from portal.counter.models import Roll
from portal.counter.people import Fault, Person
from portal.counter.reading import MOST_ROWS, TooManyRows
from portal.i18n import N_, Refusal
from portal.review.kinds import kind_of
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

if TYPE_CHECKING:
    from portal.access import Actor

ROLES = ("reviewer", "manager", "admin", "helper")
DAYS = (3, 7, 14, 30)


class OfAnotherPlace(Refusal):
    """The number belongs to a seller of a place that the asking staff does not work for."""

    msgid = N_("This number belongs to a seller of another place. The office there hands out the code.")
    field = "phone"


class NotNow(Refusal):
    """The list is being printed, or is no longer kept."""

    msgid = N_("This list is no longer kept. Please send it again.")


def elsewhere(session: Session, actor: "Actor", phones: Sequence[str]) -> set[str]:
    """Which of these numbers belong to sellers whose shop lies where the actor does not work."""
    keys = {key: phone for phone in phones for key in vault.look_ups("phone", phone)}
    rows = session.execute(
        select(Seller.phone_key, Sheet)
        .join(Sheet, col(Sheet.seller_id) == col(Seller.id))
        .where(col(Seller.phone_key).in_(list(keys)))
    )
    return {keys[key] for key, sheet in rows if (place := _place(sheet)) and not actor.works_for(place)}


def _place(sheet: Sheet) -> str:
    kind = kind_of(sheet.set_key)
    return kind.place(sheets.answers(sheet)) if kind else ""


def give(session: Session, actor: "Actor", phone: str, *, once: str = "") -> handed.Card:
    """Hand out a code for a number at the desk; the same form finds the same. Raises OfAnotherPlace, MadeBefore."""
    if elsewhere(session, actor, [phone]):
        raise OfAnotherPlace
    if before := handed.made(session, phone, by=actor, once=once):
        return before
    card = handed.give(session, phone, by=actor, once=once)
    audit.note(session, "code_given", by=actor, subject=card.row.id)
    return card


def strangers(session: Session, actor: "Actor", people: Sequence[Person]) -> list[Fault]:
    """The people of a list who belong to another place, as faults of their rows."""
    others = elsewhere(session, actor, [person.phone for person in people])
    return [Fault(person.row, OfAnotherPlace().text) for person in people if person.phone in others]


def keep(session: Session, actor: "Actor", people: Sequence[Person]) -> Roll:
    """Keep a list that was read without fault, for a day. Raises TooManyRows."""
    if len(people) > MOST_ROWS:
        raise TooManyRows
    roll = Roll(
        count=len(people),
        villages=len({person.village for person in people}),
        by_id=actor.id,
        by_name=actor.name,
        places=list(actor.places),
        locale=i18n.language(),
    )
    said = json.dumps([[person.row, person.name, person.phone, person.village] for person in people])
    roll.people = vault.seal(said.encode(), f"roll:{roll.id}:people")
    session.add(roll)
    session.flush()
    return roll


def people_of(roll: Roll) -> list[Person]:
    """Who stands on a list, in villages; nobody when it is no longer kept."""
    if roll.people is None:
        return []
    rows = json.loads(vault.unseal(roll.people, f"roll:{roll.id}:people"))
    return sorted((Person(*row) for row in rows), key=lambda person: (person.village, person.row))


def find(session: Session, actor: "Actor", roll_id: str) -> Roll | None:
    """A list that the actor brought, or somebody who works only where the actor does too."""
    roll = session.get(Roll, roll_id)
    return roll if roll is not None and _may_see(actor, roll) else None


def brought(session: Session, actor: "Actor") -> list[Roll]:
    """The lists of the last days that the actor may see, the newest first."""
    rows = session.exec(select(Roll).where(col(Roll.state) != "over").order_by(col(Roll.made_at).desc()).limit(200))
    return [roll for roll in rows if _may_see(actor, roll)][:20]


def _may_see(actor: "Actor", roll: Roll) -> bool:
    return roll.by_id == actor.id or all(actor.works_for(place) for place in roll.places)


def print_cards(session: Session, actor: "Actor", roll: Roll, *, days: int, locale: str) -> Roll:
    """Make a code for everybody on a list and have the cards printed; what was printed before ends.

    While it is printing another tap changes nothing. Raises NotNow, OfAnotherPlace.
    """
    roll = db.lock(session, roll)
    if roll.state == "printing":
        return roll
    people = people_of(roll)
    if roll.state == "over" or not people:
        raise NotNow
    if elsewhere(session, actor, [person.phone for person in people]):
        raise OfAnotherPlace
    lives = timedelta(days=days if days in DAYS else Roll.model_fields["days"].default)
    handed.end_roll(session, roll.id)
    made = [handed.give(session, person.phone, by=actor, lives=lives, roll_id=roll.id) for person in people]
    cards = [[person.name, person.phone[-4:], person.village, card.digits, card.token]
             for person, card in zip(people, made, strict=True)]  # fmt: skip
    roll.cards = vault.seal(json.dumps(cards).encode(), f"roll:{roll.id}:cards")
    roll.state, roll.days, roll.locale, roll.moved_at = "printing", lives.days, locale, db.now()
    roll.file, roll.why, roll.missing, roll.pages = "", "", "", 0
    session.add(roll)
    session.flush()
    said = {"people": i18n.ngettext("one person", "%(num)s people", len(people))}
    audit.note(session, "cards_made", by=actor, subject=roll.id, places=roll.places, details=said)
    # The same list may be printed again: each printing is work of its own.
    jobs.ask(session, "counter.print", f"{roll.id}.{db.new_id()}")
    return roll
