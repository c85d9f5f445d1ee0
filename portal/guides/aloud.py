"""A guide as plain text to be read aloud: whole sentences in order, numbers of steps spoken, no signs that stumble."""

import re
from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from portal import i18n
from portal.config import ROOT
from portal.guides.guide import Figure, Guide, Part, Table
from portal.guides.quoted import Listing, Other, Quoted, Tier
from portal.i18n import N_, library_text
from portal.i18n import gettext as _
from portal.office.known import Office
from portal.questions.models import Reason

DIGITS = "零一二三四五六七八九"
TEN = 10
# What ends a sentence, in either language.
ENDS = "。！？.!?：:；;"
# Signs that a speech program passes over or stumbles over, and what is said in their place.
UNSAID = dict.fromkeys('“”‘’《》「」〈〉"□•*#_|', "")
SIGNS = {
    "zh_Hans": {
        "（": "，",
        "）": "，",
        "(": "，",
        ")": "，",
        "·": "，",
        "/": "，",
        "×": "叉",
        "✗": "叉",
        "✓": "勾",
        "△": "三角",
        "→": "，",
    }
    | {"≥": "不少于", "≤": "不超过", "=": "等于", "+": "加", "℃": "摄氏度", "—": "，"},
    "en": {
        "（": "(",
        "）": ")",
        "：": ": ",
        "，": ", ",
        "。": ".",
        "·": ",",
        "×": "cross",
        "✗": "cross",
        "✓": "tick",
        "△": "triangle",
    }
    | {"→": ",", "≥": "at least ", "≤": "at most ", "=": " is ", "+": " plus ", "℃": " degrees", "–": " to ", "—": ","},
}
SAID = {language: str.maketrans({**UNSAID, **signs}) for language, signs in SIGNS.items()}
CHINESE = (
    (re.compile(r"(?<=[0-9元斤克箱件]) ?× ?(?=[0-9])"), " 乘 "),
    (re.compile(r"([0-9]{1,2}):00"), r"\1 点"),
    (re.compile(r"([0-9]{1,2}):([0-9]{2})"), r"\1 点 \2 分"),
    (re.compile(r"([0-9]{4})-0?([0-9]{1,2})-0?([0-9]{1,2})(?![0-9])"), r"\1 年 \2 月 \3 日"),
    (re.compile(r"([0-9]{4})-(?:0([1-9])|(1[0-2]))(?![0-9])"), r"\1 年 \2\3 月"),
    (re.compile(r"(点|分|日|月)\s*[-–—~～]\s*"), r"\1到 "),
    (re.compile(r"(?<![0-9])([0-9]{1,3})[-–~～]([0-9]{1,3})(?![0-9])"), r"\1 到 \2"),
)
ENGLISH = (
    (re.compile(r"(?<=[0-9a-z]) ?× ?(?=[0-9])"), " times "),
    (re.compile(r"(?<=[0-9])[-–](?=[0-9]{1,2}[:.])"), " to "),
    (
        re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])"),
        lambda on: f"{int(on[3])} {month_name[int(on[2])]} {on[1]}",
    ),
    (re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?![0-9])"), lambda on: f"{month_name[int(on[2])]} {on[1]}"),
)
# What is left where signs have gone: stops beside stops, and too much room.
LEFT = (
    (re.compile(r"[，,]\s*(?=[，。！？；：])"), ""),
    (re.compile(r"([，。！？；：])\s*[，。]+"), r"\1"),
    (re.compile(r"([.!?])\.(?!\.)"), r"\1"),
    (re.compile(r" +(?=[,.:;!?，。！？；：])|(?<=[，。！？；：]) +"), ""),
    (re.compile(" +"), " "),
)
# What a drawing says of itself to those who do not see it.
DESCRIBED = re.compile(r'<desc>\{\{ _\("(.*?)"\) \}\}</desc>', re.DOTALL)
STEP = N_("Step %(number)s")
CHAPTER = N_("Chapter %(number)s")


def text(
    guide: Guide, kind: str, shown: Quoted, reasons: Mapping[str, Reason], office: Office, *, practice: bool = False
) -> str:
    """The whole guide for a kind of seller, in the language in use, a paragraph a line; one of practice says so."""
    addressed, words = guide.kinds()[kind], library_text
    title = f"{_('Practice')} · {words(guide.title)}" if practice else words(guide.title)
    lines = [ended(title) + words(addressed.title), words(addressed.who), words(guide.lead)]
    chapters = 0
    for part in guide.parts(kind):
        if part.title:
            chapters += not part.joined
            begun = f"{_(CHAPTER, number=spoken(chapters))}，" if not part.joined else ""
            lines += ["", begun + words(part.title)]
        lines += _part(part, shown, reasons, office)
    told = {"version": guide.version, "as_of": guide.as_of}
    lines += ["", _("Edition %(version)s, %(as_of)s", **told)]
    return "\n".join(quiet(line) for line in lines) + "\n"


