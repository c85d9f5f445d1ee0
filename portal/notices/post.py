"""One POST to a gateway: certificates checked, no redirects, no second try, an end within 18 seconds."""

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from portal.notices.gateways import Failed

# Seconds: until there is a line, and until the whole answer must be there, however slowly it drips.
CONNECT, ANSWER = 5.0, 13.0
MOST = 64 * 1024


def post(url: str, body: bytes, headers: Mapping[str, str], *, twice: bool = False) -> tuple[int, Any]:
    """The status and the JSON of the answer (None when it is none). Raises Failed.

    `twice` says that the gateway knows a message again, so that no answer may be followed by another try.
    """
    parts = urlsplit(url)
    line = _line(parts)
    try:
        line.connect()
    except (HTTPError, OSError) as reason:
        line.close()
        raise Failed("no line") from reason
    clock = Timer(ANSWER, _cut, (line.sock,))
    clock.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body, dict(headers), preload_content=False)
        answer = line.getresponse()
        return answer.status, _json(answer.read(MOST))
    except (HTTPError, OSError, ValueError) as reason:
        raise Failed("no answer", final=not twice, gone=True) from reason
    finally:
        clock.cancel()
        line.close()


def _line(parts: SplitResult) -> HTTPConnection:
    where = parts.hostname or "", parts.port
    if parts.scheme == "https":
        return HTTPSConnection(*where, timeout=CONNECT, cert_reqs="CERT_REQUIRED")
    return HTTPConnection(*where, timeout=CONNECT)


def _cut(sock: socket.socket) -> None:
    """End a line that takes too long; the plain socket's way, for that of TLS waits for the other side."""
    with suppress(OSError):  # it ended by itself
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def code(said: object) -> str:
    """A gateway's word for what went wrong, fit for the log: without digits, so no number; else "odd answer"."""
    word = said if isinstance(said, str) else ""
    fit = 0 < len(word) <= 80 and word.isascii() and all(char.isalpha() or char in "._-" for char in word)
    return word if fit else "odd answer"
