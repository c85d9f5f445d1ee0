"""Staff at the counter, workbooks as offices write them, and the press closed at the end."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import xlsxwriter
from flask import Flask

from portal import press
from portal.access import Actor
from tests.reader import Page, Reader
from tests.review.life import Life

HEADS = ["序号", "村", "户主", "联系电话"]
PEOPLE: list[list[Any]] = [
    [1, "九潮村", "杨大姐", 15400000001],
    [2, "贡寨村", "吴老六", "154 0000 0002"],
    [3, "九潮村", "石秀英", "15400000003"],
]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """No child of the press outlives a test."""
    yield
    press.close()


@pytest.fixture
def helper(app: Flask) -> Actor:
    """A helper of Liping."""
    return Life(app).staff("helper")


@pytest.fixture
def desk(app: Flask, helper: Actor) -> Reader:
    """The helper's browser."""
    return Life(app).reader(helper)


def workbook(*rows: Sequence[Any], hidden_first: bool = False) -> bytes:
    """An XLSX file with these rows."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        if hidden_first:
            cover = book.add_worksheet("old")
            cover.write(0, 0, "not this one")
            cover.hide()
        sheet = book.add_worksheet()
        if hidden_first:
            sheet.activate()
            sheet.set_first_sheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return written.getvalue()


def send(visitor: Reader, content: bytes = b"", text: str = "") -> Page:
    """Bring a list, as a file or pasted."""
    visitor.get("/desk/counter/lists")
    file = {"list": (io.BytesIO(content), "名单.xlsx")} if content else {}
    return visitor.submit(-1, text=text, **file)
