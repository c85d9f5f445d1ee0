"""The budget of a day: counted once however many send at a time, stops at 75 and 100 %, and nothing is lost."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.config import Settings, Sms
from portal.notices import budget, gateways, service
from portal.notices.models import Notice, SmsDay
from tests.notices.test_service import NOON, Wire, row, tell
from tests.review.life import Life

EIGHT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # in China


def limited(settings: Settings, messages: int) -> Settings:
    """The settings with a budget."""
    return replace(settings, sms=Sms("http", "https://sms.example", "", "k" * 32, "", "", {}, messages))


@pytest.fixture
def wire(app: Flask, settings: Settings) -> Iterator[Wire]:
    """A gateway, and ten messages a day."""
    wire = Wire()
    gateways.setup(settings, wire)
    budget.setup(limited(settings, 10))
    db.set_now(NOON)
    yield wire
    gateways.setup(settings)
    budget.setup(settings)


def today() -> budget.Today:
    """How the day stands."""
    with db.reading() as session:
        return budget.today(session)


def sent(kind: str = "decided", times: int = 1) -> list[float | None]:
    """Tell somebody something, and try to send it once."""
    return [service.send(tell(kind)) for _ in range(times)]


def test_messages_are_counted_and_the_steps_are_noted_once(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    steps = []
    for _ in range(10):
        sent()
        steps.append(today().step)
    assert steps == [0, 0, 0, 0, 50, 50, 50, 75, 75, 100]
    assert [record.getMessage() for record in caplog.records] == [
        "SMS: 5 of 10 messages of today have left (50 %)",
        "SMS: 8 of 10 messages of today have left (75 %)",
        "SMS: 10 of 10 messages of today have left (100 %)",
    ]


def test_from_three_quarters_on_receipts_wait_and_decisions_leave(wire: Wire) -> None:
    sent(times=8)
    receipt, decision = tell("received"), tell("decided")
    assert service.send(receipt) == (EIGHT - NOON).total_seconds()
    assert (row(receipt).state, row(receipt).error, row(receipt).tries) == ("waiting", "budget", 0)
    assert (service.send(decision), row(decision).state, today().taken) == (None, "sent", 9)


def test_what_waited_leaves_once_in_the_morning(wire: Wire) -> None:
    sent(times=10)
    ids = [tell(kind) for kind in ("received", "sent_back", "decided")]
    assert [service.send(id) for id in ids] == [(EIGHT - NOON).total_seconds()] * 3
    assert len(wire.sent) == 10
    db.set_now(EIGHT)
    assert [service.send(id) for id in ids * 2] == [None] * 6
    assert ([row(id).state for id in ids], len(wire.sent), today().taken) == (["sent"] * 3, 13, 3)


def test_a_code_beyond_the_budget_is_given_up_and_its_digits_go(wire: Wire) -> None:
    sent(times=10)
    code = tell("code", None)
    service.send(code)
    db.set_now(NOON + timedelta(minutes=6))
    service.sweep("")
    assert (row(code).state, row(code).text, row(code).number, len(wire.sent)) == ("given_up", None, None, 10)


def test_a_vanished_process_leaves_what_waits_to_the_sweep_of_the_morning(wire: Wire) -> None:
    sent(times=10)
    id = tell("decided")
    service.send(id)
    service.sweep("")
    assert row(id).state == "waiting"
    db.set_now(EIGHT + timedelta(minutes=11))
    service.sweep("")
    assert (row(id).state, len(wire.sent)) == ("sent", 11)


def test_many_processes_at_once_send_no_more_than_the_budget(wire: Wire) -> None:
    ids = [tell("decided") for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(service.send, ids * 2))
    states = sorted(row(id).state for id in ids)
    assert (len(wire.sent), len(set(wire.sent)), today().taken) == (10, 10, 10)
    assert states == ["sent"] * 10 + ["waiting"] * 14


def test_what_the_gateway_refused_is_given_back_and_what_may_have_left_is_not(wire: Wire) -> None:
    wire.fails = [
        gateways.Failed("busy"),
        gateways.Failed("no answer", final=True, gone=True),
        gateways.Failed("no such number", final=True),
    ]
    sent(times=3)
    assert today().taken == 1


def test_trouble_is_what_failed_last_in_the_last_quarter_of_an_hour(wire: Wire) -> None:
    wire.fails = [gateways.Failed("no line")]
    sent()
    assert today().trouble is True
    db.set_now(NOON + timedelta(minutes=1))
    sent()
    assert today().trouble is False
    wire.fails = [gateways.Failed("no line")]
    db.set_now(NOON + timedelta(minutes=2))
    sent()
    assert today().trouble is True
    db.set_now(NOON + timedelta(minutes=18))
    assert today().trouble is False


def test_failures_are_counted_by_the_gateways_own_word(wire: Wire) -> None:
    wire.fails = [gateways.Failed(word, final=True) for word in ("isv.A", "isv.B", "isv.A")]
    sent(times=3)
    with db.reading() as session:
        assert [(each.why.code, each.times, each.last) for each in budget.failures(session)] == [
            ("isv.A", 2, NOON),
            ("isv.B", 1, NOON),
        ]


def test_what_a_station_tells_by_word_is_no_failure(wire: Wire) -> None:
    with db.writing() as session:
        told = service.tell(session, kind="decided", person="seller1", number="", text="通过了")
        assert (told.state, told.error) == ("given_up", "station")
    with db.reading() as session:
        assert budget.failures(session) == []


def test_a_day_of_china_begins_at_its_midnight(wire: Wire) -> None:
    db.set_now(datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    sent()
    db.set_now(datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    assert today().taken == 0
    sent()
    with db.reading() as session:
        assert [(day.day.day, day.taken) for day in session.exec(select(SmsDay).order_by("day"))] == [(20, 1), (21, 1)]


def test_without_a_limit_nothing_is_counted(app: Flask) -> None:
    sent(times=2)
    with db.reading() as session:
        assert (session.exec(select(SmsDay)).all(), today()) == ([], budget.Today(0, 0, 0, False))


def test_the_desk_says_at_half_the_budget_how_much_has_left(wire: Wire, app: Flask) -> None:
    life = Life(app)
    admin = life.reader(life.staff("admin"))
    manager, reviewer = life.reader(life.staff("manager")), life.reader(life.staff("reviewer"))
    words = "今天的短信已用到 50%：发了 5 条，额度 10 条。"
    sent(times=4)
    assert words not in manager.get("/desk/review/").words()
    sent()
    told = [reader.get(path).words() for reader, path in ((manager, "/desk/review/"), (admin, "/desk/accounts/me"))]
    assert [words in each for each in told] == [True, True]
    assert words not in reviewer.get("/desk/review/").words()


def test_where_no_message_reaches_anybody_it_is_kept_to_be_read_and_no_number_with_it(
    app: Flask, settings: Settings
) -> None:
    gateways.setup(replace(settings, codes="counter"))
    id = tell("decided")
    with db.reading() as session:
        assert [(each.state, each.error) for each in service.for_case(session, "case1")] == [("given_up", "no gateway")]
        assert (budget.failures(session), session.get_one(Notice, id).number) == ([], None)
    assert service.send(id) is None
    gateways.setup(settings)


def test_a_text_keeps_its_values_for_the_gateway_and_loses_them_when_sent(wire: Wire) -> None:
    got: list[gateways.Message] = []
    wire.send = got.append  # type: ignore[method-assign, assignment]
    with db.writing() as session:
        text = service.Text("收到了 K7QM", number="K7QM", day="11月25日")
        id = service.tell(session, kind="received", person="p", number="13800001234", text=text).id
        assert b"K7QM" not in (session.get_one(Notice, id).values or b"")
    service.send(id)
    assert got == [
        gateways.Message("13800001234", "received", "收到了 K7QM", {"number": "K7QM", "day": "11月25日"}, id)
    ]
    assert (list(got[0].values), row(id).values) == (["number", "day"], None)
