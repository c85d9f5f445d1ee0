"""So many at a time, whichever process they are in."""

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class TooLong(Exception):
    """No turn came within the patience."""


@contextmanager
def alone(mark: Path) -> Iterator[None]:
    """Wait until no other process has this file: who waits is woken at once, and who dies gives it up.

    SQLite's own waiting looks again after up to 100 ms, and gives up after the busy_timeout.
    """
    with mark.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class Turns:
    """So many turns for this process and all that are forked from it together; who dies gives theirs back."""

    def __init__(self, many: int) -> None:
        """Nobody has one yet."""
        with tempfile.TemporaryFile() as file:
            self._locks = os.dup(file.fileno())  # open as long as we live
        self._free, self._one = set(range(many)), threading.Lock()

    @contextmanager
    def take(self, patience: float) -> Iterator[None]:
        """Hold a turn, waited for so many seconds. Raises TooLong."""
        until = time.monotonic() + patience
        while (turn := self._found()) is None:
            if time.monotonic() > until:
                raise TooLong
            time.sleep(0.02)
        try:
            yield
        finally:
            with self._one:
                fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, turn)
                self._free.add(turn)

    def _found(self) -> int | None:
        """One that no thread of this process and no other process has: a lock is a process's, not a thread's."""
        with self._one:
            for turn in self._free:
                with suppress(BlockingIOError, PermissionError):
                    fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, turn)
                    self._free.discard(turn)
                    return turn
        return None
