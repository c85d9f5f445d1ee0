"""Every dated fact of law and of platforms in the library: a table of any file that says its source and "as of"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal import db
from portal.i18n import N_
from portal.questions.problems import Place
from portal.questions.reading import ENGLISH, parsed

# What a fact says, by the first of these that it has; and what it is called in its file.
SAYS = ("text", "what", "meaning", "ground", "title", "label")
CALLED = ("key", "code")
SHORT = "short"
# A guide's facts say in their source what is not confirmed.
GUIDES = "guides/"
MONTHS = 12
AS_OF = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?\Z")
UNCONFIRMED, CONFIRMED = N_("not confirmed"), N_("confirmed")


@dataclass(frozen=True, slots=True)
class Dated:
    """One dated fact and where it stands; `as_of` is a day, or a month as 2026-11."""

    file: str
    key: str
    text: str
    source: str
    as_of: str
    # None: the file does not say.
    confirmed: bool | None

    @property
    def old(self) -> bool:
        """Whether nobody has looked for more than twelve months."""
        today = db.today()
        year, month, *day = (int(part) for part in self.as_of.split("-"))
        # A month alone lasts until its end.
        return (year * 12 + month + MONTHS, *(day or [31])) < (today.year * 12 + today.month, today.day)

    @property
    def standing(self) -> str:
        """Whether somebody has confirmed it, as a msgid; "" where the file does not say."""
        return {True: CONFIRMED, False: UNCONFIRMED, None: ""}[self.confirmed]


_facts: list[Dated] = []


def setup(folder: Path, overlay: Path | None = None) -> None:
    """Find the facts of a library; a file of the same name in the overlay stands in the place of ours."""
    _facts[:] = _found(folder, overlay)


def every() -> list[Dated]:
    """All facts, those that were looked at longest ago first."""
    return sorted(_facts, key=lambda fact: fact.as_of)


def _found(folder: Path, overlay: Path | None) -> list[Dated]:
    files: dict[str, Path] = {}
    for place in (folder, *([overlay] if overlay else [])):
        files |= {path.relative_to(place).as_posix(): path for path in place.rglob("*.toml")}
    raws = {name: parsed(path, Place(name)) or {} for name, path in files.items() if not name.endswith(ENGLISH)}
    shorts = {
        fact["key"]: fact[SHORT]
        for raw in raws.values()
        for fact in raw.get("fact", [])
        if SHORT in fact and "key" in fact
    }
    return [fact for name in sorted(raws) for fact in _within(raws[name], name, "", shorts)]


def _within(value: Any, name: str, key: str, shorts: dict[str, str]) -> Iterator[Dated]:
    """The facts of a table and of all in it; what has no key of its own is called by what it stands in."""
    if isinstance(value, list):
        for each in value:
            yield from _within(each, name, key, shorts)
    if not isinstance(value, dict):
        return
    key = next((str(value[called]) for called in CALLED if called in value), key)
    if "source" in value and AS_OF.match(str(value.get("as_of"))):
        says = next((str(value[each]) for each in SAYS if each in value), "")
        for word, short in shorts.items():
            says = says.replace(f"{{{word}}}", short)
        confirmed = value.get("confirmed", None if name.startswith(GUIDES) else True)
        yield Dated(name, key, says, str(value["source"]), str(value["as_of"]), confirmed)
    for inner in value.values():
        yield from _within(inner, name, key, shorts)
