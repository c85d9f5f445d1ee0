"""One warm press for the tests of this room."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal import i18n, press
from portal.config import ROOT
from portal.guides import guide as guides
from portal.office import service as offices
from portal.press.code import code
from portal.press.printer import Printer
from portal.registration.papers import Statement
from tests.press.book import Book


@pytest.fixture(scope="session", autouse=True)
def closed() -> Iterator[None]:
    """No child outlives the tests."""
    yield
    press.close()


@pytest.fixture
def no_system_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A press on a machine that has no font but ours."""
    config = tmp_path / "fonts.conf"
    config.write_text(f'<?xml version="1.0"?><fontconfig><cachedir>{tmp_path}/cache</cachedir></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    press.setup(Printer())
    yield
    monkeypatch.delenv("FONTCONFIG_FILE")
    press.setup(Printer())


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Every test begins in Chinese."""
    i18n.use(i18n.DEFAULT)


@pytest.fixture
def statement() -> Statement:
    """The facts of a small paper."""
    return Statement(
        shop="九潮高山椪柑",
        number="K7QM-3XRD",
        place="贵州省 黎平县 九潮镇",
        goods="椪柑",
        ground="own_produce",
        declaration="我填的都是真的",
        printed=date(2026, 11, 23),
        code=code("https://haohuo.example/review/status"),
        office=offices.setup(ROOT / "portal" / "library"),
    )


@pytest.fixture(scope="session")
def book() -> Book:
    """A short guide whose fronts bear different names."""
    guide = guides.read()["open_shop"]
    office = offices.setup(ROOT / "portal" / "library")
    parts = guide.parts("household")[:4]
    return Book({"guide": guide, "kind": guide.kinds()["household"], "parts": parts, "reasons": {}, "office": office})
