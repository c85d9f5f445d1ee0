"""Sealed bytes on disk: the only door.

A file is named by a keyed hash of its content, so that the name tells nothing and the same content is kept once.
It is written beside its place, fsynced and renamed, so that a name always means a whole file; the row that names it
is written afterwards, and what no row names is swept.
"""

import errno
import fcntl
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from portal import reserve, vault
from portal.i18n import N_, Refusal

NAME = re.compile(r"[0-9a-f]{32}\Z")
UNFINISHED = ".part"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_namers: list[Callable[[Any], Iterable[str]]] = []
_state = SimpleNamespace(folder=None)


class Missing(Exception):
    """No file has this name."""


class Damaged(Exception):
    """The file is not what was kept under this name."""


class NoRoom(Refusal):
    """The disk is full."""

    msgid = N_("We cannot keep this file: our disk is full. Please tell the office; all you filled in is still here.")


def setup(folder: Path) -> None:
    """Keep the files in `folder`, which is made when missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _state.folder = folder


def keep(content: bytes) -> str:
    """Keep `content` and return its name; it is on the disk for good when this returns. Raises NoRoom."""
    digest = vault.look_up("files", content)
    path = _path(digest)
    with _lock(fcntl.LOCK_SH):
        if not _refreshed(digest):
            try:
                _write(path, vault.seal(content, _place(digest)))
            except OSError as reason:
                if reason.errno in FULL:
                    raise NoRoom from reason
                raise
    return digest


def renewed(digest: str) -> str:
    """The file kept under the newest secret: its name there, the same when it is already. Raises Missing or Damaged."""
    return keep(read(digest))


def read(digest: str) -> bytes:
    """The content of the file of this name; raises Missing or Damaged."""
    try:
        sealed = _path(digest).read_bytes()
    except FileNotFoundError:
        raise Missing(digest) from None
    try:
        content = vault.unseal(sealed, _place(digest))
    except vault.Unsealable:
        raise Damaged(digest) from None
    if digest not in vault.look_ups("files", content):
        raise Damaged(digest)
    return content


@contextmanager
def held() -> Iterator[None]:
    """Nothing is swept in the meantime: what is named when it begins is still there when it ends."""
    with _lock(fcntl.LOCK_SH):
        yield


def where(digest: str) -> Path:
    """Where the sealed bytes of a file lie, for copying them as they are; raises Missing for what is no name."""
    return _path(digest)


def named_by(namer: Callable[[Any], Iterable[str]]) -> None:
    """Ask `namer` (with a database session) for the files that a room's rows name, before a sweep."""
    if namer not in _namers:
        _namers.append(namer)


def named(session: object) -> set[str]:
    """The files that any room's rows name."""
    return {name for namer in _namers for name in namer(session)}


def sweep(wanted: Iterable[str], older_than_hours: float = 24) -> int:
    """Remove the files that `wanted` does not name and the unfinished ones, when old enough; returns how many."""
    named, limit = frozenset(wanted), time.time() - older_than_hours * 3600
    unwanted = (path for path in _folder().glob("??/??/*") if path.name not in named)
    return sum(_swept(path, limit) for path in unwanted)


def _swept(path: Path, limit: float) -> bool:
    with _lock(fcntl.LOCK_EX), suppress(FileNotFoundError):
        if path.stat().st_mtime < limit:
            path.unlink()
            return True
    return False


def _folder() -> Path:
    folder: Path | None = _state.folder
    if folder is None:
        raise RuntimeError("files.setup was not called")
    return folder


def _path(digest: str) -> Path:
    if not NAME.match(digest):
        raise Missing(digest)
    return _folder() / digest[:2] / digest[2:4] / digest


def _place(digest: str) -> str:
    return f"files:{digest}:content"


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    """Many may keep at once, but nobody while the sweep looks at a file's age and removes it."""
    lock = os.open(_folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)


def _refreshed(digest: str) -> bool:
    """Whether the file is there and sound; it is young again then, so that the sweep lets it be."""
    try:
        os.utime(_path(digest))
        read(digest)
    except (FileNotFoundError, Missing, Damaged):
        return False
    # The one who renamed it may have been killed before this.
    _sync_folder(_path(digest).parent)
    return True


def _write(path: Path, sealed: bytes) -> None:
    reserve.lend()
    _make_folders(path.parent)
    unfinished = path.parent / f"{path.name}.{secrets.token_hex(8)}{UNFINISHED}"
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _make_folders(folder: Path) -> None:
    """The two levels above a file, each on the disk for good before anything is put into it."""
    for level in (folder.parent, folder):
        level.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(level.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
