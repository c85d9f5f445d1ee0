"""With ten times as many cases the desk's pages do the same work: the database's own steps are counted, not time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portal import db
from tests.reader import Reader
from tests.review.life import Life
from tests.review.test_queue import fill
from tests.statements import statements

FEW, MANY = 150, 1500
EVERY = 20


@contextmanager
def steps() -> Iterator[list[int]]:
    """How many steps, by twenties, SQLite's machine takes in the block: as many as rows read and compared."""
    taken = [0]

    def one_more() -> int:
        taken[0] += 1
        return 0

    def watched(connection: Any, *_: object) -> None:
        connection.set_progress_handler(one_more, EVERY)

    def let_go(connection: Any, *_: object) -> None:
        connection.set_progress_handler(None, EVERY)

    event.listen(db.engine(), "checkout", watched)
    event.listen(db.engine(), "checkin", let_go)
    try:
        yield taken
    finally:
        event.remove(db.engine(), "checkout", watched)
        event.remove(db.engine(), "checkin", let_go)


def cost(reader: Reader, path: str) -> tuple[int, int]:
    """The statements and the steps of a page that was opened before."""
    assert reader.get(path).status == 200
    with statements() as sent, steps() as taken:
        assert reader.get(path).status == 200
    return len(sent), taken[0]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/desk/review/?desk=done", "/desk/review/?desk=done&after=60", "/desk/review/{}"])
def test_ten_times_as_many_cases_cost_the_same(life: Life, path: str) -> None:
    case, reader = life.sent(), life.reader(life.staff("reviewer"))
    fill(FEW, state="approved")
    sent, taken = cost(reader, path.format(case.id))
    fill(MANY - FEW, state="approved")
    sent_then, taken_then = cost(reader, path.format(case.id))
    assert (sent_then, sent <= 6) == (sent, True)
    assert taken_then <= 1.3 * taken
