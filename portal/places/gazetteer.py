"""The table of 44,703 places, in memory as a few long strings and arrays instead of so many objects."""

import gzip
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

TABLE = Path(__file__).with_name("places.tsv.gz")
LENGTHS = (2, 4, 6, 9)
# Endings of townships whose pinyin the table leaves out; a name that ends otherwise has its pinyin in full.
ENDINGS = {"镇": "zhen", "乡": "xiang", "街道": "jiedao"}

# Steps of the statistics that say nothing to people: all districts of 北京市 lie in its city 市辖区.
FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
# So many rows are read at a time: all at once leave megabytes behind in the process.
AT_ONCE = 2000
PROVINCE, CITY, COUNTY, TOWNSHIP = range(4)


class Column:
    """One text for each place, kept as one string with a line break before every text."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.starts, self.text = array("I", [0]), "\n"
        self.append(texts)

    def append(self, texts: Iterable[str]) -> None:
        """Put more texts behind those that are there."""
        parts = list(texts)
        for text in parts:
            self.starts.append(self.starts[-1] + len(text) + 1)
        self.text += "".join(f"{text}\n" for text in parts)

    def __getitem__(self, row: int) -> str:
        return self.text[self.starts[row] + 1 : self.starts[row + 1]]

    def rows(self, part: str, first: int, last: int) -> Iterator[int]:
        """The rows from `first` to before `last` whose text has `part`; after a line break it begins the text."""
        end = self.starts[last] + 1
        at = self.text.find(part, self.starts[first], end)
        while at >= 0:
            row = bisect_right(self.starts, at) - 1
            if row < last:
                yield row
            at = self.text.find(part, self.starts[row + 1], end)


class Gazetteer:
    """All places in the order of their codes, a parent before its children; a place is known by its row."""

    def __init__(self, lines: Iterable[tuple[str, str, str, str]]) -> None:
        self.keys = array("I")
        self.names, self.pinyin, self.initials = (Column() for _ in range(3))
        every = iter(lines)
        while rows := list(islice(every, AT_ONCE)):
            self.keys.extend(_key(code) for code, _, _, _ in rows)
            self.names.append(name for _, name, _, _ in rows)
            self.pinyin.append(pinyin for _, _, pinyin, _ in rows)
            self.initials.append(initials for _, _, _, initials in rows)

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, code: str) -> int | None:
        """The row of a code of 2, 4, 6 or 9 plain digits; None for any other text."""
        if len(code) not in LENGTHS or not (code.isascii() and code.isdigit()):
            return None
        key = _key(code)
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def code(self, row: int) -> str:
        """The code of a row, as long as its level asks for."""
        number, level = divmod(self.keys[row], len(LENGTHS))
        return f"{number:09d}"[: LENGTHS[level]]

    def level(self, row: int) -> int:
        """PROVINCE, CITY, COUNTY or TOWNSHIP."""
        return self.keys[row] % len(LENGTHS)

    def end(self, row: int) -> int:
        """The row behind the last place within this one."""
        code = self.code(row)
        width = 10 ** (LENGTHS[-1] - len(code))
        return bisect_left(self.keys, (int(code) + 1) * width * len(LENGTHS), row)

    def upwards(self, row: int) -> list[int]:
        """The rows from the province down to this one."""
        code = self.code(row)
        rows = (self.row(code[:length]) for length in LENGTHS if length <= len(code))
        return [upper for upper in rows if upper is not None]

    def is_filler(self, row: int) -> bool:
        """Is this a step that only the statistics need?"""
        if self.level(row) == CITY:
            return self.names[row] in FILLERS
        # 东莞市 and three more cities have one county, which is the city itself.
        return self.level(row) == COUNTY and self.names[row] == self.names[self.upwards(row)[CITY]]


def _key(code: str) -> int:
    # The level comes last, so that city 4419 and its only county 441900 stay two, in this order.
    return int(code.ljust(LENGTHS[-1], "0")) * len(LENGTHS) + LENGTHS.index(len(code))


def _said(name: str, pinyin: str) -> str:
    for ending, said in ENDINGS.items():
        if name.endswith(ending):
            return pinyin + said
    return pinyin


def lines(table: Path = TABLE) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, pinyin and initials of every place; a township gets its county's digits and its whole pinyin."""
    county = ""
    with gzip.open(table, "rt", encoding="utf-8") as packed:
        for line in packed:
            if line.startswith("#"):
                continue
            code, name, pinyin, *initials = line.rstrip("\n").split("\t")
            if not initials:
                yield county + code, name, _said(name, pinyin), ""
            else:
                county = code
                yield code, name, pinyin, initials[0]


@cache
def gazetteer() -> Gazetteer:
    """The table, read when somebody first asks for a place."""
    return Gazetteer(lines())
