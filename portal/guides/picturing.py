"""A paper's pages as small grey pictures in one ZIP, drawn by a child process.

This file has two lives. The portal imports it and calls `pictures`, which starts it apart (apart.py) as the drawing
child.
"""

import io
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING or __name__ != "__main__":
    from portal import apart
    from portal.press import PressFailed

# The longer side of a picture in pixels, its shades of grey, and how many pages are drawn.
LONG, GREYS, MOST = 880, 16, 40
STEPS = [round(round(value * (GREYS - 1) / 255) * 255 / (GREYS - 1)) for value in range(256)]
MOST_BYTES = 60_000


def pictures(pdf: bytes) -> bytes:
    """A ZIP of the pages of a PDF: 1.png, 2.png and so on. Raises PressFailed."""
    try:
        return apart.work(__file__, pdf, apart.Limits(memory=2**30, processor=40, clock=60.0))
    except apart.Failed as reason:
        raise PressFailed from reason


def picture(packed: bytes, page: int) -> bytes | None:
    """One of them; None where there is no such page."""
    with zipfile.ZipFile(io.BytesIO(packed)) as whole:
        try:
            return whole.read(f"{page}.png")
        except KeyError:
            return None


# The child: this file run by itself.


def _child() -> None:
    """Draw a PDF from stdin; write the ZIP to stdout."""
    sys.stdout.buffer.write(_drawn(sys.stdin.buffer.read()))


def _drawn(pdf: bytes) -> bytes:
    import pypdfium2

    whole = io.BytesIO()
    document = pypdfium2.PdfDocument(pdf)
    with zipfile.ZipFile(whole, "w") as packed:
        for at in range(min(len(document), MOST)):
            packed.writestr(f"{at + 1}.png", _small(document[at]))
    return whole.getvalue()


def _small(page: "object") -> bytes:
    """A page as a PNG of few greys, smaller where it would be too heavy."""
    long = LONG
    while True:
        scale = (long - 0.1) / max(page.get_size())  # type: ignore[attr-defined]
        drawn = page.render(scale=scale, grayscale=True).to_pil()  # type: ignore[attr-defined]
        kept = io.BytesIO()
        drawn.convert("L").point(STEPS).save(kept, "PNG", compress_level=9)
        if kept.tell() <= MOST_BYTES or long <= LONG // 2:
            return kept.getvalue()
        long = long * 4 // 5


if __name__ == "__main__":
    _child()
