"""What was asked to be printed, by whom and for whom, and what became of it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from portal import db
from portal.i18n import N_

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


BATCHES = {"chosen": N_("Not begun"), "running": N_("At work"), "stopped": N_("Stopped"), "done": N_("Finished")}
ITEMS = {"failed": N_("Could not be printed"), "done": N_("Printed"), "waiting": N_("Still to do")}
# What a paper sent to a station comes to: it waits, is printed, and is handed over; or taken back, or too old.
ERRANDS = {
    "waiting": N_("Waits at the station"),
    "printed": N_("Printed, to be fetched"),
    "handed": N_("Handed over"),
    "withdrawn": N_("Paper taken back"),
    "over": N_("Not fetched, no longer kept"),
}


class PrintBatch(db.Row, table=True):
    """One guide for many sellers in the name of one person: chosen, set going, stopped and continued.

    `key` is the digest of the form's one-time key and what was chosen: a double tap makes one batch. `place` is the
    smallest place that holds all its sellers: who works for it sees it. `go` counts how often it was set going, `why`
    is what stopped it, in `language` like the reasons of its items. `file` is for the printer, `singles` the ZIP of
    single files where one was asked for; both go after a week, the row stays as history.
    """

    __tablename__ = "print_batch"
    __table_args__ = (db.choice("state", *BATCHES), UniqueConstraint("key"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    key: str
    by_id: str = Field(index=True)
    by_name: str
    language: str
    place: str
    practice: bool
    guide: str
    edition: str
    locale: str
    whom: str
    about: str = ""
    zipped: bool = False
    state: str = "chosen"
    go: int = 0
    why: str = ""
    file: str = Field(default="", sa_column_kwargs=db.FILE)
    singles: str = Field(default="", sa_column_kwargs=db.FILE)
    pages: int = 0
    sheets: int = 0
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    moved_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)


class PrintItem(db.Row, table=True):
    """One seller's guide of a batch, in the order of the file: which case, and what came of it.

    `piece` is the file of the covers printed together, `page` which of them is this one's, `single` the whole guide as
    a file of its own; they are needed until the batch is finished. `why` names the field where something is wrong.
    """

    __tablename__ = "print_item"
    __table_args__ = (
        db.choice("state", *ITEMS),
        UniqueConstraint("batch_id", "case_id"),
        Index("ix_print_item_state", "batch_id", "state", "at"),
    )

    batch_id: str = Field(primary_key=True, foreign_key="print_batch.id")
    at: int = Field(primary_key=True)
    case_id: str = Field(index=True)
    kind: str
    state: str = "waiting"
    why: str = ""
    piece: str = Field(default="", sa_column_kwargs=db.FILE)
    page: int = 0
    single: str = Field(default="", sa_column_kwargs=db.FILE)
    done_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Errand(db.Row, table=True):
    """A paper that a seller asks a station to print; `spot_id` and `place` are the station's.

    `key` holds the paper while it is under way, so that asking twice is asking once; it is the row's id afterwards.
    """

    __tablename__ = "print_errand"
    __table_args__ = (
        db.choice("state", *ERRANDS),
        UniqueConstraint("key"),
        Index("ix_print_errand_place", "state", "place", "asked_at"),
    )

    id: str = Field(default_factory=db.new_id, primary_key=True)
    key: str
    seller_id: str = Field(index=True)
    case_id: str = Field(index=True)
    paper: str
    locale: str
    spot_id: str
    spot_name: str
    place: str
    practice: bool
    state: str = "waiting"
    by_name: str = ""
    asked_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    moved_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)
