"""Every guide, in every edition and language, is right on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import i18n
from portal.config import ROOT, Settings
from portal.guides import guide, orders
from portal.guides import reading as guides
from portal.guides.guide import Guide
from portal.guides.shapes import SHAPES
from tests.press import rules
from tests.press.rules import Read

EVERY = [
    (name, kind, locale)
    for name, it in sorted(guide.read(ROOT / "portal" / "library").items())
    for kind in it.kinds()
    for locale in it.languages
]


def _faults(paper: Read, it: Guide, kind: str, url: str) -> Iterator[str]:
    """Whatever is wrong with a guide that people read page by page, in the language that is spoken."""
    parts = it.parts(kind)
    titles = [i18n.library_text(part.title) for part in parts if part.title]
    steps = [(i18n.library_text(step.title), i18n.library_text(step.text)) for part in parts for step in part.step]
    notes = [(i18n.library_text(part.note.title), i18n.library_text(part.note.text)) for part in parts if part.note]
    yield from rules.order(paper, [i18n.library_text(it.title), *titles])
    yield from rules.feet(paper)
    yield from rules.tags(paper, len(titles), i18n.tag())
    yield from rules.links(paper, url)
    yield from rules.parted(paper, {*titles, *(title for title, _ in (*steps, *notes))})
    yield from rules.whole(paper, (*steps, *notes))
    yield from rules.margins(paper)


def _anywhere(paper: Read, code: str) -> Iterator[str]:
    """What must be right on sheets to fold as well."""
    yield from rules.fonts(paper)
    yield from rules.greys(paper)
    yield from rules.codes(paper, code)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "kind", "locale"), EVERY)
def test_a_guide_is_right_on_paper_in_every_shape(
    app: Flask, settings: Settings, tmp_path: Path, name: str, kind: str, locale: str
) -> None:
    found: dict[str, list[str]] = {}
    with i18n.speaking(locale):
        it = orders.guide_for(name, kind)
        for shape in SHAPES:
            order = orders.guide_order(name, kind, shape=shape)
            printed = order.made(locale)
            paper = Read(printed.pdf, tmp_path)
            found[shape] = [f"missing {printed.missing}"] if printed.missing else []
            found[shape] += _anywhere(paper, order.facts["code"].url)
            found[shape] += rules.halved(paper, guides.text(name, kind))
            if shape != "booklet":
                found[shape] += _faults(paper, it, kind, settings.url)
            if shape == "a4":
                found[shape] += rules.filled(paper)
            if shape == "large":
                found[shape] += rules.filled(paper, 0.44, but_last=True)
    assert found == {shape: [] for shape in SHAPES}
