"""Kills the web and the job process under load, and counts what was lost: `python -m tests.bench.kills --kills 100`.

The processes are those of deploy/run; the load is simulated phones on loopback; each kill is a SIGKILL at a random
moment. Every answer that a phone was told is kept must be there at the end, and nothing may be there twice.
On PostgreSQL: --database postgresql://… is a server; the bench makes a database of its own there and drops it.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlmodel import Session, col, func, select

from portal import create_app, db, files
from portal.config import ROOT, Settings
from portal.guides.models import Print
from portal.jobs import Asked
from portal.migrations import upgrade
from portal.notices.models import OPEN, Notice
from portal.review import events
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet, Submission
from tests.bench.phones import Ledger, Phone, Told
from tests.review.life import Life
from tests.serving import await_answer, children, environ, free_port

SECRET = "only-for-benches-only-for-benches-only-for-benches"
FLASK = str(ROOT / ".venv" / "bin" / "flask")
COMMANDS = {"web": ["sh", str(ROOT / "deploy" / "serve")], "jobs": [FLASK, "--app", "app", "jobs", "run"]}


class Running:
    """The two processes of one instance."""

    def __init__(self, settings: Settings, port: int, log: Path) -> None:
        self.settings, self.port, self.log = settings, port, log
        self.processes = {name: self._started(name) for name in COMMANDS}
        await_answer(port)

    def kill(self, name: str) -> None:
        """SIGKILL one of them and start it again; a worker of the web is started again by its parent."""
        if name == "worker":
            for pid in children(self.processes["web"].pid)[:1]:
                os.kill(pid, signal.SIGKILL)
            return
        os.kill(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        self.processes[name] = self._started(name)
        if name == "web":
            await_answer(self.port)

    def end(self) -> None:
        """Stop both."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _started(self, name: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            told = environ(self.settings, self.port)
            return subprocess.Popen(COMMANDS[name], cwd=ROOT, env=told, stdout=log, stderr=log)


@contextmanager
def instance(database: str) -> Iterator[tuple[Settings, Path]]:
    """A trial instance of its own, on SQLite or in a database of its own on a server."""
    name = f"haohuo_kills_{os.getpid()}"
    if database:
        with psycopg.connect(database, autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name}".encode())
    with tempfile.TemporaryDirectory(prefix="haohuo-kills-") as home:
        own = f"{database.rsplit('/', 1)[0]}/{name}" if database else ""
        told = {"PORTAL_HOME": f"{home}/home", "PORTAL_URL": "http://localhost", "PORTAL_SECRET": SECRET}
        settings = Settings.read({**told, "PORTAL_DATABASE": own, "PORTAL_WORKERS": "2"})
        try:
            yield settings, Path(home) / "log"
        finally:
            db.engine().dispose()
            if database:
                with psycopg.connect(database, autocommit=True) as line:
                    line.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def cookies(settings: Settings, count: int) -> list[str]:
    """So many sellers, each signed in; the cookies of their browsers."""
    app = create_app(settings)
    upgrade(settings)
    life, made = Life(app), []
    for _ in range(count):
        cookie = life.reader(life.seller()).http.get_cookie("haohuo")
        assert cookie is not None
        made.append(f"haohuo={cookie.value}")
    return made


def load(running: Running, browsers: list[str], phones: int, kills: int) -> tuple[Ledger, Counter[str]]:
    """Phones at work while the processes are killed; returns what they were told, and how often which was killed."""
    ledger, stop, killed = Ledger(), threading.Event(), Counter[str]()
    workers = [Phone(running.port, browsers[at::phones], ledger, stop) for at in range(phones)]
    for worker in workers:
        worker.start()
    for _ in range(kills):
        before, until = ledger.acknowledged, time.monotonic() + 30
        time.sleep(random.uniform(0.3, 3))
        while ledger.acknowledged < before + phones and time.monotonic() < until:
            time.sleep(random.uniform(0.01, 0.2))  # a kill among people who get nowhere would prove nothing
        victim = random.choice(["worker", *COMMANDS])
        running.kill(victim)
        killed[victim] += 1
        if not any(worker.is_alive() for worker in workers):
            raise SystemExit("the phones ran out of sellers before the last kill: say --sellers with a larger number")
    time.sleep(2)
    stop.set()
    for worker in workers:
        worker.join(120)
    return ledger, killed


