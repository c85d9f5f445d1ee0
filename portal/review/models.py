"""A case: what was sent and all that happened to it; states, groups, labels and allowed moves are one table here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from portal import db
from portal.i18n import N_

Group = Literal["waiting", "seller", "done"]


@dataclass(frozen=True, slots=True)
class State:
    """One state of a case: who has to act, and what it is called for the seller as for the staff."""

    key: str
    group: Group
    label: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can happen to a case: who does it, from which states, and where it leads.

    `to` is empty when the state stays; `later` is where it leads from the second round on.
    """

    action: str
    by: Literal["seller", "staff"]
    froms: tuple[str, ...]
    to: str
    label: str
    later: str = ""

    def leads(self, state: str, round_: int) -> str:
        """The state after the move."""
        return (self.later if round_ > 1 and self.later else self.to) or state


GROUPS: dict[str, str] = {
    "waiting": N_("To look at"),
    "seller": N_("With the seller"),
    "done": N_("Decided"),
    "practice": N_("Practice"),
}
# Where a case stands whose seller is forgotten: nowhere that anybody looks.
ERASED = "erased"
STATES = {
    state.key: state
    for state in (
        State("submitted", "waiting", N_("Received")),
        State("in_review", "waiting", N_("Being looked at")),
        State("changes_requested", "seller", N_("To be mended")),
        State("resubmitted", "waiting", N_("Mended and sent again")),
        State("approved", "done", N_("Approved")),
        State("rejected", "done", N_("Not approved")),
        State("withdrawn", "done", N_("Withdrawn")),
    )
}
UNDECIDED = tuple(key for key, state in STATES.items() if state.group != "done")
MOVES = {
    move.action: move
    for move in (
        Move("receive", "seller", ("", "changes_requested"), "submitted", N_("Sent"), later="resubmitted"),
        Move("take", "staff", ("submitted", "resubmitted"), "in_review", N_("Taken to look at")),
        Move("release", "staff", ("in_review",), "submitted", N_("Put back into the queue"), later="resubmitted"),
        Move("remark", "staff", ("in_review",), "", N_("Remarked on")),
        Move("unremark", "staff", ("in_review",), "", N_("Remark taken off")),
        Move("send_back", "staff", ("in_review",), "changes_requested", N_("Sent back to be mended")),
        Move("approve", "staff", ("in_review",), "approved", N_("Approved")),
        Move("reject", "staff", ("in_review",), "rejected", N_("Not approved")),
        Move("withdraw", "seller", UNDECIDED, "withdrawn", N_("Withdrawn by the seller")),
    )
}
# What is noted but moves nothing.
SIGHTINGS = {"see_phone": N_("Phone number looked at"), "see_photo": N_("Photo looked at")}
# What is noted beside the decision, or after it by the seller or in the seller's name; it moves nothing either.
NOTED = {
    "number_asked": N_("New phone number asked for"),
    "number_changed": N_("Phone number changed"),
    "told": N_("Told what came of it"),
    "amended": N_("Changed, as approved"),
}


class Case(db.Row, table=True):
    """One application on its way; title, kind and place are columns so that the queue needs nothing else.

    `desk` repeats the group of the state and `county` the first six digits of the place: the queue's indexes hang on
    them. A case of practice stands on a desk of its own whatever its state, a shell without a person on none.
    `due` is the date we promised an answer by. `head` is the hash of the newest event, `events` their number. One that
    changes an approved case names it by `amends_id`.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        db.choice("state", *STATES),
        db.choice("desk", *GROUPS, ERASED),
        UniqueConstraint("id"),
        UniqueConstraint("number"),
        UniqueConstraint("sheet_id"),
        Index("ix_review_case_queue", "desk", "county", "seq"),
        Index("ix_review_case_wide", "desk", "seq"),
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
    holder_id: str | None = Field(default=None, index=True)
    holder_name: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=db.Moment)
    decided_by: str = ""
    events: int = 0
    head: str = ""
    photos_gone_at: datetime | None = Field(default=None, sa_type=db.Moment)
    amends_id: str | None = Field(default=None, index=True)

    @property
    def practice(self) -> bool:
        """Whether it is of practice: nothing of it is real."""
        return self.desk == "practice"


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
