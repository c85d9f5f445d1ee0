"""The counter: codes that the office hands out, at the desk or as cards of a village's list, and how messages go."""

from flask import Flask


def register(app: Flask) -> None:
    """Put both sides of the room into the application and make its printing known."""
    from portal import files
    from portal.counter import cards, desk, forms, views

    files.named_by(cards.kept)
    for side in (views, desk):  # their pages hang on one blueprint
        assert side.blueprint is forms.blueprint
    app.register_blueprint(forms.blueprint)
    cards.setup(app.extensions["settings"].url)
