"""Tencent Cloud: SendSms of 2021-01-11, signed with TC3-HMAC-SHA256.

Request and answer: cloud.tencent.com/document/api/382/55981; signature: cloud.tencent.com/document/api/382/52072
(its worked example is a test of ours); error codes: cloud.tencent.com/document/api/382/59177.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from portal import db
from portal.config import Sms
from portal.notices.gateways import LATER, Failed, Message
from portal.notices.post import code, post

JSON = "application/json; charset=utf-8"
REGION = "ap-guangzhou"
# What passes by itself; the numbers' own limits of a day do not.
AGAIN = (
    "InternalError",
    "InternalError.OtherError",
    "InternalError.Timeout",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberOneHourLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "RequestLimitExceeded",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "ResourceUnavailable",
    "ServiceUnavailable",
)


@dataclass(frozen=True)
class Call:
    """What of a request is signed: the host, the service and action that it asks for, the second, and the body."""

    host: str
    service: str
    action: str
    at: int
    body: bytes


class Tencent:
    """Sends a template's values; the session context carries our reference, but nobody looks for it twice."""

    name, sends, shows_codes = "tencent", True, False

    def __init__(self, sms: Sms) -> None:
        self.sms = sms

    def send(self, message: Message) -> None:
        """Hand a message over. Raises Failed."""
        body = json.dumps(
            {
                "PhoneNumberSet": [f"+86{message.phone}"],
                "SmsSdkAppId": self.sms.app,
                "SignName": self.sms.sign,
                "TemplateId": self.sms.templates.get(message.kind, ""),
                "TemplateParamSet": list(message.values.values()),
                "SessionContext": message.reference,
            }
        ).encode()
        call = Call(urlsplit(self.sms.url).netloc, "sms", "SendSms", int(db.now().timestamp()), body)
        headers = {
            "Authorization": authorization(self.sms.key, self.sms.secret, call),
            "Content-Type": JSON,
            "Host": call.host,
            "X-TC-Action": call.action,
            "X-TC-Region": REGION,
            "X-TC-Timestamp": str(call.at),
            "X-TC-Version": "2021-01-11",
        }
        _judge(*post(self.sms.url, body, headers))

    def went(self, reference: str) -> bool | None:
        """Tencent finds messages by number and time, not by our reference."""
        return None


def authorization(key: str, secret: str, call: Call) -> str:
    """The Authorization header of a call."""
    day = datetime.fromtimestamp(call.at, UTC).strftime("%Y-%m-%d")
    scope, signed = f"{day}/{call.service}/tc3_request", "content-type;host;x-tc-action"
    headers = f"content-type:{JSON}\nhost:{call.host}\nx-tc-action:{call.action.lower()}\n"
    canonical = f"POST\n/\n\n{headers}\n{signed}\n{hashlib.sha256(call.body).hexdigest()}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    link = f"TC3{secret}".encode()
    for part in (day, call.service, "tc3_request"):
        link = hmac.digest(link, part.encode(), hashlib.sha256)
    signature = hmac.digest(link, f"TC3-HMAC-SHA256\n{call.at}\n{scope}\n{digest}".encode(), hashlib.sha256).hex()
    return f"TC3-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, Signature={signature}"


def _judge(status: int, said: Any) -> None:
    """Nothing when the message was taken. Raises Failed."""
    try:
        answer = said["Response"]
        word = answer["Error"]["Code"] if "Error" in answer else answer["SendStatusSet"][0]["Code"]
    except (KeyError, IndexError, TypeError):
        if status in LATER:
            raise Failed(f"http {status}") from None
        raise Failed("odd answer", final=True, gone=status < 300) from None
    if word != "Ok":
        raise Failed(code(word), final=word not in AGAIN)
