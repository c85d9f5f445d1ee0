"""Rows as a file that WPS and Excel open: XLSX or CSV, every cell text, nothing that computes."""

import csv
import io
from collections.abc import Iterable, Sequence

from portal.questions.cleaning import clean

ENDINGS = ("xlsx", "csv")
LONGEST = 2000
WIDTH = 18
# What a spreadsheet takes for a formula, in whatever width it was typed.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
Cells = Sequence[str]


def safe(words: str) -> str:
    """A cell's words: one line, no control characters, and nothing that a spreadsheet would compute."""
    cleaned = clean(words.replace("\t", " "), LONGEST)
    return f"'{cleaned}" if cleaned.startswith(FORMULA) else cleaned


def written(ending: str, *, heads: Cells, rows: Iterable[Cells], foot: str, title: str) -> bytes:
    """The file, its first row the headings and its last what the foot says."""
    if ending == "csv":
        return _csv(heads, rows, foot)
    return _xlsx(heads, rows, foot, title)


def _csv(heads: Cells, rows: Iterable[Cells], foot: str) -> bytes:
    whole = io.StringIO(newline="")
    out = csv.writer(whole)
    out.writerow(map(safe, heads))
    out.writerows(map(safe, row) for row in rows)
    out.writerow([safe(foot)])
    return whole.getvalue().encode("utf-8-sig")  # by the mark in front spreadsheets know the letters


def _xlsx(heads: Cells, rows: Iterable[Cells], foot: str, title: str) -> bytes:
    whole, at = io.BytesIO(), 0
    import xlsxwriter  # 5 MB that a web process need not carry

    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:  # nothing of it lies on the disk in clear
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(heads) - 1, WIDTH, text)
        for column, words in enumerate(heads):
            sheet.write_string(0, column, safe(words), bold)
        for at, row in enumerate(rows, start=1):
            for column, words in enumerate(row):
                sheet.write_string(at, column, safe(words), text)
        sheet.write_string(at + 1, 0, safe(foot))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_header("&L" + title.replace("&", "&&")[:100])
        sheet.set_footer("&L" + foot.replace("&", "&&")[:200] + "&R&P / &N")
    return whole.getvalue()
