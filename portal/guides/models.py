"""What was asked to be printed, and what became of it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from portal import db

STATES = ("waiting", "ready", "failed")


class Print(db.Row, table=True):
    """One paper that somebody asked for.

    `about` names what it is about: guide/kind, or the id of a case. `key` is the digest of paper, language and
    content, so that asking twice for the same paper is asking once. `why` is the msgid of the refusal when it failed.
    `by_id` is the member of staff for whom alone it is: a table, of which `made` of `total` rows are done.
    """

    __tablename__ = "print"
    __table_args__ = (db.choice("state", *STATES), UniqueConstraint("key"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    paper: str
    about: str
    locale: str
    title: str
    key: str
    state: str = "waiting"
    ending: str = "pdf"
    by_id: str = ""
    made: int = 0
    total: int = 0
    file: str = Field(default="", sa_column_kwargs=db.FILE)
    pages: int = 0
    missing: str = ""
    why: str = ""
    asked_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    done_at: datetime | None = Field(default=None, sa_type=db.Moment)
