"""Restoring a backup into a new folder or database, every row and file proved; nothing that runs is touched."""

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from portal import db, engines, files, migrations, vault
from portal.backup import age, archive, rows
from portal.backup.archive import Damaged
from portal.backup.manifest import FORMAT, HEAD, MANIFEST, Head, Manifest
from portal.backup.service import PIECE, room_for, sync
from portal.config import Settings
from portal.i18n import N_, Refusal


class NotEmpty(Refusal):
    """A restore never writes over anything."""

    msgid = N_("%(place)s is not empty. Name a new folder or an empty database: a restore writes over nothing.")


class TooNew(Refusal):
    """A backup of a newer program than this one."""

    msgid = N_(
        "%(name)s was made by a newer program (%(program)s, revision %(revision)s). Install that program, then restore."
    )


class OtherSecret(Refusal):
    """The secret lacks a part with which the backup's rows and files are sealed."""

    msgid = N_("%(name)s needs the secrets %(wanted)s, and PORTAL_SECRET has %(given)s. Set all of them, newest first.")


@dataclass
class Restored:
    """What was restored, and where it stands now."""

    head: Head
    manifest: Manifest
    settings: Settings
    upgraded: bool = False


@dataclass
class _Found:
    """What has come out of a backup so far."""

    tables: dict[str, rows.Tally] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    manifest: Manifest | None = None


def restore(settings: Settings, backup: Path, *, into: Path, database: str = "") -> Restored:
    """Restore a backup as the home `into`, its rows as SQLite there or in an empty PostgreSQL database.

    Raises NotEmpty, TooNew, OtherSecret, archive.Damaged, archive.WrongKey, service.NoRoom; then nothing stays behind.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotEmpty(place=into)
    into.parent.mkdir(parents=True, exist_ok=True)
    beside = into.with_name(f".{into.name}.part")
    shutil.rmtree(beside, ignore_errors=True)  # of a restore that was killed
    (beside / "files").mkdir(mode=0o700, parents=True)
    beside.chmod(0o700)
    there = replace(settings, home=beside, files=beside / "files", database=database)
    try:
        with room_for(backup.stat().st_size, into.parent), opened(there) as engine:
            head, manifest = _all_of(backup, there, engine)
            upgraded = head.revision != migrations.newest()
            if upgraded:
                migrations.move(engine, migrations.newest())
        _finish(there, head)
        if into.exists():
            into.rmdir()
        beside.rename(into)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    sync(into.parent)
    return Restored(head, manifest, replace(there, home=into, files=into / "files"), upgraded)


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """The database of some other instance under this one's secret."""
    engine = engines.make(settings, vault.database_keys())
    try:
        yield engine
    finally:
        engine.dispose()


def make_ready(engine: Engine, revision: str, otherwise: type[Refusal]) -> None:
    """Bring an empty database to a revision; one that stands there already may have tables, but no rows.

    Raises what is given for one that is not empty.
    """
    with engine.connect() as connection:
        stands = migrations.standing(engine)
        foreign = not stands and sa.inspect(connection).get_table_names()
        if foreign or stands not in ("", revision) or any(_rows(connection)):
            raise otherwise(place=engine.url.set(drivername="postgresql").render_as_string())
    migrations.move(engine, revision)


def _rows(connection: Connection) -> Iterator[object]:
    for table in rows.tables(connection):
        yield connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).scalar()


def _all_of(backup: Path, there: Settings, engine: Engine) -> tuple[Head, Manifest]:
    with archive.reading(backup, age.identities()) as members:
        name, content = next(members, ("", None))
        if name != HEAD or content is None:
            raise Damaged(name=backup.name)
        head = Head.read(content.read())
        _refuse_unfit(head, backup)
        make_ready(engine, head.revision, NotEmpty)
        with engine.connect().execution_options(mode="write") as connection, connection.begin():
            found = _poured(members, connection, there.files)
            if found.manifest is None or not _same(found, connection, found.manifest):
                raise Damaged(name=backup.name)
    return head, found.manifest


def _refuse_unfit(head: Head, backup: Path) -> None:
    if head.format > FORMAT or head.revision > migrations.newest():
        raise TooNew(name=backup.name, program=head.program, revision=head.revision)
    if not set(head.secrets) <= set(vault.fingerprints()):
        raise OtherSecret(name=backup.name, wanted=", ".join(head.secrets), given=", ".join(vault.fingerprints()))


def _poured(members: Iterator[tuple[str, IO[bytes]]], connection: Connection, folder: Path) -> _Found:
    """Put what comes out of a backup where it belongs, digests taken on the way."""
    found, tables = _Found(), {table.name: table for table in rows.tables(connection)}
    for path, content in members:
        kind, _, name = path.partition("/")
        if kind == "tables":
            name = name.partition("/")[0]
            tally = found.tables.setdefault(name, rows.Tally())
            rows.put(connection, tables[name], map(tally.add, gzip.decompress(content.read()).splitlines()))
        elif kind == "files":
            found.files[name] = _filed(folder / name[:2] / name[2:4] / Path(name).name, content)
        elif path == MANIFEST:
            found.manifest = Manifest.read(content.read())
    for table in tables.values():
        rows.count_on(connection, table)
    return found


def _filed(path: Path, content: IO[bytes]) -> dict[str, Any]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return {"size": size, "digest": digest.hexdigest()}


def _same(found: _Found, connection: Connection, manifest: Manifest) -> bool:
    """Whether all that was announced came, and stands in the database as it came."""
    stored = {table.name: rows.tally(rows.stored(connection, table)).facts for table in rows.tables(connection)}
    came = {name: found.tables.get(name, rows.Tally()).facts for name in stored}
    return stored == came == manifest.tables and found.files == manifest.files


def _finish(there: Settings, head: Head) -> None:
    """Make a home of the folder: its mode, a trial's secret, and all of it on the disk for good."""
    (there.home / "mode").write_text(head.mode, "ascii")
    if head.mode == "trial" and there.trial:
        with os.fdopen(os.open(there.home / "secret", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(there.secret)
    for folder, _, names in os.walk(there.home):
        for name in names:
            with (Path(folder) / name).open("rb") as file:
                os.fsync(file.fileno())
        sync(Path(folder))


def differences(restored: Restored) -> list[tuple[str, int, int]]:
    """Where the running instance has other rows or files than the backup: (table or "files", then, now).

    Equal numbers mean that rows were changed; that shows only while both stand at one revision.
    """
    with db.reading(still=True) as session:
        tables = rows.tables(session.connection())
        now = {table.name: rows.tally(rows.lines(session, table)) for table in tables}
        named = files.named(session) if tables else set()
    found = []
    for name in sorted({*restored.manifest.tables, *now}):
        then, here = restored.manifest.tables.get(name, rows.Tally().facts), now.get(name, rows.Tally()).facts
        if then["rows"] != here["rows"] or (then != here and not restored.upgraded):
            found.append((name, then["rows"], here["rows"]))
    if named != {*restored.manifest.files, *restored.manifest.missing}:
        found.append(("files", len(restored.manifest.files), len(named)))
    return found
