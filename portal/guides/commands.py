"""`flask guides list|print|batch`: guides as files, without asking the desk's print room."""

import time
from pathlib import Path
from typing import Any

import click

from portal import db, files, i18n, press
from portal.access import Actor
from portal.guides import batches, history, orders, printing
from portal.guides.batches import How
from portal.guides.models import PrintBatch
from portal.guides.recipients import Wanted, cells_of
from portal.guides.shapes import SHAPES

LOCALES = click.Choice(list(i18n.LANGUAGES))
EDITIONS = click.Choice(list(SHAPES))
FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)
edition_option = click.option("--edition", default="a4", show_default=True, type=EDITIONS, help="In which shape.")
locale_option = click.option("--locale", default=i18n.DEFAULT, show_default=True, type=LOCALES)
guide_option = click.option("--guide", default="open_shop", show_default=True, help="Which guide.")


@click.group("guides")
def commands() -> None:
    """Print the guides."""


@commands.command("list")
def list_command() -> None:
    """Say which guides there are, for which kinds of seller, in which languages."""
    for guide in orders.all_guides():
        click.echo(f"{guide.key}  {guide.title}  [{guide.audience}; {', '.join(guide.languages)}]")
        for kind in guide.kind:
            click.echo(f"    --set {kind.key}  {kind.title}")


@commands.command("print")
@guide_option
@click.option("--set", "kind", required=True, help="For which kind of seller, for example household.")
@edition_option
@locale_option
@click.option("--out", required=True, type=FILE)
def print_command(guide: str, kind: str, edition: str, locale: str, out: Path) -> None:
    """Write a guide with a blank cover as PDF."""
    try:
        press.check()
        with i18n.speaking(locale):
            paper = orders.guide_order(guide, kind, shape=edition).made(locale)
    finally:
        press.close()
    out.write_bytes(paper.pdf)
    click.echo(f"{out}: {paper.pages}")


@commands.command("batch")
@guide_option
@click.option("--place", default="", help="All sellers of a place, by name or code.")
@click.option("--list", "listed", type=SOURCE, help="A file of numbers, one a line.")
@edition_option
@locale_option
@click.option("--zip", "zipped", is_flag=True, help="Also single files, as a ZIP beside it.")
@click.option("--out", required=True, type=FILE)
def batch_command(guide: str, out: Path, **asked: Any) -> None:
    """Print a guide for many sellers into one file, with a list on top and sheets to sign."""
    listed, place = asked["listed"], asked["place"]
    if bool(listed) == bool(place):
        raise click.UsageError("Say either --place or --list.")
    rows = [line.split(",") for line in listed.read_text("utf-8-sig").splitlines()] if listed else []
    wanted = Wanted(guide, "list" if listed else "place", place, cells_of(rows))
    try:
        press.check()
        _write(_printed(wanted, How(asked["edition"], asked["locale"], asked["zipped"])), out)
    finally:
        press.close()


def _write(batch: PrintBatch, out: Path) -> None:
    """Write what came of a batch, and say what did not."""
    with db.reading() as session:
        done = history.progress(session, batch)
        told = [line for state in ("failed", "odd") for line in history.lines(session, batch, state)[0]]
    for line in told:
        click.echo(f"{line.shown_number} {line.title}: {line.why}", err=True)
    if not batch.file:
        raise click.ClickException(batch.why)
    out.write_bytes(files.read(batch.file))
    if batch.singles:
        out.with_suffix(".zip").write_bytes(files.read(batch.singles))
    click.echo(f"{out}: {done.done} / {done.total}, {batch.pages}")


def _printed(wanted: Wanted, how: How) -> PrintBatch:
    """A batch printed here and now, in the name of whoever works at the server."""
    by = Actor("machine", "", i18n.gettext("at the server"), frozenset(history.ROLES), ("",))
    with db.writing() as session:
        batch = batches.choose(session, wanted, how, by=by, key="")
        work = batches.begin(session, batch)
    while (wait := printing.work(work)) is not None:
        time.sleep(wait)
    with db.reading() as session:
        return session.get_one(PrintBatch, batch.id)
