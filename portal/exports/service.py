"""Asking for a table of a list of the desk, and making it: always anew by what its asker may see."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from portal import db, press
from portal.access import Actor
from portal.accounts.models import Staff
from portal.audit import service as audit
from portal.exports import cases, doings, tables
from portal.exports.models import Table
from portal.guides import orders
from portal.guides import service as guides
from portal.guides.mine import Tell, untold
from portal.guides.models import Print
from portal.i18n import N_, Refusal, language, ngettext
from portal.i18n import gettext as _

MOST = 50_000
TABLES: dict[str, Table] = {each.key: each for each in (cases.TABLE, doings.TABLE)}


class NoColumn(Refusal):
    """A table has at least one column."""

    msgid = N_("Tick at least one column, for example the number.")
    field = "columns"


class TooMany(Refusal):
    """More rows than anybody reads in a table."""

    msgid = N_("These are %(count)s rows; a table holds %(most)s. Narrow the list by its filters first.")
    field = "columns"


class Gone(Refusal):
    """Whoever asked may no longer see the list."""

    msgid = N_("Your account may no longer see this list. Ask the person who manages the accounts of your office.")


@dataclass(frozen=True)
class Export:
    """A table that somebody asked for; `told` is what the print room keeps of it."""

    table: Table
    told: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The name that the file bears."""
        return f"{_(self.table.title)} {db.today().isoformat()}"

    @property
    def ending(self) -> str:
        """The kind of file: xlsx or csv."""
        return str(self.told["ending"])

    def edition(self, locale: str) -> str:
        """Each asking is an edition of its own: lists change from one to the next."""
        return sha256(json.dumps(self.told, sort_keys=True).encode()).hexdigest()

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The file. Raises Gone."""
        with db.reading(still=True) as session:
            actor, part = _asker(session, self.table, str(self.told["by"])), self.table.opened(self.told["part"])
            columns = self.table.columns_for(actor, self.told["columns"])
            total = self.table.count(session, actor, part)
            rows = _counted(self.table.rows(session, actor, part, [each.key for each in columns]), total, tell)
            file = tables.written(
                self.ending,
                heads=[_(each.label) for each in columns],
                rows=rows,
                foot=foot(actor, total),
                title=self.title,
            )
        return press.Paper(file, 0, frozenset())


def foot(actor: Actor, total: int) -> str:
    """Who took it away, when, and how much it is."""
    return _(
        "Taken away by %(who)s on %(at)s, %(rows)s. Contains data of other people: keep it to yourself.",
        who=actor.name,
        at=f"{db.now().astimezone(db.CHINA):%Y-%m-%d %H:%M}",
        rows=ngettext("one row", "%(num)s rows", total),
    )


def _asker(session: Session, table: Table, staff_id: str) -> Actor:
    """Whoever asked, with the roles and places of now. Raises Gone."""
    row = session.get(Staff, staff_id)
    if row is None or not row.active or not table.roles & set(row.roles):
        raise Gone
    return Actor("staff", row.id, row.name, frozenset(row.roles), tuple(row.places))


def _counted(rows: Iterator[Sequence[str]], total: int, tell: Tell) -> Iterator[Sequence[str]]:
    """The rows, telling now and then how many are done."""
    tell(0, total)
    made = 0
    for made, row in enumerate(rows, start=1):
        yield row
        if made % 500 == 0:
            tell(made, max(made, total))
    tell(made, made)


def ask(
    session: Session, actor: Actor, table: Table, *, part: Any, columns: Sequence[str], how: tuple[str, str]
) -> Print:
    """Ask for a table of the chosen columns; `how` is the ending and the form's own key: posted twice is asked once.

    It is written down with its columns and number of rows. Raises NoColumn, TooMany.
    """
    chosen, (ending, once) = table.columns_for(actor, columns), how
    if not chosen:
        raise NoColumn
    count = table.count(session, actor, part)
    if count > MOST:
        raise TooMany(count=count, most=MOST)
    told = {
        "by": actor.id,
        "once": once,
        "part": table.closed(part),
        "columns": [each.key for each in chosen],
        "ending": ending if ending in tables.ENDINGS else tables.ENDINGS[0],
    }
    about = json.dumps(told, sort_keys=True)
    asked = guides.ask(session, paper=table.paper, about=about, locale=language(), by_id=actor.id)
    said = {
        "about": asked.title,
        "rows": ngettext("one row", "%(num)s rows", count),
        "columns": [each.label for each in chosen],
    }
    if not audit.noted(session, "export_asked", subject=asked.id):
        audit.note(session, "export_asked", by=actor, subject=asked.id, details=said)
    return asked


def _order(session: Session, about: str) -> Export:
    told = json.loads(about)
    return Export(TABLES[told["part"]["table"]], told)


def register() -> None:
    """Let the print room make the tables."""
    for table in TABLES.values():
        orders.NO_CASE.add(table.paper)
        orders.ORDERS[table.paper] = _order
