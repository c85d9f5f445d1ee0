"""Sheets: one seller's answers to one question set, the pages that fill it, and what was sent."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application."""
    from portal import files
    from portal.i18n import N_
    from portal.keeping import retention
    from portal.keeping import service as keeping
    from portal.sheets import erasing, pictures, views

    files.named_by(pictures.named)
    keeping.keeps("sheets", N_("What you filled in"), show=erasing.held, erase=erasing.erase)
    retention.rule("drafts", due=erasing.resting, act=erasing.discard, say=erasing.say_resting)
    app.register_blueprint(views.sheets)
