"""A workbook in, its first sheet's cells as text out; or the same from pasted lines.

This file has two lives. The portal imports it and calls `workbook`, which starts it apart (apart.py) as the reading
child: a small file can ask for a sheet of a million columns.
"""

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or __name__ != "__main__":
    from portal import apart
    from portal.i18n import N_, Refusal
else:  # the child: its refusals are bare names that the parent raises again
    N_, Refusal = str, Exception

MOST_BYTES = 2 * 2**20
MOST_ROWS = 500
# Rows above the list (a title, the heads) do not count.
MOST_ABOVE = 10
MOST_COLUMNS, MOST_TEXT = 40, 200
Row = list[str]


class TooHeavy(Refusal):
    """The file has more than 2 MB."""

    msgid = N_("This file is too big: 2 MB is the most. A list of names and numbers is small; leave pictures out.")
    field = "list"


class NotAList(Refusal):
    """The file is no workbook that we can read."""

    msgid = N_("We cannot read this file. Open it in WPS or Excel, save it as .xlsx without a password, and send that.")
    field = "list"


class TooManyRows(Refusal):
    """The list is longer than one run of printing takes."""

    msgid = N_("This list is too long: 500 people is the most. Please send it in parts, for example by village.")
    field = "list"


def workbook(content: bytes) -> list[Row]:
    """The cells of the first visible sheet. Raises TooHeavy, NotAList, TooManyRows."""
    if len(content) > MOST_BYTES:
        raise TooHeavy
    try:
        rows = json.loads(apart.work(__file__, content, apart.Limits(memory=512 * 2**20, processor=10, clock=20.0)))
    except (apart.Failed, ValueError) as reason:
        raise NotAList from reason
    if rows == "TooManyRows":
        raise TooManyRows
    return [[str(cell) for cell in row] for row in rows]


def lines(text: str) -> list[Row]:
    """The cells of pasted lines: tabs between them, as a workbook copies, or commas. Raises TooManyRows."""
    between = "\t" if "\t" in text else ","
    rows = list(csv.reader(io.StringIO(text.replace("，", ",")), delimiter=between)) if text.strip() else []
    if len(rows) > MOST_ROWS + MOST_ABOVE:
        raise TooManyRows
    return rows


# The child: this file run by itself.


def _child() -> None:
    """Read a workbook from stdin; write its rows, or the name of a refusal, to stdout as JSON."""
    json.dump(_rows(sys.stdin.buffer.read(MOST_BYTES + 1)), sys.stdout)


def _rows(content: bytes) -> "list[Row] | str":
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    seen = (
        at
        for at, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    )
    sheet = book.get_sheet_by_index(next(seen, 0))
    if sheet.total_height > MOST_ROWS + MOST_ABOVE:
        return "TooManyRows"
    return [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    """A cell as people see it: a number that was kept as 13800001234.0 has no point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:MOST_TEXT]


if __name__ == "__main__":
    _child()
