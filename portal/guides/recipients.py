"""For whom a guide is printed: one seller, a list of numbers, a place, or all who were approved this week.

Only sellers of the places of whoever prints are found; one seller is one guide, with the cover of the newest case.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false, or_
from sqlmodel import Session, col, select

from portal import db
from portal.accounts import areas
from portal.guides import orders
from portal.guides.guide import EVERYONE, Guide
from portal.i18n import N_, Refusal, gettext
from portal.places import service as places
from portal.registration import sellers
from portal.review import numbers, queue, search
from portal.review.models import Case, told
from portal.review.states import HIDDEN
from portal.sheets import service as sheets
from portal.sheets.models import Submission

if TYPE_CHECKING:
    from portal.access import Actor

WHOM = {
    "one": N_("One seller"),
    "list": N_("A list of numbers"),
    "place": N_("A place"),
    "week": N_("All who were approved in the last 7 days"),
}
MOST, NAMED, WEEK = 500, 10, timedelta(days=7)
# Beside whom nobody is printed a guide for, when a whole place is meant.
GONE = ("withdrawn", "rejected")
HEADS = {"编号", "申请编号", "号码", "number", "no", "no."}


class NoNumber(Refusal):
    """Nothing was typed where a seller is looked for."""

    field = "number"
    msgid = N_("Type the number of the application, for example K7QM-3XRD, or the last four digits of the phone.")


class NobodyThere(Refusal):
    """No seller of the person's places has this number or these digits."""

    field = "number"
    msgid = N_("No seller of your places has this number or these last four digits: %(typed)s.")


class Several(Refusal):
    """Several sellers have these four digits."""

    field = "number"
    msgid = N_("Several sellers have these digits. Type the number of the one you mean: %(listed)s")


class NoList(Refusal):
    """Nothing was pasted and no file was chosen."""

    field = "list"
    msgid = N_("Paste the numbers, one a line, or choose a file that holds them.")


class UnknownNumbers(Refusal):
    """The list holds what is no number of a seller of the person's places."""

    field = "list"
    msgid = N_("These are no numbers of sellers of your places: %(listed)s. Mend the list, then try again.")


class NoSellers(Refusal):
    """Nobody sells in this place."""

    field = "place"
    msgid = N_("There is no seller in %(place)s yet, so there is nothing to print.")


class NotYours(Refusal):
    """The person does not work there."""

    field = "place"
    msgid = N_("You do not work for %(place)s. Choose one of your own places.")


class NobodyThisWeek(Refusal):
    """Nothing was approved in these days."""

    field = "whom"
    msgid = N_("Nobody was approved in the last 7 days.")


class TooManySellers(Refusal):
    """More sellers than one printing takes."""

    field = "whom"
    msgid = N_("These are %(count)s sellers; one printing takes %(most)s. Print them village by village.")


class NotForThem(Refusal):
    """The guide says nothing to these kinds of seller."""

    field = "whom"
    msgid = N_("This guide says nothing to these sellers: %(listed)s.")


