"""No paper ends on a page that holds next to nothing: it is set closer then, for every kind of seller."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session

from portal import db, i18n
from portal.guides import orders
from portal.press import manuscript
from portal.press.child import ASSETS, STYLES
from portal.press.setting import Setter
from portal.questions.models import Answers
from portal.registration import papers
from portal.review import service as review
from tests.press import reading
from tests.review.life import Life
from tests.sheets import shops

Facts = Callable[[Session], tuple[str, Any]]
GOODS = ["fresh", "processed", "packaged", "made", "craft"]
GROWN = ["fresh", "processed", "craft", "made"]
KNOWN: Answers = {
    "food_paper": "sc",
    "sc_number": "SC11452263100014",
    "food_paper_ends": "2030-06-29",
    "trade_paper": "jy",
    "jy_number": "JY15226310000017",
    "jy_ends": "2030-06-29",
    "made_papers": ["report", "ccc", "standard"],
    "report_day": "2026-05-20",
    "consent_passing_on": ["yes"],
    "consent_publishing": ["yes"],
}
CHECKED: Answers = {
    "place": shops.TOWNSHIP,
    "ground": "own_produce",
    "licence_age": "new",
    "licence_since": "2026-11-25",
    "licence_ends": "2026-12-25",
    "food_paper": "none",
    "trade_paper": "none",
}


def listed(kind: str, goods: list[str]) -> Facts:
    """The list of the readiness check, for somebody who has everything still to get."""
    answers = {**CHECKED, "kind": kind, "goods_kind": goods}
    it = "https://haohuo.example"
    return lambda session: ("registration/paper_readiness.html", {"it": papers.readiness(session, answers, it)})


def ordered(name: str, about: str) -> Facts:
    """A paper of a case."""

    def facts(session: Session) -> tuple[str, Any]:
        order: Any = orders.ORDERS[name](session, about)
        return order.template, order.facts

    return facts


def every(life: Life, kind: str, goods: list[str]) -> Iterator[tuple[str, Facts]]:
    """The papers that grow with the answers, of somebody who sells all of this."""
    case = life.send(shops.filled(life.seller().id, kind, goods_kind=goods, **KNOWN), {})
    officer = life.staff("reviewer", "manager")
    life.do(review.approve, life.do(review.take, case, officer), officer)
    yield from ((name, ordered(name, case.id)) for name in ("receipt", "platform", "outcome"))
    yield "readiness", listed(kind, goods)


def laid_out(facts: Facts, locale: str) -> tuple[int, float]:
    """How many pages a paper has, and how far the last one is filled."""
    with i18n.speaking(locale), db.reading() as session:
        template, filled = facts(session)
        html = manuscript.write(template, filled, locale).html
    pages = Setter(ASSETS, STYLES).paper(html, "a4").pages
    box = pages[-1]._page_box
    return len(pages), box.children[0].height / box.height


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("kind", ["household", "sole_trader", "cooperative", "company", "collective"])
def test_the_last_page_of_a_paper_is_worth_it(app: Flask, kind: str, locale: str) -> None:
    life, empty = Life(app), []
    for goods in (["fresh"], GROWN if kind == "household" else GOODS):
        for name, facts in every(life, kind, goods):
            pages, filled = laid_out(facts, locale)
            empty += [(name, goods, pages, filled)] if pages > 1 and filled < 1 / 3 else []
    assert empty == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "kind", "goods", "locale", "pages"),
    [
        ("receipt", "collective", GOODS, "zh_Hans", 2),
        ("readiness", "sole_trader", GOODS, "en", 2),
        ("readiness", "household", ["fresh"], "en", 1),
        ("platform", "household", ["fresh"], "zh_Hans", 1),
    ],
)
def test_what_would_spill_a_few_lines_is_set_closer(
    app: Flask, name: str, kind: str, goods: list[str], locale: str, pages: int
) -> None:
    assert laid_out(dict(every(Life(app), kind, goods))[name], locale)[0] == pages


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_mark_of_practice_stands_whole_on_a_page_set_closer_too(app: Flask, tmp_path: Path) -> None:
    with i18n.speaking("zh_Hans"), db.reading() as session:
        template, facts = listed("household", ["fresh"])(session)
        texts = [manuscript.write(template, {**facts, "practice": it}, "zh_Hans").html for it in (False, True)]
    setter, tops = Setter(ASSETS, STYLES), []
    for html in texts:
        for closer in ([], [setter.closer]):
            tops.append(reading.inked(setter.lay_out(html, "a4", *closer).write_pdf(), 1, tmp_path)[0] * 297)
    assert [0.5 < tops[at + 2] < tops[at] for at in (0, 1)] == [True, True], tops  # mm: on the page, above the rest
