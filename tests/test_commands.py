"""The commands: what an operator gets wrong is said in one sentence by all, which names commands as typed here."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import config, create_app, db, engines, i18n, migrations, sealed
from portal.accounts.models import Seller
from portal.config import ROOT, Settings
from tests.review.life import Life
from tests.test_starting import NEW, OLD, fresh

# Each with what it needs to be told; those that look at the library alone, and `jobs run`, which goes on, are left out.
COMMANDS = [
    *("audit verify", "staff link wu.shen", "staff reset wu.shen", "staff change wu.shen --name 吴", "staff trial"),
    *("sign-out everybody", "office show", "office check", "db upgrade", "backup", "demo --sellers 1", "vault rotate"),
    "guides batch --place 黎平县 --out guides.pdf",
]


def said(app: Flask, command: str) -> Result:
    """What a command says, in English."""
    with i18n.speaking("en"):
        return app.test_cli_runner().invoke(args=command.split())


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", COMMANDS)
def test_under_another_secret_each_command_says_the_same_one_sentence(settings: Settings, command: str) -> None:
    app = create_app(replace(settings, secret=f"{NEW},{OLD}"))
    done = said(app, command)
    assert (done.exit_code, done.output) == (1, f"Error: {engines.Shut.msgid}\n")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_cipher_says_nothing_beside_it(app: Flask, settings: Settings) -> None:
    done = fresh(settings.home, "-m", "flask", "--app", "app", "audit", "verify", PORTAL_SECRET=NEW)
    with i18n.speaking("zh_Hans"):
        assert (done.returncode, done.stderr) == (1, f"Error: {i18n.gettext(engines.Shut.msgid)}\n")


@pytest.mark.parametrize("command", ["audit verify", "staff link wu.shen", "sign-out everybody", "office show"])
def test_before_its_upgrade_each_command_says_which_command_comes_first(settings: Settings, command: str) -> None:
    app = create_app(settings)
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        for table in ("staff", "sign_in", "office", "audit_entry", "audit_head"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_before")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    done = said(app, command)
    facts = {"stands": "0001", "wanted": migrations.newest(), "command": ".venv/bin/flask --app app db upgrade"}
    assert (done.exit_code, done.output) == (1, f"Error: {migrations.Behind.msgid % facts}\n")


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_server_too_nothing_is_done_under_a_secret_that_opens_nothing(settings: Settings, command: str) -> None:
    Life(create_app(settings)).seller()
    app = create_app(replace(settings, secret=f"{NEW},{OLD}"))
    done = said(app, command)
    assert (done.exit_code, done.output) == (1, f"Error: {sealed.OpensNothing.msgid}\n")


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_one_sealed_thing_that_is_damaged_stops_nobody(settings: Settings) -> None:
    life = Life(create_app(settings))
    damaged, _ = life.seller(), life.seller()
    with db.writing() as session:
        session.get_one(Seller, damaged.id).phone = b"damaged"
    assert said(create_app(settings), "audit verify").exit_code == 0


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_server_that_is_away_is_said_by_each_command(app: Flask, settings: Settings) -> None:
    away = create_app(replace(settings, database="postgresql://postgres@127.0.0.1:1/none"))
    for command in ("audit verify", "staff link wu.shen", "db upgrade"):
        done = said(away, command)
        assert (done.exit_code, re.sub("answer: .*", "answer: why", done.output)) == (
            1,
            "Error: The database that PORTAL_DATABASE names does not answer: why\n",
        )


@pytest.mark.parametrize(
    ("root", "typed"),
    [
        (ROOT, ".venv/bin/flask --app app db upgrade"),
        (Path("/opt/haohuo/releases/0.1.0"), "haohuo db upgrade"),
        (Path("/opt/haohuo"), "haohuo db upgrade"),
    ],
)
def test_a_command_is_named_as_it_is_typed_where_the_program_runs(
    root: Path, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "ROOT", root)
    assert config.command("db upgrade") == typed


def test_no_sentence_names_a_command_in_words_of_its_own() -> None:
    places = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("templates/**/*.html")]
    named = re.compile(r'_\((?:N_\()?\s*"[^"]*(?:flask --app|haohuo [a-z-]+ )')
    assert [str(path) for path in places if named.search(path.read_text("utf-8"))] == []
