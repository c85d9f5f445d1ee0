"""The drill: restore the newest backup aside, walk through it as people do, and write down whether that went well."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlmodel import Session

from portal import db, reserve
from portal.backup import restoring, service
from portal.config import ROOT, Settings, command
from portal.i18n import N_, Refusal, gettext, ngettext
from portal.notes import Note

if TYPE_CHECKING:
    from portal.access import Actor

TOO_OLD = timedelta(hours=48)
PATIENCE = 1800
_state = SimpleNamespace(settings=None)


class Failed(Refusal):
    """A backup could be restored, but what came of it does not work."""

    msgid = N_("%(name)s was restored, but %(why)s")


@dataclass(frozen=True)
class Drill:
    """What came of a drill; `why` is empty when all went well. `proven` is the last backup that one went well with."""

    at: datetime
    backup: str
    why: str
    proven: str = ""

    @property
    def good(self) -> bool:
        """Whether all went well."""
        return not self.why


def setup(settings: Settings) -> None:
    """Take the instance whose drills the desk tells of."""
    _state.settings = settings


def run(settings: Settings, *, into: Path) -> Drill:
    """Try the newest backup of a folder; what comes of it is written down also when it fails. Raises Refusal."""
    name, before = "", last(settings)
    try:
        newest = service.newest(into)
        name = newest.name
        _try(settings, newest)
    except Refusal as refusal:
        with suppress(OSError):  # a full disk: why it failed is said all the same
            _write(settings, Drill(db.now(), name, refusal.text, before.proven if before else ""))
        raise
    done = Drill(db.now(), name, "", name)
    _write(settings, done)
    return done


def last(settings: Settings) -> Drill | None:
    """The last drill that was written down."""
    try:
        told = json.loads((settings.home / "drill.json").read_text("utf-8"))
        proven = told.get("proven", "" if told["why"] else told["backup"])
        return Drill(datetime.fromisoformat(told["at"]), told["backup"], told["why"], proven)
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _try(settings: Settings, backup: Path) -> None:
    aside = settings.home / "drill"
    shutil.rmtree(aside, ignore_errors=True)  # of a drill that was killed
    try:
        restoring.restore(settings, backup, into=aside)
        why = _walk(settings, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    if why:
        raise Failed(name=backup.name, why=why)


def _walk(settings: Settings, home: Path) -> str:
    """Walk through a restored home in a process of its own; returns what is wrong with it."""
    own = {name: value for name, value in os.environ.items() if name not in ("PORTAL_DATABASE", "PORTAL_FILES")}
    told = {
        "PORTAL_MODE": settings.mode,
        "PORTAL_HOME": str(home),
        "PORTAL_SECRET": settings.secret,
        "PORTAL_URL": settings.url,
        "PORTAL_CODES": settings.codes,
    }
    walk = [sys.executable, "-m", "portal.backup.walk"]
    walked = subprocess.run(
        walk, cwd=ROOT, env={**own, **told}, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if walked.returncode == 0:
        return ""
    return (walked.stdout.strip() or walked.stderr.strip() or "?").splitlines()[-1]


def _write(settings: Settings, drill: Drill) -> None:
    path = settings.home / "drill.json"
    beside = path.with_name("drill.json.part")
    try:
        beside.write_text(json.dumps({**asdict(drill), "at": drill.at.isoformat()}, ensure_ascii=False), "utf-8")
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


def note(_: Session, actor: "Actor") -> Note | None:
    """How old the last drill is: red when it failed or is too old, and in production when there never was one."""
    settings: Settings = _state.settings
    drill = last(settings)
    if drill is None:
        words = N_("No backup was ever tried. Run `%(command)s`, or ask who runs the server.")
        return None if settings.trial else Note(gettext(words, command=command("backup drill")), alarm=True)
    age = db.now() - drill.at
    if not drill.good:
        words = N_("The last backup drill failed, %(age)s ago. Please tell who runs the server today.")
        return Note(gettext(words, age=_ago(age)), alarm=True)
    if age > TOO_OLD:
        words = gettext(N_("The last backup drill was %(age)s ago. Please tell who runs the server."), age=_ago(age))
        return Note(words, alarm=not settings.trial)
    return Note(gettext(N_("Last backup drill: %(age)s ago, all well"), age=_ago(age)))


def full_note(_: Session, actor: "Actor") -> Note | None:
    """That the disk is full, as long as its reserve is lent."""
    words = N_("The disk is full. Saving goes on for a while; please tell who runs the server today.")
    return Note(gettext(words), alarm=True) if reserve.lent() else None


def _ago(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours >= 2 * 24:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    return ngettext("%(num)s hour", "%(num)s hours", hours) if hours else gettext(N_("less than an hour"))
