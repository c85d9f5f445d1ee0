"""A run whose job process is killed: nothing is lost, nothing is done twice, on both databases."""

import os
import signal
import subprocess
import sys
import time

from flask import Flask
from sqlmodel import col, select

from portal import db
from portal.access import Actor
from portal.config import ROOT, Settings
from portal.notices.models import Notice
from portal.review import choosing, decisions, events, runs
from portal.review.models import Case, Run
from portal.review.states import SETTLES_AFTER
from tests.review.life import Life
from tests.sheets import shops

MANY = 14
# A job process of its own. The first dies in the middle of its third case, decided but not committed; the second
# in the middle of its fourth; the third works to the end.
WORKER = """
import os
from pathlib import Path
from portal import create_app
from portal.config import Settings
from portal.jobs import worker
from portal.review import deeds

settings = Settings.read()
app = create_app(settings)
lives = settings.home / "lives"
lives.open("a").write("x")
dies_at = {1: 3, 2: 4}.get(len(lives.read_text()), 0)
verb, seen = deeds.DEEDS["approve"], []

def deadly(*given):
    verb(*given)
    given[0].flush()
    seen.append(1)
    if len(seen) == dies_at:
        os.kill(os.getpid(), 9)

deeds.DEEDS["approve"] = deadly
worker.run(settings)
"""


def process(settings: Settings) -> "subprocess.Popen[bytes]":
    told = {"HOME": str(settings.home), "SECRET": settings.secret, "URL": settings.url, "DATABASE": settings.database}
    environ = {**os.environ, **{f"PORTAL_{key}": value for key, value in told.items()}, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environ, cwd=ROOT, stderr=subprocess.DEVNULL)


def begun(life: Life, officer: Actor) -> Run:
    """A run over real applications."""
    for _ in range(MANY):
        shops.send(shops.filled(life.seller().id))
    with db.writing() as session:
        cases = {case.id: case.version for case in session.exec(select(Case)).all()}
        run = choosing.choose(session, cases, by=officer, key="")
        choosing.plan(session, run, choosing.Plan("approve"), by=officer)
        return runs.ask(session, run, by=officer, version=1)


def state(run: Run) -> tuple[str, runs.Progress]:
    with db.reading() as session:
        return session.get_one(Run, run.id).state, runs.progress(session, run)


def until(run: Run, wanted: str, within: float = 90) -> None:
    limit = time.monotonic() + within
    while state(run)[0] != wanted:
        assert time.monotonic() < limit, state(run)
        time.sleep(0.1)


def test_a_run_killed_twice_in_the_middle_of_a_case_decides_each_once(app: Flask, settings: Settings) -> None:
    life = Life(app)
    run = begun(life, life.staff("reviewer"))
    for done in (2, 5):
        with process(settings) as killed:
            assert killed.wait(90) == -signal.SIGKILL
        assert state(run) == ("running", runs.Progress(done, 0, MANY - done))
    with process(settings) as last:
        until(run, "done")
        last.send_signal(signal.SIGTERM)
        assert last.wait(60) == 0
    assert state(run)[1] == runs.Progress(MANY, 0, 0)
    db.set_now(db.now() + SETTLES_AFTER)
    decisions.settle_due("")
    with db.reading() as session:
        cases = session.exec(select(Case)).all()
        told = [str(row.case_id) for row in session.exec(select(Notice).where(col(Notice.kind) == "decided"))]
        assert [events.verify(session, case) for case in cases] == [None] * MANY
        happened = [[event.action for event in events.of_case(session, case.id)] for case in cases]
    assert happened == [["receive", "take", "approve"]] * MANY
    assert sorted(told) == sorted(case.id for case in cases)
