"""`flask backup`, `flask restore`, `flask keys`, and `flask db copy`."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from portal import i18n, migrations, press
from portal.backup import age, copying, drill, keys, restoring, service
from portal.config import Settings
from portal.i18n import N_, gettext, ngettext
from portal.office import service as offices

Command = Callable[..., Any]


def _with_settings(command: Command) -> Command:
    """Give a command the instance's settings."""

    @wraps(command)
    @click.pass_obj
    def spoken(info: Any, *args: Any, **kwargs: Any) -> Any:
        return command(info.load_app().extensions["settings"], *args, **kwargs)

    return spoken


def _public(_: object, __: object, given: tuple[str, ...]) -> list[Any]:
    try:
        return [age.recipient(key) for key in given]
    except ValueError as wrong:
        raise click.BadParameter(gettext(N_("%(key)s is no public key: those begin with age1."), key=wrong)) from wrong


FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("backup", invoke_without_command=True)
@click.option("--into", type=FOLDER, help="The folder for backups; without it backups/ in PORTAL_HOME.")
@click.option("--to", multiple=True, callback=_public, help="A further public key, age1…, that may open it.")
@click.option("--days", default=14, show_default=True, help="Of how many days the last backup stays.")
@click.option("--weeks", default=8, show_default=True, help="Of how many weeks the last backup stays.")
@_with_settings
def backup(settings: Settings, into: Path | None, to: list[Any], days: int, weeks: int) -> None:
    """Back up database and files into one encrypted file, while the portal is being used."""
    if click.get_current_context().invoked_subcommand:
        return
    into = into or service.folder(settings)
    made = service.make(settings, into=into, to=to)
    said = gettext(
        N_("%(path)s: %(rows)s rows, %(files)s files, %(size)s MB. It opens with PORTAL_SECRET."),
        path=made.path,
        rows=made.manifest.rows,
        files=len(made.manifest.files),
        size=f"{made.size / 2**20:.1f}",
    )
    click.echo(said)
    for name in made.manifest.missing:
        click.echo(
            gettext(N_("The photo or paper in file %(name)s was missing already before this backup."), name=name),
            err=True,
        )
    tried = drill.last(settings)
    for path in service.prune(into, days=days, weeks=weeks, also=tried.proven if tried else ""):
        click.echo(gettext(N_("Removed %(name)s."), name=path.name))


@backup.command("drill")
@click.option("--into", type=FOLDER, help="The folder of the backups; without it backups/ in PORTAL_HOME.")
@_with_settings
def drill_command(settings: Settings, into: Path | None) -> None:
    """Restore the newest backup aside, check all of it, fetch pages, print a paper; the desk tells how old that is."""
    done = drill.run(settings, into=into or service.folder(settings))
    click.echo(gettext(N_("%(name)s: restored and checked, all well."), name=done.backup))


@click.command("restore")
@click.option("--into", required=True, type=FOLDER, help="A new folder, to be the PORTAL_HOME of what is restored.")
@click.option("--from", "source", type=FILE, help="The backup; without it the newest in backups/ of PORTAL_HOME.")
@click.option("--database", default="", help="An empty PostgreSQL database, postgresql://…; without it SQLite.")
@_with_settings
def restore(settings: Settings, into: Path, source: Path | None, database: str) -> None:
    """Restore a backup into a new folder; what runs is not touched."""
    source = source or service.newest(service.folder(settings))
    done = restoring.restore(settings, source, into=into.absolute(), database=database)
    facts = {"name": source.name, "into": into, "rows": done.manifest.rows, "files": len(done.manifest.files)}
    click.echo(gettext(N_("%(name)s is whole: %(rows)s rows and %(files)s files are in %(into)s now."), **facts))
    if done.upgraded:
        said = N_("It came from revision %(old)s and was brought to %(new)s.")
        click.echo(gettext(said, old=done.head.revision, new=migrations.newest()))
    _tell_differences(done)
    how = N_("To use it, stop the portal and start it with PORTAL_HOME=%(into)s.")
    also = f" PORTAL_FILES={into}/files" if settings.files != settings.home / "files" else ""
    click.echo(gettext(how, into=into) + also + (" PORTAL_DATABASE=postgresql://…" if database else ""))


