"""What the tests of backups ask of an office: what it holds, what was left lying about, and itself in another place."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal import create_app, db, files
from portal.backup import rows
from portal.config import Settings
from portal.photos import Photo
from portal.sheets import pictures
from portal.sheets.models import Sheet

Run = Callable[..., Result]
Contents = dict[str, list[bytes]]


def picture(sheet_id: str) -> None:
    """One more photo of a sheet, unlike any other."""
    stored = pictures.store(Photo(os.urandom(90_000), os.urandom(5_000), 320, 240))
    with db.writing() as session:
        pictures.add(session, session.get_one(Sheet, sheet_id), "shop_picture", stored)


def contents() -> Contents:
    """Every row of the open database, as a backup would hold it."""
    with db.reading() as session:
        return {table.name: list(rows.lines(session, table)) for table in rows.tables(session.connection())}


def held() -> dict[str, bytes]:
    """Every file that a row names, opened."""
    with db.reading() as session:
        return {name: files.read(name) for name in files.named(session)}


def moved_to(settings: Settings, home: Path, database: str = "") -> Flask:
    """The program started on another home."""
    return create_app(replace(settings, home=home, files=home / "files", database=database))


def left(home: Path) -> list[str]:
    """What lies in a home that has no place there after something failed."""
    found = [*home.rglob("*.part"), *home.glob("drill")]
    return [str(path.relative_to(home)) for path in found]
