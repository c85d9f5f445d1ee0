"""deploy/workers.py: several processes at one address, which live and die with their parent."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from portal.config import ROOT, Settings
from tests.serving import await_answer, children, environ, free_port, serving
from tests.test_serving import Server

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


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
    """Whether no process has this number any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
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


def test_they_end_when_the_parent_is_killed(parent: tuple[int, int]) -> None:
    pid, port = parent
    workers = children(pid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: all(map(gone, workers)))
    with pytest.raises(ConnectionRefusedError):
        Server(port, "", "", "").half("GET")


def test_they_end_when_the_parent_is_told_to(parent: tuple[int, int]) -> None:
    pid, port = parent
    workers = children(pid)
    os.kill(pid, signal.SIGTERM)
    until(lambda: all(map(gone, workers)))
    with pytest.raises(ConnectionRefusedError):
        Server(port, "", "", "").half("GET")


def test_a_single_one_serves_without_a_parent(settings: Settings) -> None:
    port = free_port()
    with serving(replace(settings, workers=1), port) as pid:
        await_answer(port)
        assert children(pid) == []
