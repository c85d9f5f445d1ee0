"""So many phones that save at the same moment, again and again: how long the slowest waits, and what goes wrong."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from threading import Barrier, Thread
from urllib.parse import urlencode

import psycopg

from portal import create_app, db
from portal.config import Settings
from portal.migrations import upgrade
from portal.sheets import service as sheets
from tests.bench.cpu import FORM, Line
from tests.bench.many import cookie, filled_form
from tests.review.life import Life
from tests.serving import free_port, serving

PHONES = 64
PAUSE = 1.0


@dataclass
class Waits:
    """What the phones saw: seconds of each saving, and how many failed."""

    seconds: list[float]
    errors: int = 0

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 were answered."""
        return quantiles(self.seconds, n=100)[98] * 1000


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A database of its own on a server, dropped at the end; without a server none, which is SQLite."""
    if not server:
        yield ""
        return
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        db.engine().dispose()
        with psycopg.connect(server, autocommit=True) as line:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def saving(settings: Settings, bursts: int) -> Waits:
    """Let 64 phones save their page at once, so many times, a second apart."""
    phones, port, waits = _phones(settings), free_port(), Waits([])
    with serving(settings, port):
        gate = Barrier(PHONES)
        threads = [Thread(target=_phone, args=(port, *phone, gate, bursts, waits)) for phone in phones]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
    return waits


def _phones(settings: Settings) -> list[tuple[str, str]]:
    """Sellers with the form of 20 fields: their cookies and the addresses of their pages."""
    app = create_app(settings)
    upgrade(settings)
    life, found = Life(app), []
    for _ in range(PHONES):
        seller = life.seller()
        with db.writing() as session:
            sheet = sheets.start(session, seller_id=seller.id, set_key="bench")
        found.append((cookie(life, seller), f"/sheets/{sheet.id}/all"))
    db.engine().dispose()
    return found


def _phone(port: int, who: str, path: str, gate: Barrier, bursts: int, waits: Waits) -> None:
    """One phone; what it does before it sends and after the answer is its own, and not timed."""
    browser = Line(port, who)
    form = filled_form(token(browser.ask("GET", path)[1]))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for at in range(bursts + 1):
        request, answer = _saved(path, cookies, {**form, "q0": f"第 {at} 次"}), b""
        with socket.create_connection(("127.0.0.1", port), 120) as line:
            gate.wait(120)
            began = time.monotonic()
            try:
                line.sendall(request)
                while b"\r\n\r\n" not in answer and (more := line.recv(65536)):
                    answer += more
            except OSError:
                answer = b""
            waited = time.monotonic() - began
        if at:  # the first one warms up
            waits.seconds.append(waited)
            waits.errors += b"\r\nx-go:" not in answer.lower()
        time.sleep(PAUSE)


def _saved(path: str, cookies: str, form: dict[str, object]) -> bytes:
    """The page as the script saves it, ready to be sent."""
    body = urlencode(form, doseq=True).encode()
    told = {"Host": "localhost", "Cookie": cookies, "Referer": f"http://localhost{path}", "X-Autosave": "1"}
    told |= {"Content-Type": FORM, "Content-Length": str(len(body))}
    head = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*head, "", ""]).encode() + body


def token(page: bytes) -> str:
    """The token of a page's form."""
    return str(re.findall(r'csrf_token"?[^>]* value="?([^"> ]+)', plain(page))[0])


def plain(page: bytes) -> str:
    """A page as text, unzipped where it was zipped."""
    import gzip

    return (gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page).decode()
