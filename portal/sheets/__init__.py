"""Sheets: one seller's answers to one question set, the pages that fill it, and what was sent."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application."""
    from portal import files, rotation
    from portal.i18n import N_
    from portal.keeping import retention
    from portal.keeping import service as keeping
    from portal.sheets import drawing, erasing, pictures, service, views
    from portal.sheets.models import Finding

    files.named_by(pictures.named)
    rotation.made_again(Finding, "value", service.found_again)
    keeping.keeps("sheets", N_("What you filled in"), show=erasing.held, erase=erasing.erase)
    retention.rule("drafts", due=erasing.resting, act=erasing.discard, say=erasing.say_resting)
    app.jinja_env.filters["field"] = drawing.field
    app.register_blueprint(views.sheets)
