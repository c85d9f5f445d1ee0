"""The web server of deploy/serve: worker processes at one address, as many as PORTAL_WORKERS says.

They are forked from a parent that has loaded the portal and serves nobody: what it loaded they share, so that each has
little memory of its own, and one that dies is replaced. A single one needs no parent.
"""

import argparse
import errno
import gc
import os
import signal
import socket
import sys
import threading
import time
from typing import NoReturn

from waitress.server import create_server

from app import app
from portal import db, photos
from portal.config import Settings

PROXY = {
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
}
# A worker that dies at its start must not be forked a thousand times a second.
PAUSE_SECONDS = 1
PATIENCE_SECONDS = 3


def main() -> None:
    """Serve until INT or TERM."""
    parser = argparse.ArgumentParser(prog="serve", description="The web server on HOST and PORT.")
    parser.add_argument("--proxy", help="who may say, by X-Forwarded-For and -Proto, who asks and whether by https")
    proxy: str = parser.parse_args().proxy or ""
    settings: Settings = app.extensions["settings"]
    for ends in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ends, lambda *_: _leave())
    try:
        listening = listen(settings.host, settings.port)
    except OSError as reason:
        sys.exit(f"Cannot listen on {settings.host}, port {settings.port}: {os.strerror(reason.errno or 0)}.")
    if settings.workers == 1:
        serve(listening, proxy)
    else:
        tend(settings.workers, listening, proxy)


def listen(host: str, port: int) -> socket.socket:
    """The socket of an address. Raises OSError; not at once, as workers of a killed parent end a moment after it."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return socket.create_server((host, port), family=family, backlog=1024)
        except OSError as reason:
            if reason.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.1)


def serve(listening: socket.socket, proxy: str) -> None:
    """Answer whoever comes, until INT or TERM; what is being answered then is answered to its end."""
    trusted = {"trusted_proxy": proxy, **PROXY} if proxy else {}
    create_server(
        app, sockets=[listening], threads=16, connection_limit=1000, channel_timeout=20,
        max_request_body_size=68_000_000, clear_untrusted_proxy_headers=True, **trusted,
    ).run()  # fmt: skip


def tend(many: int, listening: socket.socket, proxy: str) -> None:
    """Keep so many workers until INT or TERM."""
    photos.share(many)
    db.engine().dispose()  # no connection may be in two processes
    gc.collect()
    gc.freeze()  # else each worker's first collection would copy all that they share
    ends, life = os.pipe()
    workers: set[int] = set()
    try:
        while True:
            while len(workers) < many:
                workers.add(os.fork() or _work(listening, proxy, ends, life))
            workers.discard(os.wait()[0])
            time.sleep(PAUSE_SECONDS)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        for worker in workers:
            os.waitpid(worker, 0)


def _work(listening: socket.socket, proxy: str, ends: int, life: int) -> NoReturn:
    """In the child: serve, no longer than the parent lives."""
    os.close(life)
    threading.Thread(target=lambda: os.read(ends, 1) or os._exit(1), daemon=True).start()
    try:
        serve(listening, proxy)
    finally:
        os._exit(0)


def _leave() -> NoReturn:
    raise SystemExit


if __name__ == "__main__":
    main()
