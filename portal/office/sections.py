"""The sections of the office's page: their fields, and what is wrong with what was typed into them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from portal.accounts import areas
from portal.i18n import N_, Refusal, gettext
from portal.office import holidays
from portal.office.models import ISSUER, KINDS
from portal.places import service as places
from portal.questions.cleaning import clean

DEFAULT_DAYS, MOST_DAYS = 3, 60
LONGEST_LINES = 20_000
Typed = Mapping[str, str]
# A fault: the field, and the sentence.
Faults = list[tuple[str, str]]


class Promised(NamedTuple):
    """A kind of case as a room above tells it: its key, its label in our language, the days unless we set others."""

    key: str
    label: str
    days: int


@dataclass(frozen=True)
class Field:
    """One field: `label` and `hint` are msgids; `lines` for a box, `options` (value, msgid) for a choice."""

    key: str
    label: str
    hint: str = ""
    needed: bool = False
    longest: int = 100
    inputmode: str = ""
    lines: int = 0
    options: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, object], ...] = ()
    check: Callable[[str], str] | None = None

    @property
    def named(self) -> str:
        """The label in the current language."""
        return gettext(self.label, **dict(self.values))

    @property
    def hinted(self) -> str:
        """The hint in the current language."""
        return gettext(self.hint, **dict(self.values))


@dataclass(frozen=True)
class Section:
    """Fields that are changed together; `title` is a msgid."""

    key: str
    title: str
    fields: tuple[Field, ...]


def phone(typed: str) -> str:
    """What is wrong with a phone number: it is one that a phone can dial."""
    if re.match(r"[0-9+() \-]+\Z", typed) and 5 <= len(re.sub("[^0-9]", "", typed)) <= 20:
        return ""
    return gettext("Enter one phone number with its area code, for example 0855-6221234.")


def county(typed: str) -> str:
    """What is wrong with a county's code."""
    if not re.match(r"[0-9]{6}\Z", typed):
        return gettext("Enter the 6 digits of the county, for example 522631 for 黎平县.")
    if not places.exists(typed):
        return gettext(
            "We know no county with the code %(code)s. They are the 3rd to the 8th character of a licence code.",
            code=typed,
        )
    return ""


def icp(typed: str) -> str:
    """What is wrong with an ICP number."""
    if re.match(r"[\u4e00-\u9fff]ICP[备证][0-9]{5,12}号(-[0-9]{1,3})?\Z", typed):
        return ""
    return gettext(
        "Enter the whole number as the ministry shows it, for example 黔ICP备12345678号 or 黔ICP备12345678号-1."
    )


def police(typed: str) -> str:
    """What is wrong with the number of the public security."""
    if re.match(r"[\u4e00-\u9fff]公网安备 ?[0-9]{14}号\Z", typed):
        return ""
    return gettext("Enter the whole number with its 14 digits, for example 贵公网安备 52263102000001号.")


def not_yours() -> str:
    """What is wrong with a county for which whoever changes the page does not work."""
    return gettext(
        "You do not work for this county: afterwards you could not change this page any more. "
        "Look at the code, or ask an admin who works for both."
    )


def days(typed: str) -> str:
    """What is wrong with a promise."""
    if re.match(r"[0-9]{1,2}\Z", typed) and 1 <= int(typed) <= MOST_DAYS:
        return ""
    return gettext("Enter a number of working days from 1 to %(most)s.", most=MOST_DAYS)


def kind(typed: str) -> str:
    """What is wrong with a kind of spot."""
    return "" if typed in KINDS else gettext("Choose what it is.")


def place(typed: str) -> str:
    """What is wrong with the place of a spot."""
    try:
        meant = areas.places_meant(typed)
    except Refusal as refusal:
        return refusal.text
    return "" if len(meant) == 1 and meant[0] else gettext("Enter one township or county, for example 九潮镇.")


