"""The reserve: room on the disk that is given up first, so that people can go on saving when the disk is full."""

import os
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

SIZE = 64 * 2**20
# With less room than this the disk counts as full.
LOW = 16 * 2**20
_state = SimpleNamespace(path=None)


def setup(home: Path) -> None:
    """Keep the reserve in the instance's home."""
    _state.path = home / "reserve"


def make() -> bool:
    """Make the reserve, or make it again, when there is room enough; returns whether it is there."""
    path: Path = _state.path
    if path.exists() and path.stat().st_size >= SIZE:
        return True
    if room(path.parent) < wanted():
        return False
    beside = path.with_name("reserve.part")
    with beside.open("wb") as file:
        for _ in range(0, SIZE, 2**20):
            file.write(os.urandom(2**20))  # a file of noughts takes no room where the disk packs them
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return True


def wanted() -> int:
    """How much must be free before it is made: it takes its part, and as much is left for people."""
    return 2 * SIZE + LOW


def lend() -> None:
    """Give the reserve up when the disk is full; called before something is written."""
    path: Path | None = _state.path
    if path is not None and room(path.parent) < LOW:
        with suppress(FileNotFoundError):
            os.truncate(path, 0)


def lent() -> bool:
    """Whether the reserve was given up and not made again since."""
    path: Path | None = _state.path
    return path is not None and path.exists() and path.stat().st_size == 0


def room(folder: Path) -> int:
    """How many bytes can still be written there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
