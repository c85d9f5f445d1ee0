"""Reading a printed paper back, with the tools that other people would use."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

# Our two fonts: embedded, and cut down to what the paper says.
OURS = {("Haohuo-Noto-Sans-SC", "yes", "yes"), ("Haohuo-Noto-Sans-SC-Bold", "yes", "yes")}


def run(*command: str, stdin: bytes = b"") -> str:
    """What a command prints."""
    return subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=60).stdout.decode()


def fonts(pdf: bytes, folder: Path) -> set[tuple[str, str, str]]:
    """Each font's name without its subset tag, and whether it is embedded and a subset."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    rows = [line.split() for line in run("pdffonts", str(path)).splitlines()[2:]]
    return {(row[0].partition("+")[2], row[-5], row[-4]) for row in rows}


def text(pdf: bytes) -> str:
    """The text of all pages."""
    return run("pdftotext", "-layout", "-", "-", stdin=pdf)


def codes(pdf: bytes, folder: Path, page: int = 1) -> list[str]:
    """What the QR codes of a page say, decoded from its picture in grey."""
    paper, picture = folder / "paper.pdf", folder / "page"
    paper.write_bytes(pdf)
    only = ("-f", str(page), "-l", str(page), "-singlefile")
    run("pdftoppm", "-gray", "-r", "150", *only, "-png", str(paper), str(picture))
    return run("zbarimg", "--quiet", "--raw", f"{picture}.png").splitlines()


def inked(pdf: bytes, page: int, folder: Path) -> tuple[float, float]:
    """Where on a page text and pictures begin and end, as parts of its height; the line at the foot is left out."""
    paper, picture = folder / "paper.pdf", folder / "page"
    paper.write_bytes(pdf)
    only = ("-f", str(page), "-l", str(page), "-singlefile")
    run("pdftoppm", "-gray", "-r", "20", "-png", *only, str(paper), str(picture))
    whole = Image.open(f"{picture}.png")
    body = whole.crop((0, 0, whole.width, int(whole.height * 0.925))).point(lambda light: 255 * (light < 240))
    _, top, _, bottom = body.getbbox() or (0, 0, 0, 0)
    return top / whole.height, bottom / whole.height


def filled(pdf: bytes, page: int, folder: Path) -> float:
    """How far down a page its text or pictures reach, as a part of its height; the line at the foot is left out."""
    return inked(pdf, page, folder)[1]


def opened(pdf: bytes) -> PdfReader:
    """The document itself."""
    return PdfReader(io.BytesIO(pdf))


def tags(pdf: bytes) -> list[DictionaryObject]:
    """The elements of the structure tree, in order."""
    root: Any = opened(pdf).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    return list(below(root["/K"]))


def below(kids: Any) -> Iterator[DictionaryObject]:
    """The elements below a /K of the structure tree, each before those that it holds."""
    found = kids.get_object()
    for kid in found if isinstance(found, ArrayObject) else [found]:
        element = kid.get_object()
        if isinstance(element, DictionaryObject) and "/S" in element:
            yield element
            if "/K" in element:
                yield from below(element["/K"])