def settle(within: float = 900) -> None:
    """Wait until no work waits any more."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with db.reading() as session:
            counts = (
                select(func.count()).select_from(Asked),
                select(func.count()).select_from(Notice).where(col(Notice.state).in_([*OPEN, "sending"])),
                select(func.count()).select_from(Print).where(Print.state == "waiting"),
            )
            if not any(session.exec(count).one() for count in counts):
                return
        time.sleep(1)
    raise SystemExit(f"work still waits after {within:.0f} s")


def lost(session: Session, sheet_id: str, told: Told) -> list[str]:
    """What a phone was told is kept of one application, and is not."""
    sheet, missing = session.get(Sheet, sheet_id), []
    if sheet is None:
        return [f"{sheet_id}: the sheet"]
    known = sheets.answers(sheet)
    for key, number in told.kept.items():
        found = re.match(r"第([0-9]+)次", str(known.get(key, "")))
        if found is None or not number <= int(found[1]) <= told.tried[key]:
            missing.append(f"{sheet_id}: {key} is {known.get(key)!r}, kept was the answer number {number}")
    photo = session.get(Photo, str(known.get("shop_picture", "")))
    if told.photo and (photo is None or not files.read(photo.digest)):
        missing.append(f"{sheet_id}: the photo")
    cases = session.exec(select(Case).where(Case.sheet_id == sheet_id)).all()
    if told.sent and not (cases and sheet.state == "sent"):
        missing.append(f"{sheet_id}: the sending")
    missing += [f"{sheet_id}: the chain of {case.number}" for case in cases if events.verify(session, case)]
    for print_id in told.prints:
        paper = session.get(Print, print_id)
        if paper is None or paper.state != "ready" or not files.read(paper.file).startswith(b"%PDF"):
            missing.append(f"{sheet_id}: the paper {print_id} ({paper.state if paper else 'gone'})")
    return missing


def doubled(session: Session) -> list[str]:
    """What is there twice and should be there once."""
    received = select(Notice.case_id).where(Notice.kind == "received")
    rows = {
        "application": session.exec(select(Sheet.seller_id)),
        "case": session.exec(select(Case.sheet_id)),
        "sending": session.exec(select(Submission.sheet_id)),
        "notice": session.exec(received),
        "paper": session.exec(select(Print.about)),
    }
    return [f"{what} {key}" for what, found in rows.items() for key, times in Counter(found).items() if times > 1]


def main() -> None:
    """Run the bench and print its figure; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--phones", type=int, default=16)
    parser.add_argument("--sellers", type=int, default=800)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    began = time.monotonic()
    with instance(asked.database) as (settings, log):
        browsers = cookies(settings, asked.sellers)
        running = Running(settings, free_port(), log)
        try:
            ledger, killed = load(running, browsers, asked.phones, asked.kills)
            settle()
        finally:
            running.end()
        with db.reading() as session:
            gone = [each for sheet_id, told in ledger.sheets.items() for each in lost(session, sheet_id, told)]
            twice = doubled(session)
            counts = [session.exec(select(func.count()).select_from(row)).one() for row in (Case, Notice, Print)]
    for each in [*gone, *twice, *ledger.odd[:20]]:
        print(each)
    where, took = "postgresql" if asked.database else "sqlite", time.monotonic() - began
    print(
        f"{where}: {killed.total()} kills ({killed['web']} web, {killed['worker']} of its workers, "
        f"{killed['jobs']} jobs), {asked.phones} phones, "
        f"{took:.0f} s: {ledger.acknowledged} answers acknowledged, {len(gone)} lost, {len(twice)} doubled; "
        f"{ledger.broken_off} broken off and sent again; {counts[0]} applications, {counts[1]} notices, "
        f"{counts[2]} papers; {len(ledger.odd)} odd answers"
    )
    raise SystemExit(bool(gone or twice or not all(counts)))


if __name__ == "__main__":
    main()
