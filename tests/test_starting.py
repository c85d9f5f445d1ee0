"""What a fresh process does when it starts: what it loads, what it refuses, and in which words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from portal import create_app, db, vault
from portal.accounts import service as accounts
from portal.accounts.models import Seller
from portal.config import ROOT, Settings

OLD, NEW = "old-0123456789-abcdefghij-klmnopqrst", "new-0123456789-abcdefghij-klmnopqrst"
HEAVY = ("PIL", "alembic", "dbos", "weasyprint")


def fresh(home: Path, *command: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own on a home."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**bare, "PORTAL_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_web_process_carries_nothing_that_draws_prints_or_works(tmp_path: Path) -> None:
    loaded = f"import sys; from portal import create_app; create_app(); print([n for n in {HEAVY} if n in sys.modules])"
    done = fresh(tmp_path, "-c", loaded)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("secret", ["ab" * 32, f"{NEW},short"])
def test_a_weak_secret_is_refused_in_one_sentence(tmp_path: Path, secret: str) -> None:
    done = fresh(tmp_path, "-c", "import app", PORTAL_SECRET=secret)
    assert (done.returncode, done.stderr) == (
        1,
        "PORTAL_SECRET is weak: each secret in it needs 32 characters, 8 of them different.\n",
    )


def test_a_home_made_with_one_secret_starts_when_a_newer_one_stands_before_it(tmp_path: Path) -> None:
    def start(secret: str) -> Settings:
        settings = Settings.read({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET": secret})
        create_app(settings)
        return settings

    from portal.migrations import upgrade

    upgrade(start(OLD))
    sealed = vault.seal("杨大姐".encode(), "sheet:1:sealed")
    with db.writing() as session:
        seller = accounts.seller_of(session, "15400000001", "zh_Hans").id
    start(f"{NEW},{OLD}")
    with db.writing() as session:
        assert accounts.seller_of(session, "15400000001", "zh_Hans").id == seller
        assert [*session.exec(select(Seller.id))] == [seller]
    assert vault.unseal(sealed, "sheet:1:sealed").decode() == "杨大姐"
    db.engine().dispose()


@pytest.mark.parametrize("command", [("-c", "import app"), ("-m", "flask", "--app", "app", "library", "check")])
def test_a_faulty_library_is_refused_with_every_fault_of_every_room(tmp_path: Path, command: tuple[str, ...]) -> None:
    county = tmp_path / "county"
    for name, text in {
        "questions/more.toml": '[[question]]\nkey = "odd"\nkind = "where"\nlabel = "哪里"\n',
        "office/office.toml": 'name = "县里"\nshort = "县"\ncounty = "52"\nphone = "1"\nhours = "2"\n',
        "guides/small.toml": 'key = "small"\n',
        "registration/facts.toml": "",
    }.items():
        (county / name).parent.mkdir(parents=True, exist_ok=True)
        (county / name).write_text(text, "utf-8")
    done = fresh(tmp_path / "home", *command, PORTAL_LIBRARY=str(county))
    named = {line.split("：")[0].split(": ")[0].split(",")[0] for line in done.stderr.splitlines()[1:]}
    assert done.returncode == 1
    # That there are no facts is told where one is needed.
    assert named >= {"questions/more.toml", "office/office.toml", "guides/small.toml", "registration/household.toml"}
    assert done.stderr.count("office/office.toml") == 2
    assert "Traceback" not in done.stderr


PRODUCTION = """
import dataclasses, sys
from portal import config
read = config.Settings.read
config.Settings.read = lambda: dataclasses.replace(read(), mode="production")
import app
print("started")
"""


def test_production_starts_only_with_an_office_and_its_commands_work_before(tmp_path: Path) -> None:
    office = tmp_path / "office.toml"
    office.write_text(
        'name = "县里"\nshort = "县"\ncounty = "522631"\nphone = "0855-6221234"\nhours = "每天"\naddress = "大厅"\n'
        'responsible = "吴主任"\nresponsible_contact = "0855-6221234"\n',
        "utf-8",
    )

    def start(**environ: str) -> tuple[int, str, list[str]]:
        done = fresh(tmp_path, "-c", PRODUCTION, **environ)
        told = [word for word in ("flask --app app db upgrade", "flask --app app office fill") if word in done.stderr]
        return done.returncode, done.stdout, told

    assert start() == (1, "", ["flask --app app db upgrade"])
    assert fresh(tmp_path, "-m", "flask", "--app", "app", "db", "upgrade").returncode == 0
    assert start() == (1, "", ["flask --app app office fill"])
    assert start(FLASK_RUN_FROM_CLI="true") == (0, "started\n", [])
    assert fresh(tmp_path, "-m", "flask", "--app", "app", "office", "fill", str(office)).returncode == 0
    assert start() == (0, "started\n", [])
