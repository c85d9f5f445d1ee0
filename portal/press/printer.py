"""The parent's side of the press: one warm child process, started when needed, killed when it does not answer."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from portal.i18n import N_, Refusal
from portal.press import child

# The child needs nothing of ours: no secret, no address of the database.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "PYTHONPATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)
# Python's caches and Pango's fonts grow slowly; a fresh child after this many papers keeps it small.
PAPERS_A_CHILD = 200
# Seconds that a child may take to start, on a busy machine.
START = 60.0
# Seconds of processor that each of many items in one request may take more.
ITEM = 0.3
# How a child ends that ran out of processor time or memory: GLib aborts when it gets none.
OVER = (-signal.SIGXCPU, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV)


class PressBusy(Refusal):
    """So many papers are being printed that this one would wait too long."""

    msgid = N_("The press is busy. Please try again in a minute.")


class PressFailed(Refusal):
    """This paper could not be laid out."""

    msgid = N_("This paper could not be printed. Please tell the office which one.")


class PressTooLarge(PressFailed):
    """This paper wanted more memory or more time than one paper may have."""

    msgid = N_("This paper is too large to print. Please shorten what it says.")


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _talk(process: subprocess.Popen[bytes], frames: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    for frame in frames:
        child.send(process.stdin, frame)
    return json.loads(child.receive(process.stdout)), child.receive(process.stdout)


class Printer:
    """One child process and the limits that it works under.

    `wall` and `cpu` are seconds a paper, `memory` is bytes of address space, `queue` the seconds that a paper waits.
    """

    def __init__(self, *, wall: float = 60, cpu: int = 40, memory: int = 1 << 30, queue: float = 60) -> None:
        self.wall, self.cpu, self.memory, self.queue = wall, cpu, memory, queue
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._room: tempfile.TemporaryDirectory[str] | None = None
        self._owner = os.getpid()
        self._printed = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def busy(self) -> bool:
        """Whether a paper is being printed."""
        return self._turn.locked()

    def work(
        self, request: Mapping[str, Any], pieces: Sequence[bytes] = (), *, items: int = 0
    ) -> tuple[dict[str, Any], bytes]:
        """One request to the child, with the PDFs that it is about, and its reply; each of many items has more time.

        Raises PressBusy after `queue` seconds, PressTooLarge beyond the limits, PressFailed for the rest.
        """
        if not self._turn.acquire(timeout=self.queue):
            raise PressBusy
        try:
            told = {**request, "pieces": len(pieces), "seconds": int(self.cpu + items * ITEM)}
            return self._exchange([json.dumps(told).encode(), *pieces], self.wall + 4 * items * ITEM)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the child; the next paper starts a new one."""
        with self._turn:
            self._end()

    def _exchange(self, frames: Sequence[bytes], wall: float) -> tuple[dict[str, Any], bytes]:
        """Send a request and read the reply; a child that somebody else killed is replaced once."""
        for last in (False, True):
            process, late = self._living(), threading.Event()
            clock = threading.Timer(wall, _stop, (process, late))
            clock.start()
            try:
                reply, pdf = _talk(process, frames)
            except (EOFError, OSError) as gone:
                died = process.wait()
                self._end()
                if late.is_set() or died in OVER:
                    raise PressTooLarge from gone
                if last or died != -signal.SIGKILL:
                    raise PressFailed from gone
                continue
            finally:
                clock.cancel()
            self._printed += 1
            if not reply["ok"]:
                self._end()
                raise PressTooLarge if reply["why"] == "memory" else PressFailed
            return reply, pdf
        raise PressFailed

    def _living(self) -> subprocess.Popen[bytes]:
        """The child, a new one when it has died, was forked away from us, or has printed enough."""
        if self._owner != os.getpid():
            self._process, self._room, self._owner = None, None, os.getpid()
        if self._process and (self._process.poll() is not None or self._printed >= PAPERS_A_CHILD):
            self._end()
        if self._process is None:
            self._start()
        assert self._process
        return self._process

    def _start(self) -> None:
        self._room = tempfile.TemporaryDirectory(prefix="press-")
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(child.__file__)), str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=True,
            env={**environment, "TMPDIR": self._room.name, "PYTHONWARNINGS": "ignore"},
        )
        self._printed = 0
        self._await(self._process)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until a new child is warm: its start is no paper's time."""
        clock = threading.Timer(START, process.kill)
        clock.start()
        try:
            _talk(process, [json.dumps({"seconds": self.cpu}).encode()])
        except (EOFError, OSError) as gone:
            self._end()
            raise PressFailed from gone
        finally:
            clock.cancel()

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    stream and stream.close()
        if self._room:
            self._room.cleanup()
        self._process, self._room = None, None
