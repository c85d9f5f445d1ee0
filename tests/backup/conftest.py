"""An office with a few shops in all states, and its command line."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlmodel import col, select

from portal import db, i18n
from portal.backup import service
from portal.config import Settings
from portal.review import decisions, remarks
from portal.review import service as review
from portal.review.models import Case
from tests.backup.office import Run, picture
from tests.conftest import _postgres
from tests.review.life import Life
from tests.sheets import shops


@pytest.fixture
def life(app: Flask) -> Life:
    """An office with applications in some states, their photos, and notices that wait to be sent."""
    life = Life(app)
    officer = life.staff("reviewer")
    for sent in (True, True, False):
        sheet_id = shops.filled(life.seller().id)
        picture(sheet_id)
        if sent:
            shops.send(sheet_id)
    with db.writing() as session:
        case = session.exec(select(Case).order_by(col(Case.seq)).limit(1)).one()
        case = review.take(session, case, by=officer, version=case.version)
        remarks.remark(session, case, by=officer, key="shop_name", reason="SHOPNAME", words="换一个")
        decisions.settle(session, review.send_back(session, case, by=officer, version=case.version))
    return life


@pytest.fixture
def made(life: Life, settings: Settings) -> service.Made:
    """A backup of that office."""
    return service.make(settings, into=service.folder(settings))


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    name = f"haohuo_{uuid4().hex[:12]}"
    _postgres(f"CREATE DATABASE {name}")
    yield f"{postgres}/{name}"
    db.engine().dispose()
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def run(app: Flask) -> Run:
    """The command line, in English."""
    runner = app.test_cli_runner()

    def ran(*args: object, **more: Any) -> Result:
        with i18n.speaking("en"):
            return runner.invoke(args=[str(arg) for arg in args], **more)

    return ran
