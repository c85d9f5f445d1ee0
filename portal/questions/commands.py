"""`flask library check`: is everything right that staff wrote."""

import sys
from pathlib import Path

import click

from portal.i18n import N_, gettext
from portal.questions import service

FOLDER = Path(__file__).parent.parent / "library"


@click.group("library")
def library() -> None:
    """What programme staff write: question sets, reasons, words, facts."""


@library.command("check")
@click.option("--overlay", envvar="PORTAL_LIBRARY", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(overlay: Path | None) -> None:
    """Name every fault of the library (and of the overlay) with file, page and key; exit 1 when there is one."""
    _, problems = service.look_everywhere(FOLDER, overlay)
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo(gettext(N_("The library is right.")))
