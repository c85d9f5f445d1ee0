"""The named checks: each says what is wrong with one value, and whether one can pass."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from portal import db
from portal.i18n import N_
from portal.questions import words
from portal.questions.cleaning import compact
from portal.questions.models import NEVER, Answers, Finding, Level

CheckFunction = Callable[[str, Answers], Iterable[Finding]]
Tidy = Callable[[str], str]
MOST_TOLD = 5
TIERS: dict[str, tuple[Level, str]] = {
    "block": ("refuse", N_("“%(word)s” must not be used. %(ground)s. %(suggestion)s")),
    "warn": ("advise", N_("“%(word)s” may bring trouble. %(ground)s. %(suggestion)s")),
    "prove": ("advise", N_("“%(word)s” needs a paper that proves it. %(ground)s. %(suggestion)s")),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A check, how its value is tidied when it is read from a form, and the reason it saves people from."""

    function: CheckFunction
    tidy: Tidy | None = None
    reason: str = ""

    def findings(self, value: str, answers: Answers) -> Iterator[Finding]:
        """What is wrong with a value, each with the reason for which it would be sent back."""
        return (replace(found, reason=self.reason) for found in self.function(value, answers))


CHECKS: dict[str, Check] = {}


def check(name: str, *, tidy: Tidy | None = None, reason: str = "") -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under the name that a question set calls it by."""

    def register(function: CheckFunction) -> CheckFunction:
        CHECKS[name] = Check(function, tidy, reason)
        return function

    return register


def day(value: str) -> date | None:
    """The date of an answer; None when it has no end or is no date."""
    try:
        return None if value == NEVER else date.fromisoformat(value)
    except ValueError:
        return None


def _mobile(text: str) -> str:
    return re.sub(r"\A(\+?86|0086)(?=1[0-9]{10}\Z)", "", re.sub(r"[()]", "", compact(text)))


@check("phone", tidy=_mobile)
def phone(value: str, _answers: Answers) -> Iterator[Finding]:
    """A mobile number of mainland China: 11 digits, the first 1, the second 3 to 9."""
    if len(value) != 11 and value.isascii() and value.isdecimal():
        yield Finding("refuse", N_("A mobile number has 11 digits; you wrote %(count)s."), {"count": len(value)})
    elif not re.fullmatch(r"1[3-9][0-9]{9}", value):
        yield Finding("refuse", N_("Please write a mobile number: 11 digits that begin with 1."))


@check("future_date")
def future_date(value: str, _answers: Answers) -> Iterator[Finding]:
    """A day that is not over yet."""
    typed = day(value)
    if typed and typed < db.today():
        yield Finding("refuse", N_("This day is over. Please choose today or a later day."))


@check("past_date")
def past_date(value: str, _answers: Answers) -> Iterator[Finding]:
    """A day that has come."""
    typed = day(value)
    if typed and typed > db.today():
        yield Finding("refuse", N_("This day has not come yet. Please look at the paper again."))


@check("shop_name", reason="SHOPNAME")
def shop_name(value: str, _answers: Answers) -> Iterator[Finding]:
    """A name for a shop: two characters or more, not digits alone, no platform's words, none of the list."""
    letters = words.plain(value)
    if len(letters) < 2:
        yield Finding("refuse", N_("A shop's name has at least 2 characters. Say the place and what you sell."))
    elif letters.isdecimal():
        yield Finding("refuse", N_("A shop's name cannot be digits alone. Say the place and what you sell."))
    yield from _about(value, "shop_name")
    yield from _about(value, "anywhere")


@check("no_forbidden_words", reason="WORDS")
def no_forbidden_words(value: str, _answers: Answers) -> Iterator[Finding]:
    """Words of the library's list: what law forbids is refused, the rest is advice."""
    yield from _about(value, "anywhere")


def _about(value: str, where: Literal["anywhere", "shop_name"]) -> Iterator[Finding]:
    seen: set[str] = set()
    for hit in words.find(value, where):
        if hit.group.where == where and hit.word not in seen and len(seen) < MOST_TOLD:
            seen.add(hit.word)
            level, msgid = TIERS[hit.group.tier]
            about = {"ground": hit.group.ground, "suggestion": hit.group.suggestion}
            yield Finding(level, msgid, {"word": hit.word}, about)