class Mixed(Refusal):
    """Real sellers and sellers of practice together."""

    field = "list"
    msgid = N_("Sellers of practice and real ones cannot be printed together. Choose one sort.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: `words` is the number, the pasted cells or the place, as `whom` says."""

    guide: str
    whom: str
    words: str = ""
    cells: tuple[str, ...] = ()
    practice: bool = False


def cells_of(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """What a list says: of each row the cell that is a number, else the first one that says anything."""
    found = []
    for row in rows:
        said = [cell.strip() for cell in row if cell.strip()]
        number = next((cell for cell in said if numbers.typed(cell)), "")
        head = not number and {_plain(cell) for cell in said} & HEADS
        found += [number or said[0]] if said and not head else []
    return tuple(dict.fromkeys(found))


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def found(session: Session, actor: "Actor", wanted: Wanted) -> list[Case]:
    """The newest case of each seller that is meant, sorted by town and name.

    Raises the refusals above: nobody is left out silently but those who withdrew, when a whole place is meant.
    """
    cases = {"one": _one, "list": _listed, "place": _of_place, "week": _of_week}[wanted.whom](session, actor, wanted)
    if len({case.practice for case in cases}) > 1:
        raise Mixed
    if len(cases) > MOST:
        raise TooManySellers(count=len(cases), most=MOST)
    _refuse_strangers(wanted.guide, cases)
    names = names_of(session, cases)
    return sorted(cases, key=lambda case: (_town(case), sorting(names[case.id]), case.number))


def guide_named(name: str) -> Guide:
    """The guide of that name. Raises NoSuchPaper."""
    guide = next((each for each in orders.all_guides() if each.key == name), None)
    if guide is None:
        raise orders.NoSuchPaper
    return guide


def kind_in(guide: Guide, case: Case) -> str:
    """As which kind a guide speaks to the seller of a case; empty when it does not."""
    return next((kind for kind in (case.kind, EVERYONE) if kind in guide.kinds()), "")


def _refuse_strangers(name: str, cases: list[Case]) -> None:
    guide = guide_named(name)
    strange = [case for case in cases if not kind_in(guide, case)]
    if strange:
        raise NotForThem(listed=_listed_numbers(strange))


def _listed_numbers(cases: Sequence[Case]) -> str:
    return _some([f"{numbers.shown(case.number)} {case.title}" for case in cases])


def _some(words: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = [gettext("and %(count)s more", count=len(words) - NAMED)] if len(words) > NAMED else []
    return gettext(", ").join([*(word[:30] for word in words[:NAMED]), *more])


def _newest(session: Session, actor: "Actor", *conditions: ColumnElement[bool]) -> list[Case]:
    """The newest case of each seller where the person works that fulfils these; a change of a shop is none."""
    return list({case.seller_id: case for case in _every(session, actor, *conditions)}.values())


def _every(session: Session, actor: "Actor", *conditions: ColumnElement[bool]) -> list[Case]:
    within = or_(*queue.scopes(actor.places), false())
    ours = col(Case.desk).not_in(HIDDEN), col(Case.amends_id).is_(None), col(Case.kind).in_(sellers.sets())
    return list(session.exec(select(Case).where(within, *ours, *conditions).order_by(col(Case.seq))))


def _sort(wanted: Wanted) -> ColumnElement[bool]:
    """Practice or real, as the browser is."""
    return (col(Case.desk) == "practice") if wanted.practice else (col(Case.desk) != "practice")


def _one(session: Session, actor: "Actor", wanted: Wanted) -> list[Case]:
    typed = unicodedata.normalize("NFKC", wanted.words).strip()
    if not typed:
        raise NoNumber
    number = numbers.typed(typed)
    if number:
        cases = _newest(session, actor, col(Case.number) == number)
    elif re.fullmatch(r"[0-9]{4}", typed):
        cases = _newest(session, actor, search.ways(typed)["phone"], _sort(wanted))
    else:
        cases = []
    if not cases:
        raise NobodyThere(typed=typed[:30])
    if len(cases) > 1:
        raise Several(listed=_listed_numbers(cases))
    return cases


def _listed(session: Session, actor: "Actor", wanted: Wanted) -> list[Case]:
    if not wanted.cells:
        raise NoList
    typed = {cell: numbers.typed(cell) for cell in wanted.cells}
    asked = [number for number in typed.values() if number][: 2 * MOST]
    cases = _every(session, actor, col(Case.number).in_(asked))
    known = {case.number for case in cases}
    unknown = [cell for cell, number in typed.items() if number not in known]
    if unknown:
        raise UnknownNumbers(listed=_some(unknown))
    return list({case.seller_id: case for case in cases}.values())


def _of_place(session: Session, actor: "Actor", wanted: Wanted) -> list[Case]:
    code = areas.places_meant(wanted.words, actor.places)[0]
    name = areas.place_names([code])
    inside = queue.within(actor.places, code)
    if not inside:
        raise NotYours(place=name)
    here = or_(*queue.scopes(inside), false())
    cases = _newest(session, actor, here, col(Case.state).not_in(GONE), _sort(wanted))
    if not cases:
        raise NoSellers(place=name)
    return cases


def _of_week(session: Session, actor: "Actor", wanted: Wanted) -> list[Case]:
    since = col(Case.decided_at) >= db.now() - WEEK
    cases = _newest(session, actor, told("approved"), since, _sort(wanted))
    if not cases:
        raise NobodyThisWeek
    return cases


def names_of(session: Session, cases: Iterable[Case]) -> dict[str, str]:
    """How each seller is called, as the last answers say; the shop where they say nothing, by the case's id."""
    by_submission = {case.submission_id: case for case in cases}
    rows = session.exec(select(Submission).where(col(Submission.id).in_(by_submission)))
    said = {by_submission[row.id].id: str(sheets.submitted(row).get("called") or "") for row in rows}
    return {case.id: said.get(case.id) or case.title for case in by_submission.values()}


def _town(case: Case) -> tuple[bytes, str]:
    return sorting("".join(places.path(case.place)) if places.exists(case.place) else ""), case.place


def sorting(name: str) -> bytes:
    """A key that sorts Chinese by its sound: GB 2312 lists its common characters by pinyin."""
    return name.encode("gb18030")
