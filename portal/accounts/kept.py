"""Forms posted after a sign-in had ended: kept for the same browser, posted again once after the new sign-in."""

import io
import json
from datetime import timedelta
from typing import IO

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import db, files, vault
from portal.accounts import limits
from portal.accounts.models import Kept

LIVES = timedelta(hours=24)
LARGEST, MOST_FILES = 10 * 1024 * 1024, 6
RULES: list[limits.Rule] = [(20, timedelta(hours=1))]
Fields = list[tuple[str, str]]


class TooManyKept(limits.TooOften):
    """One browser has had more forms kept than any person fills in within an hour."""


def count(session: Session, asker: str) -> None:
    """Count one more form for this browser, before its files are written. Raises TooManyKept."""
    limits.take(session, f"kept:{_asker(asker)}", RULES, TooManyKept)


def held(field: str, name: str, type: str, stream: IO[bytes]) -> dict[str, str] | None:
    """Keep a file of a form; None when it is too large."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return None
    return {"field": field, "name": name, "type": type, "digest": files.keep(content)}


def opened(file: dict[str, str]) -> IO[bytes]:
    """The bytes of a kept file."""
    return io.BytesIO(files.read(file["digest"]))


def keep(session: Session, *, asker: str, path: str, fields: Fields, files: list[dict[str, str]]) -> Kept:
    """Keep a form, sealed; its files are as held() returns them, their bytes are in files.py."""
    id = db.new_id()
    row = Kept(
        id=id,
        asker=_asker(asker),
        path=path,
        files=files,
        form=vault.seal(json.dumps(fields).encode(), f"kept:{id}:form"),
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, id: str, asker: str) -> Kept | None:
    """The form kept under an id for this browser, while it is good: not used, and not older than a day."""
    row = session.get(Kept, id) if asker else None
    good = row and row.asker == _asker(asker) and row.used_at is None and row.made_at > db.now() - LIVES
    return row if good else None


def fields(row: Kept) -> Fields:
    """The fields of a kept form, in the order they were posted; a pressed button has none."""
    if not row.form:
        return []
    return [(name, value) for name, value in json.loads(vault.unseal(row.form, f"kept:{row.id}:form"))]


def use(session: Session, id: str) -> None:
    """Note that a kept form was posted again; its fields go."""
    session.execute(
        update(Kept).where(col(Kept.id) == id, col(Kept.used_at).is_(None)).values(used_at=db.now(), form=b"", files=[])
    )


def digests(session: Session) -> set[str]:
    """The files that kept forms still need: the sweep of files.py lets them be."""
    return {file["digest"] for files in session.exec(select(Kept.files)) for file in files}


def sweep(session: Session) -> None:
    """Forget forms after a day."""
    for old in session.exec(select(Kept).where(col(Kept.made_at) < db.now() - LIVES).limit(1000)):
        session.delete(old)


def _asker(asker: str) -> str:
    return vault.look_up("asker", asker)
