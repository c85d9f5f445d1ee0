"""One history for both databases."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from portal import create_app, db, engines, migrations, vault
from portal.backup import rows
from portal.config import ROOT, Settings
from tests.conftest import _postgres, _settings

Kept = dict[str, dict[str, list[Any]]]
# A revision that rebuilds tables which other rows hang on, changes a column and fills a new one.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("sheet", "submission", "review_case", "staff"):
        with op.batch_alter_table(name, recreate="auto") as table:
            table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="green"))
        with op.batch_alter_table(name, recreate="always" if op.get_bind().dialect.name == "sqlite" else "never") as t:
            t.alter_column("colour", existing_type=sa.String(), nullable=True, existing_server_default="green")
    op.execute("UPDATE sheet SET colour = 'red' WHERE version > 1")
"""
# Upgrades again and again, each time killed one statement later, until one comes to its end.
KILLED_AT_EVERY_STATEMENT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from portal import create_app, migrations
from portal.config import Settings

migrations.VERSIONS.extend(map(Path, sys.argv[1:]))
settings = Settings.read()
create_app(settings)
import alembic.command, dbos  # once, not in each child

def killed_at(statement):
    pid = os.fork()
    if pid == 0:
        seen = 0
        def count(*_):
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)
        create_app(settings)
        event.listen(Engine, "before_cursor_execute", count)
        migrations.upgrade(settings)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    assert status in (0, signal.SIGKILL), status
    return status == signal.SIGKILL

at = 1
while killed_at(at):
    at += 1
