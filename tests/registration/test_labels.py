"""Whatever is asked is read: on each page of the library each question stands as its title or as its label."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal import db, i18n
from portal.i18n import library_text
from portal.questions import service as questions
from portal.questions.models import Answers, Question, QuestionSet
from portal.registration import readiness, sellers
from portal.registration import service as registration
from portal.sheets.models import Sheet
from tests.reader import Reader
from tests.review.life import Life

CHECK = "/registration/check"
LABELS = ("h1", "dt", "label", "legend")


def looks(asked: QuestionSet) -> Iterator[tuple[str, Answers, list[str]]]:
    """Each page of a set with answers that bring a question on it, and what it asks then."""
    for page in asked.page:
        for question in page.question:
            wanted = {**page.only_if, **question.only_if}
            answers = {key: given(asked.questions[key], values[0]) for key, values in wanted.items()}
            yield page.key, answers, [library_text(each.label) for each in questions.visible(page, answers)]


def given(question: Question, value: str) -> Any:
    """One choice as it is kept."""
    return [value] if question.kind == "some_of" else value


def read(reader: Reader, address: str) -> list[str]:
    """What is seen of the titles and labels of a page."""
    page = reader.get(address)
    assert page.url == address
    return [" ".join("".join(each.itertext()).split()) for tag in LABELS for each in page.all(tag) if seen(each)]


def seen(element: Any) -> bool:
    return "away" not in (element.get("class") or "").split()


def sheet_read(reader: Reader, sheet_id: str, key: str, answers: Answers) -> list[str]:
    """The page of a sheet that holds these answers and no others."""
    with db.writing() as session:
        session.get_one(Sheet, sheet_id).answers = answers
    return read(reader, f"/sheets/{sheet_id}/{key}")


def check_read(reader: Reader, key: str, answers: Answers) -> list[str]:
    """The page of the check for a visitor who gave these answers."""
    with reader.http.session_transaction(base_url=reader.base) as cookie:
        cookie["check"] = {"kind": "household", **answers}
    return read(reader, f"{CHECK}/{key}")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_each_question_of_each_kind_of_seller_is_read(app: Flask, language: str) -> None:
    hidden, life = [], Life(app)
    for kind, asked in sellers.sets().items():
        reader = life.reader(seller := life.seller())
        reader.get(f"/?lang={language}")
        with db.writing() as session:
            sheet = registration.begin(session, seller_id=seller.id, kind=kind).id
        with i18n.speaking(language):
            for key, answers, labels in looks(asked):
                shown = sheet_read(reader, sheet, key, answers)
                hidden += [(kind, key, label) for label in labels if label not in shown]
    assert hidden == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_each_question_of_the_readiness_check_is_read(client: Reader, language: str) -> None:
    client.get(f"/?lang={language}")
    hidden = []
    with i18n.speaking(language):
        for key, answers, labels in looks(readiness.questions_asked()):
            shown = check_read(client, key, answers)
            hidden += [(key, label) for label in labels if label not in shown]
    assert hidden == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_label_that_says_what_the_title_says_is_not_read_twice(client: Reader) -> None:
    asked = [check_read(client, "kind", {}), check_read(client, "ground", {"ground": "small_sum"})]
    titles = [readiness.questions_asked().pages[key].title for key in ("kind", "ground")]
    assert [shown.count(title) for shown, title in zip(asked, titles, strict=True)] == [1, 1]
