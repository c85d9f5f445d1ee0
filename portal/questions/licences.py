"""The named checks of licences and papers: numbers that carry a check digit, and days on which they end."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from portal import db
from portal.i18n import N_
from portal.places import service as places
from portal.questions import codes
from portal.questions.checks import CheckFunction, check, day
from portal.questions.cleaning import compact
from portal.questions.models import Answers, Finding

LICENCE_MONTHS = 3
REPORT_MONTHS = 24
# By the kind of body that a code belongs to: what is said to whoever fills in the set of another kind.
OTHER_KINDS: dict[codes.CodeKind, str] = {
    "company": N_("This is a company's code (91…), and these questions are for another kind of seller."),
    "sole_trader": N_("This is a sole trader's code (92…), and these questions are for another kind of seller."),
    "cooperative": N_(
        "This is a farmers' cooperative's code (93…), and these questions are for another kind of seller."
    ),
    "collective": N_("This is a village collective's code (N…), and these questions are for another kind of seller."),
    "institution": N_("This is the code of a school, an association or a public body. Please ring the office first."),
    "other": N_(
        "No kind of seller that we know has a code that begins like this. Please look again, or ring the office."
    ),
}


@check("credit_code", tidy=compact, reason="NUMBER")
def credit_code(value: str, _answers: Answers) -> Iterator[Finding]:
    """The unified social credit code (GB 32100): tells the length, the letter or the digit that is wrong."""
    if codes.is_credit_code(value):
        return
    strange = next((place for place, char in enumerate(value) if char not in codes.ALPHABET), None)
    if len(value) == 15 and value.isascii() and value.isdecimal():
        yield Finding("refuse", N_("This is an old number of 15 digits. Please use the new licence, with 18."))
    elif len(value) != codes.LENGTH:
        msgid = N_("The code has 18 characters; you wrote %(count)s. Please copy it once more.")
        yield Finding("refuse", msgid, {"count": len(value)})
    elif strange is not None:
        yield _strange(value, strange)
    else:
        yield _wrong_digit(value)


def _strange(value: str, place: int) -> Finding:
    char = value[place]
    values = {"position": place + 1, "char": char, "meant": char.translate(codes.MEANT)}
    if char not in codes.NEVER_OCCUR:
        msgid = N_("Character %(position)s is “%(char)s”. Only digits and capital letters occur here.")
        return Finding("refuse", msgid, values)
    offer = _meant(value)
    msgid = N_(
        "Character %(position)s is the letter %(char)s, which never occurs here. Is it %(meant)s? See the licence."
    )
    return Finding("refuse", msgid, values, offer=offer)


def _meant(value: str) -> str | None:
    """The code with its impossible letters read as digits, one more slip elsewhere mended; None when that is wrong."""
    code = value.translate(codes.MEANT)
    if codes.is_credit_code(code):
        return code
    found = codes.repair(code, places.exists) if set(code) <= set(codes.ALPHABET) else None
    return found.code if found and value[found.position - 1] == code[found.position - 1] else None


def _wrong_digit(value: str) -> Finding:
    found = codes.repair(value, places.exists)
    if found is None and codes.body_is_right(value):
        return Finding(
            "refuse", N_("Something in characters 1 to 8, or the last one, is wrong. Compare them with the licence.")
        )
    if found is None:
        return Finding("refuse", N_("Something in characters 9 to 17 is wrong. Please compare them with the paper."))
    at = found.position - 1
    values = {"position": found.position, "old": value[at], "new": found.code[at], "next": found.position + 1}
    msgid = N_("Character %(position)s seems wrong: you wrote %(old)s, is it %(new)s? See the licence.")
    if found.swapped:
        msgid = N_("Characters %(position)s and %(next)s seem swapped: is it %(new)s%(old)s? See the licence.")
    return Finding("refuse", msgid, values, offer=found.code)


def _of(kind: codes.CodeKind) -> CheckFunction:
    """A check that a right code belongs to this kind of body: platforms send others back, so they stop here."""

    def code_of_kind(value: str, _answers: Answers) -> Iterator[Finding]:
        found = codes.credit_kind(value)
        if found != kind and codes.is_credit_code(value):
            yield Finding("refuse", OTHER_KINDS[found], sister=found)

    return code_of_kind


for _kind in dict.fromkeys(codes.KINDS.values()):
    check(f"{_kind}_code", tidy=compact, reason="TYPE")(_of(_kind))


@check("licence_term", reason="EXPIRY")
def licence_term(value: str, _answers: Answers) -> Iterator[Finding]:
    """A business licence that is over, or has less than three months to run."""
    ends = day(value)
    if ends is None:
        return
    if ends < db.today():
        yield Finding(
            "advise",
            N_(
                "This licence is over; platforms refuse it. Renew it at the market office or let the county look first."
            ),
        )
    elif ends < _months_after(db.today(), LICENCE_MONTHS):
        yield Finding(
            "advise",
            N_("Less than three months are left; platforms often refuse that. Renew it or let the county look first."),
        )


@check("paper_term", reason="EXPIRY")
def paper_term(value: str, _answers: Answers) -> Iterator[Finding]:
    """A food paper that is over, or ends within a month."""
    ends = day(value)
    if ends is None:
        return
    if ends < db.today():
        yield Finding("advise", N_("This paper is over; platforms refuse it. Renew it or let the county look first."))
    elif ends < _months_after(db.today(), 1):
        yield Finding("advise", N_("Less than a month is left. Please renew it soon."))


def _sc(text: str) -> str:
    return re.sub(r"\A(?=[0-9]{14}\Z)", "SC", compact(text))


def _jy(text: str) -> str:
    return re.sub(r"\A(?=[0-9]{14}\Z)", "JY", compact(text))


@check("report_day")
def report_day(value: str, _answers: Answers) -> Iterator[Finding]:
    """The day of a test report: not to come, and better not older than two years."""
    made = day(value)
    if made is None:
        return
    if made > db.today():
        yield Finding("refuse", N_("This day has not come yet. Please look at the report again."))
    elif _months_after(made, REPORT_MONTHS) < db.today():
        yield Finding("advise", N_("This report is older than two years. Platforms often want a newer one."))


@check("sc_number", tidy=_sc, reason="NUMBER")
def sc_number(value: str, _answers: Answers) -> Iterator[Finding]:
    """A food production licence: SC and 14 digits, the last a check digit."""
    yield from _food(value, "SC", "SC11452263100014")


@check("jy_number", tidy=_jy, reason="NUMBER")
def jy_number(value: str, _answers: Answers) -> Iterator[Finding]:
    """A food trading licence: JY and 14 digits, the last a check digit."""
    yield from _food(value, "JY", "JY15226310000017")


def _food(value: str, letters: str, example: str) -> Iterator[Finding]:
    typed = value.removeprefix(letters)
    digits = typed.translate(codes.MEANT)
    if not re.fullmatch(r"[0-9]{14}", digits):
        count = sum(char.isdecimal() for char in typed)
        msgid = N_("Please write %(letters)s and 14 digits, for example %(example)s. You wrote %(count)s digits.")
        yield Finding("refuse", msgid, {"letters": letters, "example": example, "count": count})
    elif typed != digits:
        msgid = N_("After %(letters)s there are only digits. Is it %(meant)s?")
        yield Finding("refuse", msgid, {"letters": letters, "meant": letters + digits}, offer=letters + digits)
    elif not codes.mod_11_10(digits):
        yield Finding("advise", N_("The digits do not fit together. Please compare them with the paper, one by one."))


def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
