"""The three gateways against servers that check each signature from the raw request, and refuse a wrong one."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from portal import db
from portal.config import TEMPLATES
from portal.notices import alibaba, gateways, post, tencent
from portal.notices.models import KINDS
from tests.notices.servers import Asked, Server, nobody, serving
from tests.notices.vendors import (
    MAKERS,
    MESSAGE,
    NOON,
    PHONE,
    SECRET,
    TEXT,
    Made,
    alibaba_says,
    settings,
    tencent_error,
    tencent_says,
)


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    """Each gateway with its server."""
    maker, check, good, wrong = MAKERS[request.param]
    db.set_now(NOON)
    with serving(Server(check, good, wrong)) as server:
        yield server, maker(settings(request.param, server.url + ("/send" if request.param == "http" else "")))
    db.set_now(None)


def failed(gateway: gateways.Gateway) -> tuple[str, bool, bool]:
    """How a try fails: the code, whether it is final, whether it may have left all the same."""
    with pytest.raises(gateways.Failed) as caught:
        gateway.send(MESSAGE)
    assert (PHONE in str(caught.value), SECRET in str(caught.value)) == (False, False)
    return caught.value.code, caught.value.final, caught.value.gone


def test_a_message_is_taken_with_a_signature_that_the_server_finds_right(made: Made) -> None:
    server, gateway = made
    gateway.send(MESSAGE)
    assert len(server.taken) == 1


def test_a_message_signed_with_another_secret_is_refused_for_good(made: Made) -> None:
    server, gateway = made
    gateway.sms = replace(gateway.sms, secret="another-secret-of-thirty-two-chars")  # type: ignore[attr-defined]
    words = {"http": "http 401", "tencent": "AuthFailure.SignatureFailure", "alibaba": "SignatureDoesNotMatch"}
    assert failed(gateway) == (words[gateway.name], True, False)
    assert server.taken == []


def test_what_each_gateway_is_sent() -> None:
    db.set_now(NOON)
    sent: dict[str, Asked] = {}
    for name, (maker, check, good, wrong) in MAKERS.items():
        with serving(Server(check, good, wrong)) as server:
            maker(settings(name, server.url)).send(MESSAGE)
            sent[name] = server.taken[0]
    db.set_now(None)
    assert json.loads(sent["http"].body) == {
        "phone": PHONE,
        "text": TEXT,
        "kind": "received",
        "values": {"number": "K7QM 2XPA", "day": "11月25日"},
        "reference": "a1b2c3d4e5f6g7h8",
        "at": int(NOON.timestamp()),
    }
    assert json.loads(sent["tencent"].body) == {
        "PhoneNumberSet": ["+8615400000001"],
        "SmsSdkAppId": "1400006666",
        "SignName": "黎平电商",
        "TemplateId": "1111",
        "TemplateParamSet": ["K7QM 2XPA", "11月25日"],
        "SessionContext": "a1b2c3d4e5f6g7h8",
    }
    named = [sent["tencent"].headers[f"x-tc-{name}"] for name in ("action", "version", "timestamp", "region")]
    assert named == ["SendSms", "2021-01-11", str(int(NOON.timestamp())), "ap-guangzhou"]
    query = dict(parse_qsl(sent["alibaba"].line.partition("?")[2]))
    assert json.loads(query.pop("TemplateParam")) == {"number": "K7QM 2XPA", "day": "11月25日"}
    assert query == {
        "OutId": "a1b2c3d4e5f6g7h8",
        "PhoneNumbers": PHONE,
        "SignName": "黎平电商",
        "TemplateCode": "1111",
    }
    said = [sent["alibaba"].headers[f"x-acs-{name}"] for name in ("action", "version", "date")]
    assert said == ["SendSms", "2017-05-25", "2026-11-20T04:00:00Z"]


def test_tencents_worked_example_has_tencents_signature() -> None:
    """cloud.tencent.com/document/api/213/30654: both keys are 32 asterisks there, and the sum is made with them."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    call = tencent.Call("cvm.tencentcloudapi.com", "cvm", "DescribeInstances", 1551113065, body)
    assert tencent.authorization("AKID" + "*" * 32, "*" * 32, call) == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_alibabas_worked_example_has_alibabas_signature() -> None:
    """help.aliyun.com/document_detail/2593177.html, the example with fixed values."""
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = alibaba.canonical_query({"RegionId": "cn-shanghai", "ImageId": image})
    assert alibaba.authorization("YourAccessKeyId", "YourAccessKeySecret", query, headers) == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_alibabas_spelling_of_a_query_leaves_only_unreserved_letters() -> None:
    assert alibaba.canonical_query({"b": "a b*c~/+", "A": "村"}) == "A=%E6%9D%91&b=a%20b%2Ac~%2F%2B"


@pytest.mark.parametrize(
    ("code", "final"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", False),
        ("InternalError.Timeout", False),
        ("LimitExceeded.PhoneNumberDailyLimit", True),
        ("InvalidParameterValue.IncorrectPhoneNumber", True),
        ("FailedOperation.TemplateIncorrectOrUnapproved", True),
        ("FailedOperation.InsufficientBalanceInSmsPackage", True),
    ],
)
@pytest.mark.parametrize("made", ["tencent"], indirect=True)
def test_what_tencent_says_of_a_number_is_final_or_passes(made: Made, code: str, final: bool) -> None:
    server, gateway = made
    server.will(200, tencent_says(code))
    assert failed(gateway) == (code, final, False)


