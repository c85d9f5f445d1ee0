"""Why a message has not left: what happened and what to do, in words; the provider's own word beside it."""

import re

import pytest
from flask import Flask

from portal import db, i18n
from portal.notices import alibaba, gateways, reasons, service, tencent
from portal.notices.models import BUDGET, NO_GATEWAY, STATION, TOO_LATE
from tests.notices.test_service import PHONE, TEXT, Wire, tell, wire

__all__ = ["wire"]
SEEN = ("no line", "no answer", "interrupted", "odd answer")
HTTP = [f"http {status}" for status in (301, 400, 401, 402, 403, 404, 408, 429, 500, 503, 599)]
CHANGED = ("AuthFailure.SignatureFailure", "isv.SMS_SIGNATURE_ILLEGAL", "Something.New")


@pytest.mark.parametrize("language", sorted(i18n.LANGUAGES))
def test_every_reason_is_a_sentence_without_a_word_of_machines(app: Flask, language: str) -> None:
    with i18n.speaking(language):
        for error in (*SEEN, *HTTP, *CHANGED, *tencent.AGAIN, *alibaba.AGAIN):
            said = reasons.why(error).words
            assert (said[-1] in "。.", error in said, "http" in said) == (True, False, False), error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("http 403", reasons.KEY),
        ("AuthFailure.SignatureFailure", reasons.KEY),
        ("SignatureDoesNotMatch", reasons.KEY),
        ("InvalidAccessKeyId.NotFound", reasons.KEY),
        ("http 404", reasons.ADDRESS),
        ("http 429", reasons.MANY),
        ("LimitExceeded.PhoneNumberDailyLimit", reasons.MANY),
        ("isv.BUSINESS_LIMIT_CONTROL", reasons.MANY),
        ("http 500", reasons.ILL),
        ("FailedOperation.InsufficientBalanceInSmsPackage", reasons.MONEY),
        ("isv.AMOUNT_NOT_ENOUGH", reasons.MONEY),
        ("FailedOperation.SignatureIncorrectOrUnapproved", reasons.UNAPPROVED),
        ("isv.SMS_TEMPLATE_ILLEGAL", reasons.UNAPPROVED),
        ("isv.MOBILE_NUMBER_ILLEGAL", reasons.NUMBER),
        ("FailedOperation.PhoneNumberInBlacklist", reasons.NUMBER),
        ("http 400", reasons.REFUSED),
        ("Something.New", reasons.REFUSED),
    ],
)
def test_a_gateways_word_says_what_happened_and_stands_beside(app: Flask, error: str, words: str) -> None:
    with i18n.speaking("en"):
        assert reasons.why(error) == reasons.Why(words, error.replace("http", "HTTP"), False)


@pytest.mark.parametrize("word", [*tencent.AGAIN, *alibaba.AGAIN, *(f"http {status}" for status in gateways.LATER)])
def test_what_is_tried_again_says_so(app: Flask, word: str) -> None:
    with i18n.speaking("en"):
        assert "tried again by itself, six times at most" in reasons.why(word).words
    assert len(service.WAITS) + 1 == 6


def test_what_we_saw_or_meant_ourselves_has_no_code(app: Flask) -> None:
    seen = [(reasons.why(error).code, reasons.why(error).ours) for error in SEEN]
    meant = [(reasons.why(error).code, reasons.why(error).ours) for error in (NO_GATEWAY, BUDGET, STATION, TOO_LATE)]
    assert (seen, meant) == ([("", False)] * 4, [("", True)] * 4)


def test_a_notice_is_lost_when_a_gateway_refused_it_for_good(wire: Wire) -> None:
    wire.fails = [gateways.Failed("http 429"), gateways.Failed("http 400", final=True)]
    for id in (tell(case_id="again"), tell(case_id="over")):
        service.send(id)
    with db.reading() as session:
        again, over = (service.for_case(session, case)[0] for case in ("again", "over"))
        station = service.tell(session, kind="decided", person="p", number="", text=TEXT, case_id="station")
        told = service._told(station)
    assert [again.lost, over.lost, told.lost] == [False, True, False]
    assert re.fullmatch(r"[^A-Za-z]*", over.why.words), over.why.words
    assert PHONE not in over.why.words
