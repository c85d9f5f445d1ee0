"""Telling people: sent once, tried again with growing waits, seen on the case."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, i18n
from portal.accounts import service as accounts
from portal.config import Settings
from portal.jobs import worker
from portal.notices import gateways, service
from portal.notices.models import Notice

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TEXT = "您的申请收到了，编号 K7QM2XPA。"
PHONE = "13800001234"


@dataclass
class Wire:
    """A gateway that remembers what it was given, and fails as told."""

    name = "wire"
    sends = True
    shows_codes = False
    fails: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    knows: bool | None = None

    def send(self, message: gateways.Message) -> None:
        """Take a text, or fail."""
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((message.phone, message.text, message.reference))

    def went(self, reference: str) -> bool | None:
        """What it knows of a reference."""
        return self.knows


@pytest.fixture
def wire(app: Flask, settings: Settings) -> Iterator[Wire]:
    """The gateway in place of the trial's."""
    wire = Wire()
    gateways.setup(settings, wire)
    db.set_now(NOON)
    yield wire
    gateways.setup(settings)


def tell(kind: str = "received", case_id: str | None = "case1") -> str:
    """Tell somebody something."""
    with db.writing() as session:
        return service.tell(session, kind=kind, person="seller1", number=PHONE, text=TEXT, case_id=case_id).id


def row(id: str) -> Notice:
    """The notice as it stands."""
    with db.reading() as session:
        return session.get_one(Notice, id)


def test_a_notice_is_sent_once_however_often_its_work_is_done(wire: Wire) -> None:
    id = tell()
    assert [service.send(id) for _ in range(3)] == [None] * 3
    assert wire.sent == [(PHONE, TEXT, id)]
    assert (row(id).state, row(id).tries, row(id).sent_at, row(id).number) == ("sent", 1, NOON, None)


def test_the_job_process_sends_what_was_told(wire: Wire, settings: Settings) -> None:
    db.set_now(None)
    id = tell()
    worker.drain(settings)
    assert wire.sent == [(PHONE, TEXT, id)]


def test_what_was_told_in_a_request_that_failed_is_not_sent(wire: Wire, settings: Settings) -> None:
    db.set_now(None)

    def failing_request() -> None:
        tell_in_vain = {"kind": "received", "person": "seller1", "number": PHONE, "text": TEXT}
        with db.writing() as session:
            service.tell(session, **tell_in_vain)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing_request()
    worker.drain(settings)
    assert wire.sent == []


def test_a_gateway_that_fails_is_tried_again_with_growing_waits(wire: Wire) -> None:
    wire.fails = [gateways.Failed("busy")] * 2
    id = tell()
    assert [service.send(id), row(id).state, row(id).error] == [30.0, "failed", "busy"]
    assert [service.send(id), service.send(id)] == [120.0, None]
    assert (row(id).state, row(id).tries, len(wire.sent)) == ("sent", 3, 1)


def test_after_six_tries_it_is_given_up_and_the_case_says_so(wire: Wire) -> None:
    wire.fails = [gateways.Failed("busy")] * 6
    id = tell()
    assert [service.send(id) for _ in range(7)] == [30.0, 120.0, 600.0, 3600.0, 14400.0, None, None]
    with db.reading() as session:
        told = service.for_case(session, "case1")
    assert [(each.state, each.error, each.tries, each.text) for each in told] == [("given_up", "busy", 6, TEXT)]


def test_what_can_never_be_sent_is_given_up_at_once(wire: Wire) -> None:
    wire.fails = [gateways.Failed("no such number", final=True)]
    id = tell()
    assert (service.send(id), row(id).state) == (None, "given_up")


@pytest.mark.parametrize(("knows", "state", "sent"), [(True, "sent", 1), (False, "sent", 2), (None, "given_up", 1)])
def test_a_process_that_dies_while_sending_never_makes_a_second_text(
    wire: Wire, knows: bool | None, state: str, sent: int
) -> None:
    """The text left and the process died before it could say so; the gateway may know, or not."""
    wire.knows = knows
    id = tell()
    claimed = service._claim(id)
    assert claimed is not None
    wire.send(gateways.Message(PHONE, "received", TEXT, {}, id))
    assert service.send(id) == 120.0
    db.set_now(NOON + timedelta(minutes=2, seconds=1))
    wait = service.send(id)
    if knows is False:
        wire.sent.clear()  # it says that nothing was taken
        assert wait == 30.0
        assert service.send(id) is None
        assert len(wire.sent) == 1
    assert (row(id).state, service.send(id)) == (state, None)


def test_two_processes_at_once_send_one_text(wire: Wire) -> None:
    id = tell()
    first = service._claim(id)
    assert first is not None
    assert service._claim(id) is None


def test_a_late_answer_of_a_lost_claim_changes_nothing(wire: Wire) -> None:
    id = tell()
    lost = service._claim(id)
    assert lost is not None
    db.set_now(NOON + timedelta(minutes=3))
    wire.knows = True
    service.send(id)
    service._failed(lost, "too late to matter", final=True)
    assert row(id).state == "sent"


def test_the_text_of_a_code_goes_when_it_is_sent_and_belongs_to_no_case(wire: Wire) -> None:
    id = tell("code", None)
    service.send(id)
    assert (row(id).text, row(id).state) == (None, "sent")


def test_the_text_of_a_code_goes_after_five_minutes_and_is_not_sent_any_more(wire: Wire) -> None:
    swept, tried = tell("code", None), tell("code", None)
    db.set_now(NOON + timedelta(minutes=5, seconds=1))
    service.send(tried)
    service.sweep("")
    assert [(row(id).text, row(id).number, row(id).state) for id in (swept, tried)] == [(None, None, "given_up")] * 2
    assert wire.sent == []


def test_what_a_vanished_process_left_over_is_swept(wire: Wire) -> None:
    id = tell()
    db.set_now(NOON + timedelta(minutes=11))
    service.sweep("")
    assert wire.sent == [(PHONE, TEXT, id)]


def test_neither_text_nor_number_stands_in_clear(wire: Wire) -> None:
    stored = repr(row(tell()))
    assert (TEXT in stored, PHONE in stored, TEXT.encode() in (row(tell()).text or b"")) == (False, False, False)


def test_a_seller_is_told_in_their_language(wire: Wire) -> None:
    with db.writing() as session:
        seller = accounts.seller_of(session, PHONE, "en")
        accounts.tell(session, seller.id, kind="decided", case_id="c", say=i18n.language)
    with db.reading() as session:
        told = service.for_case(session, "c")
        assert session.exec(select(Notice.person_id)).one() == seller.id
    assert [each.text for each in told] == ["en"]
    assert i18n.language() == "zh_Hans"


def test_a_trial_sends_nothing(app: Flask) -> None:
    id = tell()
    assert (service.send(id), row(id).state) == (None, "sent")
    assert gateways.gateway().shows_codes is True
