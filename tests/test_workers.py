"""deploy/workers.py: several processes at one address, which live and die with their parent."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal import db
from portal.config import ROOT, Settings
from tests.review.life import Life
from tests.serving import await_answer, children, environ, free_port, serving
from tests.sheets import shops
from tests.test_serving import Server, signed_in

pytestmark = [
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read in /proc"),
]


@pytest.fixture
def parent(settings: Settings) -> Iterator[tuple[int, int]]:
    """The parent of two workers, and their port."""
    port = free_port()
    with serving(replace(settings, workers=2), port) as pid:
        until(lambda: len(children(pid)) == 2)
        yield pid, port


def until(holds: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    patience = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Whether a process has ended; nobody need have taken note of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def refuses(port: int) -> bool:
    """Whether nobody listens at a port."""
    try:
        Server(port, "", "", "").half("").close()
    except ConnectionRefusedError:
        return True
    return False


def test_one_that_is_killed_is_replaced_and_nobody_is_turned_away_meanwhile(parent: tuple[int, int]) -> None:
    pid, port = parent
    first, second = children(pid)
    os.kill(first, signal.SIGKILL)
    asked = [Server(port, "", "", "").ask("GET", "/healthz")[0] for _ in range(20)]
    until(lambda: len(children(pid)) == 2)
    assert (asked, first in children(pid), second in children(pid)) == ([200] * 20, False, True)


def test_a_new_parent_takes_the_place_of_a_killed_one_at_once(parent: tuple[int, int], settings: Settings) -> None:
    pid, port = parent
    workers = children(pid)
    os.kill(pid, signal.SIGKILL)
    with serving(replace(settings, workers=2), port):
        until(lambda: all(map(gone, workers)))
        await_answer(port)
        assert Server(port, "", "", "").ask("GET", "/healthz")[0] == 200


def test_an_address_that_is_taken_is_said_in_one_sentence(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command, told = ["sh", str(ROOT / "deploy" / "serve")], environ(settings, port)
        done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, f"Cannot listen on 127.0.0.1, port {port}: Address already in use.\n")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_they_end_with_their_parent(parent: tuple[int, int], how: signal.Signals) -> None:
    pid, port = parent
    workers = children(pid)
    os.kill(pid, how)
    until(lambda: all(map(gone, workers)))
    until(lambda: refuses(port))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_being_answered_is_answered_when_all_are_told_to_end_twice(
    app: Flask, settings: Settings, workers: int
) -> None:
    life, port = Life(app), free_port()
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id)
    told = replace(settings, workers=workers)
    with serving(told, port) as pid:
        server = Server(port, *signed_in(reader, sheet_id), sheet_id)
        every, found = [pid, *children(pid)], list[int]()
        with db.writing():  # so the saving waits
            saving = threading.Thread(target=lambda: found.append(server.save("last")))
            saving.start()
            time.sleep(0.5)
            for each in every * 2:
                with suppress(ProcessLookupError):  # one that answers nothing may have ended at the first word
                    os.kill(each, signal.SIGTERM)
            time.sleep(0.5)
        saving.join(30)
        until(lambda: all(map(gone, every)))
    assert (found, shops.known(sheet_id)["called"]) == ([303], "last")


def test_a_worker_that_cannot_serve_says_why(settings: Settings) -> None:
    broken = "import runpy, waitress.server as it\nit.create_server = lambda *_, **__: 1 / 0\n"
    command = [sys.executable, "-c", f"{broken}runpy.run_module('deploy.workers', run_name='__main__')"]
    told = environ(replace(settings, workers=2), free_port())
    with subprocess.Popen(command, cwd=ROOT, env=told, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = {re.sub(r"\d+", "N", process.stderr.readline()) for _ in range(50)}
        process.terminate()
    assert {"ZeroDivisionError: division by zero\n", "serve: worker N ended with N\n"} <= said


def test_a_single_one_serves_without_a_parent(settings: Settings) -> None:
    port = free_port()
    with serving(replace(settings, workers=1), port) as pid:
        await_answer(port)
        assert children(pid) == []
