"""A sheet by its columns alone, for the pages that fill it: to make an object of the session costs more than a page."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, select, update
from sqlmodel import Session, col

from portal import db
from portal.sheets.models import Sheet


@dataclass(slots=True)
class Held:
    """What these pages read of a sheet, under the names of its columns; put() writes back what they change of it."""

    id: str
    seller_id: str
    set_key: str
    version: int
    answers: dict[str, Any]
    sealed: bytes | None
    typed_by: dict[str, str]
    helpers: dict[str, str]
    paper: list[str]
    open_keys: list[str] | None
    state: str
    amends_id: str | None
    amend: str
    changed_at: datetime


WRITTEN = ("set_key", "version", "answers", "sealed", "typed_by", "changed_at")


def of(session: Session, sheet_id: str, seller_id: str, *, to_write: bool = False) -> Sheet | None:
    """A seller's own sheet; with `to_write` nobody else changes it until the transaction ends (see db.lock)."""
    row = session.connection().execute(_read(to_write), {"sheet": sheet_id, "seller": seller_id}).first()
    return None if row is None else cast(Sheet, Held(*row))


def lock(session: Session, sheet: Sheet) -> Sheet:
    """As db.lock(); one that is held is locked since it was read."""
    return sheet if isinstance(sheet, Held) else db.lock(session, sheet)


def put(session: Session, sheet: Sheet) -> None:
    """Write a sheet whose answers changed, whichever way it was read."""
    if isinstance(sheet, Held):
        session.connection().execute(_write(), {"sheet": sheet.id, **{name: getattr(sheet, name) for name in WRITTEN}})
    else:
        session.add(sheet)


@cache
def _read(to_write: bool) -> Executable:
    query = select(*(col(getattr(Sheet, each.name)) for each in fields(Held)))
    query = query.where(col(Sheet.id) == bindparam("sheet"), col(Sheet.seller_id) == bindparam("seller"))
    return query.with_for_update() if to_write else query


@cache
def _write() -> Executable:
    table: Table = Sheet.__table__  # type: ignore[attr-defined]
    return update(table).where(table.c.id == bindparam("sheet"))
