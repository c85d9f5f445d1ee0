"""Who gets what comes from a place, where that is not its own county's desk."""

from collections.abc import Mapping

from sqlmodel import Session

from portal.accounts.serving import who_serves
from portal.i18n import gettext
from portal.office.service import office
from portal.places import service as places
from portal.questions.models import Answers
from portal.registration import sellers
from portal.sheets.models import Sheet


def called(code: str) -> str:
    """What a place is called, from the province down; "" where there is no such place."""
    return "".join(places.path(code)) if places.exists(code) else ""


def served(session: Session, place: str) -> str:
    """Who gets what comes from a place, where that is not its own county's desk; "" where it is, or no county is known.

    A desk for everywhere is the own one of the county whose office this is.
    """
    county = place[:6]
    if len(county) < 6 or not places.exists(county):
        return ""
    desk = who_serves(session, place)
    if desk is None:
        return gettext(
            "Nobody serves %(county)s yet: your application would wait. Ring %(phone)s before you send it.",
            county=places.name(county),
            phone=office().phone,
        )
    if len(desk) >= len(county) or (not desk and county == office().county):
        return ""
    if not desk:
        return gettext(
            "%(county)s has no desk of its own: the desk for the whole country gets it.", county=places.name(county)
        )
    return gettext(
        "%(county)s has no desk of its own: the desk of %(place)s gets it.",
        county=places.name(county),
        place=places.name(desk),
    )


def notes(session: Session, sheet: Sheet, known: Answers) -> Mapping[str, str]:
    """What is said beside the answers of an application: who gets it, at its place, as long as that may change."""
    movable = sheet.set_key in sellers.sets() and (sheet.open_keys is None or "place" in sheet.open_keys)
    said = served(session, str(known.get("place", ""))) if movable else ""
    return {"place": said} if said else {}
