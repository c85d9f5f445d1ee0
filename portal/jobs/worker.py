"""The job process: DBOS Transact on our own database, and the hand-over of what requests asked for.

A step counts as done only when DBOS has written that down.
"""

import fcntl
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import delete
from sqlmodel import col, select

from portal import db, engines, vault
from portal.config import Settings
from portal.i18n import N_, gettext
from portal.jobs import LINES, Asked, Item, at_start, known, work

QUEUE = "haohuo"
SLOTS = 16
# Seconds between two looks for work.
PACE = 0.5
# Waits after a failure that the work itself did not foresee; after the last one it is an error for people to look at.
PAUSES = (10.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0)
DONE = ["SUCCESS", "ERROR", "CANCELLED"]
LIGHT: dict[str, Any] = {"load_input": False, "load_output": False}
log = logging.getLogger(__name__)


class Running(click.ClickException):
    """Another job process already works on this instance."""

    def __init__(self) -> None:
        super().__init__(gettext(N_("Another job process already works on this instance: stop the portal first.")))


class GivenUp(Exception):
    """A piece of work failed at every try."""


_durable: dict[str, tuple[Any, Any]] = {}


def upgrade(settings: Settings) -> None:
    """Create the tables of DBOS, or bring them up to date."""
    from dbos import DBOSClient

    engine = _engine(settings)
    client = DBOSClient(system_database_engine=engine, lazy=True)
    try:
        client._sys_db.run_migrations()  # its public migrate() takes an address, and ours would hold the key
    finally:
        client.destroy()
        engine.dispose()


