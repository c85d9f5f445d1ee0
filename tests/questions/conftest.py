"""What tests of the engine share: English sentences, a fixed day, our own library, small ones written on the spot."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import db, i18n
from portal.config import ROOT
from portal.questions import service
from portal.questions.models import Library, QuestionSet

Written = Callable[[dict[str, str]], Path]
HEAD = 'key = "small"\nversion = 1\ntitle = "小问卷"\n'


@pytest.fixture(autouse=True)
def _in_english_on_a_fixed_day() -> Iterator[None]:
    """23 November 2026 in Shanghai; msgids are English, so tests read them as they are."""
    db.set_now(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    i18n.use("en")
    yield
    db.set_now(None)
    i18n.use(i18n.DEFAULT)


@pytest.fixture(scope="session")
def own() -> Library:
    """Our own library."""
    return service.read(ROOT / "portal" / "library")


@pytest.fixture
def ours(own: Library) -> Iterator[Library]:
    """Our own library, in use."""
    before = service.library()
    service.setup(own)
    yield own
    service.setup(before)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes files into a library folder of the test's own."""

    def write(files: dict[str, str], folder: str = "library") -> Path:
        for name, text in files.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / folder

    return write


@pytest.fixture
def small(written: Written) -> Callable[[str], QuestionSet]:
    """A set with the pages given as TOML."""

    def read(pages: str) -> QuestionSet:
        return service.read(written({"rooms/small.toml": HEAD + pages})).sets["small"]

    return read


@pytest.fixture
def one(small: Callable[[str], QuestionSet]) -> Callable[[str], QuestionSet]:
    """A set with one page and one question, `q`, whose fields are given as TOML."""

    def read(fields: str) -> QuestionSet:
        label = "" if "\nlabel = " in fields.split("[[")[0] else 'label = "问"\n'
        return small(f'[[page]]\nkey = "p"\ntitle = "页"\n[[page.question]]\nkey = "q"\n{label}{fields}')

    return read
