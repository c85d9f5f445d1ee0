"""A seller's answers to one question set, the photos in them, and what was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from portal import db

STATES = ("draft", "sent", "closed")


class Sheet(db.Row, table=True):
    """One seller's answers to one set; personal ones are sealed together in one blob.

    `once_key` is unique while a once-only sheet is open. `open_keys` is None while everything may change,
    and the list of questions to mend after a sheet was sent back. `amends_id` names the approved sheet that this one
    changes, `amend` which change of the set it is.
    """

    __tablename__ = "sheet"
    __table_args__ = (db.choice("state", *STATES), UniqueConstraint("once_key"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    seller_id: str = Field(index=True)
    set_key: str
    version: int
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed: bytes | None = Field(default=None, sa_column=db.sealed("sheet:{id}:answers"))
    typed_by: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # The staff who filled it in beside the seller, name by id; the photos of the form that was filled in by hand.
    helpers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    paper: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    open_keys: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    state: str = "draft"
    once_key: str | None = None
    amends_id: str | None = Field(default=None, index=True)
    amend: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    changed_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Photo(db.Row, table=True):
    """A photo that belongs to a sheet; its bytes are in files, sealed, under their digests."""

    __tablename__ = "photo"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    sheet_id: str = Field(foreign_key="sheet.id", index=True)
    key: str
    digest: str = Field(index=True, sa_column_kwargs=db.FILE)
    small_digest: str = Field(index=True, sa_column_kwargs=db.FILE)
    width: int
    height: int
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Finding(db.Row, table=True):
    """What search and duplicates use: the value of an answer marked `find`, plain or keyed."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_key_value", "key", "value"),)

    sheet_id: str = Field(primary_key=True, foreign_key="sheet.id")
    key: str = Field(primary_key=True)
    value: str
    tail: str = ""


class Submission(db.Row, table=True):
    """What was sent, as it was sent: never changed, so a case never needs an old question set.

    Round 0 of a change is what was approved.

    `shown` holds a row for each answer (page, title, key, label, kind, words); the words of personal answers are in
    `sealed` with the answers themselves.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("sheet_id", "round"),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    sheet_id: str = Field(foreign_key="sheet.id", index=True)
    round: int
    set_key: str
    version: int
    language: str
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    shown: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    sealed: bytes | None = Field(default=None, sa_column=db.sealed("submission:{id}:answers"))
    digest: str
    sent_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
