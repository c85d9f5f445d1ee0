"""The office itself: what it is called, when it is open and on which days, whom to ring, what it promises."""

from flask import Flask


def register(app: Flask) -> None:
    """Let every page name the office; put the room's pages and commands into the application."""
    from portal import access, alike, files
    from portal.office import commands, desk, forms, service, views
    from portal.questions.service import READERS, Reader

    sampled = app.extensions["settings"].trial
    READERS["office"] = Reader(service.problems, service.setup if sampled else service.setup_without_sample)
    files.named_by(service.named)
    app.context_processor(lambda: {"office": service.office()})
    access.connect_office(app, lambda: service.office().county)
    alike.depends(app, service.in_force)
    assert views  # their pages hang on the blueprint
    assert desk
    app.register_blueprint(forms.blueprint)
    app.cli.add_command(commands.commands)
