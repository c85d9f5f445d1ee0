"""An office with a few shops in all states, and its command line."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlmodel import col, select

from portal import create_app, db, files, i18n
from portal.backup import rows, service
from portal.config import Settings
from portal.photos import Photo
from portal.review import remarks
from portal.review import service as review
from portal.review.models import Case
from portal.sheets import pictures
from portal.sheets.models import Sheet
from tests.conftest import _postgres
from tests.review.life import Life
from tests.sheets import shops

Run = Callable[..., Result]
Contents = dict[str, list[bytes]]


@pytest.fixture
def life(app: Flask) -> Life:
    """An office with applications in some states, their photos, and notices that wait to be sent."""
    life = Life(app)
    officer = life.staff("reviewer")
    for sent in (True, True, False):
        sheet_id = shops.filled(life.seller().id)
        picture(sheet_id)
        if sent:
            shops.send(sheet_id)
    with db.writing() as session:
        case = session.exec(select(Case).order_by(col(Case.seq)).limit(1)).one()
        case = review.take(session, case, by=officer, version=case.version)
        remarks.remark(session, case, by=officer, key="shop_name", reason="SHOPNAME", words="换一个")
        review.send_back(session, case, by=officer, version=case.version)
    return life


@pytest.fixture
def made(life: Life, settings: Settings) -> service.Made:
    """A backup of that office."""
    return service.make(settings, into=service.folder(settings))


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    name = f"haohuo_{uuid4().hex[:12]}"
    _postgres(f"CREATE DATABASE {name}")
    yield f"{postgres}/{name}"
    db.engine().dispose()
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def run(app: Flask) -> Run:
    """The command line, in English."""
    runner = app.test_cli_runner()

    def ran(*args: object, **more: Any) -> Result:
        with i18n.speaking("en"):
            return runner.invoke(args=[str(arg) for arg in args], **more)

    return ran


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
