"""Registration: which path a seller takes, from "who am I" to an application and its papers."""

from flask import Flask


def register(app: Flask) -> None:
    """Put the room's pages into the application, its kinds before the reviewers, and its notes beside the answers."""
    from portal.i18n import N_
    from portal.keeping import service as keeping
    from portal.questions.service import READERS, Reader
    from portal.registration import (
        copying,
        desk,
        desks,
        erasing,
        findings,
        forms,
        platform,
        privacy,
        service,
        views,
        views_change,
    )
    from portal.review import erasing as cases
    from portal.sheets import lookover
    from portal.sheets import service as sheets

    READERS["registration"] = Reader(service.problems, service.setup)
    READERS["registration.platform"] = Reader(copying.problems, copying.setup)
    READERS["registration.privacy"] = Reader(privacy.problems, privacy.setup)
    sheets.notes_from(desks.notes)
    lookover.findings_from(findings.advice)
    keeping.keeps("registration", N_("Your shop on the platform"), show=erasing.held, erase=erasing.erase)
    cases.opened_from(platform.opened_on)
    assert views  # their pages hang on the blueprint
    assert views_change
    assert desk
    app.register_blueprint(forms.blueprint)