def spoken(number: int) -> str:
    """A number up to 99 as one says it: 十二; in English as digits."""
    if i18n.language() != i18n.DEFAULT:
        return str(number)
    tens, ones = divmod(number, TEN)
    before = "" if not tens else f"{DIGITS[tens] if tens > 1 else ''}十"
    return before + (DIGITS[ones] if ones or not tens else "")


def quiet(line: str) -> str:
    """A line without signs that are not spoken, ended as a sentence."""
    said = line
    for found, instead in CHINESE if i18n.language() == i18n.DEFAULT else ENGLISH:
        said = found.sub(instead, said)
    said = said.translate(SAID[i18n.language()])
    for found, instead in LEFT:
        said = found.sub(instead, said)
    said = said.strip(" ，,")
    return ended(said).strip() if said else ""


def _part(part: Part, shown: Quoted, reasons: Mapping[str, Reason], office: Office) -> Iterator[str]:
    """What a part says, in the order in which paper has it."""
    words = library_text
    if part.intro:
        yield words(part.intro)
    if part.help:
        yield from _help(office)
    yield from (_figure(figure) for figure in part.figure)
    if part.table:
        yield from _table(part.table)
    yield from (words(point) for point in part.points)
    if part.rows:
        yield from _rows(shown.rows[part.rows])
    if part.words:
        yield from _tiers(shown.tiers)
    for number, step in enumerate(part.step, 1):
        yield f"{_(STEP, number=spoken(number))}，{ended(words(step.title))}{words(step.text)}"
    for reason in (reasons[code] for code in part.reasons if code in reasons):
        yield f"{ended(words(reason.meaning))}{words(reason.mend)}"
    if part.note:
        yield f"{ended(words(part.note.title))}{words(part.note.text)}"
    for fact in part.fact:
        ground = _("%(source)s; looked at in %(as_of)s", source=words(fact.source), as_of=fact.as_of)
        yield f"{ended(words(fact.text))}{ground}"
    if part.see:
        yield _see(shown.of(part))
    if part.closing:
        yield _(
            "What this guide says of laws and platforms is for looking up and is no legal advice. "
            "Where a platform's page says otherwise, the page is right."
        )


def ended(sentence: str) -> str:
    """A sentence with its end, so that a voice stops before the next."""
    chinese = i18n.language() == i18n.DEFAULT
    done = sentence if sentence[-1:] in ENDS else sentence + ("。" if chinese else ".")
    return done if chinese else f"{done} "


def _help(office: Office) -> Iterator[str]:
    yield f"{ended(library_text(office.name))}{_('Phone:')} {ended(office.phone)}{library_text(office.hours)}"
    yield library_text(office.address)
    if office.station:
        yield library_text(office.station)


def _figure(figure: Figure) -> str:
    told = _("The picture shows: %(what)s", what=_(description(figure.drawing)))
    return f"{ended(told)}{library_text(figure.caption)}"


@cache
def description(drawing: str) -> str:
    """What a drawing says of itself to those who do not see it: a msgid."""
    found = DESCRIBED.search((ROOT / "templates" / "drawings" / f"{drawing}.svg").read_text("utf-8"))
    return found[1] if found else ""


def _table(table: Table) -> Iterator[str]:
    columns = [library_text(column) for column in table.columns]
    for row in table.rows:
        cells = zip(columns, (library_text(cell) for cell in row), strict=True)
        yield "".join(ended(f"{column}：{cell}") for column, cell in cells if cell)


def _rows(listings: Sequence[Listing]) -> Iterator[str]:
    for listing in listings:
        columns = [_(column) for column in listing.columns]
        if listing.lines and len(listings) > 1:
            yield _(listing.title)
        for line in listing.lines:
            cells = zip(columns, line.printed, strict=True)
            yield "".join(ended(f"{column}：{'，'.join(cell)}") for column, cell in cells if cell)
    if listings[0].blank:
        yield _("The office has not written any here yet. Ring it, and write down what it says.")


def _tiers(tiers: Sequence[Tier]) -> Iterator[str]:
    for tier in tiers:
        yield f"{ended(_(tier.title))}{_(tier.meaning)}"
        for group in tier.groups:
            only = ended(_("Only in the name of a shop")) if group.where == "shop_name" else ""
            said = "".join(ended(library_text(words)) for words in (group.suggestion, group.ground))
            yield f"{ended('、'.join(group.words))}{only}{said}"


def _see(others: Sequence[Other]) -> str:
    return f"{_('See also:')} {'，'.join(library_text(other.title) for other in others)}"
