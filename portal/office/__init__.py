"""The office itself: what it is called, when it is open, whom to ring."""

from flask import Flask


def register(app: Flask) -> None:
    """Let every page name the office."""
    from portal.office import desk, service, views
    from portal.questions.service import READERS, Reader

    READERS["office"] = Reader(service.problems, service.setup)
    app.context_processor(lambda: {"office": service.office()})
    assert desk.blueprint is views.blueprint
    app.register_blueprint(views.blueprint)
