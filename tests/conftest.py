"""What tests share: an instance on either database, migrated once and copied for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from portal import create_app, db, i18n
from portal.config import Settings
from portal.migrations import upgrade
from tests.reader import Reader

SECRET = "only-for-tests-only-for-tests-only-for-tests"
POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
ALL = os.environ.get("PORTAL_TEST_ALL") == "1"


def _settings(home: Path, database: str = "") -> Settings:
    here = {"PORTAL_HOME": str(home), "PORTAL_URL": "http://localhost"}
    return Settings.read(here | {"PORTAL_SECRET": SECRET, "PORTAL_DATABASE": database})


def _postgres(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a PostgreSQL server; tests on it are left out where none answers, unless all are asked for."""
    try:
        _postgres("SELECT 1")
    except psycopg.OperationalError:
        if ALL:
            raise
        pytest.skip("no PostgreSQL server answers")
    return POSTGRES.rsplit("/", 1)[0]


def _migrated(settings: Settings) -> None:
    create_app(settings)
    upgrade(settings)
    db.engine().dispose()


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a migrated, empty SQLite instance."""
    settings = _settings(tmp_path_factory.mktemp("blank"))
    _migrated(settings)
    return settings.home


@pytest.fixture(scope="session")
def blank_postgres(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated, empty PostgreSQL database, used as a template."""
    name = f"haohuo_blank_{uuid4().hex[:8]}"
    _postgres(f"CREATE DATABASE {name}")
    _migrated(_settings(tmp_path_factory.mktemp("blank-pg"), f"{postgres}/{name}"))
    yield name
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an empty instance of the test's own, on either database."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("blank_sqlite"), tmp_path, dirs_exist_ok=True)
        yield _settings(tmp_path)
        return
    blank, server = request.getfixturevalue("blank_postgres"), request.getfixturevalue("postgres")
    name = f"haohuo_{uuid4().hex[:12]}"
    _postgres(f"CREATE DATABASE {name} TEMPLATE {blank}")
    yield _settings(tmp_path, f"{server}/{name}")
    db.engine().dispose()
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty instance; the clock runs again afterwards."""
    yield create_app(settings)
    db.set_now(None)
    i18n.use(i18n.DEFAULT)


@pytest.fixture
def client(app: Flask) -> Reader:
    return Reader(app)


@pytest.fixture
def secure_client(app: Flask) -> Reader:
    """A visitor over https."""
    return Reader(app, secure=True)
