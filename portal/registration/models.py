"""A shop on the platform: how it stands there is one table here, with what can be told next; and what was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Field

from portal import db
from portal.i18n import N_


@dataclass(frozen=True, slots=True)
class Standing:
    """How a shop stands on the platform: what it is called, and by where it leads what the telling is called."""

    key: str
    label: str
    leads: Mapping[str, str]


STANDINGS = {
    standing.key: standing
    for standing in (
        Standing(
            "not_yet",
            N_("Not handed in yet"),
            {"sent": N_("Handed in on the platform"), "refused": N_("Refused"), "open": N_("The shop is open")},
        ),
        Standing(
            "sent",
            N_("Handed in"),
            {"open": N_("The shop is open"), "refused": N_("Refused"), "not_yet": N_("Not handed in yet after all")},
        ),
        Standing(
            "refused",
            N_("Refused by the platform"),
            {"sent": N_("Mended and handed in again"), "open": N_("The shop is open"), "refused": N_("Refused again")},
        ),
        Standing(
            "open", N_("Open"), {"open": N_("Change name, day or link"), "sent": N_("Not open yet after all")}
        ),
    )
}  # fmt: skip
FIRST = "not_yet"


class Shop(db.Row, table=True):
    """One approved case's shop on the platform; there is none until something is told.

    `version` counts what was told. `told_name` is empty when the seller told it; all that was told stands in the
    case's chain of events.
    """

    __tablename__ = "platform_shop"
    __table_args__ = (db.choice("state", *STANDINGS),)

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    state: str = FIRST
    version: int = 0
    name: str = ""
    link: str = ""
    opened_on: date | None = None
    told_by: str = ""
    told_name: str = ""
    told_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class SentBack(db.Row, table=True):
    """One refusal of the platform: a reason of the library's list, the platform's words (sealed), and the day."""

    __tablename__ = "platform_refusal"

    case_id: str = Field(primary_key=True, foreign_key="review_case.id")
    # The shop's version with which it was told.
    version: int = Field(primary_key=True)
    reason: str = Field(index=True)
    words: bytes | None = Field(default=None, sa_column=db.sealed("platform_refusal:{case_id}.{version}:words"))
    day: date