WHO = Section(
    "who",
    N_("The office"),
    (
        Field("name", N_("Name of the office"), N_("As it stands on its door and its seal"), True, 60),
        Field("short", N_("Short name"), N_("On top of each page, for example 黎平县"), True, 12),
        Field("county", N_("Code of the county"), N_("6 digits, for example 522631"), True, 6, "numeric", check=county),
        Field("phone", N_("Phone"), N_("The number that sellers ring"), True, 30, "tel", check=phone),
        Field("appeals_phone", N_("Phone for appeals"), N_("Who listens when somebody disagrees with an answer"),
              False, 30, "tel", check=phone),
        Field("hours", N_("Opening hours"), N_("For example 周一到周五 9:00-12:00，14:00-17:00"), True),
        Field("address", N_("Address"), N_("The hall and the counter too"), True),
        Field("station", N_("A sentence on the service stations"), N_("For example 各乡镇服务站可以帮您填")),
        Field("seal", N_("Text of the seal"), N_("Papers leave room for this seal; as it is engraved"), False, 60),
    ),
)  # fmt: skip
FOOT = Section(
    "foot",
    N_("Foot of each page, and the data"),
    (
        Field("responsible", N_("Who is responsible for the data"), N_("A name or a post"), True, 60),
        Field("responsible_contact", N_("How to reach them"), N_("A phone number, an address or both"), True),
        Field("icp", N_("ICP number"), N_("For example 黔ICP备12345678号"), False, 40, check=icp),
        Field("police", N_("Number of the public security"), N_("For example 贵公网安备 52263102000001号"),
              False, 40, check=police),
    ),
)  # fmt: skip
DAYS = Section(
    "days",
    N_("Holidays and moved working days"),
    (
        Field("lines", N_("One line for a day or for several in a row"),
              N_("Paste them in as announced: 2026-10-01 至 2026-10-07 国庆节 for days off, 2026-10-10 上班 for a "
                 "weekend at work. Take lines off that are wrong."),
              longest=LONGEST_LINES, lines=12),
    ),
)  # fmt: skip
SPOT = Section(
    "spot",
    N_("Station or point"),
    (
        Field("kind", N_("What is it?"), needed=True, longest=20, check=kind,
              options=tuple((key, each.label) for key, each in KINDS.items())),
        Field("name", N_("What it is called"), N_("For example 九潮镇服务站"), True, 60),
        Field("place", N_("Township or county"), N_("Its name or its code"), True, 40, check=place),
        Field("address", N_("Address"), N_("The street and the door")),
        Field("phone", N_("Phone"), "", False, 30, "tel", check=phone),
        Field("hours", N_("Opening hours"), N_("For example 赶场天 9:00-16:00")),
        Field("price", N_("What it costs"), N_("For example 首重 1 公斤 4 元，续重每公斤 1 元")),
        Field("papers", N_("Which papers one gets there"),
              N_("Only for a counter where papers are issued, for example 营业执照，只卖预包装食品的备案")),
        Field("takes", N_("How long it takes"), N_("Only for such a counter, for example 5 个工作日")),
    ),
)  # fmt: skip


def promises(kinds: Iterable[Promised]) -> Section:
    """The section of promises, a field for each kind of case."""
    fields = tuple(
        Field(each.key, each.label, N_("Left empty: %(days)s working days"), inputmode="numeric", longest=10,
              values=(("days", each.days),), check=days)
        for each in kinds
    )  # fmt: skip
    return Section("promises", N_("Promised working days"), fields)


def cleaned(section: Section, typed: Typed) -> dict[str, str]:
    """What was typed, fit to keep; a field that was not sent is empty."""
    given = {
        field.key: clean(str(typed.get(field.key, "")), field.longest, lines=bool(field.lines))
        for field in section.fields
    }
    numbers = {"icp", "police"} & given.keys()
    return given | {key: unicodedata.normalize("NFKC", given[key]).replace(" ", "").upper() for key in numbers}


def settled(section: Section, given: Typed) -> dict[str, str]:
    """What was typed without faults, as it is kept and shown again: two ways to type one thing are one."""
    if section is DAYS:
        return {"lines": holidays.text(holidays.parse(given["lines"])[0])}
    if section is SPOT:
        return {**given, "place": areas.place_words(areas.places_meant(given["place"]))}
    if section.key == "promises":
        return {key: str(int(typed)) if typed else "" for key, typed in given.items()}
    return dict(given)


def faults(section: Section, given: Typed) -> Faults:
    """What is wrong with a section as it was typed, in the order of its fields."""
    if section is DAYS:
        return [("lines", fault) for fault in holidays.parse(given["lines"])[1]]
    found = []
    for field in section.fields:
        if given[field.key] or field.options:
            why = field.check(given[field.key]) if field.check else ""
        else:
            why = gettext("Fill this in: %(field)s.", field=field.named) if field.needed else ""
        why = why or _papers(field, given)
        if why:
            found.append((field.key, why))
    return found


def _papers(field: Field, given: Typed) -> str:
    """What is wrong with the papers: a counter that issues some says which, another place issues none."""
    if field.key != "papers" or bool(given["papers"]) == (given["kind"] == ISSUER):
        return ""
    if given["papers"]:
        return gettext("Only a counter where papers are issued has papers. Choose that above, or leave this empty.")
    return gettext("Say which papers one gets there, for example 营业执照.")