def _tell_differences(done: restoring.Restored) -> None:
    try:
        found = restoring.differences(done)
    except SQLAlchemyError:
        click.echo(gettext(N_("The instance that runs here cannot be read, so nothing was compared with it.")))
        return
    if not found:
        click.echo(gettext(N_("The instance that runs here has the same rows and files.")))
    for name, then, now in found:
        said = N_("%(name)s: %(then)s in the backup, %(now)s here now")
        alike = N_("%(name)s: %(now)s in the backup and here, but not the same ones")
        click.echo(gettext(said if then != now else alike, name=name, then=then, now=now))


@click.group("keys")
def keys_group() -> None:
    """The sheet to lock away, without which nothing opens."""


@keys_group.command("print")
@click.option("--out", type=FILE, help="A new file: .pdf for paper, else text; without it the terminal.")
@click.option("--locale", default=i18n.DEFAULT, show_default=True, type=click.Choice(list(i18n.LANGUAGES)))
@_with_settings
def print_command(settings: Settings, out: Path | None, locale: str) -> None:
    """Make the sheet that holds PORTAL_SECRET, for a person to lock away and to type back."""
    if out is None and not sys.stdout.isatty():
        raise keys.NotHere
    if out and (out.exists() or settings.home.resolve() in out.resolve().parents):
        raise keys.NotThere(path=out)
    with i18n.speaking(locale):
        content = _printed(keys.sheet(settings.secret), locale, paper=out is not None and out.suffix == ".pdf")
    if out is None:
        click.echo(content.decode(), nl=False)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    click.echo(gettext(N_("%(path)s: print it, lock it away, then remove the file."), path=out))


def _printed(sheet: keys.KeySheet, locale: str, *, paper: bool) -> bytes:
    if not paper:
        return keys.as_text(sheet).encode()
    try:
        return press.print_paper("backup/paper_keys.html", {"it": sheet, "office": offices.office()}, locale).pdf
    finally:
        press.close()


NOT_OURS = N_(
    "This sheet does not open the data here: it belongs to another installation, or to a secret that is no longer used."
)
PARTLY = N_(
    "This sheet opens only a part of the data here: it lacks a secret that is still in use, or what stays shut is "
    "damaged."
)


@keys_group.command("check")
@click.argument("sheet", type=click.File("rb"), required=False)
@_with_settings
def check_command(settings: Settings, sheet: Any) -> None:
    """Prove that a sheet, typed into a file or here, opens the data of this instance."""
    text = keys.text_of(sheet.read()) if sheet else _asked()
    secret = keys.secret_of(text)
    proof = keys.prove(settings, secret)
    for at, part in enumerate(proof.parts, start=1):
        if not (part.things or part.database or proof.whole):
            continue  # of another instance: one sentence says it
        facts = {"at": at, "of": len(proof.parts), "name": part.fingerprint, "num": part.things, "tried": proof.tried}
        click.echo(gettext(N_("Secret %(at)s of %(of)s (%(name)s): opens %(num)s of %(tried)s sealed things"), **facts))
        if part.database:
            click.echo(gettext(N_("  and the database")))
    if not proof.whole:
        raise click.ClickException(gettext(PARTLY if any(part.things for part in proof.parts) else NOT_OURS))
    alike = N_("This sheet opens the data. It is the secret in use.")
    other = N_("This sheet opens the data, but PORTAL_SECRET is another now: print a new sheet.")
    click.echo(gettext(alike if secret == settings.secret else other))


def _asked() -> str:
    """The lines, asked for one by one; a wrong one is asked for again."""
    found: list[str] = []
    wanted = 1
    while len(found) < wanted:
        line = click.prompt(gettext(N_("Line %(number)s"), number=len(found) + 1))
        try:
            part = keys.typed(len(found) + 1, line)
        except keys.WrongLine as wrong:
            click.echo(wrong.text)
            continue
        found.append(line)
        wanted = keys.count(part) if len(found) == 1 else wanted
    return "\n".join(found)


@migrations.group.command("copy")
@click.option("--to", required=True, help="An empty PostgreSQL database, postgresql://…")
@_with_settings
def copy(settings: Settings, to: str) -> None:
    """Move an office from SQLite to PostgreSQL; stop the portal first."""
    for name, count in sorted(copying.copy(settings, to).items()):
        said = ngettext("%(num)s row, the same on both sides", "%(num)s rows, the same on both sides", count)
        click.echo(f"{name}: {said}")
    click.echo(gettext(N_("All of it is there. Now set PORTAL_DATABASE to that address and start the portal again.")))
