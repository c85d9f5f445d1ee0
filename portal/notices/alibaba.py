"""Alibaba Cloud: SendSms of 2017-05-25, signed with ACS3-HMAC-SHA256.

Request and answer: help.aliyun.com/document_detail/55284.html; signature: help.aliyun.com/document_detail/2593177.html
(its worked example is a test of ours); error codes: alibabacloud.com/help/en/sms/developer-reference/error-codes.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from portal import db
from portal.config import Sms
from portal.notices.gateways import LATER, Failed, Message
from portal.notices.post import code, post

NOTHING = hashlib.sha256(b"").hexdigest()
# What passes by itself.
AGAIN = (
    "InternalError",
    "ServiceUnavailable",
    "ServiceUnavailableTemporary",
    "Throttling",
    "Throttling.Api",
    "Throttling.User",
    "isp.GATEWAY_ERROR",
    "isp.SYSTEM_ERROR",
    "isv.BUSINESS_LIMIT_CONTROL",
)


class Alibaba:
    """Sends a template's values by name; the out id carries our reference, but the vendor takes the same one twice."""

    name, sends, shows_codes = "alibaba", True, False

    def __init__(self, sms: Sms) -> None:
        self.sms = sms

    def send(self, message: Message) -> None:
        """Hand a message over. Raises Failed."""
        query = canonical_query(
            {
                "OutId": message.reference,
                "PhoneNumbers": message.phone,
                "SignName": self.sms.sign,
                "TemplateCode": self.sms.templates.get(message.kind, ""),
                "TemplateParam": json.dumps(dict(message.values), ensure_ascii=False),
            }
        )
        headers = {
            "host": urlsplit(self.sms.url).netloc,
            "x-acs-action": "SendSms",
            "x-acs-content-sha256": NOTHING,
            "x-acs-date": f"{db.now():%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": "2017-05-25",
        }
        headers["Authorization"] = authorization(self.sms.key, self.sms.secret, query, headers)
        _judge(*post(f"{self.sms.url}/?{query}", b"", headers))

    def went(self, reference: str) -> bool | None:
        """Alibaba finds messages by number and day, not by our reference."""
        return None


def canonical_query(values: Mapping[str, str]) -> str:
    """The query in the one order and spelling that is signed."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(values[name], safe='-_.~')}" for name in sorted(values))


def authorization(key: str, secret: str, query: str, headers: Mapping[str, str]) -> str:
    """The Authorization header of a request without a body; `headers` are those that are signed."""
    names = sorted(headers)
    signed = ";".join(names)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    canonical = f"POST\n/\n{query}\n{lines}\n{signed}\n{NOTHING}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.digest(secret.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256).hex()
    return f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={signed},Signature={signature}"


def _judge(status: int, said: Any) -> None:
    """Nothing when the message was taken. Raises Failed."""
    word = said.get("Code") if isinstance(said, dict) else None
    if word is None:
        if status in LATER:
            raise Failed(f"http {status}")
        raise Failed("odd answer", final=True, gone=status < 300)
    if word != "OK":
        raise Failed(code(word), final=word not in AGAIN)
