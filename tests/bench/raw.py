"""The least that a reply can cost: so many bytes through the same server, asked for as /4310."""

import os
from collections.abc import Callable, Iterable

BYTES = os.urandom(1 << 20)  # what was zipped once does not zip again


def app(environ: dict[str, str], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """The WSGI application."""
    size = environ["PATH_INFO"].strip("/")
    body = BYTES[: int(size) if size.isdigit() else 0]
    start("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
    return [body]
