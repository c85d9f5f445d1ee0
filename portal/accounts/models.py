"""Sellers, staff, their sign-ins, codes, consents, and what is kept for them while they sign in."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from portal import db
from portal.i18n import N_

ROLES = {
    "reviewer": (N_("Reviewer"), N_("looks at applications and decides")),
    "manager": (N_("Manager"), N_("what a reviewer does, colleagues' cases too; promised days")),
    "admin": (N_("Admin"), N_("staff, roles and places")),
    "auditor": (N_("Auditor"), N_("reads everything, changes nothing")),
    "helper": (N_("Helper"), N_("fills in together with sellers")),
}
KINDS = ("seller", "staff")
# "password": a member of staff who has not shown the second factor yet, and so is nobody.
STAGES = ("password", "full")
# Whose phone the number is that gets the messages; with `station` nothing is sent, the station tells the seller.
CONTACTS = ("own", "relative", "station")


class Seller(db.Row, table=True):
    """A person who sells, known by phone; a practice seller is one of practice's own, whatever the number.

    `active_at` is when they last did something here or were told something: what is kept of them is counted from it.
    `contact` says whose phone gets the messages; `contact_name` names the relative.
    """

    __tablename__ = "seller"
    __table_args__ = (db.choice("contact", *CONTACTS),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    phone: bytes = Field(sa_column=db.sealed("seller:{id}:phone", nullable=False))
    phone_key: str = Field(unique=True)
    tail: str = Field(index=True)
    language: str = "zh_Hans"
    practice: bool = Field(default=False, index=True)
    contact: str = "own"
    contact_name: bytes | None = Field(default=None, sa_column=db.sealed("seller:{id}:contact_name"))
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    active_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)


class Practice(db.Row, table=True):
    """Whether people may practise here now, and what was last done about it, by whom; there is one row."""

    __tablename__ = "practice"

    id: str = Field(default="practice", primary_key=True)
    open: bool = False
    changed_by: str = ""
    changed_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    wiped_by: str = ""
    wiped_at: datetime | None = Field(default=None, sa_type=db.Moment)


class NumberChange(db.Row, table=True):
    """A seller's new number, asked for by one member of staff; it counts when a second one has seen the person too.

    The number is wiped when it counts, is refused, or is over; `case_number` (empty where nothing
    was sent yet) and `place` say what it is about.
    """

    __tablename__ = "number_change"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    seller_id: str = Field(index=True)
    case_id: str
    case_number: str
    place: str
    phone: bytes | None = Field(default=None, sa_column=db.sealed("number_change:{id}:phone"))
    tail: str
    old_tail: str
    reason: str
    asked_by: str
    asked_name: str
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    ends_at: datetime = Field(sa_type=db.Moment)
    closed_at: datetime | None = Field(default=None, sa_type=db.Moment)


class SignIn(db.Row, table=True):
    """One browser in which a person is signed in; the cookie holds the token, this row its hash."""

    __tablename__ = "sign_in"
    __table_args__ = (db.choice("kind", *KINDS), db.choice("stage", *STAGES))

    id: str = Field(default_factory=db.new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    kind: str
    person_id: str = Field(index=True)
    stage: str = "full"
    device: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    seen_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    ends_at: datetime = Field(sa_type=db.Moment, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Code(db.Row, table=True):
    """A sign-in code, for the browser that asked; `sealed` is what a trial shows to that browser.

    Where nothing was `sent` the row only holds the number, and a code from the office opens it.
    """

    __tablename__ = "code"
    __table_args__ = (Index("ix_code_asker", "asker", "made_at"),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    asker: str
    phone: bytes = Field(sa_column=db.sealed("code:{id}:phone", nullable=False))
    tail: str
    hash: str
    sealed: bytes | None = Field(default=None, sa_column=db.sealed("code:{id}:code"))
    sent: bool = True
    tries: int = 0
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)
    ends_at: datetime = Field(sa_type=db.Moment)
    used_at: datetime | None = Field(default=None, sa_type=db.Moment)


class HandedCode(db.Row, table=True):
    """A code that the office handed out for a number: who gave it, and until when it is good.

    The number is sealed, and goes when the code is over; `token_hash` finds a printed card, `roll_id` its list.
    """

    __tablename__ = "handed_code"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    phone_key: str = Field(index=True)
    phone: bytes | None = Field(default=None, sa_column=db.sealed("handed_code:{id}:phone"))
    tail: str
    hash: str
    token_hash: str | None = Field(default=None, unique=True)
    roll_id: str | None = Field(default=None, index=True)
    tries: int = 0
    by_id: str = Field(index=True)
    by_name: str
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)
    ends_at: datetime = Field(sa_type=db.Moment)
    used_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Tally(db.Row, table=True):
    """When something limited was done: the moments (whole seconds) within the longest window."""

    __tablename__ = "tally"

    key: str = Field(primary_key=True)
    moments: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    changed_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)


class Consent(db.Row, table=True):
    """What a person agreed to: which words, in which version, when, and until when."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person", "person_id", "name"),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    person_id: str
    name: str
    version: int
    wording: str
    digest: str
    given_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Staff(db.Row, table=True):
    """A person who works for an office; `totp_step` is the last 30 seconds whose code was used.

    `phone` is there only while the morning line is wished for on it; `told_on` is the day of the last one.
    `reset_at` and `reset_by` say that somebody took the second factor away, until there is a new one.
    """

    __tablename__ = "staff"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    login: str = Field(unique=True)
    name: str
    password: str | None = None
    totp: bytes | None = Field(default=None, sa_column=db.sealed("staff:{id}:totp"))
    totp_step: int = 0
    listed_at: datetime | None = Field(default=None, sa_type=db.Moment)
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    places: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    active: bool = True
    trial: bool = False
    phone: bytes | None = Field(default=None, sa_column=db.sealed("staff:{id}:phone"))
    told_on: date | None = None
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
    reset_at: datetime | None = Field(default=None, sa_type=db.Moment)
    reset_by: str = ""

    @property
    def has_second(self) -> bool:
        """Whether a second factor is set up."""
        return self.totp is not None or self.listed_at is not None


class ListedCode(db.Row, table=True):
    """One line of a printed one-time list."""

    __tablename__ = "listed_code"
    __table_args__ = (UniqueConstraint("staff_id", "hash"),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id")
    hash: str
    used_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Invitation(db.Row, table=True):
    """A link that lets a member of staff set a password and a second factor, once."""

    __tablename__ = "invitation"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    token_hash: str = Field(unique=True)
    ends_at: datetime = Field(sa_type=db.Moment)
    used_at: datetime | None = Field(default=None, sa_type=db.Moment)


class Kept(db.Row, table=True):
    """A form posted after a sign-in had ended, to be posted again from the same browser after the new one."""

    __tablename__ = "kept"

    id: str = Field(default_factory=db.new_id, primary_key=True)
    asker: str = Field(index=True)
    path: str
    form: bytes = Field(sa_column=db.sealed("kept:{id}:form", nullable=False))
    files: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment, index=True)
    used_at: datetime | None = Field(default=None, sa_type=db.Moment)
