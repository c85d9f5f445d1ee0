"""The generic gateway: a signed POST to an address of the office's own operator. docs/sms.md tells how to answer it."""

import hashlib
import hmac
import json

from portal import db
from portal.config import Sms
from portal.notices.gateways import LATER, Failed, Message
from portal.notices.post import post


class Relay:
    """Posts JSON with a signature over the time and the body. The operator takes each reference once."""

    name, sends, shows_codes = "http", True, False

    def __init__(self, sms: Sms) -> None:
        self.sms = sms

    def send(self, message: Message) -> None:
        """Hand a message over. Raises Failed."""
        at = int(db.now().timestamp())
        told = {
            "phone": message.phone,
            "text": message.text,
            "kind": message.kind,
            "values": dict(message.values),
            "reference": message.reference,
            "at": at,
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Haohuo-Signature": signature(self.sms.secret, at, body)}
        status, _ = post(self.sms.url, body, headers, twice=True)
        if not 200 <= status < 300:
            raise Failed(f"http {status}", final=status not in LATER)

    def went(self, reference: str) -> bool | None:
        """Never mind: what was taken before is not sent again by the other side."""
        return False


def signature(secret: str, at: int, body: bytes) -> str:
    """What the header Haohuo-Signature says."""
    digest = hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()
    return f"t={at},v1={digest}"
