"""Changes of approved shops in the tests: begun, sent, decided."""

from typing import Any

from sqlmodel import select

from portal import db
from portal.i18n import Refusal
from portal.notices import service as notices
from portal.registration import service
from portal.review import service as review
from portal.review.models import Case
from portal.sheets.models import Sheet
from tests.reader import Page
from tests.review.life import Life
from tests.sheets import shops

NEW = "九潮新名字"


def begun(case: Case, key: str = "name") -> str:
    """The seller begins a change; returns its sheet's id, or the name of the refusal."""
    try:
        with db.writing() as session:
            return service.change(session, seller_id=case.seller_id, key=key).id
    except Refusal as refusal:
        return type(refusal).__name__


def changed(life: Life, case: Case, **given: Any) -> Case:
    """A change of the shop's name that was sent."""
    sheet_id = begun(case)
    shops.answer(sheet_id, "shop", **{"shop_name": NEW, **given})
    shops.send(sheet_id)
    return of_sheet(sheet_id)


def of_sheet(sheet_id: str) -> Case:
    """The case of a sheet."""
    with db.reading() as session:
        return session.exec(select(Case).where(Case.sheet_id == sheet_id)).one()


def decided(life: Life, change: Case, verb: Any, **more: Any) -> Case:
    """An officer takes a change and decides."""
    officer = life.staff("reviewer", name="王丽")
    life.do(review.take, change, officer)
    return life.do(verb, change, officer, **more)


def sheet(id: str) -> Sheet:
    """A sheet as it is kept."""
    with db.reading() as session:
        return session.get_one(Sheet, id)


def last_told(seller_id: str) -> str:
    """The last thing that a seller was told."""
    with db.reading() as session:
        return notices.for_person(session, seller_id)[-1].text


def marked(page: Page) -> list[str]:
    """The labels of the answers that stand out."""
    rows = [row for row in page.all("tr") if row.get("class") == "fixed"]
    return ["".join(row[0].itertext()) for row in rows]
