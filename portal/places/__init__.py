"""Places: province, city, county and township by their statistical codes (GB/T 2260 and below)."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application."""
    from portal.places import views

    app.register_blueprint(views.blueprint)
