"""The press's child process: lays out and writes one paper after another, knows only HTML and our own assets.

Started as a script (`python -P child.py`), so that it carries nothing of the portal; the parent imports the frames.
A request is one JSON frame and as many frames with PDFs as it says; a reply is a JSON frame and a frame with the PDF
(empty when it failed).
"""

import gc
import json
import os
import resource
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import IO, Any

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "static" / "fonts"
ASSETS: Mapping[str, Path] = {
    "press:regular": FONTS / "NotoSansSC-Regular.ttf",
    "press:bold": FONTS / "NotoSansSC-Bold.ttf",
    "press:practice": HERE / "practice.svg",
}
NEARLY = 0.9
STYLES = tuple(HERE / name for name in ("paper.css", "half.css", "large.css", "tight.css", "closer.css"))
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


def _alone() -> None:
    """Make `portal.press` a bare folder here: the child's own files are imported without what the portal carries."""
    for name, folder in (("portal", HERE.parent), ("portal.press", HERE)):
        sys.modules[name] = package = ModuleType(name)
        package.__path__ = [str(folder)]


def _press() -> Callable[[Mapping[str, Any], Sequence[bytes]], tuple[dict[str, Any], bytes]]:
    """Import WeasyPrint, load our fonts and stylesheets once, and return what does a request."""
    from portal.press import setting, working

    setter = setting.Setter(ASSETS, STYLES)
    return lambda request, pieces: working.done(setter, request, pieces)


def _why(error: Exception, most: int) -> str:
    """The name of the error only: its words may hold what a person typed.

    A C library that gets no memory says so in ways of its own, so the peak counts too.
    """
    if isinstance(error, MemoryError) or _peak() > most * NEARLY:
        return "memory"
    return type(error).__name__


def _peak() -> int:
    """The most bytes of addresses this process ever had, as the limit counts them; 0 where nobody says."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmPeak:")), 0)


def serve(incoming: IO[bytes], outgoing: IO[bytes], memory: int) -> None:
    """Print what comes in until the parent closes its side."""
    _limit_memory(memory)
    press = _press()
    with suppress(EOFError, BrokenPipeError):
        while True:
            request = json.loads(receive(incoming))
            pieces = [receive(incoming) for _ in range(request.get("pieces", 0))]
            _allow_seconds(request["seconds"])
            try:
                reply, pdf = press(request, pieces)
            except Exception as error:
                reply, pdf = {"ok": False, "why": _why(error, memory)}, b""
            send(outgoing, json.dumps(reply).encode())
            send(outgoing, pdf)
            del request, pieces, reply, pdf
            gc.collect()


if __name__ == "__main__":
    _alone()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land among the frames
    serve(sys.stdin.buffer, replies, int(sys.argv[1]))
