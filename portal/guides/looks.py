"""How a guide will look: its pages as small pictures, made once for equal content, which counts them too."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal import db, files, press
from portal.guides import orders, picturing, service
from portal.guides.mine import Tell, untold
from portal.guides.models import Print
from portal.guides.shapes import Book

PAPER = "pictures"


@dataclass(frozen=True)
class Pictures(Book):
    """The pages of a guide with a blank cover, as pictures in a ZIP."""

    ending: str = "zip"

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The ZIP, with the number of pages."""
        paper = super().made(locale, tell)
        return press.Paper(picturing.pictures(paper.pdf), paper.pages, paper.missing)


def register() -> None:
    """Let the print room make them."""
    orders.NO_CASE.add(PAPER)
    orders.ORDERS[PAPER] = _order


def _order(session: Session, about: str) -> Pictures:
    guide, kind, shape = about.split("/")
    order = orders.guide_order(guide, kind)
    return Pictures(order.template, order.facts, order.title, shape=shape)


def ask(session: Session, guide: str, kind: str, *, edition: str, locale: str) -> Print:
    """Ask for the pictures of a guide, or keep those there are for another week."""
    asked = service.ask(session, paper=PAPER, about=f"{guide}/{kind}/{edition}", locale=locale)
    asked.asked_at = db.now()
    session.add(asked)
    return asked


def newest(session: Session, guide: str, kind: str, *, edition: str, locale: str) -> Print:
    """The pictures that were asked for last; where they are gone, ones that failed."""
    about = f"{guide}/{kind}/{edition}"
    query = select(Print).where(Print.paper == PAPER, Print.about == about, Print.locale == locale)
    found = session.exec(query.order_by(col(Print.asked_at).desc()).limit(1)).first()
    return found or Print(paper=PAPER, about=about, locale=locale, title="", key="", state="failed")


def find(session: Session, look_id: str) -> Print | None:
    """Pictures by their id."""
    found = session.get(Print, look_id)
    return found if found is not None and found.paper == PAPER else None


def picture(look: Print, page: int) -> bytes | None:
    """One page as a PNG; None where there is none."""
    try:
        return picturing.picture(files.read(look.file), page) if look.state == "ready" else None
    except (files.Missing, files.Damaged):
        return None
