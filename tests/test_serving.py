"""The portal behind waitress, as deploy/run starts it: stalled and slow clients, strange hosts, heavy bodies."""

import http.client
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask

from portal.config import ROOT, Settings
from tests.reader import Reader
from tests.review.life import Life
from tests.serving import PATIENCE, environ, free_port, serving
from tests.sheets import shops

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
Cookies = dict[str, str]


class Server(NamedTuple):
    """A served instance, and a seller's signed-in browser with the token of its page."""

    port: int
    cookie: str
    token: str
    sheet_id: str

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, Cookies]:
        """One request; returns status, body and headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Cookie": self.cookie, **named})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())
        finally:
            connection.close()

    def save(self, words: str) -> int:
        """Save a page of the seller's sheet; returns the status."""
        body = f"csrf_token={self.token}&turn=later&asked=called&called={words}".encode()
        path, kind = f"/sheets/{self.sheet_id}/called", "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, Content_Type=kind)[0]

    def half(self, head: str, body: bytes = b"") -> socket.socket:
        """A connection on which only so much was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.sendall(head.encode() + body)
        return connection


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    """The instance served by waitress, in a process of its own that is always ended."""
    life = Life(app)
    seller = life.seller()
    reader, sheet_id, port = life.reader(seller), shops.filled(seller.id), free_port()
    with serving(settings, port):
        yield Server(port, *signed_in(reader, sheet_id), sheet_id)


def signed_in(reader: Reader, sheet_id: str) -> tuple[str, str]:
    """The cookie and the token of a signed-in browser."""
    page = reader.get(f"/sheets/{sheet_id}/called")
    cookie = reader.http.get_cookie("haohuo")
    token = next(box.get("value") for box in page.all("input") if box.get("name") == "csrf_token")
    assert cookie is not None
    return f"haohuo={cookie.value}", token


def post_head(server: Server, length: int) -> str:
    """The head of a save whose body is to have so many bytes."""
    return (
        f"POST /sheets/{server.sheet_id}/called HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Cookie: {server.cookie}\r\nContent-Length: {length}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )


def test_while_one_body_stalls_half_way_ten_others_save(server: Server) -> None:
    stalled = [server.half(post_head(server, 1000), b"called=half") for _ in range(20)]
    found: list[int] = []
    began = time.monotonic()
    savers = [threading.Thread(target=lambda at=at: found.append(server.save(f"n{at}"))) for at in range(10)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join(PATIENCE)
    took = time.monotonic() - began
    assert (found, took < 10) == ([303] * 10, True)
    assert server.ask("GET", "/healthz")[0] == 200
    for connection in stalled:
        connection.close()
    assert shops.known(server.sheet_id)["called"].startswith("n")


def test_the_line_stays_open_after_an_autosave(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    body = f"csrf_token={server.token}&turn=later&asked=called&called=by itself"
    told = {"Cookie": server.cookie, "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1"}
    connection.request("POST", f"/sheets/{server.sheet_id}/called", body, told)
    answer = connection.getresponse()
    answer.read()
    assert (answer.status, answer.will_close, shops.known(server.sheet_id)["called"]) == (200, False, "by itself")
    connection.close()


def test_a_body_that_never_ends_is_dropped_without_being_kept(server: Server) -> None:
    connection = server.half(post_head(server, 30), b"called=never")
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(1000) == b""
    connection.close()
    assert shops.known(server.sheet_id)["called"] == "杨大姐"


def test_a_slow_header_keeps_nobody_waiting(server: Server) -> None:
    slow = [server.half("GET / HTTP/1.1\r\nHost: 127.0.0.1") for _ in range(30)]
    began = time.monotonic()
    assert (server.ask("GET", "/")[0], time.monotonic() - began < 5) == (200, True)
    for connection in slow:
        connection.close()


def test_a_strange_host_is_refused(server: Server) -> None:
    status, words, _ = server.ask("GET", "/", Host="evil.example")
    assert (status, "evil" in words) == (400, False)


def test_a_body_that_is_too_large_is_told_so_or_closed(server: Server) -> None:
    kind = "multipart/form-data; boundary=x"
    try:
        status, words, _ = server.ask("POST", f"/sheets/{server.sheet_id}/shop", bytes(65 * 2**20), Content_Type=kind)
        assert (status, "<h1>" in words) == (413, True)
    except (ConnectionError, http.client.RemoteDisconnected):
        pass
    assert (server.ask("GET", "/healthz")[0], shops.photos(server.sheet_id)) == (200, 1)


def test_a_small_form_may_not_be_large(server: Server) -> None:
    kind = "application/x-www-form-urlencoded"
    assert server.ask("POST", "/registration/", b"kind=" + b"x" * 300_000, Content_Type=kind)[0] == 413


def test_two_addresses_in_one_are_not_one_of_ours(server: Server) -> None:
    status, _, headers = server.ask("GET", "//evil.example/?lang=en")
    assert (status, headers["Location"]) == (303, "/evil.example/")


def test_a_second_start_at_the_same_address_is_refused_before_it_says_that_it_answers(
    server: Server, settings: Settings
) -> None:
    told = environ(settings, server.port)
    done = subprocess.run(
        ["sh", "deploy/run"], cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr) == (
        1,
        f"Something answers on 127.0.0.1, port {server.port} already: end it first, or set another PORT.\n",
    )
    assert "Haohuo answers" not in done.stdout
