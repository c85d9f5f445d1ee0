"""Review: submissions become cases; remarks, decisions and everything that happened to them."""

from flask import Flask

from portal.review.kinds import Decision, Fact, Kind, register_kind

__all__ = ["Decision", "Fact", "Kind", "register", "register_kind"]


def register(app: Flask) -> None:
    """Put the room's pages into the application, and listen to what sheets are sent."""
    from portal import rotation
    from portal.accounts import number
    from portal.accounts import service as accounts
    from portal.i18n import N_
    from portal.keeping import retention
    from portal.keeping import service as keeping
    from portal.office import service as offices
    from portal.office.sections import Promised
    from portal.review import desk, erasing, expiry, forms, kinds, phones, remarks, service, views
    from portal.review.models import Case
    from portal.sheets import pictures
    from portal.sheets import service as sheets

    offices.promised_by(lambda: [Promised(each.key, each.label, each.promise_days) for each in kinds.kinds().values()])
    sheets.on_sent(service.receive)
    sheets.remarks_from(remarks.at_fields)
    pictures.staff_may_look(service.may_see_photo)
    rotation.made_again(Case, "tail", service.tail_again)
    number.on_changed(phones.number_changed)
    accounts.on_withdrawn(erasing.consent_gone)
    keeping.keeps("review", N_("Your application at the office"), show=erasing.held, erase=erasing.erase)
    retention.rule("photos", due=erasing.photos_due, act=erasing.photos_go)
    assert views  # their pages hang on the blueprint
    assert desk
    assert expiry  # its work is known once it is loaded
    app.register_blueprint(forms.blueprint)
