"""A question set, a kind and people of review's own: its tests hang on no noun."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal import db
from portal.office import known
from portal.questions import service as library
from portal.questions.models import Check, Page, Question, QuestionSet
from portal.review import Fact, Kind, register_kind
from portal.review.kinds import kinds
from tests.review.life import Life

STALL = QuestionSet(
    key="stall",
    version=1,
    title="摊位",
    page=(
        Page(
            key="shop",
            title="店叫什么",
            question=(
                Question(key="name", kind="text", label="店名"),
                Question(key="about", kind="text", label="一句话", required=False),
            ),
        ),
        Page(
            key="more",
            title="别的",
            question=(
                Question(key="contact", kind="text", label="联系人", personal=True),
                Question(key="picture", kind="photo", label="店铺图片", required=False),
            ),
        ),
    ),
)


def look_at(key: str, *about: str, **more: Any) -> Check:
    """One thing to look at."""
    day = date(2026, 11, 20)
    return Check(
        key=key, sets=("stall",), what=f"看{key}", passed="对", ground="法", source="法", as_of=day, about=about, **more
    )


CHECKS = (look_at("name", "name"), look_at("whole"), look_at("about", "about", only_if={"about": "yes"}))


@pytest.fixture
def life(app: Flask) -> Iterator[Life]:
    """Sellers, staff and what they send, on an empty instance."""
    known = library.library()
    library.setup(known.model_copy(update={"sets": {**known.sets, "stall": STALL}}))
    life = Life(app)
    register_kind(
        Kind(
            key="stall",
            label="Received",
            title=lambda answers: str(answers["name"]),
            place=lambda _: life.place,
            checks=CHECKS,
            facts=lambda session, submission: [Fact("ok", "事实一条")],
            after=lambda session, case, decision: life.after.append((case.id, decision)),
        )
    )
    yield life
    kinds().pop("stall")


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent from now on, without what begins and ends transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    known.in_force()  # a process looks at the office before its first page
    event.listen(db.engine(), "before_cursor_execute", note)
    yield seen
    event.remove(db.engine(), "before_cursor_execute", note)
