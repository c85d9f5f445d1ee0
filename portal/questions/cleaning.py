"""Typed text made fit to keep: one form of each character, nothing invisible that steers, an end somewhere."""

import re
import unicodedata
from collections.abc import Iterator

# NFKC turns these into ASCII marks; in a Chinese sentence they are right as typed.
CHINESE_MARKS = re.compile("([，！？：；（）])")
# Joiners are needed by several scripts and by emoji; every other format character steers or hides.
JOINERS = "\u200c\u200d"
NEWLINES = re.compile("\r\n?|[\u0085\u2028\u2029\u000b\u000c]")
BLANKS = re.compile(r"[^\S\n]+")
MARKS_ON_ONE = 6
# How much may be dropped before what comes after it is lost.
DROPPED = 1000
# Most of what is typed: characters that stay as they are.
PLAIN = re.compile(r"[ -~\u3001\u3002\u4e00-\u9fff，！？：；（）]*")
# Blanks, dashes and joiners, which people put into numbers.
LOOSE = ("Zs", "Pd", "Cf")


def clean(raw: str, most: int, *, lines: bool = False) -> str:
    """The text in NFKC, no control or bidi characters, blanks joined, at most `most` code points.

    Full-width Chinese punctuation stays. Line breaks stay with `lines`, else they become blanks.
    """
    if PLAIN.fullmatch(raw):
        return BLANKS.sub(" ", raw.strip()[: most * 2 + DROPPED])[:most].rstrip()
    text = NEWLINES.sub("\n", raw.strip()[: most * 2 + DROPPED])
    pieces = CHINESE_MARKS.split(text)
    normal = "".join(piece if CHINESE_MARKS.match(piece) else unicodedata.normalize("NFKC", piece) for piece in pieces)
    kept = "".join(_visible(normal[: most * 2 + DROPPED]))
    kept = re.sub(r" ?\n ?", "\n", kept) if lines else kept.replace("\n", " ")
    return BLANKS.sub(" ", kept).strip()[:most].rstrip()


def compact(text: str) -> str:
    """A number as it is compared: no blanks, dashes or dots inside, capital letters."""
    return "".join(char for char in text if unicodedata.category(char) not in LOOSE and char not in ".·_").upper()


def _visible(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        if char.isascii() and char.isprintable():
            marks = 0
            yield char
            continue
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if char == "\n" or char in JOINERS:
            yield char
        elif char == "\t":
            yield " "
        elif category not in ("Cc", "Cf", "Cs", "Co") and ord(char) & 0xFFFE != 0xFFFE and marks <= MARKS_ON_ONE:
            yield char
