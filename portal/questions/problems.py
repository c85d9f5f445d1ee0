"""What is wrong with a library file, said with file, page and key."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from portal.i18n import N_, gettext

EXPLAINED = {
    "extra_forbidden": N_("there is no field “%(field)s”"),
    "missing": N_("“%(field)s” is missing"),
    "literal_error": N_("“%(field)s” is “%(value)s”; it can be %(expected)s"),
    "string_pattern_mismatch": N_("“%(field)s” is “%(value)s”, which has a character it cannot have"),
}
OTHERWISE = N_("“%(field)s” cannot be “%(value)s”: %(why)s")


@dataclass(slots=True)
class Place:
    """Where in the library one is reading, and everything found wrong so far."""

    file: str
    page: str = ""
    key: str = ""
    found: list[str] = field(default_factory=list)

    def at(self, page: str, key: str = "") -> "Place":
        """A place in the same file, telling the same list."""
        return Place(self.file, page, key, self.found)

    def tell(self, msgid: str, **values: object) -> None:
        """Note one fault here."""
        where = [self.file]
        if self.page:
            where.append(gettext(N_("page %(name)s"), name=self.page))
        if self.key:
            where.append(gettext(N_("key %(name)s"), name=self.key))
        self.found.append(", ".join(where) + ": " + gettext(msgid, **values))

    def explain(self, error: ValidationError) -> None:
        """Note every fault that a model found."""
        for one in _errors(error):
            self.tell(one.pop("msgid"), **one)


def _errors(error: ValidationError) -> Iterator[dict[str, Any]]:
    for one in error.errors(include_url=False):
        yield {
            "msgid": EXPLAINED.get(one["type"], OTHERWISE),
            "field": ".".join(str(part) for part in one["loc"]),
            "value": str(one["input"])[:60],
            "expected": one.get("ctx", {}).get("expected", ""),
            "why": one["msg"],
        }