def run(settings: Settings) -> None:
    """Be the job process until SIGTERM or SIGINT: schedules, and what is asked for. Raises Running."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with slot(settings) as executor, _launched(settings, executor, pace=PACE, finish=20):
        for check in at_start:
            check()
        _apply_schedules()
        while not stop.wait(PACE):
            try:
                _hand_over()
            except Exception:  # the database may be away for a moment; what was asked for waits in its table
                log.exception("work could not be handed over")


def drain(settings: Settings, within: float = 600) -> None:
    """Do the work that waits now, then stop; what asked to be called later stays. Raises Running, TimeoutError."""
    until = time.monotonic() + within
    with slot(settings) as executor, _launched(settings, executor, pace=0.05, finish=0):
        while _hand_over() or _waiting(executor):
            if time.monotonic() > until:
                raise TimeoutError(f"work still waits after {within:.0f} s")
            time.sleep(0.05)


def _hand_over() -> int:
    """Give DBOS what was asked for; returns how much. A row that is handed over twice is done once: its id counts."""
    from dbos import DBOS

    with db.reading() as session:
        rows = session.exec(select(Asked).order_by(col(Asked.at)).limit(200)).all()
    for row in rows:
        DBOS.enqueue_workflow_with_options(_where(row.name, row.subject), row.subject)
    if rows:
        with db.writing() as session:
            session.execute(delete(Asked).where(col(Asked.id).in_([row.id for row in rows])))
    return len(rows)


def _where(name: str, id: str) -> Any:
    line = known[name].line if name in known else "soon"  # an older program may have asked for it
    return {"workflow_name": name, "queue_name": _queue(line), "workflow_id": f"{name}:{id}"}


def _queue(line: str) -> str:
    return QUEUE if line == "soon" else f"{QUEUE}-{line}"


def _engine(settings: Settings) -> Any:
    return engines.make(settings, vault.database_keys(), jobs=True)


@contextmanager
def slot(settings: Settings) -> Iterator[str]:
    """The name under which this process works: a restarted one has the old name, and so finds what it left half done.

    SQLite has one job process, PostgreSQL up to 16 on a host.
    """
    for number in range(SLOTS if settings.database else 1):
        opened = os.open(settings.home / f"jobs-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield f"{socket.gethostname() if settings.database else 'office'}-{number}"
            return
        except BlockingIOError:
            continue
        finally:
            os.close(opened)
    raise Running


@contextmanager
def _launched(settings: Settings, executor: str, *, pace: float, finish: int) -> Iterator[None]:
    """DBOS at work in this process; `pace` is how often it looks, `finish` how long what runs may take at the end."""
    from dbos import DBOS, DBOSPortableJSONSerializer

    engine = _engine(settings)
    DBOS(
        config={
            "name": QUEUE,
            "system_database_engine": engine,
            "serializer": DBOSPortableJSONSerializer(),
            # One version for ever: work is safe to do twice, so a new release may finish what an old one began.
            "application_version": "1",
            "executor_id": executor,
            "run_migrations": False,
            "use_listen_notify": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": max(pace, 30 * (pace - 0.4)),
        }
    )
    for item in known.values():
        if item.name not in _durable:
            _durable[item.name] = _make_durable(item.name)
    try:
        DBOS.launch()
        for line, many in LINES.items():
            DBOS.register_queue(
                _queue(line), worker_concurrency=many, polling_interval_sec=pace, on_conflict="always_update"
            )
        yield
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=finish)
        engine.dispose()


def _make_durable(name: str) -> tuple[Any, Any]:
    """The workflows of a piece of work: asked for, and by the clock."""
    from dbos import DBOS

    @DBOS.workflow(name=name)
    def asked(id: str, turn: int = 0, failures: int = 0) -> None:
        wait, failed = DBOS.run_step({"name": name}, _try, known[name], id, failures)
        if wait is not None:
            again: Any = {"delay_seconds": wait} if wait else {}
            again |= _where(name, f"{id}:{turn + 1}")
            DBOS.enqueue_workflow_with_options(again, id, turn + 1, failed)

    @DBOS.workflow(name=f"{name}@clock")
    def ticked(at: datetime, context: object) -> None:
        DBOS.run_step({"name": name}, _try, known[name], "", 0)

    return asked, ticked


def _try(item: Item, id: str, failures: int) -> list[Any]:
    """Call the work once; returns the seconds until the next call (None: done) and how often it failed in a row."""
    try:
        return [item.function(id), 0]
    except Exception as reason:
        log.exception("work %s %s failed", item.name, id)
        if failures >= len(PAUSES):
            raise GivenUp(f"{item.name} {id}") from reason
        return [PAUSES[failures], failures + 1]


def _apply_schedules() -> None:
    from dbos import DBOS

    wanted = [item for item in known.values() if item.schedule]
    for gone in {row["schedule_name"] for row in DBOS.list_schedules()} - {item.name for item in wanted}:
        DBOS.delete_schedule(gone)
    DBOS.apply_schedules(
        [
            {
                "schedule_name": item.name,
                "workflow_fn": _durable[item.name][1],
                "schedule": item.schedule or "",
                "context": None,
                "cron_timezone": str(db.CHINA),
                "queue_name": _queue(item.line),
            }
            for item in wanted
        ]
    )


def _waiting(executor: str) -> bool:
    from dbos import DBOS

    # In one look: work that asks for more passes from the one state into the other between two.
    active = DBOS.list_workflows(status=["ENQUEUED", "PENDING"], **LIGHT)
    return any(row.status == "ENQUEUED" or row.executor_id == executor for row in active)


@work("jobs.sweep", schedule="40 3 * * *")
def sweep(_: str) -> None:
    """Forget finished work: what the clock called after a day, what was asked for after thirty."""
    from dbos import DBOS

    clocks = [item.name for item in known.values() if item.schedule]
    for days, only in ((1, {"schedule_name": clocks}), (30, {})):
        which: dict[str, Any] = {**only, **LIGHT, "status": DONE, "limit": 500}
        which["completed_before"] = (db.now() - timedelta(days=days)).isoformat()
        while old := DBOS.list_workflows(**which):
            DBOS.delete_workflows([row.workflow_id for row in old])
