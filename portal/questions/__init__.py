"""Questions: what a question set file may say, its conditions and checks, and the reading of library/."""

from typing import Any, Protocol


class HasCommands(Protocol):
    """An application with a command line, as flask's has."""

    cli: Any


def register(app: HasCommands) -> None:
    """Give the application its `flask library` commands."""
    from portal.questions import commands

    app.cli.add_command(commands.library)
