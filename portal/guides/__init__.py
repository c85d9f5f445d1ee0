"""The guides and the print room: every paper that leaves the portal."""

from flask import Flask


def register(app: Flask) -> None:
    """Have the guides read, put the room's pages into the application and its command beside them."""
    from portal import files, jobs, press
    from portal.accounts import service as accounts
    from portal.guides import (
        commands,
        desk,
        desk_station,
        errands,
        forms,
        history,
        judging,
        looks,
        orders,
        printing,
        service,
        views,
        views_station,
    )
    from portal.i18n import N_
    from portal.keeping import service as keeping
    from portal.questions.service import READERS, Reader

    for each in (orders, printing):
        each.setup(app.extensions["settings"].url)
    looks.register()
    for kept in (service.kept, history.kept):
        files.named_by(kept)
    accounts.on_withdrawn(errands.consent_gone)
    keeping.keeps("guides", N_("Papers to print"), show=errands.held, erase=errands.erase)
    READERS["guides"] = Reader(judging.problems, orders.read)
    if press.check not in jobs.at_start:
        jobs.at_start.append(press.check)
    app.register_blueprint(views.guides)
    for side in (desk, desk_station, views_station):  # their pages hang on one blueprint
        assert side.blueprint is forms.blueprint
    app.register_blueprint(forms.blueprint, name_prefix="guides")
    app.cli.add_command(commands.commands)
