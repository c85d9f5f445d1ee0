"""What the three gateways' own servers check and say, as their documents have it."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from portal.config import Sms
from portal.notices import alibaba, gateways, relay, tencent
from tests.notices.servers import Asked, Server

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
KEY, SECRET = "AKIDexample", "a-secret-of-thirty-two-characters"
PHONE, TEXT = "15400000001", "您的申请 K7QM 2XPA 收到了。"
MESSAGE = gateways.Message(PHONE, "received", TEXT, {"number": "K7QM 2XPA", "day": "11月25日"}, "a1b2c3d4e5f6g7h8")
TEMPLATES = {"code": "1110", "received": "1111", "sent_back": "1112", "decided": "1113"}


def right_http(asked: Asked) -> bool:
    """As docs/sms.md says it."""
    found = re.fullmatch(r"t=([0-9]+),v1=([0-9a-f]{64})", asked.headers.get("haohuo-signature", ""))
    if found is None:
        return False
    signed = hmac.new(SECRET.encode(), found[1].encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    return signed == found[2] and json.loads(asked.body)["at"] == int(found[1])


def right_tencent(asked: Asked) -> bool:
    """As Tencent's page on signature v3 says it, over the headers named as signed, the action too."""
    words = r"TC3-HMAC-SHA256 Credential=(\S+?)/(\S+)/(\S+)/tc3_request, SignedHeaders=(\S+), Signature=(\S+)"
    found = re.fullmatch(words, asked.headers.get("authorization", ""))
    if found is None or found[1] != KEY or not {"content-type", "host", "x-tc-action"} <= set(found[4].split(";")):
        return False
    stamp = asked.headers["x-tc-timestamp"]
    lines = "".join(f"{name}:{asked.headers[name].strip().lower()}\n" for name in found[4].split(";"))
    path, _, query = asked.line.partition("?")
    request = "\n".join(["POST", path, query, lines, found[4], hashlib.sha256(asked.body).hexdigest()])
    hashed = hashlib.sha256(request.encode()).hexdigest()
    wanted = f"TC3-HMAC-SHA256\n{stamp}\n{found[2]}/{found[3]}/tc3_request\n{hashed}"
    key = ("TC3" + SECRET).encode()
    for part in (found[2], found[3], "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    day = datetime.fromtimestamp(int(stamp), UTC).date().isoformat()
    return found[2] == day and hmac.new(key, wanted.encode(), hashlib.sha256).hexdigest() == found[5]


def right_alibaba(asked: Asked) -> bool:
    """As Alibaba's page on signature V3 says it: every x-acs- header and the host must be signed."""
    words = r"ACS3-HMAC-SHA256 Credential=(\S+),SignedHeaders=(\S+),Signature=(\S+)"
    found = re.fullmatch(words, asked.headers.get("authorization", ""))
    must = {name for name in asked.headers if name.startswith("x-acs-")} | {"host"}
    if found is None or found[1] != KEY or set(found[2].split(";")) != must:
        return False
    body = hashlib.sha256(asked.body).hexdigest()
    path, _, query = asked.line.partition("?")
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in parse_qsl(query))
    lines = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in sorted(must))
    request = "\n".join(["POST", path, "&".join("=".join(pair) for pair in pairs), lines, found[2], body])
    wanted = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(SECRET.encode(), wanted.encode(), hashlib.sha256).hexdigest()
    return (signature, asked.headers["x-acs-content-sha256"]) == (found[3], body)


def tencent_says(code: str) -> dict[str, Any]:
    """An answer of SendSms about one number."""
    return {"Response": {"SendStatusSet": [{"SerialNo": "5000:1", "Fee": 1, "Code": code}], "RequestId": "a0aabda6"}}


def tencent_error(code: str) -> dict[str, Any]:
    """An answer of SendSms that took nothing."""
    return {"Response": {"Error": {"Code": code, "Message": f"about {PHONE}"}, "RequestId": "ed93f3cb"}}


def alibaba_says(code: str) -> dict[str, Any]:
    """An answer of SendSms."""
    return {"Code": code, "Message": f"about {PHONE}", "RequestId": "D9CB3933", "BizId": "9006197469364984^0"}


Made = tuple[Server, gateways.Gateway]
MAKERS: dict[str, tuple[type[Any], Callable[[Asked], bool], Any, tuple[int, Any]]] = {
    "http": (relay.Relay, right_http, {}, (401, {})),
    "tencent": (
        tencent.Tencent,
        right_tencent,
        tencent_says("Ok"),
        (200, tencent_error("AuthFailure.SignatureFailure")),
    ),
    "alibaba": (alibaba.Alibaba, right_alibaba, alibaba_says("OK"), (400, alibaba_says("SignatureDoesNotMatch"))),
}


def settings(name: str, url: str) -> Sms:
    """The settings of a gateway at an address."""
    return Sms(name, url, KEY, SECRET, "黎平电商", "1400006666", TEMPLATES, 500)