@pytest.mark.parametrize("made", ["tencent"], indirect=True)
def test_tencents_throttling_passes_and_its_clock_does_not(made: Made) -> None:
    server, gateway = made
    server.will(200, tencent_error("RequestLimitExceeded"))
    assert failed(gateway) == ("RequestLimitExceeded", False, False)
    server.will(200, tencent_error("AuthFailure.SignatureExpire"))
    assert failed(gateway) == ("AuthFailure.SignatureExpire", True, False)


@pytest.mark.parametrize(
    ("status", "code", "final"),
    [
        (200, "isv.BUSINESS_LIMIT_CONTROL", False),
        (200, "isp.SYSTEM_ERROR", False),
        (400, "Throttling.User", False),
        (503, "ServiceUnavailable", False),
        (200, "isv.MOBILE_NUMBER_ILLEGAL", True),
        (200, "isv.SMS_TEMPLATE_ILLEGAL", True),
        (200, "isv.AMOUNT_NOT_ENOUGH", True),
        (200, "isv.OUT_OF_SERVICE", True),
    ],
)
@pytest.mark.parametrize("made", ["alibaba"], indirect=True)
def test_what_alibaba_says_is_final_or_passes(made: Made, status: int, code: str, final: bool) -> None:
    server, gateway = made
    server.will(status, alibaba_says(code))
    assert failed(gateway) == (code, final, False)


@pytest.mark.parametrize(("status", "final"), [(500, False), (503, False), (429, False), (400, True), (404, True)])
@pytest.mark.parametrize("made", ["http"], indirect=True)
def test_an_operators_status_is_final_or_passes(made: Made, status: int, final: bool) -> None:
    server, gateway = made
    server.will(status, b"")
    assert failed(gateway) == (f"http {status}", final, False)


@pytest.mark.parametrize("made", ["tencent", "alibaba"], indirect=True)
@pytest.mark.parametrize(
    ("status", "said", "how"),
    [
        (500, b"oops", ("http 500", False, False)),
        (200, b"<html>", ("odd answer", True, True)),
        (200, b"[]", ("odd answer", True, True)),
        (200, b'{"Response": {"SendStatusSet": []}}', ("odd answer", True, True)),
        (200, b"\xff" * 100_000, ("odd answer", True, True)),
        (403, b"no", ("odd answer", True, False)),
    ],
)
def test_an_answer_that_says_nothing_is_tried_again_only_when_nothing_left(
    made: Made, status: int, said: bytes, how: tuple[str, bool, bool]
) -> None:
    server, gateway = made
    server.will(status, said)
    assert failed(gateway) == how


def test_a_gateways_word_is_no_way_for_a_number_into_the_log() -> None:
    words = (PHONE, f"Bad.{PHONE}", "", "x" * 81, "a b", None, 7, "isv.AMOUNT_NOT_ENOUGH")
    assert [post.code(word) for word in words] == ["odd answer"] * 7 + ["isv.AMOUNT_NOT_ENOUGH"]


def test_nobody_listening_is_tried_again(made: Made) -> None:
    _, gateway = made
    gateway.sms = replace(gateway.sms, url=nobody())  # type: ignore[attr-defined]
    assert failed(gateway) == ("no line", False, False)


def test_no_answer_is_tried_again_only_where_the_other_side_knows_a_message_again(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, gateway = made
    monkeypatch.setattr(post, "ANSWER", 0.3)
    server.silent = True
    assert failed(gateway) == ("no answer", gateway.name != "http", True)
    assert gateway.went(MESSAGE.reference) is (False if gateway.name == "http" else None)


def test_an_answer_that_drips_is_cut_off(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    server, gateway = made
    monkeypatch.setattr(post, "ANSWER", 0.3)
    server.drips = True
    server.will(200, b"{" + b" " * 10_000)
    assert failed(gateway)[0] == "no answer"


def test_a_redirect_is_not_followed(made: Made) -> None:
    server, gateway = made
    with serving(Server(lambda _: True, {}, (401, {}))) as thief:
        server.location = thief.url
        server.will(307, b"")
        assert failed(gateway)[1] is True
        assert thief.asked == []


def test_every_try_of_a_message_carries_the_same_reference(made: Made) -> None:
    server, gateway = made
    server.will(503, b"")
    failed(gateway)
    gateway.send(MESSAGE)
    assert [MESSAGE.reference in asked.line + asked.body.decode() for asked in server.asked] == [True, True]


def test_nothing_of_a_message_is_logged(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, gateway = made
    gateway.send(MESSAGE)
    assert [word for word in (PHONE, "K7QM", SECRET) if word in caplog.text] == []


def test_every_kind_of_notice_has_a_template_at_the_vendors() -> None:
    assert sorted(TEMPLATES) == sorted(KINDS)
