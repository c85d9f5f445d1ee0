"""Prints one guide for a village while its job process is killed: `python -m tests.bench.village --sellers 500`.

The job process is that of deploy/run; each kill is a SIGKILL at a random moment, with a new process after it. In
the end every seller must be printed once: once in the rows, in the chain of the case, and in the file.
On PostgreSQL: --database postgresql://… is a server; the bench makes a database of its own there and drops it.
"""

import argparse
import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from sqlmodel import col, func, select

from portal import create_app, db, demo, files
from portal.access import Actor
from portal.config import ROOT, Settings
from portal.guides import batches, history
from portal.guides.batches import How
from portal.guides.models import PrintBatch
from portal.guides.recipients import Wanted
from portal.migrations import upgrade
from portal.review import numbers
from portal.review.models import Case, Event
from tests.bench.kills import COMMANDS, instance
from tests.press import reading
from tests.serving import environ, free_port

PRINTER = Actor("machine", "", "bench", frozenset(history.ROLES), ("",))


def begun(settings: Settings, sellers: int, edition: str) -> str:
    """An instance with a village whose batch waits for a job process; returns the batch's id."""
    create_app(settings)
    upgrade(settings)
    demo.village(sellers)
    with db.writing() as session:
        wanted = Wanted("open_shop", "place", demo.VILLAGE)
        batch = batches.choose(session, wanted, How(edition, "zh_Hans"), by=PRINTER, key="")
        batches.set_going(session, batch)
        return batch.id


def state(batch_id: str) -> tuple[PrintBatch, int]:
    """The batch, and how many are printed."""
    with db.reading() as session:
        batch = session.get_one(PrintBatch, batch_id)
        return batch, history.progress(session, batch).done


def killed(settings: Settings, log: Path, batch_id: str, kills: int) -> int:
    """Let job processes work until the batch is over, killing the first ones; returns how many were killed at work."""
    port, hit = free_port(), 0
    while state(batch_id)[0].state == "running":
        with log.open("ab") as told:
            process = subprocess.Popen(
                COMMANDS["jobs"], cwd=ROOT, env=environ(settings, port), stdout=told, stderr=told
            )
        before, until = state(batch_id)[1], time.monotonic() + 300
        while state(batch_id)[0].state == "running" and time.monotonic() < until:
            if hit < kills and state(batch_id)[1] > before:
                time.sleep(random.random() * 2)
                hit += state(batch_id)[0].state == "running"
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.2)
        else:
            process.terminate()
        process.wait(60)
    return hit


def counted(batch_id: str) -> tuple[Counter[int], Counter[int], int]:
    """How often each seller stands in the chain and in the file, and the bytes of the file."""
    batch = state(batch_id)[0]
    pdf = files.read(batch.file)
    words = "".join(reading.text(pdf).split())
    with db.reading() as session:
        prints = select(Case.number, func.count(col(Event.seq))).join(Event, col(Event.case_id) == col(Case.id))
        rows = session.exec(prints.where(Event.action == "print").group_by(col(Case.number))).all()
    # A number stands on the list, on its cover, and on the sheet to sign.
    return (
        Counter(count for _, count in rows),
        Counter(words.count(numbers.shown(number)) for number, _ in rows),
        len(pdf),
    )


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sellers", type=int, default=500)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--edition", default="a4")
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    with instance(asked.database) as (settings, log):
        batch_id = begun(settings, asked.sellers, asked.edition)
        started, used = time.monotonic(), os.times()
        hit = killed(settings, log, batch_id, asked.kills)
        after, (batch, done) = os.times(), state(batch_id)
        cpu = after.children_user + after.children_system - used.children_user - used.children_system
        chain, file, size = counted(batch_id)
    took = f"{time.monotonic() - started:.0f} s, {cpu:.0f} s of processor"
    print(f"{batch.state}: {done} of {asked.sellers} printed, {hit} kills, {took}")
    print(f"in the chain, times: {dict(chain)}; in the file (list, cover, sheet), times: {dict(file)}")
    print(f"{batch.pages} pages, {size / 1024:.0f} KB")
    right = done == asked.sellers and chain == Counter({1: done}) and file == Counter({3: done})
    print("none twice, none missing" if right else "WRONG")
    raise SystemExit(not right)


if __name__ == "__main__":
    main()
