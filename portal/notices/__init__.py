"""What we tell people, by SMS; it addresses a person id and a sealed number."""

from typing import TYPE_CHECKING

from portal.notices import gateways

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """Choose the gateway and make the work known; there are no pages of its own: a case shows its notices."""
    from portal import notes
    from portal.notices import budget, service  # noqa: F401 - its work is known once it is loaded

    gateways.setup(app.extensions["settings"])
    budget.setup(app.extensions["settings"])
    notes.on_desk(budget.note)
