"""A roll: a list of people whom the office invites, and what became of their cards."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from portal import db

# read -> printing -> ready | failed -> printing (new codes); all -> over
STATES = ("read", "printing", "ready", "failed", "over")


class Roll(db.Row, table=True):
    """One list. `people` is what was read, sealed, for a day; `cards` are the codes, sealed, until the paper is made.

    `places` are those of the member of staff who brought it: others see it who work for all of them.
    """

    __tablename__ = "roll"
    __table_args__ = (db.choice("state", *STATES), Index("ix_roll_state", "state", "moved_at"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    state: str = "read"
    people: bytes | None = Field(default=None, sa_column=db.sealed("roll:{id}:people"))
    cards: bytes | None = Field(default=None, sa_column=db.sealed("roll:{id}:cards"))
    count: int
    villages: int
    days: int = 14
    by_id: str
    by_name: str
    places: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    locale: str = "zh_Hans"
    file: str = Field(default="", sa_column_kwargs=db.FILE)
    pages: int = 0
    missing: str = ""
    why: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)
    moved_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
