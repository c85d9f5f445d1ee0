"""Sheets: one seller's answers to one question set, the pages that fill it, and what was sent."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application."""
    from portal import files, rotation
    from portal.sheets import pictures, service, views
    from portal.sheets.models import Finding

    files.named_by(pictures.named)
    rotation.made_again(Finding, "value", service.found_again)
    app.register_blueprint(views.sheets)
