"""A page of questions that is put together from what is kept looks as if it were drawn anew, whoever looks at it."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.questions import service as questions
from portal.sheets.drawing import Whole
from portal.sheets.models import Finding
from tests.office.conftest import fill
from tests.review.life import Life
from tests.sheets import shops
from tests.statements import statements

PAGES = ["ground", "called", "certificate"]
NAMES = ["杨小雨", "<b>'\"&\ufdd00\ufdd1"]
one_database = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def same(text: str) -> str:
    """The page without what differs in each answer, and in its address."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", text)
    return text.replace("?anew=1&amp;", "?")


def kept(set_key: str = "household") -> dict[str, list[Whole]]:
    """What is kept of the pages of a set."""
    pages = questions.library().sets[set_key].pages
    return {key: list(page.drawn.values()) for key, page in pages.items() if page.drawn}


@one_database
def test_a_kept_page_looks_as_if_drawn_anew_for_whoever_looks_at_it(app: Flask) -> None:
    life = Life(app)
    sellers = [life.seller() for _ in NAMES]
    sheets = [shops.filled(seller.id, called=name) for seller, name in zip(sellers, NAMES, strict=True)]
    for ways in ("", "?lang=en", "?size=large", "?lang=zh_Hans", "?size=normal"):
        for seller, sheet in zip(sellers, sheets, strict=True):
            reader = life.reader(seller)
            for key in PAGES:
                if ways:
                    reader.get(f"/sheets/{sheet}/{key}{ways}")
                put_together = reader.get(f"/sheets/{sheet}/{key}").text
                assert same(put_together) == same(reader.get(f"/sheets/{sheet}/{key}?anew=1").text)
    assert {key: len(looks) for key, looks in kept().items()} == dict.fromkeys(PAGES, 3)


@one_database
def test_nothing_of_a_person_is_kept_with_a_page(app: Flask) -> None:
    life = Life(app)
    seller = life.seller("13912345678")
    sheet, reader = shops.filled(seller.id, called="杨独一无二"), life.reader(seller)
    tokens = [token for key in PAGES for token in _tokens(reader.get(f"/sheets/{sheet}/{key}").text)]
    told = "".join(piece for looks in kept().values() for look in looks for piece in look.pieces)
    assert len(kept()) == len(set(tokens)) == len(PAGES)
    session = re.findall(r'data-session="([^"]+)"', reader.page.text)
    secrets = ["杨独一无二", "5678", seller.id, sheet, " checked>", *session, *tokens]
    assert len(session) == 1
    assert [secret for secret in secrets if secret in told] == []


def _tokens(text: str) -> list[str]:
    return re.findall(r'name="csrf_token" value="([^"]+)"', text)


@one_database
def test_a_kept_page_changes_with_the_office_and_bears_what_is_said_of_an_answer(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    sheet, reader = shops.filled(seller.id), life.reader(seller)
    address = f"/sheets/{sheet}/called"
    before = reader.get(address).text
    fill()
    assert [each.count('href="tel:0855-6621234"') for each in (before, reader.get(address).text)] == [0, 1]
    shops.answer(sheet, "called", called=None)
    assert 'value="杨大姐"' not in reader.get(address).text
    assert 'aria-invalid="true"' in reader.get(f"{address}?faults").text
    assert 'aria-invalid="true"' not in reader.get(address).text
    shops.send(shops.filled(other := life.seller().id))
    assert other not in reader.get(address).text


def test_what_a_sheet_is_found_by_is_written_only_where_it_changes(app: Flask) -> None:
    sheet = shops.filled(Life(app).seller().id, "sole_trader")
    found = shops.finds(sheet)

    def looked(page: str, **given: Any) -> int:
        with statements() as sent:
            shops.answer(sheet, page, **given)
        return sum(Finding.__tablename__ in statement for statement in sent)

    assert (looked("called", called="杨二姐"), shops.finds(sheet)) == (0, found)
    assert looked("shop", shop_name="九潮高山蜜柚") > 0
    assert shops.finds(sheet) == found | {"shop_name": "九潮高山蜜柚"}
    assert looked("shop", shop_name=None) > 0
    assert shops.finds(sheet) == {"credit_code": found["credit_code"]}
