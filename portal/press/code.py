"""A QR code as a path, with the address that people can type beside it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Code:
    """A QR code: `path`, stroked, draws its dark modules on a square of `size` modules, quiet zone included.

    Lines cost the press, and pages, less than half of what rectangles do.
    """

    url: str
    host: str
    path: str
    size: int
    # Nobody else's phone can open a loopback address; the paper says so.
    loopback: bool
    # What people can type who cannot scan.
    short: str = ""


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def code(url: str, short: str = "") -> Code:
    """The QR code of an address of ours; `short` is printed beside the host."""
    import segno  # here, and in few other places: a web process that draws none does without it

    parts = urlsplit(url)
    drawn = segno.make(url, error="m", micro=False)
    quiet = 2
    rows = [_runs(row) for row in drawn.matrix]
    path = "".join(f"M{start + quiet} {y + quiet}.5h{length}" for y, row in enumerate(rows) for start, length in row)
    size = drawn.symbol_size(border=quiet)[0]
    return Code(url, parts.netloc, path, int(size), _loopback(parts.hostname or ""), short)


def _runs(row: "bytes | bytearray") -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
