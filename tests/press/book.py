"""A guide with fronts for many people, to be put together in every way."""

import re
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

from portal import press
from portal.press import Leaf, Paper
from portal.registration.papers import Cover


@dataclass(frozen=True)
class Book:
    """The facts of its common pages."""

    facts: dict[str, Any]

    @property
    def rest(self) -> Leaf:
        """All but the front."""
        return Leaf("guides/rest.html", self.facts)

    def front(self, shop: str, number: str = "K7QM-3XRD", left: tuple[str, ...] = ("传照片",)) -> Leaf:
        """Somebody's page."""
        person = Cover(shop, number, "贵州省 黎平县 九潮镇", date(2026, 11, 29), left)
        code = press.code(f"https://haohuo.example/review/status?number={number}")
        return Leaf("guides/front.html", {**self.facts, "person": person, "code": code})

    def whole(self, shop: str, number: str = "K7QM-3XRD") -> Leaf:
        """The same as one paper, laid out at once."""
        return Leaf("guides/print.html", self.front(shop, number).facts)

    def batch(self, shops: list[str], edition: str = "a4") -> tuple[Paper, Paper, Paper]:
        """Fronts, common pages and the file for the printer."""
        rest = press.print_rest(self.rest, "zh_Hans", edition=edition)
        fronts = press.print_fronts(
            [self.front(shop, f"N{at:03d}") for at, shop in enumerate(shops)],
            "zh_Hans",
            edition=edition,
            total=rest.pages + 1,
        )
        documents = [[(0, at), *((1, page) for page in range(rest.pages))] for at in range(len(shops))]
        return fronts, rest, press.gather([fronts.pdf, rest.pdf], documents, edition=edition)


def everything(pdf: bytes) -> bytes:
    """All bytes of a file, raw and decompressed, and its text as PDFs write it."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    plain = []
    for stream in streams:
        try:
            plain.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            plain.append(stream)
    return b"\n".join([pdf, *plain])


def orphans(document: PdfReader) -> set[int]:
    """Numbers of objects that nothing in the file leads to, but for those that hold the file together."""
    trailer = document.trailer
    todo: list[Any] = [trailer.raw_get(key) for key in ("/Root", "/Info") if key in trailer]
    seen: set[int] = set()
    while todo:
        thing = todo.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            thing = thing.get_object()
        if isinstance(thing, dict):
            todo += [thing.raw_get(key) for key in thing]  # type: ignore[attr-defined]
        elif isinstance(thing, list):
            todo += list(list.__iter__(thing))
    numbers = set(document.xref_objStm).union(*document.xref.values())
    frame = {"/ObjStm", "/XRef"}
    left = numbers - seen - {0}
    return {at for at in left if _kind(document, at) not in frame}


def _kind(document: PdfReader, number: int) -> str:
    thing = document.get_object(number)
    return str(thing.get("/Type")) if isinstance(thing, dict) else ""
