"""Sheets: one seller's answers to one question set, the pages that fill it, and what was sent."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application."""
    from portal import files
    from portal.sheets import pictures, views

    files.named_by(pictures.named)
    app.register_blueprint(views.sheets)
