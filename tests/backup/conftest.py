"""An office with a few shops in all states, and its command line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app, db, demo, i18n
from portal.backup import rows, service
from portal.config import Settings
from tests.review.life import Life

Run = Callable[..., Result]
Contents = dict[str, list[bytes]]


@pytest.fixture
def life(app: Flask) -> Life:
    """An office with applications, photos, notices and remarks."""
    demo.run(12)
    return Life(app)


@pytest.fixture
def made(life: Life, settings: Settings) -> service.Made:
    """A backup of that office."""
    return service.make(settings, into=service.folder(settings))


@pytest.fixture
def run(app: Flask) -> Run:
    """The command line, in English."""
    runner = app.test_cli_runner()

    def ran(*args: object, **more: Any) -> Result:
        with i18n.speaking("en"):
            return runner.invoke(args=[str(arg) for arg in args], **more)

    return ran


def contents() -> Contents:
    """Every row of the open database, as a backup would hold it."""
    with db.reading() as session:
        return {table.name: list(rows.lines(session, table)) for table in rows.tables(session.connection())}


def moved_to(settings: Settings, home: Path, database: str = "") -> Flask:
    """The program started on another home."""
    return create_app(replace(settings, home=home, files=home / "files", database=database))


def left(home: Path) -> list[str]:
    """What lies in a home that has no place there after something failed."""
    found = [*home.rglob("*.part"), *home.rglob(".*.part"), *home.glob("drill")]
    return [str(path.relative_to(home)) for path in found]
