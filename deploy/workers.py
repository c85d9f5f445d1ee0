"""The web server of deploy/serve: worker processes at one address, as many as PORTAL_WORKERS says.

They are forked from a parent that has loaded the portal and serves nobody: what it loaded they share, so that each has
little memory of its own, and one that dies is replaced. A single one needs no parent.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from errno import EADDRINUSE
from typing import NoReturn

from waitress.server import create_server

from app import app
from portal import db
from portal.config import Settings

PROXY = {
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
}
ENDS = {signal.SIGTERM, signal.SIGINT}
WATCHED = {*ENDS, signal.SIGCHLD, signal.SIGALRM}
# Shared out among the workers, four each at least.
THREADS = 16
# A worker that dies at its start must not be forked a thousand times a second.
PAUSE_SECONDS = 1
PATIENCE_SECONDS = 3


def main() -> None:
    """Serve until INT or TERM."""
    parser = argparse.ArgumentParser(prog="serve", description="The web server on HOST and PORT.")
    parser.add_argument("--proxy", help="who may say, by X-Forwarded-For and -Proto, who asks and whether by https")
    proxy: str | None = parser.parse_args().proxy
    if proxy == "":
        parser.error("--proxy needs an address")
    settings: Settings = app.extensions["settings"]
    try:
        listening = listen(settings.host, settings.port)
    except OSError as reason:
        sys.exit(f"Cannot listen on {settings.host}, port {settings.port}: {_plain(reason)}.")
    for end in ENDS:
        signal.signal(end, _leave)
    if settings.workers == 1:
        serve(listening, proxy, THREADS)
    else:
        tend(settings.workers, listening, proxy)


def listen(host: str, port: int) -> list[socket.socket]:
    """The sockets of an address. Raises OSError; not at once, as workers of a killed parent end a moment after it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            found = dict.fromkeys((it[0], it[4]) for it in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            return [socket.create_server(where[:2], family=family, backlog=1024) for family, where in found]
        except OSError as reason:
            if reason.errno != EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _plain(reason: OSError) -> str:
    return str(reason.strerror) if isinstance(reason, socket.gaierror) else os.strerror(reason.errno or 0)


def serve(listening: list[socket.socket], proxy: str | None, threads: int) -> None:
    """Answer whoever comes, until INT or TERM; what is being answered then has five seconds to end."""
    trusted = {"trusted_proxy": proxy, **PROXY} if proxy else {}
    create_server(
        app, sockets=listening, threads=threads, connection_limit=1000, channel_timeout=20,
        max_request_body_size=68_000_000, clear_untrusted_proxy_headers=True, **trusted,
    ).run()  # fmt: skip


def _leave(*_: object) -> NoReturn:
    """End; a second signal, which a group of processes often gets, changes nothing."""
    for end in ENDS:
        signal.signal(end, lambda *_: None)
    raise SystemExit


def tend(many: int, listening: list[socket.socket], proxy: str | None) -> None:
    """Keep so many workers until INT or TERM. Signals wait until they are asked for, so none comes in between."""
    db.engine().dispose()  # no connection may be in two processes
    gc.collect()
    gc.freeze()  # else each worker's first collection would copy all that they share
    signal.signal(signal.SIGCHLD, lambda *_: None)  # some systems drop what nobody handles
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    ends, life = os.pipe()
    workers: set[int] = set()
    came: int = signal.SIGALRM
    while came not in ENDS:
        try:
            while came == signal.SIGALRM and len(workers) < many:
                workers.add(os.fork() or _work(listening, proxy, max(4, THREADS // many), ends, life))
        except OSError as reason:
            print(f"serve: no new worker: {_plain(reason)}", file=sys.stderr)
        if len(workers) < many:
            signal.alarm(PAUSE_SECONDS)
        came = signal.sigwait(WATCHED)
        _reap(workers, os.WNOHANG)
    for each in listening:
        each.close()
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    while workers:
        _reap(workers, 0)


def _reap(workers: set[int], how: int) -> None:
    """Take note of workers that have ended."""
    while workers and (ended := os.waitpid(-1, how))[0]:
        workers.discard(ended[0])
        if code := os.waitstatus_to_exitcode(ended[1]):
            print(f"serve: worker {ended[0]} ended with {code}", file=sys.stderr)


def _work(listening: list[socket.socket], proxy: str | None, threads: int, ends: int, life: int) -> NoReturn:
    """In the child: serve, no longer than the parent lives."""
    code = 0
    try:
        os.close(life)
        threading.Thread(target=lambda: os.read(ends, 1) or os._exit(0), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        serve(listening, proxy, threads)
    except SystemExit:
        pass  # before it served
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
