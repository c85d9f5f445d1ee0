"""Audit: who did what, in chains that show when something was changed, put in or taken out afterwards."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's page and its command into the application."""
    from portal.audit import commands, desk, forms

    assert desk  # its page hangs on the blueprint
    app.register_blueprint(forms.blueprint)
    app.cli.add_command(commands.commands)
