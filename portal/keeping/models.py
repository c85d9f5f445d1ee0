"""How long the office keeps what, whom it has warned, and what each run took away."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from portal import db


class Term(db.Row, table=True):
    """The days that an office has set for a rule in the place of the library's."""

    __tablename__ = "keeping_term"

    rule: str = Field(primary_key=True)
    days: int
    changed_by: str
    changed_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Warned(db.Row, table=True):
    """That somebody was told what will be deleted; it holds until they do something again."""

    __tablename__ = "keeping_warned"

    rule: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    told_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Run(db.Row, table=True):
    """One day's run and its report: by rule how many were told and how many deleted, and their labels."""

    __tablename__ = "keeping_run"

    day: str = Field(primary_key=True)
    begun_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    ended_at: datetime | None = Field(default=None, sa_type=db.Moment)
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
