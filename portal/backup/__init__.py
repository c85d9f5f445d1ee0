"""Backups: the sheet with the key, backups and their restoring, the drill, and the move to PostgreSQL."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """Add the room's commands, and its notes to the staff's desk."""
    from portal import notes
    from portal.backup import commands, drill

    drill.setup(app.extensions["settings"])
    notes.on_desk(drill.full_note)
    notes.on_desk(drill.note)
    for command in (commands.backup, commands.restore, commands.keys_group):
        app.cli.add_command(command)
