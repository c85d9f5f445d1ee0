import pytest
from flask import Flask

from portal import db


def test_a_write_transaction_inside_another_is_a_mistake_that_is_told_instead_of_waiting_for_itself(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside another"), db.writing(), db.writing():
        pass
    with db.writing() as session:
        assert session.is_active


def test_what_is_to_be_done_afterwards_may_write(app: Flask) -> None:
    done = []

    def write() -> None:
        with db.writing():
            done.append("written")

    with db.writing() as session:
        db.afterwards(session, write)
        assert done == []
    assert done == ["written"]
