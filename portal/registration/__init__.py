"""Registration: which path a seller takes, from "who am I" to an application and its papers."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application and its kinds before the reviewers."""
    from portal.questions.service import READERS, Reader
    from portal.registration import service, views

    READERS["registration"] = Reader(service.problems, lambda *_: None)
    service.register_kinds()
    app.register_blueprint(views.registration)
