"""The portal's own commands: what goes wrong in any of them is said in a sentence, never in a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from portal import db, engines, files, migrations, vault
from portal.i18n import N_, Refusal, gettext

FULL = N_(
    "The disk is full; what was being written was taken back. Make room (old haohuo-*.db, backups), then run the "
    "command again."
)


class Commands(click.Group):
    """All commands of the rooms."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, to be run plainly."""
        ctx.with_resource(plainly())
        return super().get_command(ctx, cmd_name)


@contextmanager
def plainly() -> Iterator[None]:
    """Make a sentence of what a command meets and people can mend: settings, the database, the disk, its own refusals.

    Anything else is a mistake of ours, and keeps its traceback.
    """
    try:
        yield
    except Exception as reason:
        said = _said(reason)
        if not said:
            raise
        raise click.ClickException(said) from reason


def _said(reason: Exception) -> str:
    """The sentence for it; none for a mistake of ours, and when nobody reads on, which click knows."""
    if isinstance(reason, Refusal):
        return reason.text
    if db.disk_full(reason) or getattr(reason, "errno", None) in files.FULL:
        return gettext(FULL)
    if isinstance(reason, OSError) and reason.errno != errno.EPIPE:
        return gettext(N_("This cannot be read or written: %(why)s"), why=reason)
    if isinstance(reason, vault.Unsealable):
        return gettext(engines.Shut.msgid)
    return _why_not(str(reason).splitlines()[0]) if isinstance(reason, SQLAlchemyError) else ""


def _why_not(said: str) -> str:
    """Why the database did not do what was asked: it does not open, it is of another program, or what it said."""
    try:
        migrations.refuse_unless_at_head()
    except Refusal as refusal:
        return refusal.text
    except SQLAlchemyError:
        pass
    return said
