"""Accounts: sellers by phone, staff by name, password and second factor; sign-ins, consents, who works where."""

from typing import TYPE_CHECKING

from portal.access import Actor
from portal.accounts import service

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection


def who(token: str, line: "Connection | None" = None) -> Actor:
    """The person behind a session token: one short read."""
    return service.who(token, line)


def door(kind: str) -> "ResponseReturnValue":
    """The way to the sign-in page of sellers or staff; a form that was posted is kept."""
    from portal.accounts import forms

    return forms.door(kind)


def register(app: "Flask") -> None:
    """Put the room's pages, its replay of kept forms and its commands into the application."""
    from portal import files
    from portal.accounts import commands, desk, desk_staff, endings, forms, kept, views

    files.named_by(kept.digests)
    endings.register()

    for side in (views, desk, desk_staff):  # their pages hang on one blueprint
        assert side.blueprint is forms.blueprint
    app.register_blueprint(forms.blueprint)
    app.before_request(forms.replay)
    app.cli.add_command(commands.setup(app.extensions["settings"]))
    app.cli.add_command(commands.sign_out)
