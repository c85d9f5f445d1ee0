import re
from pathlib import Path

import jinja2
import pytest

from portal import i18n
from portal.places import service

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def drawn(code: str, **facts: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["url_for"] = lambda _: "/places/find"
    page = environment.from_string('{% from "places/choose.html" import choose %}{{ choose(**facts) }}')
    steps, options = service.steps(code), service.children(code)
    return page.render(facts={"key": "place", "label": "Where?", "steps": steps, "options": options, **facts})


def sent(page: str) -> list[str]:
    return re.findall(r'name="place" value="(\d+)"', page)


def test_nothing_chosen_offers_the_provinces_and_nothing_to_change() -> None:
    page = drawn("")
    assert sent(page) == [place.code for place in service.children()]
    assert re.findall(r'href="([^"]*)"', page) == []


def test_a_county_is_kept_and_its_townships_are_offered() -> None:
    assert sent(drawn("522631")) == ["522631", *(place.code for place in service.children("522631"))]


def test_every_level_above_can_be_changed() -> None:
    assert re.findall(r'href="([^"]*)"', drawn("522631105")) == [
        "?place=",
        "?place=52",
        "?place=5226",
        "?place=522631",
    ]


def test_a_whole_place_is_kept_and_offers_nothing_more() -> None:
    assert sent(drawn("522631105")) == ["522631105"]


def test_a_fault_is_tied_to_the_choice() -> None:
    page = drawn("", fault="Please choose.")
    assert 'id="place" aria-describedby="place-why " aria-invalid="true"' in page
    assert '<p class="why" id="place-why">Please choose.</p>' in page


def test_choosing_step_by_step_without_script_ends_at_the_township() -> None:
    kept = ""
    for wanted in ("52", "5226", "522631", "522631105"):
        assert wanted in sent(drawn(kept))
        kept = service.picked([kept, wanted])
    assert service.is_whole(kept) is True
