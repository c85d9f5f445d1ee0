"""A case: what was sent and all that happened to it; its states stand in states.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, UniqueConstraint, and_, text
from sqlmodel import Field, col

from portal import db
from portal.i18n import N_
from portal.review.states import GROUPS, HIDDEN, PROPOSED, SHUT, STATES


class Case(db.Row, table=True):
    """One application on its way; title, kind and place are columns so that the queue needs nothing else.

    `desk` repeats the group of the state and `county` the first six digits of the place: the queue's indexes hang on
    them. A case of practice stands on a desk of its own whatever its state, on none one that the office may not look
    at, and a shell without a person.
    `due` is the date we promised an answer by, `used` the working days that the office had it in earlier rounds, and
    `took` all that it had it until the decision (clock.py). `settles_at` is set from a decision until the seller is
    told of it; `decider_id` is who decided or, before a second person has looked, who proposed. `head` is the hash of
    the newest event, `events` their number. One that changes an approved case names it by `amends_id`.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        db.choice("state", *STATES),
        db.choice("desk", *GROUPS, *HIDDEN),
        UniqueConstraint("id"),
        UniqueConstraint("number"),
        UniqueConstraint("sheet_id"),
        # The queue: each page is a range of one of these, in the order in which it is shown.
        Index("ix_review_case_queue", "desk", "county", "seq"),
        Index("ix_review_case_wide", "desk", "seq"),
        Index(
            "ix_review_case_settles",
            "settles_at",
            sqlite_where=text("settles_at IS NOT NULL"),
            postgresql_where=text("settles_at IS NOT NULL"),
        ),
        Index("ix_review_case_place", "desk", "place", "seq"),
        Index("ix_review_case_kind", "desk", "county", "kind", "seq"),
        Index("ix_review_case_state", "desk", "county", "state", "seq"),
        Index("ix_review_case_due", "desk", "county", "due", "seq"),
        Index("ix_review_case_holder", "desk", "holder_id", "county", "seq"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(default_factory=db.new_id)
    number: str
    # Keyed hash of the number and the last four digits of the phone, for the open status page.
    tail: str
    sheet_id: str = Field(foreign_key="sheet.id")
    seller_id: str = Field(index=True)
    kind: str
    title: str
    place: str
    county: str
    state: str = "submitted"
    desk: str = "waiting"
    version: int = 0
    round: int = 1
    submission_id: str = Field(foreign_key="submission.id")
    first_sent_at: datetime = Field(sa_type=db.Moment)
    sent_at: datetime = Field(sa_type=db.Moment)
    moved_at: datetime = Field(sa_type=db.Moment)
    due: date
    used: int = 0
    took: int | None = None
    holder_id: str | None = None
    holder_name: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=db.Moment)
    decided_by: str = ""
    decider_id: str | None = None
    settles_at: datetime | None = Field(default=None, sa_type=db.Moment)
    events: int = 0
    head: str = ""
    photos_gone_at: datetime | None = Field(default=None, sa_type=db.Moment)
    amends_id: str | None = Field(default=None, index=True)
    # What was ticked in this round, or in an earlier one and not changed since: by key round, name and moment.
    ticks: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))

    @property
    def practice(self) -> bool:
        """Whether it is of practice: nothing of it is real."""
        return self.desk in ("practice", SHUT["practice"])

    @property
    def shut(self) -> bool:
        """Whether its seller does not let the office look at it."""
        return self.desk in SHUT.values()

    @property
    def told(self) -> str:
        """The state that the seller knows: what nobody was told yet is still being looked at."""
        return "in_review" if self.settles_at or self.state in PROPOSED else self.state


def told(*states: str) -> ColumnElement[bool]:
    """That the seller of a case knows it to be at one of these decided states: Case.told, for the database."""
    return and_(col(Case.state).in_(states), col(Case.settles_at).is_(None))


