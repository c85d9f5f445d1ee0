from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from portal import db
from portal.review import events, remarks, service
from portal.review.models import Case, Event
from tests.review.life import Life


@pytest.fixture
def case(life: Life) -> Case:
    """A case with four events, of which one says something."""
    reviewer = life.staff("reviewer")
    case = life.do(service.take, life.sent(), reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="换一个名字")
    return life.do(service.send_back, case, reviewer)


def broken(case: Case) -> int | None:
    with db.reading() as session:
        found = events.verify(session, session.exec(select(Case).where(Case.id == case.id)).one())
    return found.seq if found else None


def test_what_happened_stands_in_order(case: Case) -> None:
    with db.reading() as session:
        found = [
            (event.seq, event.action, event.who_kind, event.who_name) for event in events.of_case(session, case.id)
        ]
    assert found == [
        (1, "receive", "seller", ""),
        (2, "take", "staff", "王丽"),
        (3, "remark", "staff", "王丽"),
        (4, "send_back", "staff", "王丽"),
    ]


def test_an_untouched_chain_holds(case: Case) -> None:
    assert broken(case) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "approve"),
        ("subject", "about"),
        ("who_id", "somebodyelse0000"),
        ("who_name", "石磊"),
        ("who_kind", "seller"),
        ("version", 9),
        ("digest", "0" * 64),
        ("previous", "0" * 64),
        ("hash", "0" * 64),
        ("salt", "0" * 32),
        ("details", b"something else"),
        ("details", None),
    ],
)
def test_any_edit_is_found_where_it_was_made(case: Case, column: str, value: Any) -> None:
    with db.writing() as session:
        session.execute(update(Event).where(col(Event.case_id) == case.id, col(Event.seq) == 3).values({column: value}))
    assert broken(case) == 3


@pytest.mark.parametrize(("gone", "first"), [((1,), 1), ((3,), 3), ((4,), 4), ((3, 4), 3), ((1, 2, 3, 4), 1)])
def test_a_missing_event_is_found(case: Case, gone: tuple[int, ...], first: int) -> None:
    with db.writing() as session:
        session.execute(delete(Event).where(col(Event.case_id) == case.id, col(Event.seq).in_(gone)))
    assert broken(case) == first


def test_a_moved_time_is_found(case: Case) -> None:
    with db.writing() as session:
        session.execute(
            update(Event)
            .where(col(Event.case_id) == case.id, col(Event.seq) == 2)
            .values(at=db.now().replace(year=2001))
        )
    assert broken(case) == 2


def test_an_event_put_behind_the_last_is_found(case: Case) -> None:
    with db.writing() as session:
        last = session.get_one(Event, (case.id, 4))
        session.add(Event(**{**last.model_dump(), "seq": 5, "previous": last.hash}))
    assert broken(case) == 5


def test_what_was_said_can_be_forgotten_and_the_chain_holds(case: Case) -> None:
    with db.writing() as session:
        said = [events.details(event) for event in events.of_case(session, case.id)]
        assert events.erase(session, case.id) == 4
    with db.reading() as session:
        left = [events.details(event) for event in events.of_case(session, case.id)]
    assert said[2] == {"label": "店名", "reason": "BLUR", "words": "换一个名字"}
    assert (left, broken(case)) == ([None] * 4, None)


def test_details_cannot_be_read_in_the_table(case: Case) -> None:
    with db.reading() as session:
        raw = [event.details for event in events.of_case(session, case.id) if event.details]
    assert [details for details in raw if "换一个".encode() in details or b"BLUR" in details] == []
