"""What makes a printed guide right: each rule reads the PDF back and returns its faults, one line each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream, Destination, DictionaryObject

from tests.press import reading

# Points; 15 mm at each side, and what printers cannot reach above and below the lines of head and foot.
SIDE, EDGE = 42.5, 28
FILLS = ("rg", "g", "k", "sc", "scn")
NAMES = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Word:
    """A word of a page and where it stands, in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def bare(text: str) -> str:
    """A text without its spaces: lines break where they like."""
    return "".join(text.split())


class Read:
    """A printed paper, read once."""

    def __init__(self, pdf: bytes, folder: Path) -> None:
        self.pdf, self.folder = pdf, folder

    @cached_property
    def document(self) -> PdfReader:
        """The document itself."""
        return reading.opened(self.pdf)

    @cached_property
    def pages(self) -> list[list[Word]]:
        """The words of each page, in the order of the document."""
        whole = reading.run("pdftotext", "-bbox", "-", "-", stdin=self.pdf)
        tree = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", whole))
        return [[_word(each) for each in page.iter(f"{NAMES}word")] for page in tree.iter(f"{NAMES}page")]

    @cached_property
    def texts(self) -> list[str]:
        """The text of each page without spaces."""
        return ["".join(word.text for word in page) for page in self.pages]

    @cached_property
    def elements(self) -> list[DictionaryObject]:
        """The elements of the structure tree."""
        return reading.tags(self.pdf)

    def named(self, kind: str) -> list[DictionaryObject]:
        """The elements of one kind, such as /TH."""
        return [element for element in self.elements if str(element["/S"]) == kind]

    @cached_property
    def pictures(self) -> list[Image.Image]:
        """Each page in grey, 50 dots an inch."""
        (self.folder / "read.pdf").write_bytes(self.pdf)
        reading.run("pdftoppm", "-gray", "-r", "50", "-png", str(self.folder / "read.pdf"), str(self.folder / "read"))
        paths = sorted(self.folder.glob("read-*.png"))
        found = [Image.open(path).copy() for path in paths]
        for path in paths:
            path.unlink()
        return found


