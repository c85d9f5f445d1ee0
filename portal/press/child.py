"""The press's child process: lays out and writes one paper after another, knows only HTML and our own assets.

Started as a script (`python -P child.py`), so that it carries nothing of the portal; the parent imports the frames.
A request is one JSON frame, a reply is a JSON frame and a frame with the PDF (empty when it failed).
"""

import gc
import json
import logging
import os
import resource
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "static" / "fonts"
ASSETS: Mapping[str, Path] = {
    "press:regular": FONTS / "NotoSansSC-Regular.ttf",
    "press:bold": FONTS / "NotoSansSC-Bold.ttf",
    "press:practice": HERE / "practice.svg",
}
STYLE = HERE / "paper.css"
OPTIONS: Mapping[str, Any] = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "presentational_hints": False}
_length = struct.Struct(">I")


def send(stream: IO[bytes], content: bytes) -> None:
    """Write one frame: its length in four bytes, then the content."""
    stream.write(_length.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read one frame. Raises EOFError when the other side is gone."""
    head = stream.read(_length.size)
    if len(head) < _length.size:
        raise EOFError
    length = _length.unpack(head)[0]
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


class Lacking(logging.Handler):
    """Gathers the characters that no font could draw, as WeasyPrint reports them while writing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the character of a missing-glyph warning."""
        if str(record.msg).startswith(".notdef glyph"):
            self.characters.add(record.args[0])  # type: ignore[index,arg-type]


def _limit_memory(most: int) -> None:
    # macOS refuses some of these limits; the parent's wall limit holds there.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_seconds(seconds: int) -> None:
    """RLIMIT_CPU counts the whole life of a process, so each paper moves the soft limit on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _press() -> Callable[[Mapping[str, Any]], tuple[dict[str, Any], bytes]]:
    """Import WeasyPrint, load our fonts and stylesheet once, and return what prints a request."""
    from weasyprint import CSS, HTML
    from weasyprint.text.ffi import harfbuzz_subset
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Serves the assets of the map above and refuses every other address."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            """The asset of exactly this address. Raises ValueError for any other."""
            if url not in ASSETS:
                raise ValueError("not an asset of ours")
            kind = {".ttf": "font/ttf", ".svg": "image/svg+xml"}[ASSETS[url].suffix]
            return URLFetcherResponse(url, ASSETS[url].read_bytes(), {"Content-Type": kind})

    lacking = Lacking()
    log = logging.getLogger("weasyprint")
    log.handlers, log.propagate = [lacking], False
    fonts, fetcher = FontConfiguration(), OnlyOurs()
    style = CSS(string=STYLE.read_text("utf-8"), url_fetcher=fetcher, font_config=fonts)
    ready = {"ok": True, "subset": harfbuzz_subset is not None}

    def print_one(request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        if "html" not in request:
            return ready, b""
        lacking.characters = set()
        html = HTML(string=request["html"], url_fetcher=fetcher, base_url="press:")
        document = html.render(font_config=fonts, stylesheets=[style], **OPTIONS)
        pdf = document.write_pdf(**OPTIONS)
        return {"ok": True, "pages": len(document.pages), "missing": sorted(lacking.characters)}, pdf

    return print_one


def serve(incoming: IO[bytes], outgoing: IO[bytes], memory: int) -> None:
    """Print what comes in until the parent closes its side."""
    _limit_memory(memory)
    press = _press()
    with suppress(EOFError, BrokenPipeError):
        while True:
            request = json.loads(receive(incoming))
            _allow_seconds(request["seconds"])
            try:
                reply, pdf = press(request)
            except MemoryError:
                reply, pdf = {"ok": False, "why": "memory"}, b""
            except Exception as error:
                # The name of the error only: its words may hold what a person typed.
                reply, pdf = {"ok": False, "why": type(error).__name__}, b""
            send(outgoing, json.dumps(reply).encode())
            send(outgoing, pdf)
            gc.collect()


if __name__ == "__main__":
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land among the frames
    serve(sys.stdin.buffer, replies, int(sys.argv[1]))
