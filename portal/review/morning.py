"""The line of the morning: what is new and what is late; always on the desk, and by SMS for whoever wishes it."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from portal import db, i18n, jobs
from portal.accounts import mornings
from portal.i18n import gettext as _
from portal.notes import Note
from portal.notices import service as notices
from portal.notices.service import Text
from portal.review import counts, days, phones
from portal.review.filters import address
from portal.review.moves import READERS
from portal.review.queue import Wanted

if TYPE_CHECKING:
    from portal.access import Actor


def note(session: Session, actor: "Actor") -> Note | None:
    """The line on the desk: for who reads cases, and for whoever could be the second person who knows a seller.

    None when there is nothing to say. A new number that waits is over in a day, so the link leads there first.
    """
    reads, knows = bool(actor.roles & READERS), bool(actor.roles & phones.WITNESSES)
    if actor.kind != "staff" or not (reads or knows):
        return None
    new, late, seen = counts.morning(session, actor.places, actor.id)
    said = ""
    if reads and (new or late):
        said = _sentence(new, late) if late else _("%(new)s new", new=new)
    if knows and seen:
        said = " · ".join(filter(None, (said, phones.awaited(seen))))
        return Note(said, url="/desk/review/numbers", link=_("Look at it"))
    if reads and late:
        return Note(said, url=address(Wanted(age="late")), link=_("See what is late"))
    return Note(said) if said else None


def _sentence(new: int, late: int) -> str:
    return _("%(new)s new, %(late)s late", new=new, late=late)


@jobs.work("review.morning", schedule="*/20 8-9 * * *")
def send(_: str) -> None:
    """Send the line to all who wish it, on working days only and once a day.

    That somebody was told stands or falls with the notice itself, so a kill doubles nothing; the clock calls more than
    once, so that a machine that was off at eight loses nothing either.
    """
    if not days.is_working(db.today()):
        return
    with db.reading() as session:
        ids = mornings.waiting(session)
    for id in ids:
        with db.writing() as session:
            _send(session, id)


def _send(session: Session, staff_id: str) -> None:
    person = mornings.take(session, staff_id)
    if person is None or not set(person.roles) & READERS:
        return
    new, late, _more = counts.morning(session, tuple(person.places))
    if new or late:
        with i18n.speaking(i18n.DEFAULT):
            text = Text(_sentence(new, late), new=str(new), late=str(late))
        notices.tell(session, kind="morning", person=person.id, number=mornings.phone(person), text=text)
