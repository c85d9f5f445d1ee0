"""The web server in a process of its own, as deploy/serve starts it; always ended."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.config import ROOT, Settings

PATIENCE = 60.0


def free_port() -> int:
    """A port on loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environ(settings: Settings, port: int) -> dict[str, str]:
    """What a process of this instance is told."""
    told = {"HOME": str(settings.home), "SECRET": settings.secret, "URL": settings.url, "DATABASE": settings.database}
    told["WORKERS"] = str(settings.workers)
    if settings.library:
        told["LIBRARY"] = str(settings.library)
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**bare, **{f"PORTAL_{name}": value for name, value in told.items()}, "PORT": str(port)}


@contextmanager
def serving(settings: Settings, port: int, *options: str) -> Iterator[int]:
    """The instance served on a port of loopback, for the length of the block; yields the process."""
    quiet = subprocess.DEVNULL
    command = ["sh", str(ROOT / "deploy" / "serve"), *options]
    process = subprocess.Popen(command, env=environ(settings, port), stdout=quiet, stderr=quiet)
    try:
        await_answer(port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def await_answer(port: int) -> None:
    """Wait until the portal answers on a port. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("the server did not start")
