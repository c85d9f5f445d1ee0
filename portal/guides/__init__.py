"""The guides and the print room: every paper that leaves the portal."""

from flask import Flask


def register(app: Flask) -> None:
    """Have the guides read, put the room's pages into the application and its command beside them."""
    from portal import files, jobs, press
    from portal.guides import commands, judging, mine, orders, service, views
    from portal.i18n import N_
    from portal.keeping import service as keeping
    from portal.questions.service import READERS, Reader

    orders.setup(app.extensions["settings"].url)
    files.named_by(service.kept)
    keeping.keeps("guides", N_("Papers to print"), show=mine.held, erase=mine.erase)
    READERS["guides"] = Reader(judging.problems, orders.read)
    if press.check not in jobs.at_start:
        jobs.at_start.append(press.check)
    app.register_blueprint(views.guides)
    app.cli.add_command(commands.commands)