def _word(element: ElementTree.Element) -> Word:
    left, top, right, bottom = (float(element.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
    return Word(element.text or "", left, top, right, bottom)


def fonts(paper: Read) -> Iterator[str]:
    """Every font is ours, embedded, and a subset."""
    yield from (f"font {font}" for font in sorted(reading.fonts(paper.pdf, paper.folder) - reading.OURS))


def order(paper: Read, titles: Iterable[str]) -> Iterator[str]:
    """The titles stand in the text one after the other."""
    words, at = "".join(paper.texts), 0
    for title in titles:
        found = words.find(bare(title), at)
        if found < 0:
            yield f"not in its place: {title}"
        else:
            at = found + len(bare(title))


def feet(paper: Read) -> Iterator[str]:
    """Each page says at its foot which of how many it is."""
    for at, page in enumerate(paper.pages, 1):
        last = "".join(word.text for word in sorted(page, key=lambda word: (round(word.bottom), word.left))[-12:])
        if not last.endswith(f"{at}/{len(paper.pages)}"):
            yield f"page {at}: its foot ends with {last[-9:]}"


def tags(paper: Read, headings: int, tag: str) -> Iterator[str]:
    """One title, each heading, header cells of tables, lists, words for each picture, the language."""
    root: Any = paper.document.trailer["/Root"]
    if root["/Lang"] != tag or not root["/MarkInfo"]["/Marked"]:
        yield f"language {root['/Lang']}"
    counted = {kind: len(paper.named(kind)) for kind in ("/H1", "/H2")}
    if counted != {"/H1": 1, "/H2": headings}:
        yield f"headings {counted}, wanted {headings}"
    for figure in paper.named("/Figure"):
        if not str(figure.get("/Alt", "")).strip():
            yield "a picture without words"
    for table in paper.named("/Table"):
        if "/TH" not in {str(each["/S"]) for each in reading.below(table["/K"])}:
            yield "a table without header cells"
    for item in paper.named("/LI"):
        parent: Any = item["/P"].get_object()
        if str(parent["/S"]) != "/L":
            yield "an item outside a list"


def links(paper: Read, host: str) -> Iterator[str]:
    """Every link leads to a page of this paper or to an address of ours; every bookmark to the page of its title."""
    for at, page in enumerate(paper.document.pages, 1):
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A", {})
            uri = str(action.get("/URI", ""))
            if uri and not uri.startswith((host, "tel:")):
                yield f"page {at}: a link to {uri}"
            inside = note.get_object().get("/Dest", action.get("/D"))
            if inside is not None and str(inside) not in paper.document.named_destinations:
                yield f"page {at}: a link to nowhere, {inside}"
    marks = list(_marks(paper.document.outline))
    if not marks:
        yield "no bookmarks"
    for mark in marks:
        page_number = paper.document.get_destination_page_number(mark)
        if page_number is None or bare(str(mark.title)) not in paper.texts[page_number]:
            yield f"bookmark {mark.title}: page {page_number}"


def _marks(outline: Any) -> Iterator[Destination]:
    for each in outline:
        if isinstance(each, list):
            yield from _marks(each)
        else:
            yield each


def margins(paper: Read) -> Iterator[str]:
    """Nothing stands outside the margins: no word, and no ink at all near the edge."""
    for at, (page, picture) in enumerate(zip(paper.document.pages, paper.pictures, strict=True), 1):
        wide, scale = float(page.mediabox.width), 72 / 50
        yield from (
            f"page {at}: “{word.text}” at {word.left:.0f}-{word.right:.0f}"
            for word in paper.pages[at - 1]
            if word.left < SIDE or word.right > wide - SIDE
        )
        left, top, right, bottom = (each * scale for each in picture.point(_dark).getbbox() or (100, 100, 200, 200))
        tall = float(page.mediabox.height)
        if left < SIDE - 4 or right > wide - SIDE + 4 or top < EDGE or bottom > tall - EDGE:
            yield f"page {at}: ink at {left:.0f} {top:.0f} {right:.0f} {bottom:.0f}"


def _dark(light: int) -> int:
    return 255 * (light < 200)


def parted(paper: Read, titles: set[str]) -> Iterator[str]:
    """No page ends with a heading."""
    tall = float(paper.document.pages[0].mediabox.height)
    for at, page in enumerate(paper.pages, 1):
        body = [word for word in page if word.bottom < tall - SIDE]
        last = max((word.bottom for word in body), default=0)
        line = "".join(word.text for word in body if last - word.bottom < 4)
        if line in {bare(title) for title in titles}:
            yield f"page {at} ends with {line}"


def halved(paper: Read, text: str) -> Iterator[str]:
    """No word of Latin letters is broken into two lines."""
    known = set(re.findall(r"[A-Za-z]+", text))
    for at, page in enumerate(paper.pages, 1):
        for word in page:
            if word.text.isascii() and word.text.isalpha() and word.text not in known:
                ends = {re.sub(r"\W.*", "", each.text) for each in page if _below(word, each)}
                yield from (f"page {at} breaks {word.text}-{end}" for end in ends if word.text + end in known)


def _below(word: Word, each: Word) -> bool:
    """Whether a word stands in the next line, no further to the right."""
    return word.top + 2 < each.top < word.bottom + (word.bottom - word.top) and each.left <= word.left + 1


def whole(paper: Read, cards: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A card's title and the end of its text stand on one page."""
    for title, text in cards:
        head, end = bare(title), bare(text)[-12:]
        if not any(head in page and end in page for page in paper.texts):
            yield f"broken card: {title}"


def greys(paper: Read) -> Iterator[str]:
    """What is filled is black or at most a tenth grey: it will be photocopied."""
    for at, page in enumerate(paper.document.pages, 1):
        contents = page.get_contents()
        for operands, operator in ContentStream(contents, paper.document).operations if contents else []:
            name = operator.decode() if isinstance(operator, bytes) else str(operator)
            if name not in FILLS:
                continue
            parts = {round(float(part), 3) for part in operands if isinstance(part, (int, float))}
            if len(parts) != 1 or 0 < min(parts) < 0.9:
                yield f"page {at}: filled with {sorted(parts)}"


def filled(paper: Read, least: float = 0.5, *, but_last: bool = False) -> Iterator[str]:
    """No page (`but_last`: none but the last) is filled less far down, as a part of its height."""
    for at, picture in enumerate(paper.pictures[: -1 if but_last else None], 1):
        body = picture.crop((0, 0, picture.width, int(picture.height * 0.925))).point(_dark)
        down = (body.getbbox() or (0, 0, 0, 0))[3] / picture.height
        if down < least:
            yield f"page {at} is filled to {down:.2f}"


def codes(paper: Read, wanted: str) -> Iterator[str]:
    """The QR code of the cover, read from its picture, says the address; it is at least 20 mm wide."""
    said = reading.codes(paper.pdf, paper.folder)
    if said != [wanted]:
        yield f"the code says {said}, not {wanted}"
