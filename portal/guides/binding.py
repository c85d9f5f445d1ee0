"""Binding a batch into one file: a list, the guides, each on a front side, sheets to sign; and a ZIP of single ones."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlmodel import Session, col, select

from portal import db, files, i18n, press
from portal.accounts.models import Seller
from portal.guides import history, orders, recipients
from portal.guides.models import PrintBatch, PrintItem
from portal.guides.shapes import SHAPES
from portal.i18n import gettext
from portal.office import service as offices
from portal.places import service as places
from portal.press import Leaf
from portal.review import numbers
from portal.review.models import Case

Document = list[tuple[int, int]]


@dataclass(frozen=True)
class Bound:
    """One printed guide of a batch, and whose it is."""

    item: PrintItem
    name: str
    shop: str
    number: str
    town: str
    tail: str
    sheets: int = 0


@dataclass(frozen=True)
class Town:
    """The sellers of one place, in order."""

    name: str
    rows: tuple[Bound, ...]


def printed(session: Session, batch: PrintBatch) -> list[Bound]:
    """The printed guides of a batch in their order."""
    query = select(PrintItem, Case, Seller.tail).join(Case, col(Case.id) == col(PrintItem.case_id))
    query = query.join(Seller, col(Seller.id) == col(Case.seller_id))
    found = query.where(PrintItem.batch_id == batch.id, PrintItem.state == "done").order_by(col(PrintItem.at))
    rows = session.exec(found).all()
    names = recipients.names_of(session, [case for _, case, _ in rows])
    return [
        Bound(item, names[case.id], case.title, numbers.shown(case.number), " ".join(places.path(case.place)), tail)
        for item, case, tail in rows
    ]


def gathered(batch: PrintBatch, items: Sequence[Bound]) -> press.Paper:
    """One file for the printer: the list, the guides, the sheets to sign; each begins on a front side."""
    with i18n.speaking(batch.locale):
        rests = {kind: _rest(batch, kind) for kind in dict.fromkeys(it.item.kind for it in items)}
        names = list(dict.fromkeys(it.item.piece for it in items))
        pieces = [*(files.read(name) for name in names), *(rest.pdf for rest in rests.values())]
        after = {kind: len(names) + at for at, kind in enumerate(rests)}
        guides = [
            [
                (names.index(it.item.piece), it.item.page),
                *((after[it.item.kind], page) for page in range(rests[it.item.kind].pages)),
            ]
            for it in items
        ]
        sheets = [_sheets(batch, len(guide)) for guide in guides]
        bound = [replace(it, sheets=count) for it, count in zip(items, sheets, strict=True)]
        before, behind = _list(batch, bound), [_signs(batch, town) for town in towns(bound)]
    documents: list[Document] = []
    for paper in (before, *behind):
        documents.append([(len(pieces), page) for page in range(paper.pages)])
        pieces.append(paper.pdf)
    return press.gather(pieces, [documents[0], *guides, *documents[1:]], edition=batch.edition)


def _rest(batch: PrintBatch, kind: str) -> press.Paper:
    order = orders.guide_order(batch.guide, kind, practice=batch.practice)
    return press.print_rest(order.leaves[1], batch.locale, edition=batch.edition)


def _sheets(batch: PrintBatch, pages: int) -> int:
    """The sheets of paper of one guide, printed on both sides."""
    return -(-pages // (4 if batch.edition == "booklet" else 2))


def towns(items: Sequence[Bound]) -> list[Town]:
    """The same by place."""
    return [Town(name, tuple(rows)) for name, rows in groupby(items, key=lambda it: it.town)]


def _facts(batch: PrintBatch) -> dict[str, object]:
    return {
        "title": history.title(batch),
        "shape": gettext(SHAPES[batch.edition][0]),
        "by": batch.by_name,
        "office": offices.office(),
        "printed": db.today(),
        "practice": batch.practice,
    }


def _list(batch: PrintBatch, items: Sequence[Bound]) -> press.Paper:
    """What is in the file and in which order, for whoever takes the stacks apart."""
    facts = {**_facts(batch), "towns": towns(items), "sheets": sum(it.sheets for it in items)}
    return press.print_rest(Leaf("guides/room_list.html", facts), batch.locale, edition=batch.edition)


def _signs(batch: PrintBatch, town: Town) -> press.Paper:
    """The sheet on which the sellers of one place sign that they have theirs."""
    leaf = Leaf("guides/room_signs.html", {**_facts(batch), "town": town})
    return press.print_rest(leaf, batch.locale, edition=batch.edition)


def zipped(batch: PrintBatch, items: Sequence[Bound]) -> str:
    """The name of the ZIP of single files, each called by number and shop; empty when none was wanted."""
    if not batch.zipped:
        return ""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for it in items:
            packed.writestr(f"{it.number} {_plain(it.shop)}".strip() + ".pdf", files.read(it.item.single))
    return files.keep(whole.getvalue())


def _plain(shop: str) -> str:
    """A shop's name as any file system takes it."""
    words = re.sub(r'[\\/:*?"<>|\s]+', " ", unicodedata.normalize("NFC", shop))
    return "".join(letter for letter in words if letter.isprintable())[:40].strip(". ")
