"""Every dated fact of the library, and which of them nobody has looked at for a year."""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal import db
from portal.config import ROOT
from portal.office import facts
from portal.questions import service as questions
from tests.reader import Page, Reader
from tests.review.life import Life

OURS = ROOT / "portal" / "library"


def count(value: object) -> int:
    """The tables with a source and a date."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return (isinstance(value, dict) and {"source", "as_of"} <= value.keys()) + sum(count(each) for each in inner)


def test_everything_that_carries_a_date_is_listed_once(app: Flask) -> None:
    files = {path.relative_to(OURS).as_posix(): tomllib.loads(path.read_text("utf-8")) for path in OURS.rglob("*.toml")}
    dated = {name: count(raw) for name, raw in files.items()}
    listed = Counter(fact.file for fact in facts.every())
    assert dict(listed) == {name: found for name, found in dated.items() if found}
    assert [fact for fact in facts.every() if not fact.text or not fact.key or "{" in fact.text] == []


def test_what_is_not_confirmed_is_said(app: Flask) -> None:
    listed = {fact.key: fact.standing for fact in facts.every() if fact.file == "registration/facts.toml"}
    known = questions.library().facts
    assert listed == {key: "confirmed" if fact.confirmed else "not confirmed" for key, fact in known.items()}


@pytest.mark.parametrize(
    ("as_of", "now", "old"),
    [
        ("2025-11-24", (2026, 11, 24), False),
        ("2025-11-23", (2026, 11, 24), True),
        ("2025-12-31", (2026, 11, 24), False),
        ("2024-12-31", (2026, 1, 1), True),
        ("2025-11", (2026, 11, 30), False),
        ("2025-11", (2026, 12, 1), True),
        ("2024-02-29", (2025, 2, 28), False),
        ("2024-02-29", (2025, 3, 1), True),
    ],
)
def test_a_fact_is_old_after_twelve_months(as_of: str, now: tuple[int, int, int], old: bool) -> None:
    db.set_now(datetime(*now, 4, tzinfo=UTC))
    assert facts.Dated("facts.toml", "key", "text", "source", as_of, True).old is old
    db.set_now(None)


def test_a_file_of_the_county_stands_in_the_place_of_ours(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "registration").mkdir()
    (tmp_path / "registration" / "facts.toml").write_text(
        '[[fact]]\nkey = "own"\ntext = "县里的"\nsource = "县里"\nas_of = 2020-01-01\n', "utf-8"
    )
    facts.setup(OURS, tmp_path)
    first, second = facts.every()[:2]
    assert (first.file, first.key, first.as_of, first.old) == ("registration/facts.toml", "own", "2020-01-01", True)
    assert (second.file.split("/")[0], {fact.file for fact in facts.every()} > {"reasons.toml", "words.toml"}) == (
        "guides",
        True,
    )


def red(page: Page) -> int:
    """How many dates stand in red, each said in words as well."""
    marked = [span for span in page.all("span") if (span.get("class") or "") == "end no"]
    assert [span for span in marked if "".join(span.itertext()).count("older than 12 months") != 1] == []
    return len(marked)


def told(reader: Reader, url: str) -> tuple[int, int]:
    """How many facts the page and those that follow it list, and how many of them in red."""
    listed = marked = 0
    while url:
        page = reader.get(url)
        listed, marked = listed + len(page.all("li")), marked + red(page)
        url = next((link.get("href") or "" for link in page.all("a") if link.text == "Next 50"), "")
    return listed, marked


def test_the_page_lists_all_and_on_request_only_the_old(app: Flask) -> None:
    life = Life(app)
    reader = life.reader(life.staff("auditor"))
    many = len(facts.every())
    assert (told(reader, "/desk/facts?lang=en"), len(reader.get("/desk/facts?lang=en").all("li"))) == ((many, 0), 50)
    assert [told(reader, f"/desk/facts?after={end}") for end in (-9, many, "x")] == [(many, 0)] * 3
    page = reader.get("/desk/facts?old=1")
    assert (page.all("li"), page.words().count("Every fact was looked up within the last 12 months.")) == ([], 1)
    db.set_now(datetime(2027, 11, 25, tzinfo=UTC))
    reader = life.reader(life.staff("auditor"))
    reader.get("/desk/facts?lang=en")
    old = len([fact for fact in facts.every() if fact.old])
    assert (told(reader, "/desk/facts?old=1"), 0 < old < many) == ((old, old), True)
    assert told(reader, "/desk/facts") == (many, old)
    page = reader.get("/desk/facts")
    assert [link.text for link in page.all("a") if "old=1" in link.get("href")] == [f"Older than 12 months {old}"]
