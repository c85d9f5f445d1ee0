"""In the child: pages of finished papers put together, two to a sheet for booklets, into one file for the printer."""

import io
from collections.abc import Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, StreamObject

# Points: a sheet of A4 on its side.
SHEET = (841.89, 595.28)
Place = tuple[int, int]


def folded(pages: int) -> list[tuple[int | None, int | None]]:
    """Which pages stand left and right on each side of a booklet's sheets, in printing order; None is an empty half.

    The sides of a sheet follow each other; turned on the short edge, laid together and folded, pages come in order.
    """
    whole = -(-pages // 4) * 4
    sides = [side for at in range(0, whole // 2, 2) for side in ((whole - 1 - at, at), (at + 1, whole - 2 - at))]
    return [(left if left < pages else None, right if right < pages else None) for left, right in sides]


class Gathering:
    """One file in the making: what several pages share is in it once."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        """Read the pieces."""
        self.pieces = [list(PdfReader(io.BytesIO(piece)).pages) for piece in pieces]
        self.writer = PdfWriter()
        self.taken: dict[tuple[Place, bool], Any] = {}

    def page(self, place: Place) -> None:
        """Add a page of a piece as it is."""
        page = self._source(place)
        if (place, False) not in self.taken:
            resources, contents = page["/Resources"], page["/Contents"]
            self.taken[place, False] = (self._cloned(resources), self._cloned(contents))
        resources, contents = self.taken[place, False]
        self._add(page.mediabox, resources, contents)

    def blank(self, like: Any) -> None:
        """Add an empty page."""
        self._add(like, DictionaryObject(), None)

    def sheet(self, left: Place | None, right: Place | None) -> None:
        """Add a sheet with a page on each half."""
        forms = {f"/{name}": self._form(place) for name, place in (("L", left), ("R", right)) if place}
        shifts = {"/L": 0.0, "/R": SHEET[0] / 2}
        drawn = " ".join(f"q 1 0 0 1 {shifts[name]:.3f} 0 cm {name} Do Q" for name in forms)
        stream = DecodedStreamObject()
        stream.set_data(drawn.encode())
        forms_only = DictionaryObject({NameObject(name): form for name, form in forms.items()})
        resources = DictionaryObject({NameObject("/XObject"): forms_only})
        self._add((0, 0, *SHEET), resources, self.writer._add_object(stream))

    def _source(self, place: Place) -> Any:
        return self.pieces[place[0]][place[1]]

    def _cloned(self, thing: Any) -> Any:
        """A thing of a piece in our file, the same one each time."""
        copy = thing.get_object().clone(self.writer)
        return copy.indirect_reference or copy

    def _form(self, place: Place) -> Any:
        """A page as a thing that can be drawn, once however often it is drawn."""
        if (place, True) not in self.taken:
            page = self._source(place)
            contents = page["/Contents"].get_object()
            form = StreamObject()
            form._data = contents._data
            kept = {NameObject(name): contents[name] for name in ("/Filter", "/DecodeParms") if name in contents}
            form.update(kept)
            form.update(
                {
                    NameObject("/Type"): NameObject("/XObject"),
                    NameObject("/Subtype"): NameObject("/Form"),
                    NameObject("/BBox"): _box(page.mediabox),
                    NameObject("/Resources"): self._cloned(page["/Resources"]),
                }
            )
            self.taken[place, True] = self.writer._add_object(form)
        return self.taken[place, True]

    def _add(self, box: Any, resources: Any, contents: Any) -> None:
        tree = self.writer._pages
        page = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Page"),
                NameObject("/Parent"): tree,
                NameObject("/MediaBox"): _box(box),
                NameObject("/Resources"): resources,
            }
        )
        if contents is not None:
            page[NameObject("/Contents")] = contents
        kids: Any = tree.get_object()
        kids["/Kids"].append(self.writer._add_object(page))
        kids[NameObject("/Count")] = type(kids["/Count"])(len(kids["/Kids"]))

    def written(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.writer.write(out)
        return out.getvalue()


def _place(place: Sequence[int]) -> Place:
    return place[0], place[1]


def _box(box: Any) -> ArrayObject:
    return ArrayObject([FloatObject(side) for side in box])


def gather(pieces: Sequence[bytes], documents: Sequence[Sequence[Place]], edition: str) -> tuple[bytes, int]:
    """One file of all documents, each begun on a front side, and its pages."""
    whole = Gathering(pieces)
    count = 0
    for document in (list(map(_place, each)) for each in documents):
        if edition == "booklet":
            for sides in folded(len(document)):
                whole.sheet(*(None if at is None else document[at] for at in sides))
                count += 1
            continue
        for place in document:
            whole.page(place)
        if len(document) % 2:
            whole.blank(whole._source(document[-1]).mediabox)
        count += len(document) + len(document) % 2
    return whole.written(), count


def imposed(pdf: bytes) -> tuple[bytes, int]:
    """A paper as a booklet."""
    return gather([pdf], [[(0, at) for at in range(len(PdfReader(io.BytesIO(pdf)).pages))]], "booklet")
