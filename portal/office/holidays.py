"""Holidays and moved working days as one types them: a line for a day or for several in a row."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import format_date, format_skeleton

from portal import i18n
from portal.i18n import N_, gettext
from portal.office.models import Day

MOST_LINES, MOST_IN_A_ROW, LONGEST_NAME = 300, 31, 40
YEARS = range(2020, 2100)
WORKING = re.compile("上班|补班|working", re.I)
DATE = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
WEEKDAYS = "一二三四五六日"
WEEKDAY = rf"(?:\s*\((?:周|星期)([{WEEKDAYS}天])\))?"
TO = r"(?:至|到|~|—|–|-|to)\s*"
LAST = rf"(?:{DATE}|([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?|([0-9]{{1,2}})日)"
LINE = re.compile(rf"{DATE}{WEEKDAY}(?:\s*{TO}{LAST}{WEEKDAY})?\s*(.*)\Z")
CUT_OFF = re.compile(rf"{TO}[0-9]")
# Announcements say several stretches in one line, the year once: "5月1日至5日放假,共5天。5月8日(周六)上班".
NEXT = re.compile(r"[,;。、]\s*(?=(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?)")
WITH_YEAR = re.compile(r"([0-9]{4})[-/.年]")
YEARLESS = re.compile(r"[0-9]{1,2}[-/.月][0-9]{1,2}")
ENDING = re.compile(r"(?:[,;。]|共[0-9]+天)+\Z")


class Stretch(NamedTuple):
    """Days in a row that are the same: at work or at rest, and why."""

    first: date
    last: date
    working: bool
    name: str

    @property
    def shown(self) -> str:
        """The days for people, with their weekdays."""
        ends = dict.fromkeys((self.first, self.last))
        return " – ".join(format_skeleton("yMMMEd", day, locale=i18n.language()) for day in ends)

    @property
    def line(self) -> str:
        """As one types it."""
        days = f"{self.first}" if self.first == self.last else f"{self.first} 至 {self.last}"
        return f"{days} {self.name}"


class Fault(Exception):
    """What is wrong with one line, as a msgid and its values."""

    def __init__(self, msgid: str, **values: object) -> None:
        super().__init__(msgid)
        self.values = values


def parse(text: str) -> tuple[list[Day], list[str]]:
    """The days of a text and what is wrong with it, each fault with the number of its line."""
    days: dict[date, Day] = {}
    faults: list[str] = []
    lines = unicodedata.normalize("NFKC", text).splitlines()
    if len(lines) > MOST_LINES:
        return [], [gettext("At most %(most)s lines: take the years off that are over.", most=MOST_LINES)]
    for number, line in enumerate(lines, 1):
        try:
            for day in (day for part in _parts(line.strip()) for day in _days(part)):
                if day.day in days:
                    raise Fault(N_("%(day)s stands in an earlier line already"), day=day.day)
                days[day.day] = day
        except Fault as fault:
            why = gettext(str(fault), **fault.values)
            faults.append(gettext("Line %(number)s: %(why)s.", number=number, why=why))
    return [days[day] for day in sorted(days)], faults


def _parts(line: str) -> list[str]:
    """The stretches of a line, each with the year that the line began with."""
    year = WITH_YEAR.match(line)
    first, *more = NEXT.split(line) if year else [line]
    dated = [part if not year or WITH_YEAR.match(part) else f"{year[1]}年{part}" for part in more]
    return [ENDING.sub("", part) for part in (first, *dated)]


def _days(line: str) -> list[Day]:
    if not line:
        return []
    found = LINE.match(line)
    if found is None:
        if YEARLESS.match(line):
            raise Fault(N_("write the year first, with four digits, for example 2026-10-01"))
        raise Fault(N_("a line begins with a date, for example 2026-10-01 至 2026-10-07 国庆节 or 2026-10-10 上班"))
    year, month, day, called, *end, last_called, name = found.groups()
    first = _date(year, month, day)
    last = first
    if end[0]:
        last = _date(*end[:3])
    elif end[3]:
        last = _date(year, *end[3:5])
    elif end[5]:
        last = _date(year, month, end[5])
    _fits(first, called)
    _fits(last, last_called)
    working = bool(WORKING.search(name))
    _judge(first, last, working, name)
    return [Day(day=first + timedelta(at), working=working, name=name) for at in range((last - first).days + 1)]


def _date(year: str, month: str, day: str) -> date:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        raise Fault(N_("there is no day %(day)s"), day=f"{year}-{month}-{day}") from None
    if made.year not in YEARS:
        raise Fault(N_("the year %(year)s cannot be meant"), year=year)
    return made


def _fits(day: date, called: str | None) -> None:
    """Whether the day is the weekday that the line says: where it is not, day or year is mistyped."""
    if called and WEEKDAYS.find(called.replace("天", "日")) != day.weekday():
        weekday = format_date(day, "EEEE", locale=i18n.language())
        raise Fault(N_("%(day)s is a %(weekday)s; look at the day and the year again"), day=day, weekday=weekday)


def _judge(first: date, last: date, working: bool, name: str) -> None:
    if last < first:
        raise Fault(N_("the last day comes before the first"))
    if (last - first).days >= MOST_IN_A_ROW:
        raise Fault(N_("these are more than %(most)s days; is the month right?"), most=MOST_IN_A_ROW)
    if CUT_OFF.match(name):
        raise Fault(N_("the last day cannot be read; write it in full, for example 2026-10-01 至 2026-10-07 国庆节"))
    if not name:
        raise Fault(N_("say after the date what it is: the holiday's name, or 上班 for a moved working day"))
    if len(name) > LONGEST_NAME:
        raise Fault(N_("the name has more than %(most)s characters"), most=LONGEST_NAME)
    weekdays = [first + timedelta(at) for at in range((last - first).days + 1) if (first + timedelta(at)).weekday() < 5]
    if working and weekdays:
        raise Fault(N_("%(day)s is no Saturday or Sunday, so it is a working day anyway"), day=weekdays[0])


def stretches(days: Iterable[Day]) -> list[Stretch]:
    """The days, in order, as few lines as they can be said in."""
    found: list[Stretch] = []
    for row in days:
        before = found[-1] if found else None
        if before and (before.last + timedelta(1), before.working, before.name) == (row.day, row.working, row.name):
            found[-1] = before._replace(last=row.day)
        else:
            found.append(Stretch(row.day, row.day, row.working, row.name))
    return found


def text(days: Sequence[Day]) -> str:
    """The days as one types them."""
    return "\n".join(stretch.line for stretch in stretches(days))
