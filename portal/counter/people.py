"""Who stands on a list: its columns found by their names, every fault named with its row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.accounts import codes
from portal.counter.reading import MOST_ABOVE, MOST_TEXT, Row
from portal.i18n import N_, Refusal, gettext
from portal.questions.cleaning import clean

NAMES = {
    "name": ("姓名", "称呼", "名字", "户主", "联系人", "name"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式", "phone", "mobile"),
    "village": ("村", "村名", "行政村", "村寨", "所在村", "村组", "村民小组", "village"),
}
LONGEST = {"name": 20, "village": 30}
FAULTS_SHOWN = 30
# Blanks between Chinese characters only set them apart: 高 寅村 is 高寅村.
APART = re.compile(r"(?<=[\u3400-\U0003ffff]) (?=[\u3400-\U0003ffff])")


@dataclass(frozen=True)
class Person:
    """One row of a list; `row` is its number in the file."""

    row: int
    name: str
    phone: str
    village: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row, in the current language."""

    row: int
    words: str


class NothingSent(Refusal):
    """Neither a file nor lines."""

    msgid = N_("Choose a file first, or paste the list below.")
    field = "list"


class NoHeads(Refusal):
    """The columns cannot be told apart."""

    msgid = N_("The first row has to name the columns 姓名, 电话 and 村. Missing: %(missing)s.")
    field = "list"


class Nobody(Refusal):
    """No row below the heads says anything."""

    msgid = N_("There is nobody on this list. Below the heads, put one person in each row.")
    field = "list"


class NoName(Refusal):
    """A row without a name."""

    msgid = N_("The name is missing.")


class TooLong(Refusal):
    """A name, or a village's, that no card has room for."""

    msgid = N_("What stands under %(column)s is too long: %(most)s characters is the most.")


class NoPhone(Refusal):
    """A row without a number."""

    msgid = N_("The mobile number is missing.")


class Twice(Refusal):
    """A number that stands in an earlier row as well."""

    msgid = N_("This number stands in row %(row)s already. If two people share it, one card is enough for both.")


def read(rows: Sequence[Row]) -> tuple[list[Person], list[Fault]]:
    """The people of a list, and what is wrong with it row by row. Raises NoHeads, Nobody."""
    top, columns = _heads(rows)
    people: list[Person] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in _filled(rows, top):
        try:
            person = _person(number, {key: cells[at] if at < len(cells) else "" for key, at in columns.items()})
            if person.phone in seen:
                raise Twice(row=seen[person.phone])
        except Refusal as refusal:
            faults.append(Fault(number, refusal.text))
            continue
        seen[person.phone] = number
        people.append(person)
    if not people and not faults:
        raise Nobody
    return people, faults


def _heads(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """The row that names the columns, and where each stands: the first of the top rows that names the most."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, cells in enumerate(rows[:MOST_ABOVE]):
        words = [clean(cell, 20).replace(" ", "").casefold() for cell in cells]
        found = {key: next((i for i, word in enumerate(words) if word in names), -1) for key, names in NAMES.items()}
        known = {key: i for key, i in found.items() if i >= 0}
        if len(known) > len(best[1]):
            best = (at, known)
    missing = [names[0] for key, names in NAMES.items() if key not in best[1]]
    if missing:
        raise NoHeads(missing=gettext(", ").join(missing))
    return best


def _filled(rows: Sequence[Row], top: int) -> Iterator[tuple[int, Row]]:
    """The rows below the heads that say something, with their numbers in the file."""
    for number, cells in enumerate(rows[top + 1 :], top + 2):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _person(row: int, cells: dict[str, str]) -> Person:
    name, village = (_words(key, cells[key]) for key in ("name", "village"))
    if not name:
        raise NoName
    if not cells["phone"].strip():
        raise NoPhone
    return Person(row, name, codes.phone_number(cells["phone"]), village)


def _words(key: str, cell: str) -> str:
    words = APART.sub("", clean(cell, MOST_TEXT))
    if len(words) > LONGEST[key]:
        raise TooLong(column=NAMES[key][0], most=LONGEST[key])
    return words
