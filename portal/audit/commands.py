"""`flask audit verify`: whether all that was written down of what people did still stands as it was written."""

import click

from portal import db
from portal.audit import service
from portal.i18n import N_, gettext


@click.group("audit")
def commands() -> None:
    """Prove what was written down of what people did."""


@commands.command("verify")
def verify() -> None:
    """Walk every chain; name the first broken link of each that does not hold, and exit with 1."""
    broken = 0
    with db.reading(still=True) as session:
        for sentence in service.breaks(session):
            broken += 1
            click.echo(sentence)
        end = service.end(session)
    words = N_("The office's own chain: %(num)s entries, the last is %(hash)s")
    click.echo(gettext(words, num=end.count, hash=end.head[:16] or "–"))
    if broken:
        raise SystemExit(1)
    click.echo(gettext("All chains hold."))
