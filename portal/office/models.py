"""The office's own page: what it is called and promises, its days, who helps where, and every change of it."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import JSON, Column
from sqlmodel import Field

from portal import db
from portal.i18n import N_

# The one page of an instance.
ONLY = "office"
# The kind of spot that hands papers out.
ISSUER = "issuer"


class Kind(NamedTuple):
    """A kind of place that helps a seller: what it is called, alone and over a list."""

    label: str
    several: str


KINDS = {
    "station": Kind(N_("Service station"), N_("Service stations: they fill it in with you")),
    "courier": Kind(N_("Parcel point"), N_("Parcel points")),
    "cold": Kind(N_("Cold store"), N_("Cold stores")),
    "packing": Kind(N_("Collecting and packing point"), N_("Collecting and packing points")),
    ISSUER: Kind(N_("Counter where papers are issued"), N_("Where papers are issued")),
}


class Page(db.Row, table=True):
    """The one page; `version` counts its changes, those of days and spots too. A promise is in working days."""

    __tablename__ = "office"

    id: str = Field(default=ONLY, primary_key=True)
    name: str = ""
    short: str = ""
    county: str = ""
    phone: str = ""
    appeals_phone: str = ""
    hours: str = ""
    address: str = ""
    station: str = ""
    seal: str = ""
    icp: str = ""
    police: str = ""
    responsible: str = ""
    responsible_contact: str = ""
    logo: str = Field(default="", sa_column_kwargs=db.FILE)
    logo_width: int = 0
    logo_height: int = 0
    promises: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    version: int = 0


class Day(db.Row, table=True):
    """A day on which the office works although it is a weekend, or rests although it is none."""

    __tablename__ = "office_day"

    day: date = Field(primary_key=True)
    working: bool
    name: str


class Spot(db.Row, table=True):
    """A service station, a point where parcels, cold goods or a harvest are taken in, or a counter that issues papers.

    `papers` are those that a counter issues, `takes` in what time.
    """

    __tablename__ = "office_spot"
    __table_args__ = (db.choice("kind", *KINDS),)

    id: str = Field(default_factory=db.new_id, primary_key=True)
    kind: str
    name: str
    place: str
    address: str = ""
    phone: str = ""
    hours: str = ""
    price: str = ""
    papers: str = ""
    takes: str = ""
    made_at: datetime = Field(default_factory=db.now, sa_type=db.Moment)


class Change(db.Row, table=True):
    """That somebody changed a section of the page: which fields, and of which spot; never thrown away."""

    __tablename__ = "office_change"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    section: str = Field(index=True)
    fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    about: str = ""
    who_id: str
    who: str
    at: datetime = Field(default_factory=db.now, sa_type=db.Moment)
