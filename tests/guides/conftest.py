"""A grower's application, sent, and the press closed at the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, photos, press
from portal.access import Actor
from portal.accounts import service as accounts
from portal.questions import service as questions
from portal.registration import service as registration
from portal.review.models import Case
from portal.sheets import pictures as sheet_pictures
from portal.sheets import service as sheets
from tests import pictures

GROWER: dict[str, Any] = {
    "ground": "own_produce",
    "place": "522631108",
    "called": "杨大姐",
    "goods_kind": ["fresh"],
    "goods": [{"what": "椪柑"}],
    "can_certify": "yes",
    "shop_name": "九潮高山椪柑",
    "shop_sentence": "自家坡上种的。",
    "consent_processing": ["yes"],
    "declaration": ["yes"],
}
Send = Callable[..., Case]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """No child of the press outlives a test."""
    yield
    press.close()


@pytest.fixture
def send(app: Flask) -> Send:
    """Sends a grower's application, with some answers changed, from a phone number."""

    def sent(phone: str = "15400000001", **changes: Any) -> Case:
        with db.writing() as session:
            seller = accounts.seller_of(session, phone, "zh_Hans")
            sheet = registration.begin(session, seller_id=seller.id, kind="household")
            photo = photos.clean(pictures.written(pictures.sample(), "JPEG"))
            picture = sheet_pictures.add(session, sheet, "shop_picture", sheet_pictures.store(photo))
            known = {**GROWER, "shop_picture": picture, **changes}
            for page in questions.visible_pages(sheets.set_of(sheet), known):
                sheets.answer(session, sheet, page=page, given=known, by=seller.id)
            sheets.send(session, sheet, by=seller.id)
            return session.exec(select(Case).where(Case.sheet_id == sheet.id)).one()

    return sent


def owner(case: Case) -> Actor:
    """The seller of a case."""
    return Actor("seller", case.seller_id)