class Cell(db.Row, table=True):
    """How many more cases (or fewer: `n` may be -1) are alike in what the queue filters by; sums are its counts.

    Added in the transaction of the move, never changed, summed up by a job (cells.py). `day` is when an answer is due.
    On the desk "pace" stand the decided ones by `day` and by the working days they took.
    """

    __tablename__ = "review_cell"
    __table_args__ = (Index("ix_review_cell_county", "county", "desk"), Index("ix_review_cell_desk", "desk", "day"))

    seq: int | None = Field(default=None, primary_key=True)
    county: str
    place: str
    desk: str
    kind: str = ""
    state: str = ""
    holder_id: str | None = None
    day: date | None = None
    took: int | None = None
    n: int


class Remark(db.Row, table=True):
    """What the office says on one field in one round: a reason of the list and its own words, sealed.

    `page` and `label` are kept with it, so that telling the seller needs no question set.
    """

    __tablename__ = "review_remark"
    __table_args__ = (UniqueConstraint("case_id", "round", "key"),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    case_id: str = Field(foreign_key="review_case.id")
    submission_id: str = Field(foreign_key="submission.id")
    round: int
    page: str
    key: str
    label: str
    reason: str
    words: bytes | None = Field(default=None, sa_column=db.sealed("review_remark:{id}:words"))
    made_by: str
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    answered_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Reminder(db.Row, table=True):
    """That a seller was told, so many days before, that a paper runs out on a day; `key` is the question's."""

    __tablename__ = "review_reminder"

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    key: str = Field(primary_key=True)
    step: int = Field(primary_key=True)
    day: str = Field(primary_key=True)
    told_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Event(db.Row, table=True):
    """One thing that happened, chained to the one before; never changed, but its details can be erased.

    The hash covers the digest of the salted details, not the details: the chain still verifies without them.
    """

    __tablename__ = "review_event"
    __table_args__ = (Index("ix_review_event_at", "at"), Index("ix_review_event_who", "who_id", "at"))

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    seq: int = Field(primary_key=True)
    version: int
    at: datetime = Field(sa_type=db.Moment)
    action: str
    # What it was about: a field, a photo.
    subject: str
    who_kind: str
    who_id: str
    who_name: str
    digest: str
    salt: str | None
    details: bytes | None = Field(default=None, sa_column=db.sealed("review_event:{case_id}.{seq}:details"))
    previous: str
    hash: str


RUNS = {"chosen": N_("Not begun"), "running": N_("At work"), "stopped": N_("Stopped"), "done": N_("Finished")}
ITEMS = {"skipped": N_("Left as they were"), "done": N_("Done"), "waiting": N_("Still to do")}


class Run(db.Row, table=True):
    """One thing done to many cases in the name of one person: chosen, planned, set going, stopped and continued.

    `key` is the digest of the form's key and the choice: a double tap makes one run. `version` counts the plans,
    `go` how often it was set going. `why` is the refusal that stopped it, in `language` like those of its items.
    """

    __tablename__ = "review_run"
    __table_args__ = (db.choice("state", *RUNS), UniqueConstraint("key"))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    key: str
    by_id: str = Field(index=True)
    by_name: str
    language: str
    practice: bool
    state: str = "chosen"
    version: int = 0
    go: int = 0
    action: str = ""
    field: str = ""
    reason: str = ""
    words: bytes | None = Field(default=None, sa_column=db.sealed("review_run:{id}:words"))
    to_id: str = ""
    why: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    moved_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)


class RunItem(db.Row, table=True):
    """One case of a run, as it was when it was chosen, and what came of it; `why` says why it was skipped."""

    __tablename__ = "review_run_item"
    __table_args__ = (
        db.choice("state", *ITEMS),
        UniqueConstraint("run_id", "case_id"),
        Index("ix_review_run_item_state", "run_id", "state", "at"),
    )

    run_id: str = Field(primary_key=True, foreign_key="review_run.id")
    at: int = Field(primary_key=True)
    case_id: str = Field(foreign_key="review_case.id", index=True)
    version: int
    state: str = "waiting"
    why: str = ""
    done_at: datetime | None = Field(default=None, sa_type=db.Moment)
