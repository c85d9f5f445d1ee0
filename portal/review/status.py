"""The open status page: with a number and the last four digits of the phone it says how far a case is, no more."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from portal import db
from portal.accounts import limits
from portal.i18n import N_, Refusal
from portal.review import clock, numbers, service
from portal.review.models import Case
from portal.review.states import STATES, State

RULES = ((5, timedelta(hours=1)),)
# A hall of fifty phones sits behind one address.
ADDRESS = ((300, timedelta(hours=1)),)


class NoNumber(Refusal):
    """What was typed is no case number; this depends on what was typed alone, not on which cases there are."""

    field = "number"
    msgid = N_("A number has 8 letters and digits, like K7QM-3XRD. Compare yours with the message or the paper.")


class NoTail(Refusal):
    """What was typed are not four digits."""

    field = "tail"
    msgid = N_("Type the last 4 digits of the phone number you registered with, for example 5678.")


class NoMatch(Refusal):
    """An unknown number, or a wrong tail: nobody learns which."""

    field = "number"
    msgid = N_("Number and phone do not fit together. Compare both once more; or sign in with your phone to see it.")


class TooManyTails(Refusal):
    """Five wrong tails within an hour for one number."""

    msgid = N_("That was tried too often for this number. Sign in with your phone to see it, or try again in an hour.")


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the open page says about a case; `due` and `decided_at` only where they apply."""

    number: str
    state: State
    sent_at: datetime
    due: date | None
    decided_at: datetime | None
    practice: bool

    @property
    def late(self) -> bool:
        """Whether the promised day is over."""
        return clock.late(self.due)


def read(number: str, tail: str) -> tuple[str, str]:
    """Number and tail as typed, cleaned; raises NoNumber and NoTail."""
    found = numbers.typed(number)
    if found is None:
        raise NoNumber
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", tail[:20]))
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise NoTail
    return found, digits


def ask(number: str, tail: str, address: str = "") -> Progress:
    """How far a case is, by what was typed; a wrong try is counted in a transaction of its own and stands.

    Raises NoNumber, NoTail, NoMatch and TooManyTails.
    """
    cleaned, digits = read(number, tail)
    with db.aside() as session:
        limits.take(session, f"review status from {address}", ADDRESS, TooManyTails)
    with db.aside() as session:
        found = look(session, number=cleaned, tail=digits)
    if found is None:
        raise NoMatch
    return found


def look(session: Session, *, number: str, tail: str) -> Progress | None:
    """How far the case is; None for an unknown number as for a wrong tail. For db.aside(): a try must stand.

    Each try counts before it is compared, so that many at once get no more than five. Raises TooManyTails.
    """
    key = f"review status {number}"
    limits.take(session, key, RULES, TooManyTails)
    case = session.exec(select(Case).where(Case.number == number)).first()
    given = service.tail_of(number, tail)
    if not hmac.compare_digest(case.tail if case else "", given) or case is None:
        return None
    limits.forget(session, key)
    state = STATES[case.told]
    return Progress(
        number=numbers.shown(case.number),
        state=state,
        sent_at=case.sent_at,
        due=clock.answers_by(session, case),
        decided_at=case.decided_at if case.told == case.state else None,
        practice=case.practice,
    )
