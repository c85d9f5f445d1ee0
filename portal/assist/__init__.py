"""Assist: staff fill in for a farmer who stands beside them, from what they say or from a form filled in by hand."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application and let access know for whom somebody fills in."""
    from portal import access
    from portal.accounts import service as accounts
    from portal.assist import blanks, desk, desk_paper, erasing, forms, service, wording
    from portal.i18n import N_
    from portal.keeping import service as keeping
    from portal.questions.service import READERS, Reader
    from portal.sheets import pictures
    from portal.sheets import service as sheets

    READERS["assist"] = Reader(wording.problems, wording.setup)
    access.connect_helpers(app, stand_in=service.stand_in, closed=forms.closed)
    sheets.aloud_from(lambda: wording.wording().sending)
    blanks.setup(app.extensions["settings"].url)
    pictures.staff_may_look(service.may_see_photo)
    accounts.on_withdrawn(service.consent_gone)
    keeping.keeps("assist", N_("Who filled in for you"), show=erasing.held, erase=erasing.erase)
    for side in (desk, desk_paper):  # their pages hang on one blueprint
        assert side.blueprint is forms.blueprint
    app.register_blueprint(forms.blueprint)