print(at)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An instance without any table."""
    if request.param == "sqlite":
        yield _settings(tmp_path)
        return
    server, name = request.getfixturevalue("postgres"), f"haohuo_{uuid4().hex[:12]}"
    _postgres(f"CREATE DATABASE {name}")
    yield _settings(tmp_path, f"{server}/{name}")
    db.engine().dispose()
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


def killed_at_every_statement(settings: Settings, *versions: Path) -> int:
    """Upgrade until nothing kills it any more; how many statements the last one had."""
    environ = {
        **os.environ,
        "PORTAL_HOME": str(settings.home),
        "PORTAL_SECRET": settings.secret,
        "PORTAL_DATABASE": settings.database,
        "PORTAL_URL": settings.url,
    }
    db.engine().dispose()
    command = [sys.executable, "-c", KILLED_AT_EVERY_STATEMENT, *map(str, versions)]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def first_revision() -> str:
    """The oldest revision there is."""
    return min(path.name.split("_")[0] for path in (migrations.HERE / "versions").glob("[0-9]*.py"))


def fill(settings: Settings, many: int = 3) -> Kept:
    """Put rows into every table as it stands, whatever its revision; returns the values of all columns."""
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        for table in rows.tables(connection):
            checks = sa.inspect(connection).get_check_constraints(table.name)
            for at in range(many):
                values = {column.name: made_up(column, at, checks) for column in table.columns}
                values |= sealed_in(table, values)
                connection.execute(sa.insert(table).values(values))
        return {table.name: columns(connection, table) for table in rows.tables(connection)}


def sealed_in(table: sa.Table, values: dict[str, Any]) -> dict[str, bytes]:
    """What of a row is sealed, sealed as the portal does: a server refuses a secret that opens nothing of it."""
    places = db.marked(db.Row.metadata.tables[table.name], "sealed") if table.name in db.Row.metadata.tables else {}
    return {name: vault.seal(b"said", at.format(**values)) for name, at in places.items() if name in values}


def columns(connection: sa.Connection, table: sa.Table) -> dict[str, list[Any]]:
    """The values of each column, in the order of the key."""
    lines = [json.loads(line) for line in rows.stored(connection, table)]
    return {column.name: [line[at] for line in lines] for at, column in enumerate(rows.columns(table))}


def kept(before: Kept) -> Kept:
    """What the tables and columns that were there before hold now."""
    with db.engine().connect() as connection:
        now = {table.name: columns(connection, table) for table in rows.tables(connection)}
    return {name: {column: now[name][column] for column in held} for name, held in before.items()}


def made_up(column: sa.Column[Any], at: int, checks: list[Any]) -> Any:
    """A value that a column takes; those of a parent's key are the parent's."""
    for check in checks:
        left, _, allowed = check["sqltext"].replace("(", " ").replace("::text", " ").partition("'")
        if column.name in left.split():
            return allowed.partition("'")[0]
    kinds: list[tuple[type[Any], Any]] = [
        (sa.JSON, {"at": at, "said": "好"}),
        (sa.Boolean, at % 2 == 0),
        (sa.Integer, at + 1),
        (sa.DateTime, datetime(2026, 1, 1 + at, 12, tzinfo=UTC)),
        (sa.Date, date(2026, 1, 1 + at)),
        (sa.LargeBinary, bytes([at])),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"value{at}")


def test_the_models_are_what_the_newest_revision_makes(app: Flask) -> None:
    migrations.tables()
    with db.engine().connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in db.Row.metadata.tables}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, db.Row.metadata) == []


def test_the_checks_of_the_database_are_those_of_the_models(app: Flask) -> None:
    """The comparison above does not look at CHECKs, and a rebuilt table may lose them."""
    migrations.tables()

    def said(condition: str) -> list[str]:
        return re.findall(r"'([a-z_]+)'", condition)

    wanted = {
        (table.name, str(check.name)): said(str(check.sqltext))
        for table in db.Row.metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, sa.CheckConstraint)
    }
    inspector = sa.inspect(db.engine())
    there = {
        (table.name, check["name"]): said(check["sqltext"])
        for table in db.Row.metadata.sorted_tables
        for check in inspector.get_check_constraints(table.name)
    }
    assert there == wanted


def test_the_newest_file_is_the_only_head_of_the_history() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.newest()]


def test_no_trigger_is_ours_because_a_rebuilt_table_would_lose_it(app: Flask) -> None:
    """When one is needed, it goes into one list that every upgrade creates anew."""
    ours = "sqlite_master WHERE type = 'trigger'"
    if db.engine().dialect.name == "postgresql":
        ours = "pg_trigger WHERE NOT tgisinternal"
    with db.engine().connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {ours}").scalar() == 0


def test_an_upgrade_of_what_is_up_to_date_copies_and_changes_nothing(app: Flask, settings: Settings) -> None:
    migrations.upgrade(settings)
    assert (migrations.standing(db.engine()), list(settings.home.glob("haohuo-*.db"))) == (migrations.newest(), [])


def test_a_first_upgrade_killed_at_any_statement_ends_when_started_again(empty: Settings) -> None:
    create_app(empty)
    assert killed_at_every_statement(empty) > 20
    create_app(empty)
    assert migrations.standing(db.engine()) == migrations.newest()
    assert len(fill(empty)) == len(db.Row.metadata.tables)


def test_every_revision_keeps_every_row_though_killed_at_any_statement(
    empty: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From the first revision to the newest, and to one more that rebuilds tables which others hang on."""
    create_app(empty)
    migrations.move(db.engine(), first_revision())
    before = fill(empty)
    versions = tmp_path_factory.mktemp("versions")
    (versions / "9999_next.py").write_text(NEXT.format(before=migrations.newest()))
    assert killed_at_every_statement(empty, versions) > 20
    create_app(empty)
    assert migrations.standing(db.engine()) == "9999"
    assert kept(before) == before
    with db.engine().connect() as connection:
        colours = connection.exec_driver_sql("SELECT version, colour FROM sheet ORDER BY version").fetchall()
    assert [tuple(row) for row in colours] == [(1, "green"), (2, "red"), (3, "red")]
    copies = [path.suffix for path in empty.home.glob("haohuo-*.db*")]
    assert set(copies) == (set() if empty.database else {".db"})
    assert len(copies) <= migrations.COPIES


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_the_copy_made_first_is_whole_and_encrypted(empty: Settings, tmp_path: Path) -> None:
    create_app(empty)
    migrations.upgrade(empty)
    before = fill(empty)
    copy = migrations.copy_first(empty)
    assert copy is not None
    assert (oct(copy.stat().st_mode)[-3:], copy.read_bytes()[:6] != b"SQLite") == ("600", True)
    home = tmp_path / "other"
    home.mkdir()
    copy.rename(home / "haohuo.db")
    create_app(replace(empty, home=home, files=home / "files"))
    with db.engine().connect() as connection:
        assert {table.name: columns(connection, table) for table in rows.tables(connection)} == before


def test_a_program_refuses_a_database_that_is_behind_or_ahead(empty: Settings) -> None:
    create_app(empty)
    with pytest.raises(migrations.Behind, match="flask --app app db upgrade"):
        migrations.refuse_unless_at_head()
    migrations.upgrade(empty)
    migrations.refuse_unless_at_head()
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9998'")
    with pytest.raises(migrations.Behind, match="更新的程序"):
        migrations.refuse_unless_at_head()
    with pytest.raises(migrations.Behind):
        migrations.upgrade(empty)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_database_of_another_secret_says_so_before_anything_else(empty: Settings) -> None:
    create_app(empty)
    migrations.upgrade(empty)
    create_app(replace(empty, secret="other-only-for-tests-other-only-for-tests"))
    for ask in (migrations.refuse_unless_at_head, lambda: migrations.upgrade(empty)):
        with pytest.raises(engines.Shut) as refusal:
            ask()
        assert str(refusal.value).count("PORTAL_SECRET") == 1


def test_a_server_that_does_not_answer_is_named_with_its_setting(empty: Settings) -> None:
    create_app(replace(empty, database="postgresql://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(engines.Away) as refusal:
        migrations.refuse_unless_at_head()
    assert str(refusal.value).count("PORTAL_DATABASE") == 1
