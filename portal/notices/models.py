"""A notice: one message to one person, and how far it got; and what left on a day."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from portal import db

KINDS = ("received", "unserved", "sent_back", "decided", "code", "number", "keeping", "morning", "expiry")
# waiting -> sending -> sent; sending -> failed (tried again) -> sending; sending -> given_up
# practice: written to be read here, sent to nobody.
STATES = ("waiting", "sending", "sent", "failed", "given_up", "practice")
OPEN = ("waiting", "failed")
# Why a notice has not left, where no gateway says so itself; reasons.py has the words.
NO_GATEWAY, BUDGET, STATION, TOO_LATE = "no gateway", "budget", "station", "too late"


class Notice(db.Row, table=True):
    """One message. Its text is gone once a code was sent; `claim` names the try that is sending it now.

    `values` is what a vendor's template asks for, sealed; it goes with the number.
    """

    __tablename__ = "notice"
    __table_args__ = (
        db.choice("kind", *KINDS),
        db.choice("state", *STATES),
        Index("ix_notice_state", "state", "due_at"),
    )

    id: str = Field(default_factory=db.new_id, primary_key=True)
    case_id: str | None = Field(default=None, index=True)
    person_id: str = Field(index=True)
    kind: str
    number: bytes | None = Field(default=None, sa_column=db.sealed("notice:{id}:number"))
    text: bytes | None = Field(default=None, sa_column=db.sealed("notice:{id}:text"))
    values: bytes | None = Field(default=None, sa_column=db.sealed("notice:{id}:values"))
    state: str = "waiting"
    claim: str = ""
    tries: int = 0
    error: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    due_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    sent_at: datetime | None = Field(default=None, sa_type=db.Moment)


class SmsDay(db.Row, table=True):
    """A day of China: how many messages were handed to the gateway, and when it last took and last failed one."""

    __tablename__ = "sms_day"

    day: date = Field(primary_key=True)
    taken: int = 0
    good_at: datetime | None = Field(default=None, sa_type=db.Moment)
    bad_at: datetime | None = Field(default=None, sa_type=db.Moment)
