"""Review: submissions become cases; remarks, decisions and everything that happened to them."""

from importlib import import_module

from flask import Flask

from portal.review.kinds import Decision, Fact, Kind, register_kind

__all__ = ["Decision", "Fact", "Kind", "register", "register_kind"]

# Their pages hang on the blueprint.
PAGES = ("views", "desk", "desk_cases", "desk_checks", "desk_decisions", "desk_morning", "desk_numbers", "desk_runs")


def register(app: Flask) -> None:
    """Put the room's pages into the application, and listen to what sheets are sent."""
    from portal import notes, rotation
    from portal.accounts import number
    from portal.accounts import service as accounts
    from portal.audit import service as audit
    from portal.i18n import N_, library_text
    from portal.keeping import retention
    from portal.keeping import service as keeping
    from portal.office import service as offices
    from portal.office.sections import Promised
    from portal.review import cells, erasing, expiry, forms, kinds, lines, morning, phones, remarks, service, trail
    from portal.review.models import Case
    from portal.sheets import pictures
    from portal.sheets import service as sheets

    offices.promised_by(
        lambda: [Promised(each.key, library_text(each.label), each.promise_days) for each in kinds.kinds().values()]
    )
    sheets.on_sent(service.receive)
    sheets.remarks_from(remarks.at_fields)
    pictures.staff_may_look(service.may_see_photo)
    rotation.made_again(Case, "tail", service.tail_again)
    audit.chains("cases", trail.CHAINS)
    number.on_changed(phones.number_changed)
    accounts.on_withdrawn(erasing.consent_gone)
    accounts.on_given(erasing.consent_given)
    keeping.keeps("review", N_("Your application at the office"), show=erasing.held, erase=erasing.erase)
    retention.rule("photos", due=erasing.photos_due, act=erasing.photos_go)
    notes.on_desk(morning.note)
    assert cells  # listens to what becomes of cases
    assert expiry  # its work is known once it is loaded
    for name in PAGES:
        import_module(f"portal.review.{name}")
    app.jinja_env.filters.update(line=lines.line, sieve=lines.sieve)
    app.register_blueprint(forms.blueprint)
