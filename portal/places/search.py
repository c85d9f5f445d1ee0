"""Which places a few typed words may mean, the likeliest first."""

import re
import unicodedata
from collections.abc import Iterator

from portal.places.gazetteer import TOWNSHIP, Gazetteer, gazetteer

LONGEST = 40
# How many meanings of the first words of a path are followed: 西湖 is in two cities, lp may be twelve counties.
SCOPES = 12
# Among equally good matches the county comes first, then city, province, township.
ORDER = (2, 1, 0, 3)
EXACT, SHORT, BEGINS, WITHIN, LETTERS = range(5)
# What may follow a name that is typed without its kind: 黎平(县), liping(xian), lp(x), 黔东南(苗族侗族自治州).
# The group is an ending that may have taken some of the name with it: 大化瑶族自治县 after 大.
NAME_ENDING = re.compile(r"(?:省|市|县|区|旗|盟|地区|特区|林区|镇|乡|街道|苏木|(.*自治[州县区旗]))?")
PINYIN_ENDING = re.compile(
    r"(?:sheng|shi|xian|qu|qi|meng|diqu|tequ|linqu|zhen|xiang|jiedao|sumu|(.*zizhi(?:zhou|xian|qu|qi)))?"
)
INITIALS_ENDING = re.compile(r"(?:[sxqm]|(.*zz[zxq]))?")
TYPED = re.compile(r"[a-z㐀-䶿一-鿿〇\U00020000-\U0003ffff]+")
Hit = tuple[int, int]


def best_rows(text: str, near: str) -> list[int]:
    """Rows of the table for what was typed, the likeliest first; `near` is a known code or ""."""
    words = cleaned(text)
    if not words:
        return []
    table = gazetteer()
    whole = list(hits(table, "".join(words), 0, len(table)))
    # Chinese words with a space between are meant as a path; a space in pinyin parts syllables.
    meant_as_path = len(words) > 1 and not words[0].isascii()
    found = whole if whole and not meant_as_path else list(along(table, words)) or whole
    ranks: dict[int, tuple[int, int, int]] = {}
    for quality, row in found:
        level = table.level(row)
        # 新疆 is the region before it is a street of that very name.
        rank = (max(quality, SHORT) if level == TOWNSHIP else quality, -_shared(table.code(row), near), ORDER[level])
        ranks[row] = min(rank, ranks.get(row, rank))
    return sorted(ranks, key=lambda row: (ranks[row], row))


def cleaned(text: str) -> list[str]:
    """The words typed, in small letters; [] when there are none, too many, or anything that no name has."""
    if len(text) > LONGEST:
        return []
    plain = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"['’·,，、]", " ", plain.replace("ü", "v")).split()
    joined = "".join(words)
    if len(joined) > LONGEST or not TYPED.fullmatch(joined) or (joined.isascii() and len(joined) < 2):
        return []
    return [re.sub(r"(?<=[ln])ve", "ue", word) for word in words]


def hits(table: Gazetteer, part: str, first: int, last: int) -> Iterator[Hit]:
    """How well (EXACT is best) and which rows from `first` to before `last` match one name or a part of it."""
    searched = _by_letters if part.isascii() else _by_name
    return (hit for hit in searched(table, part, first, last) if not table.is_filler(hit[1]))


def _by_name(table: Gazetteer, part: str, first: int, last: int) -> Iterator[Hit]:
    for row in table.names.rows(part, first, last):
        yield _quality(table.names[row], part, NAME_ENDING, EXACT, BEGINS), row
    if part[-1] in "县州旗" and len(part) > 2:  # 彭水县 is what people call 彭水苗族土家族自治县
        for row in table.names.rows("\n" + part[:-1], first, last):
            if table.names[row].endswith("自治" + part[-1]):
                yield SHORT, row


def _by_letters(table: Gazetteer, part: str, first: int, last: int) -> Iterator[Hit]:
    for row in table.pinyin.rows("\n" + part, first, last):
        yield _quality(table.pinyin[row], part, PINYIN_ENDING, EXACT, BEGINS), row
    for row in table.initials.rows("\n" + part, first, last):
        yield _quality(table.initials[row], part, INITIALS_ENDING, SHORT, LETTERS), row


def along(table: Gazetteer, words: list[str]) -> Iterator[Hit]:
    """Matches of a path: every name but the last says where the next one lies; 贵州黎平九潮, with spaces or without."""
    text = "".join(words)
    cuts = [len("".join(words[:n])) for n in range(1, len(words))] if len(words) > 1 else list(range(2, len(text)))
    reached: dict[int, list[int]] = {cut: [] for cut in cuts}
    for at, cut in enumerate(cuts):
        reached[cut] += _scopes(table, text[:cut], 0, len(table))
        for scope in reached[cut]:
            yield from hits(table, text[cut:], scope + 1, table.end(scope))
            for further in cuts[at + 1 :]:
                reached[further] += _scopes(table, text[cut:further], scope + 1, table.end(scope))
                del reached[further][SCOPES:]


def _scopes(table: Gazetteer, part: str, first: int, last: int) -> list[int]:
    if len(part) < 2:
        return []
    best = BEGINS if not part.isascii() else SHORT
    found = ((quality, row) for quality, row in hits(table, part, first, last) if quality <= best)
    return [row for _, row in sorted(found) if table.level(row) < TOWNSHIP][:SCOPES]


def _quality(name: str, part: str, ending: re.Pattern[str], full: int, begun: int) -> int:
    if not name.startswith(part):
        return WITHIN
    ended = ending.fullmatch(name, len(part))
    if ended is None:
        return begun
    return max(full, SHORT) if ended[1] else full


def _shared(code: str, near: str) -> int:
    return sum(code[:length] == near[:length] for length in (2, 4, 6) if len(near) >= length)
