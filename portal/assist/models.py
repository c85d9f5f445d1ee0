"""Who fills in for whom, and the forms to fill in by hand."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from portal import db
from portal.accounts.models import CONTACTS

# asked (the farmer's code is awaited) -> open -> sent | ended; asked ones are forgotten after an hour
STATES = ("asked", "open", "sent", "ended")
# How the farmer agreed: the code that was sent, a card of a list, or a code that a colleague handed out as a witness.
WAYS = ("sent", "card", "witness")


class Assist(db.Row, table=True):
    """One time that a member of staff fills in for a farmer. While it is open it opens that one sheet to them.

    `phone` is there only while the code is awaited; then the seller has it.
    """

    __tablename__ = "assist"
    __table_args__ = (
        db.choice("state", *STATES),
        db.choice("contact", *CONTACTS),
        Index("ix_assist_helper", "helper_id", "made_at"),
    )

    id: str = Field(default_factory=db.new_id, primary_key=True)
    state: str = "asked"
    helper_id: str
    helper_name: str
    phone: bytes | None = Field(default=None, sa_column=db.sealed("assist:{id}:phone"))
    tail: str
    contact: str = "own"
    contact_name: bytes | None = Field(default=None, sa_column=db.sealed("assist:{id}:contact_name"))
    set_key: str
    blank_id: str | None = None
    practice: bool = False
    way: str = ""
    witness: str = ""
    seller_id: str | None = Field(default=None, index=True)
    sheet_id: str | None = Field(default=None, index=True)
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    opened_at: datetime | None = Field(default=None, sa_type=db.Moment)
    ended_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Blank(db.Row, table=True):
    """One form to fill in by hand, known by the number in its QR code; typed in, it belongs to a sheet.

    `batch` are those printed together, `at` which of them it is.
    """

    __tablename__ = "blank"
    __table_args__ = (UniqueConstraint("number"), UniqueConstraint("batch", "at"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    number: str
    set_key: str
    batch: str
    at: int
    sheet_id: str | None = Field(default=None, index=True)
    practice: bool = False
    by_id: str
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
