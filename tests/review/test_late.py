"""What a seller reads once the day that was promised is over."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.review.models import Case
from tests.review.life import Life
from tests.sheets import shops


@pytest.mark.parametrize("path", ["/review/cases/{id}", "/registration/mine"])
def test_a_day_that_is_over_is_not_promised_any_more(app: Flask, path: str) -> None:
    life = Life(app)
    life.staff("reviewer")
    seller = life.seller()
    submission = shops.send(shops.filled(seller.id))
    with db.reading() as session:
        case = session.exec(select(Case).where(Case.submission_id == submission.id)).one()
    reader, at = life.reader(seller), path.format(id=case.id)
    words = reader.get(f"{at}?lang=en").words()
    assert ("answers by" in words, "is late" in words) == (True, False)
    db.set_now(db.now() + timedelta(days=30))
    words = life.reader(seller).get(f"{at}?lang=en").words()
    assert ("answers by" in words, "is late" in words, "ring it and say your number" in words) == (False, True, True)
