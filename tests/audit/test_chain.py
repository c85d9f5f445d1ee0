"""The office's own chain, and `flask audit verify` over all chains."""

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from portal import db
from portal.audit import service
from portal.audit.models import Entry, Head
from portal.review import events
from portal.review import service as review
from portal.review.models import Case, Event
from tests.review.life import Life
from tests.sheets import shops


def written(app: Flask, many: int = 5) -> None:
    """An office's chain of some entries, of which each says something."""
    actor = Life(app).staff("admin")
    with db.writing() as session:
        for at in range(many):
            service.note(session, "office_changed", by=actor, subject="who", details={"about": f"第 {at + 1} 次"})


def verified(app: Flask) -> tuple[int, list[str]]:
    """The exit code of `flask audit verify` and what it says."""
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    return done.exit_code, done.output.splitlines()


def swapped(session: Session) -> None:
    """Let entries 2 and 3 change places."""
    for old, new in ((2, 99), (3, 2), (99, 3)):
        session.execute(update(Entry).where(col(Entry.seq) == old).values(seq=new))


def inserted(session: Session) -> None:
    """Put one in behind the second, as somebody would who knows how entries are hashed."""
    for seq in (5, 4, 3):
        session.execute(update(Entry).where(col(Entry.seq) == seq).values(seq=seq + 1))
    second = session.get_one(Entry, 2)
    forged = Entry(**{**second.model_dump(), "seq": 3, "previous": second.hash, "details": None, "salt": None})
    forged.hash = service._hash(forged)
    session.add(forged)


def added(session: Session) -> None:
    """Put one behind the last."""
    last = session.get_one(Entry, 5)
    forged = Entry(**{**last.model_dump(), "seq": 6, "previous": last.hash, "details": None, "salt": None})
    forged.hash = service._hash(forged)
    session.add(forged)


def only(seq: int) -> Any:
    """The condition of one entry."""
    return col(Entry.seq) == seq


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda session: session.execute(delete(Entry).where(only(3))), "第 3 条不见了"),
        (lambda session: session.execute(update(Entry).where(only(3)).values(who_name="别人")), "第 3 条后来被改过"),
        (lambda session: session.execute(update(Entry).where(only(3)).values(place="11")), "第 3 条后来被改过"),
        (lambda session: session.execute(update(Entry).where(only(3)).values(details=b"x")), "第 3 条的内容后来被改过"),
        (swapped, "第 2 条接不上前一条：是后来插进去的，或者换过顺序"),
        (inserted, "第 4 条接不上前一条：是后来插进去的，或者换过顺序"),
        (
            lambda session: session.execute(delete(Entry).where(col(Entry.seq) >= 4)),
            "末尾被截掉了：从第 4 条起都不见了",
        ),
        (added, "第 6 条是后来加在末尾的，没有登记"),
        (lambda session: session.execute(update(Head).values(head="0" * 64)), "最后的第 5 条和登记的对不上"),
    ],
)
def test_every_way_to_harm_the_chain_is_named(app: Flask, harm: Callable[[Session], object], why: str) -> None:
    written(app)
    assert verified(app)[0] == 0
    with db.writing() as session:
        harm(session)
    code, said = verified(app)
    assert (code, said[0]) == (1, f"办公室记录：{why}")


def test_a_broken_case_is_named_by_its_number(app: Flask) -> None:
    life = Life(app)
    seller, officer = life.seller(), life.staff("reviewer")
    shops.send(shops.filled(seller.id))
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    life.do(review.take, case, officer)
    assert verified(app) == (0, ["办公室记录：共 0 条，最后一条是 –", "全部记录都接得上，没有被改过。"])
    with db.writing() as session:
        session.execute(update(Event).where(col(Event.seq) == 2).values(who_name="别人"))
    code, said = verified(app)
    number = f"{case.number[:4]}-{case.number[4:]}"
    assert (code, said[0]) == (1, f"申请 {number} 的记录：第 2 条后来被改过")


def test_what_was_said_is_erased_after_its_years_and_the_chain_holds(app: Flask) -> None:
    written(app, 1)
    db.set_now(db.now() + service.DETAILS_KEPT + timedelta(days=1))
    written(app, 1)
    service.forget("")
    with db.reading() as session:
        said = [service.details(entry) for entry in session.exec(select(Entry).order_by(col(Entry.seq)))]
    assert (said, verified(app)[0]) == ([None, {"about": "第 1 次"}], 0)


def test_what_was_said_cannot_be_read_in_the_table(app: Flask) -> None:
    written(app, 1)
    with db.reading() as session:
        raw = session.exec(select(Entry.details)).one() or b""
    assert "第 1 次".encode() not in raw


def test_many_who_write_at_once_leave_no_gap_and_no_fork(app: Flask) -> None:
    actors = [Life(app).staff("admin") for _ in range(4)]

    def write(at: int) -> None:
        with db.writing() as session:
            service.note(session, "office_changed", by=actors[at % 4], subject=str(at))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with db.reading() as session:
        entries = session.exec(select(Entry).order_by(col(Entry.seq))).all()
    assert [entry.seq for entry in entries] == list(range(1, 41))
    assert sorted(int(entry.subject) for entry in entries) == list(range(40))
    assert [entry.previous for entry in entries] == ["", *[entry.hash for entry in entries[:-1]]]
    assert verified(app)[0] == 0


def test_what_is_rolled_back_leaves_no_number_out(app: Flask) -> None:
    actor = Life(app).staff("admin")

    def fails() -> None:
        with db.writing() as session:
            service.note(session, "office_changed", by=actor)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    written(app, 2)
    assert verified(app)[0] == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_many_cases_are_verified_in_little_memory(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(app)
    seller = life.seller()
    shops.send(shops.filled(seller.id))
    with db.writing() as session:
        pattern = session.exec(select(Case)).one().model_dump()
        # These cases have no sheets: they stand only while this test looks.
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for at in range(3000):
            fresh = {"seq": None, "id": f"case{at:012}", "number": f"N{at:07}", "sheet_id": f"sheet{at:011}"}
            case = Case(**{**pattern, **fresh, "events": 0, "head": ""})
            session.add(case)
            session.flush()
            events.append(session, case, "receive", by=seller, details={"words": "长" * 300})
            session.expire_all()
        tracemalloc.start()
        assert list(events.breaks(session)) == []
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        session.rollback()
    assert peak < 6 * 1024 * 1024
