"""A page with every mark that the small script knows, and a server that notes what the script sends."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SCRIPT = Path(__file__).resolve().parent.parent / "portal" / "static" / "portal.js"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; form-action 'self'; "
    "base-uri 'none'"
)
PAGE = """<!doctype html><html lang="en"{session}><title>Page</title><script src="/portal.js" defer></script>
<form method="post" enctype="multipart/form-data" data-keep{form}>
<input name="shop" value="{shop}"><textarea name="about"></textarea><span data-personal><input name="phone"></span>
<select name="unit"><option>kg</option><option>box</option></select>
<label><input type="radio" name="kind" value="fresh">fresh</label>
<label><input type="radio" name="kind" value="made">made</label>
<div><input type="file" name="photo" data-photo><div data-preview="Your photo"></div></div>
<div data-find="/places/find" data-key="place" data-near="" data-found="Found" data-none="Nothing found" hidden>
<input type="search" id="find"></div>
<p data-kept role="status" data-saving="Saving" data-saved="Saved" data-offline="Offline" data-failed="Not saved"
 data-restored="Here again"></p>
<button name="turn" value="later">Later</button><button name="turn" value="next">Next</button></form>
<p id="words"> Copy me </p><button type="button" data-copy="words" data-copied="Copied">Copy</button></html>"""


class Listener:
    """What the server does and what it got."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.session, self.form, self.shop = ' data-session="s1"', "", ""
        self.status, self.address, self.goes = 200, "", "/next"

    def bodies(self, header: str = "X-Autosave") -> list[bytes]:
        """The bodies that came with that header."""
        return [body for headers, body in self.posts if header in headers]

    def await_posts(self, count: int) -> None:
        """Wait until so many posts have come."""
        until = time.monotonic() + 10
        while len(self.posts) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.posts) == count


def field(body: bytes, name: str) -> bytes | None:
    """A field of a multipart body."""
    found = re.search(rb'name="%b"[^\r]*(?:\r\nContent-Type: [^\r]*)?\r\n\r\n(.*?)\r\n--' % name.encode(), body, re.S)
    return found.group(1) if found else None


@contextmanager
def listening() -> Iterator[Listener]:
    """A server on a port of its own."""
    office = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = [{"code": "522631", "name": "黎平县", "path": "贵州省 黎平县"}] if "liping" in self.path else []
            body, kind = PAGE.format(session=office.session, form=office.form, shop=office.shop).encode(), "text/html"
            if self.path == "/portal.js":
                body, kind = SCRIPT.read_bytes(), "text/javascript"
            elif self.path.startswith("/places"):
                body, kind = json.dumps(found).encode(), "application/json"
            self.answer(200, body, kind)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            office.posts.append((dict(self.headers), body))
            script = "X-Autosave" in self.headers or "X-Script" in self.headers
            self.answer(office.status if script else 303, b"", "text/plain", to=office.goes)

        def answer(self, status: int, body: bytes, kind: str, to: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Content-Length", str(len(body)))
            if to and status < 400:
                self.send_header("Location" if status == 303 else "X-Go", to)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office.address = f"http://127.0.0.1:{server.server_port}/page"
    Thread(target=server.serve_forever, daemon=True).start()
    yield office
    server.shutdown()
    server.server_close()
