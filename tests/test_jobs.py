"""Durable work: asked for in a commit, done once, resumed after a kill."""

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from flask import Flask

from portal import db, jobs
from portal.config import ROOT, Settings
from portal.jobs import worker

DONE: list[str] = []
# A job process of its own, with work that writes a line, then dies at a marked point the first time it comes there.
WORKER = """
import os, sys, time
from pathlib import Path
from portal import create_app, jobs
from portal.jobs import worker
from portal.config import Settings
home = Path(os.environ["PORTAL_HOME"])

@jobs.work("tests.steps")
def steps(id):
    with (home / "lines").open("a") as lines:
        lines.write(f"{id} {os.getpid()}\\n")
    if id == "slow":
        time.sleep(4)

@jobs.work("tests.chain")
def chain(id):
    with (home / "lines").open("a") as lines:
        lines.write("chain\\n")
    written = (home / "lines").read_text().count("chain")
    if written == 3 and not (home / "died").exists():
        (home / "died").touch()
        os.kill(os.getpid(), 9)
    return 0.0 if written < 6 else None

app = create_app()
(home / "ready").touch()
worker.run(Settings.read())
"""


@pytest.fixture(autouse=True)
def some_work() -> None:
    """Work that only notes its id."""
    DONE.clear()

    @jobs.work("tests.note")
    def note(id: str) -> None:
        DONE.append(id)

    jobs.work("tests.steps")(note)
    jobs.work("tests.chain")(note)


def ask(*ids: str, name: str = "tests.note") -> None:
    """Ask for work in one transaction."""
    with db.writing() as session:
        for id in ids:
            jobs.ask(session, name, id)


def test_what_was_asked_for_is_done_once(app: Flask, settings: Settings) -> None:
    ask("a", "b", "a")
    ask("a")
    worker.drain(settings)
    worker.drain(settings)
    assert sorted(DONE) == ["a", "b"]


def test_what_was_asked_for_in_vain_is_not_done(app: Flask, settings: Settings) -> None:
    def failing_request() -> None:
        with db.writing() as session:
            jobs.ask(session, "tests.note", "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing_request()
    worker.drain(settings)
    assert DONE == []


def test_work_that_nobody_knows_is_a_mistake(app: Flask) -> None:
    with pytest.raises(LookupError), db.writing() as session:
        jobs.ask(session, "tests.nothing", "a")


def test_work_that_wants_more_is_called_again(app: Flask, settings: Settings) -> None:
    @jobs.work("tests.long")
    def long(id: str) -> float | None:
        DONE.append(id)
        return 0.0 if len(DONE) < 5 else None

    ask("run", name="tests.long")
    worker.drain(settings)
    assert DONE == ["run"] * 5


def test_what_somebody_waits_for_is_not_behind_messages_and_runs(app: Flask, settings: Settings) -> None:
    def slow(id: str) -> None:
        time.sleep(0.3)
        DONE.append(id)

    for line in ("messages", "long"):
        jobs.work(f"tests.{line}", line=line)(slow)
        ask(*(f"{line} {at}" for at in range(12)), name=f"tests.{line}")
    ask("page")
    worker.drain(settings)
    assert (len(DONE), DONE.index("page") < 12) == (25, True)


def test_work_that_waits_is_left_for_later_and_other_work_goes_on(app: Flask, settings: Settings) -> None:
    @jobs.work("tests.patient")
    def patient(id: str) -> float | None:
        DONE.append(id)
        return 1.0 if DONE.count(id) == 1 else None

    ask("later", name="tests.patient")
    ask("now")
    worker.drain(settings)
    assert sorted(DONE) == ["later", "now"]
    time.sleep(1.1)
    ask("then")
    for _ in range(20):
        worker.drain(settings)
        time.sleep(0.05)
    assert sorted(DONE) == ["later", "later", "now", "then"]


def test_work_that_fails_is_tried_again_and_does_not_stop_other_work(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "PAUSES", (0.0, 0.0))

    @jobs.work("tests.broken")
    def broken(id: str) -> None:
        DONE.append(id)
        raise ValueError

    ask("bad", name="tests.broken")
    ask("good")
    worker.drain(settings)
    assert sorted(DONE) == ["bad", "bad", "bad", "good"]
    assert caplog.messages.count("work tests.broken bad failed") == 3


def test_an_office_has_one_job_process_a_province_several(app: Flask, settings: Settings) -> None:
    expected = nullcontext() if settings.database else pytest.raises(worker.Running)
    with worker.slot(settings), expected:
        worker.drain(settings)


def test_finished_work_is_forgotten_after_a_month(app: Flask, settings: Settings) -> None:
    from datetime import UTC, datetime, timedelta

    ask("a")
    worker.drain(settings)
    for days, left in ((29, 1), (31, 0)):
        db.set_now(datetime.now(UTC) + timedelta(days=days))
        with worker.slot(settings) as executor, worker._launched(settings, executor, pace=0.05, finish=0):
            from dbos import DBOS

            worker.sweep("")
            assert len(DBOS.list_workflows()) == left


def test_the_command_line_works_off_what_waits(app: Flask) -> None:
    ask("a")
    assert app.test_cli_runner().invoke(args=["jobs", "drain"]).exit_code == 0
    assert DONE == ["a"]


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    """A job process of its own."""
    environ = {
        **os.environ,
        "PORTAL_HOME": str(settings.home),
        "PORTAL_SECRET": settings.secret,
        "PORTAL_URL": "http://localhost",
        "PORTAL_DATABASE": settings.database,
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environ, cwd=ROOT, stderr=subprocess.DEVNULL)


def until(path: Path, text: str, within: float = 30) -> str:
    """Wait until a file holds a text; returns the file."""
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        content = path.read_text() if path.exists() else ""
        if text in content:
            return content
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not come into {path.name}")


def test_a_killed_job_process_resumes_and_only_the_step_in_flight_runs_again(app: Flask, settings: Settings) -> None:
    ask("first", name="tests.steps")
    ask("slow", name="tests.steps")
    ask("run", name="tests.chain")
    lines = settings.home / "lines"
    with start(settings) as one:
        assert one.wait(60) == -signal.SIGKILL
    assert lines.read_text().count("chain") == 3
    with start(settings) as two:
        limit = time.monotonic() + 40
        while lines.read_text().count("chain") < 6 and time.monotonic() < limit:
            time.sleep(0.1)
        two.send_signal(signal.SIGTERM)
        assert two.wait(30) == 0
    text = lines.read_text()
    # The third call of the chain was cut off before it was written down, so it is called once more.
    assert [text.count(word) for word in ("first", "slow", "chain")] == [1, 2, 6]


def test_the_job_process_ends_cleanly_when_told_to(app: Flask, settings: Settings) -> None:
    ask("first", name="tests.steps")
    with start(settings) as process:
        until(settings.home / "lines", "first")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
