"""Registration: which path a seller takes, from "who am I" to an application and its papers."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application, its kinds before the reviewers, and its notes beside the answers."""
    from portal.questions.service import READERS, Reader
    from portal.registration import service, views
    from portal.sheets import service as sheets

    READERS["registration"] = Reader(service.problems, service.setup)
    sheets.notes_from(service.notes)
    app.register_blueprint(views.registration)
