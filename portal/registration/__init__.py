"""Registration: which path a seller takes, from "who am I" to an application and its papers."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application and its kinds before the reviewers."""
    from portal.questions.service import READERS, Reader
    from portal.registration import copying, desk, forms, privacy, service, views

    READERS["registration"] = Reader(service.problems, lambda *_: None)
    READERS["registration.platform"] = Reader(copying.problems, copying.setup)
    READERS["registration.privacy"] = Reader(privacy.problems, privacy.setup)
    service.register_kinds()
    assert views  # their pages hang on the blueprint
    assert desk
    app.register_blueprint(forms.blueprint)
