"""Who did what, as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlmodel import Session

from portal import db
from portal.access import Actor
from portal.audit import service as audit
from portal.exports.models import Column, Table
from portal.i18n import N_
from portal.i18n import gettext as _

BATCH = 500
COLUMNS = (
    Column("at", N_("When")),
    Column("who", N_("Who")),
    Column("did", N_("Did what")),
    Column("about", N_("About what")),
    Column("more", N_("More of it")),
)


def count(session: Session, actor: Actor, part: audit.Wanted) -> int:
    """How many they are."""
    return sum(audit.counts(session, actor, part).values())


def rows(session: Session, actor: Actor, part: audit.Wanted, keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Their cells, newest first; few are held at a time."""
    more = True
    while more:
        found, more = audit.page(session, actor, part, BATCH)
        for row in found:
            cells = {
                "at": f"{row.at.astimezone(db.CHINA):%Y-%m-%d %H:%M:%S}",
                "who": row.who,
                "did": _(row.label),
                "about": row.about,
                "more": " · ".join(row.more),
            }
            yield [cells[key] for key in keys]
        part = replace(part, after=found[-1].key) if found else part


TABLE = Table("audit", N_("Who did what"), frozenset(audit.READERS), audit.Wanted, COLUMNS, count, rows)
