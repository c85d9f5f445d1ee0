"""The office's own chain: what belongs to no case; and what everything that people do is called."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from portal import db
from portal.i18n import N_

# What one may look for, in the order of the page.
GROUPS = {
    "seen": N_("Looked at numbers, photos"),
    "out": N_("Printed, exported"),
    "decided": N_("Decisions"),
    "people": N_("Staff"),
    "office": N_("Office"),
    "codes": N_("Codes handed out"),
    "other": N_("Other work"),
}
# What stands in the office's chain: its group and its words. Each room registers its own case events beside these.
ACTIONS: dict[str, tuple[str, str]] = {
    "staff_added": ("people", N_("Added somebody to the staff")),
    "staff_changed": ("people", N_("Changed somebody's roles or places")),
    "staff_off": ("people", N_("Switched somebody off")),
    "staff_on": ("people", N_("Switched somebody on again")),
    "staff_link": ("people", N_("Made somebody a link to come in")),
    "staff_anew": ("people", N_("Made somebody a new link, which ended their password and second key")),
    "second_reset": ("people", N_("Reset somebody's second key")),
    "signed_out": ("people", N_("Signed somebody out everywhere")),
    "office_changed": ("office", N_("Changed the office's page")),
    "practice": ("office", N_("Opened, closed or wiped practice")),
    "days_changed": ("office", N_("Changed how long we keep things")),
    "code_given": ("codes", N_("Handed out a code")),
    "cards_made": ("codes", N_("Made the cards of a list")),
    "cards_opened": ("out", N_("Opened the cards of a list")),
    "filling_begun": ("other", N_("Opened somebody's application with their code, to fill it in beside them")),
    "number_asked": ("other", N_("Asked for a new phone number for a seller who has sent nothing yet")),
    "number_changed": ("other", N_("Confirmed a new phone number of a seller who has sent nothing yet")),
    "number_refused": ("other", N_("Turned down a new phone number of a seller who has sent nothing yet")),
    "export_asked": ("out", N_("Asked for an export")),
    "export_fetched": ("out", N_("Took an export away")),
    "batch_printed": ("out", N_("Had a guide printed for several sellers")),
    "batch_fetched": ("out", N_("Took printed guides away")),
}


class Entry(db.Row, table=True):
    """One thing that somebody did, chained to the one before; never changed, but its details can be erased.

    `place` is the smallest place that holds all it is about: who works there reads it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_at", "at"), Index("ix_audit_entry_who", "who_id", "at"))

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=db.Moment)
    action: str
    # Whom or what it was about: a member of staff, a list, an export.
    subject: str
    place: str
    who_kind: str
    who_id: str
    who_name: str
    digest: str
    salt: str | None
    details: bytes | None = Field(default=None, sa_column=db.sealed("audit_entry:{seq}:details"))
    previous: str
    hash: str


class Head(db.Row, table=True):
    """Where the office's chain ends: how many entries, and the hash of the newest; there is one row."""

    __tablename__ = "audit_head"

    id: str = Field(default="office", primary_key=True)
    count: int = 0
    head: str = ""
