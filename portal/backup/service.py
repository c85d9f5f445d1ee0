"""Making backups: the rows of one moment and the files they name, in one encrypted file that is whole or not there."""

import fcntl
import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrage.x25519 import Recipient
from sqlmodel import Session

from portal import db, files, jobs, migrations, reserve, vault
from portal.backup import age, archive, rows
from portal.backup.archive import Member
from portal.backup.manifest import FORMAT, HEAD, MANIFEST, Head, Manifest
from portal.config import VERSION, Settings
from portal.i18n import N_, Refusal

NAME = "haohuo-%Y%m%d-%H%M%S"
ENDING, UNFINISHED = ".age", ".part"
# How much of a table or a file is in memory at once.
PIECE = 2**20


class Busy(Refusal):
    """Two backups at once would clear away each other's unfinished file."""

    msgid = N_("Another backup is being made in %(folder)s right now.")


class NoRoom(Refusal):
    """The disk is too full for a backup."""

    msgid = N_("The disk has no room for this: about %(needed)s MB are needed, %(free)s MB are free. Nothing was left.")


class Nothing(Refusal):
    """There is no backup."""

    msgid = N_("There is no backup in %(folder)s.")


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    size: int
    manifest: Manifest


def folder(settings: Settings) -> Path:
    """Where backups go unless somebody says otherwise."""
    return settings.home / "backups"


def backups(into: Path) -> list[Path]:
    """The backups of a folder, oldest first."""
    return sorted(into.glob(f"haohuo-*{ENDING}"))


def newest(into: Path) -> Path:
    """The newest backup of a folder. Raises Nothing."""
    found = backups(into)
    if not found:
        raise Nothing(folder=into)
    return found[-1]


def make(settings: Settings, *, into: Path, to: Sequence[Recipient] = ()) -> Made:
    """Make a backup that this instance's secret opens, and whoever else's public keys are given.

    Raises Busy, NoRoom, and migrations.Behind when the database is not this program's.
    """
    migrations.refuse_unless_at_head()
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    made_at, manifest = db.now(), Manifest()
    path = into / f"{made_at.astimezone(db.CHINA).strftime(NAME)}{ENDING}"
    beside = path.with_name(path.name + UNFINISHED)
    with _alone(into), room_for(_size(settings), into), files.held(), db.reading(still=True) as session:
        for left in into.glob(f"haohuo-*{ENDING}{UNFINISHED}"):
            left.unlink()
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                keys = [age.identities()[0].to_public(), *to]
                archive.write(file, _members(settings, session, made_at, manifest), keys)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(path)
        finally:
            beside.unlink(missing_ok=True)
    sync(into)
    return Made(path, path.stat().st_size, manifest)


def prune(into: Path, *, days: int, weeks: int, also: str = "") -> list[Path]:
    """Remove old backups: the last of each of so many days and weeks stay, the newest always, and the one named."""
    found = backups(into)
    kept = {also, *(path.name for path in found[-1:])}
    for rhythm, many in (("%Y%m%d", days), ("%G-%V", weeks)):
        last = {datetime.strptime(path.stem, NAME).strftime(rhythm): path.name for path in found}
        kept |= {last[each] for each in sorted(last)[max(len(last) - many, 0) :]}
    gone = [path for path in found if path.name not in kept]
    for path in gone:
        path.unlink()
    return gone


@jobs.work("backup.reserve", schedule="25 * * * *")
def make_reserve_again(_: str) -> None:
    """Make the reserve again once there is room."""
    if reserve.lent():
        reserve.make()


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk for good."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def room_for(needed: int, folder: Path) -> Iterator[None]:
    """Refuse what would fill the disk, before it begins and when it happens all the same. Raises NoRoom."""
    free = reserve.room(folder)
    said: dict[str, Any] = {"needed": needed // 2**20 + 1, "free": free // 2**20}
    if free < needed + reserve.LOW:
        raise NoRoom(**said)
    try:
        yield
    except Exception as reason:
        if db.disk_full(reason) or getattr(reason, "errno", None) in files.FULL:
            raise NoRoom(**said) from reason
        raise


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    opened = os.open(into / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Busy(folder=into) from None
    finally:
        os.close(opened)


def _size(settings: Settings) -> int:
    """About how large a backup becomes: rows are packed, files are as they are."""
    database = [settings.home / name for name in ("haohuo.db", "haohuo.db-wal")]
    kept = settings.files.glob("??/??/*")
    return sum(path.stat().st_size for path in [*database, *kept] if path.exists())


def _members(settings: Settings, session: Session, made_at: datetime, manifest: Manifest) -> Iterator[Member]:
    connection = session.connection()
    tables = rows.tables(connection)
    head = Head(
        format=FORMAT,
        program=VERSION,
        revision=migrations.newest(),
        database=connection.dialect.name,
        mode=settings.mode,
        made_at=made_at.isoformat(),
        secrets=list(vault.fingerprints()),
        tables={table.name: [column.name for column in rows.columns(table)] for table in tables},
    )
    yield _whole(HEAD, head.written())
    for table in tables:
        tally = rows.Tally()
        for number, piece in enumerate(_pieces(tally.add(line) for line in rows.lines(session, table))):
            yield _whole(f"tables/{table.name}/{number:06}.jsonl.gz", gzip.compress(piece, 6, mtime=0))
        manifest.tables[table.name] = tally.facts
    for name in sorted(files.named(session)):
        try:
            size = files.where(name).stat().st_size
        except (FileNotFoundError, files.Missing):
            manifest.missing.append(name)
            continue
        manifest.files[name] = {"size": size}
        yield f"files/{name}", size, _content(name, manifest)
    yield _whole(MANIFEST, manifest.written())


def _whole(name: str, content: bytes) -> Member:
    return name, len(content), [content]


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, gathered into pieces that are not too large."""
    gathered: list[bytes] = []
    size = 0
    for line in lines:
        gathered.append(line + b"\n")
        size += len(line)
        if size > PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _content(name: str, manifest: Manifest) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with files.where(name).open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            yield piece
    manifest.files[name]["digest"] = digest.hexdigest()
