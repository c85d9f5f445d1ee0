"""Exports: lists of the desk as tables to take away, for one person, for a day, written down."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application, and its tables among what can be asked for."""
    from portal.exports import desk, forms, service

    service.register()
    assert desk  # its pages hang on the blueprint
    app.register_blueprint(forms.blueprint)
