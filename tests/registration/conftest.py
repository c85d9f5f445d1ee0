"""A grower and a trader whose applications are approved."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.review import service as review
from portal.review.models import Case
from tests.review.life import Life
from tests.sheets import shops

Approve = Callable[..., Case]


@pytest.fixture
def life(app: Flask) -> Life:
    """People who come and move cases."""
    return Life(app)


@pytest.fixture
def approve(life: Life) -> Approve:
    """Makes an approved application of a kind, at a place."""

    def approved(kind: str = "household", **answers: str) -> Case:
        sheet_id = shops.filled(life.seller().id, kind, **answers)
        shops.send(sheet_id)
        with db.reading() as session:
            case = session.exec(select(Case).where(Case.sheet_id == sheet_id)).one()
        officer = life.staff("reviewer", place=case.county)
        life.do(review.take, case, officer)
        return life.do(review.approve, case, officer)

    return approved
