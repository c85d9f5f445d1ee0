from dataclasses import replace

import pytest
import tinyhtml5
from flask import Flask, render_template_string

from portal import i18n
from portal.questions.models import Option, Page, Question
from portal.sheets import forms
from portal.sheets.forms import Drawn

OPTIONS = (Option(value="a", label="甲", hint="先"), Option(value="b", label="乙"))
ASKED = (
    Question(key="name", kind="text", label="店名", example="九潮椪柑", inputmode="text", autocomplete="name"),
    Question(key="about", kind="long_text", label="说说", personal=True, max_length=30),
    Question(key="price", kind="number", label="多少钱", hint="一斤"),
    Question(key="until", kind="date", label="到哪天", never="长期"),
    Question(key="one", kind="one_of", label="哪一个", options=OPTIONS),
    Question(key="some", kind="some_of", label="哪几个", options=OPTIONS),
    Question(key="can", kind="yes_no", label="行不行"),
)
GIVEN: tuple[dict[str, object], ...] = (
    {},
    {
        "name": "<b>'\"&",
        "about": "一\n二",
        "price": "12",
        "until": "2030-12-31",
        "one": "a",
        "some": ["a", "b"],
        "can": "no",
    },
    {
        "name": "never",
        "about": "\ufdd0",
        "price": "many",
        "until": "never",
        "one": "z",
        "some": ["z", "b"],
        "can": "yes",
    },
    {"until": "soon", "some": ["b"]},
)
WHOLE = "{% import 'sheets/kinds.html' as kinds with context %}{{ kinds.draw(item) }}"
KEPT = "{% import 'sheets/kinds.html' as kinds with context %}{{ kinds.draw|field(item) }}"


def drawn(given: dict[str, object]) -> list[Drawn]:
    """The questions with these answers."""
    more: dict[str, object] = {"remarks": {}, "notes": {}, "sisters": {}, "rows": 0}
    page = Page(key="page", title="问", question=ASKED)
    return forms.draw(page, given, faults=[], free={question.key for question in ASKED}, more=more)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("titled", [False, True])
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_field_that_was_kept_looks_as_if_drawn_anew(app: Flask, language: str, titled: bool) -> None:
    with app.test_request_context("/"):
        i18n.use(language)
        for _ in range(2):
            for item in (item for given in GIVEN for item in drawn(given)):
                item.titled = titled
                for each in (item, replace(item, fault="不对"), replace(item, locked=True, words="…")):
                    assert render_template_string(KEPT, item=each) == render_template_string(WHOLE, item=each), each


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_that_was_typed_is_kept_with_a_field(app: Flask) -> None:
    with app.test_request_context("/"):
        for item in drawn(
            {"name": "杨小雨的店", "about": "杨小雨", "price": "777", "one": "杨小雨", "some": ["杨小雨"]}
        ):
            render_template_string(KEPT, item=item)
    kept = [text for question in ASKED for text in question.drawn.values()]
    assert len(kept) >= len(ASKED)
    assert [text for text in kept if "杨小雨" in text or "777" in text] == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", ["", "2030-12-31", "2030年2月30日", "soon"])
def test_the_field_of_a_day_keeps_whatever_was_typed(app: Flask, typed: str) -> None:
    with app.test_request_context("/"):
        (item,) = (each for each in drawn({"until": typed}) if each.question.key == "until")
        page = tinyhtml5.parse(render_template_string(KEPT, item=item), namespace_html_elements=False)
    (field,) = (each for each in page.iter("input") if each.get("name") == "until")
    shown = {name: field.get(name) for name in ("type", "inputmode", "value")}
    assert shown == {"type": "text", "inputmode": "numeric", "value": typed}
