"""In the child: one tagged PDF of a front and common pages, of which the common pages are written once.

Common pages are numbered from BASE, so nothing of them changes when a front joins them, but the one structure element
that holds all others. The front's file brings the catalogue, the title and all that names the person.
"""

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint import DEFAULT_OPTIONS
from weasyprint.pdf import generate_pdf
from weasyprint.pdf.anchors import add_outlines

# The first number of an object of common pages; a front has a few hundred.
BASE = 20_000
HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
TAGGED = {**DEFAULT_OPTIONS, "pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_version": "1.7"}
_room = pydyf.Object()


class _Numbered(pydyf.PDF):  # type: ignore[misc]  # pydyf has no types
    """A PDF whose objects are numbered from BASE, but for the page tree and the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.objects.extend([_room] * (BASE - len(self.objects)))


@dataclass(frozen=True)
class Common:
    """Common pages as they stand in every file: `body` follows HEAD, `table` places its objects."""

    body: bytes
    table: bytes
    kids: list[Any]
    whole: int
    elements: list[bytes]
    parents: bytes
    names: Any


def write(document: Any, zoom: float) -> Common:
    """Write the common pages, once for all fronts."""
    usual, pydyf.PDF = pydyf.PDF, _Numbered
    try:
        pdf = _generated(document, zoom)
    finally:
        pydyf.PDF = usual
    tree, whole, parents = _structure(pdf)
    for each in pdf.objects[BASE:]:
        if isinstance(each, dict):
            _renamed(each)
    parents["Nums"] = pydyf.Array(_shifted(parents["Nums"]))
    parents["Limits"] = _limits(parents["Nums"])
    out = io.BytesIO()
    left = {tree.number, whole.number, _number(pdf.catalog["Metadata"])}
    places = _written(
        out, (each for each in pdf.objects[BASE:] if each.number not in left), len(HEAD), len(pdf.objects)
    )
    table = b"".join(places.get(number, _FREE) for number in range(BASE, len(pdf.objects) + 1))
    return Common(
        out.getvalue(), table, list(pdf.pages["Kids"]), whole.number, list(whole["K"]), parents.reference,
        pdf.catalog.get("Names"),
    )  # fmt: skip


def join(front: Any, laid: Any, common: Common, zoom: float) -> bytes:
    """The file of a front and of common pages; `laid` is their document, for the bookmarks."""
    pdf = _generated(front, zoom)
    tree, own, nums = _structure(pdf)
    pdf.pages["Kids"].extend(common.kids)
    pdf.pages["Count"] += len(laid.pages)
    add_outlines(pdf, front.copy([*front.pages, *laid.pages]).make_bookmark_tree(0.75 * zoom, transform_pages=True))
    _named(pdf, common.names)
    whole = pydyf.Dictionary({"Type": "/StructElem", "S": "/Document", "P": tree.reference})
    whole["K"] = pydyf.Array([*own["K"], *common.elements])
    whole.number = common.whole
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("P") == own.reference:
            each["P"] = whole.reference
    tree["K"] = pydyf.Array([whole.reference])
    nums["Limits"] = _limits(nums["Nums"])
    parents = pydyf.Dictionary({"Kids": pydyf.Array([nums.reference, common.parents])})
    pdf.add_object(parents)
    tree["ParentTree"] = parents.reference
    pdf.add_object(pdf.info)
    return _file(pdf, own, whole, common)


_FREE = bytes(7)


def _file(pdf: Any, own: Any, whole: Any, common: Common) -> bytes:
    out = io.BytesIO()
    out.write(HEAD + common.body)
    mine = [each for each in pdf.objects if each.free != "f" and each is not own]
    places = _written(out, [*mine, whole], 0, len(pdf.objects))
    table = bytearray(common.table)
    at = (common.whole - BASE) * len(_FREE)
    table[at : at + len(_FREE)] = places[common.whole]
    size, start = len(pdf.objects) + 2, out.tell()
    places[size - 1] = _place(1, start, 0)
    rows = b"".join(places.get(number, _FREE) for number in range(size))
    last = BASE + len(table) // len(_FREE)
    told = {
        "Type": "/XRef",
        "Index": pydyf.Array((0, size, BASE, last - BASE)),
        "W": pydyf.Array((1, 4, 2)),
        "Size": last,
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
    }
    found = pydyf.Stream([rows + bytes(table)], told, compress=True)
    found.number = size - 1
    out.write(found.indirect + f"\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _generated(document: Any, zoom: float) -> Any:
    """A document as objects, without bookmarks: those are of the whole file."""
    marks = [page.bookmarks for page in document.pages]
    for page in document.pages:
        page.bookmarks = []
    try:
        return generate_pdf(document, None, zoom, **TAGGED)
    finally:
        for page, kept in zip(document.pages, marks, strict=True):
            page.bookmarks = kept


def _structure(pdf: Any) -> tuple[Any, Any, Any]:
    """The structure tree's root, its element for the whole, and the table from content to elements."""
    tree = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    return tree, pdf.objects[_number(tree["K"][0])], pdf.objects[_number(tree["ParentTree"])]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _renamed(each: Any) -> None:
    """Keep names apart from the front's: keys of the structure, headings of tables, subsets of fonts."""
    for key in ("StructParents", "StructParent"):
        if key in each:
            each[key] += BASE
    if "ID" in each:
        each["ID"].string = f"c{each['ID'].string}"
    for key in ("BaseFont", "FontName"):
        if key in each:
            name = bytes(each[key])
            each[key] = b"/" + bytes(65 + (letter - 64) % 26 for letter in name[1:7]) + name[7:]


def _shifted(nums: list[Any]) -> list[Any]:
    return [value + BASE if at % 2 == 0 else value for at, value in enumerate(nums)]


def _limits(nums: list[Any]) -> Any:
    return pydyf.Array((nums[0], nums[-2]))


def _named(pdf: Any, names: Any) -> None:
    """Put the targets of links of both parts into one sorted list."""
    if not names:
        return
    mine = pdf.catalog.get("Names", {"Dests": {"Names": []}})["Dests"]["Names"]
    both = [*mine, *names["Dests"]["Names"]]
    pairs = sorted(zip(both[::2], both[1::2], strict=True), key=lambda pair: str(pair[0].string))
    listed = pydyf.Array(each for pair in pairs for each in pair)
    pdf.catalog["Names"] = pydyf.Dictionary({"Dests": pydyf.Dictionary({"Names": listed})})


def _place(kind: int, where: int, which: int) -> bytes:
    return bytes([kind]) + where.to_bytes(4, "big") + which.to_bytes(2, "big")


def _written(out: io.BytesIO, objects: Iterable[Any], shift: int, number: int) -> dict[int, bytes]:
    """Write objects, those without a stream together in one of that number; where each is, by its number."""
    places: dict[int, bytes] = {}
    packed: list[bytes] = []
    index: list[int] = []
    length = 0
    for each in objects:
        if each.compressible:
            places[each.number] = _place(2, number, len(packed))
            index += [each.number, length]
            packed.append(each.data)
            length += len(packed[-1]) + 1
        else:
            places[each.number] = _place(1, out.tell() + shift, 0)
            out.write(each.indirect + b"\n")
    head = " ".join(map(str, index)).encode()
    content = zlib.compress(head + b"\n" + b"\n".join(packed), 6)
    places[number] = _place(1, out.tell() + shift, 0)
    told = f"<</Type /ObjStm/N {len(packed)}/First {len(head) + 1}/Filter /FlateDecode/Length {len(content)}>>"
    out.write(f"{number} 0 obj\n{told}\nstream\n".encode() + content + b"\nendstream\nendobj\n")
    return places
