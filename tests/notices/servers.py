"""A gateway's own server on this machine: it checks the signature from the raw request and answers as told."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came over the line."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """What came, and what is answered; `check` says whether the signature is right."""

    check: Callable[[Asked], bool]
    good: Any
    wrong: tuple[int, Any]
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    taken: list[Asked] = field(default_factory=list)
    drips: bool = False
    silent: bool = False
    location: str = ""
    url: str = ""
    over: Event = field(default_factory=Event)

    def will(self, status: int, said: Any) -> None:
        """Answer this next, instead of taking the message."""
        self.answers.append((status, said if isinstance(said, bytes) else json.dumps(said).encode()))

    def reply(self, asked: Asked) -> tuple[int, bytes]:
        """The answer to a request."""
        self.asked.append(asked)
        if not self.check(asked):
            return self.wrong[0], json.dumps(self.wrong[1]).encode()
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(asked)
        return 200, json.dumps(self.good).encode()

    def pieces(self, content: bytes) -> Iterator[bytes]:
        """The content byte by byte, slowly where it drips."""
        for at in range(len(content)):
            yield content[at : at + 1]
            if self.drips:
                time.sleep(0.05)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Serve on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = server.reply(Asked(self.path, headers, body))
            if server.silent:
                server.over.wait(20)
                return
            self.send_response(status)
            if server.location:
                self.send_header("Location", server.location)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for piece in server.pieces(content):
                self.wfile.write(piece)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the other side hung up
                self.close_connection = True

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    server.url = f"http://127.0.0.1:{served.server_port}"
    Thread(target=served.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        served.shutdown()
        served.server_close()


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
