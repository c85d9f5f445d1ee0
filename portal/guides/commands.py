"""`flask guides print`: a guide as a file, without asking the print room."""

from pathlib import Path

import click

from portal import i18n, press
from portal.guides import orders


@click.group("guides")
def commands() -> None:
    """Print the guides."""


@commands.command("print")
@click.option("--guide", default="open_shop", show_default=True, help="Which guide.")
@click.option("--set", "kind", required=True, help="For which kind of seller, for example household.")
@click.option("--locale", default=i18n.DEFAULT, show_default=True, type=click.Choice(list(i18n.LANGUAGES)))
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def print_command(guide: str, kind: str, locale: str, out: Path) -> None:
    """Write a guide with a blank cover as PDF."""
    try:
        press.check()
        order = orders.guide_order(guide, kind)
        paper = press.print_paper(order.template, order.facts, locale)
    except i18n.Refusal as refusal:
        raise click.ClickException(refusal.text) from refusal
    finally:
        press.close()
    out.write_bytes(paper.pdf)
    click.echo(f"{out}: {paper.pages}")
