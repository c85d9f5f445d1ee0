import io
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image, ImageChops
from sqlmodel import col, func, select

from portal import db, demo, files
from portal.access import Actor
from portal.config import Settings
from portal.questions import service as questions
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet
from tests.reader import Reader
from tests.review.life import Life
from tests.statements import statements
from tests.test_access import tables

SELLER_PAGES = (
    "",
    "/ground",
    "/place",
    "/called",
    "/goods",
    "/certificate",
    "/shop",
    "/shop?faults",
    "/consents",
    "/check",
)


def states() -> Counter[str]:
    """How many applications are in each state; those not sent are drafts."""
    with db.reading() as session:
        sent = Counter(session.exec(select(Case.state)).all())
        every = session.exec(select(func.count(col(Sheet.id)))).one()
    return sent + Counter(draft=every - sent.total())


def some(state: str) -> tuple[str, str, str]:
    """The seller, the sheet and the case of an application in a state."""
    with db.reading() as session:
        case = session.exec(select(Case).where(Case.state == state)).first()
        assert case is not None
        return case.seller_id, case.sheet_id, case.id


def costs(life: Life) -> dict[str, int]:
    """The statements of each page of a seller and of staff, by a name that is the same with any amount of data."""
    demo_actor = life.staff("reviewer", "manager")
    seller_id, sheet_id, case_id = some("changes_requested")
    approved, _, shop = some("approved")
    found = {}
    for reader, prefix, paths in (
        (life.reader(Actor("seller", seller_id)), f"/sheets/{sheet_id}", SELLER_PAGES),
        (life.reader(Actor("seller", seller_id)), "", ("/", "/registration/mine", f"/review/cases/{case_id}")),
        (life.reader(Actor("seller", approved)), "", ("/registration/platform", "/registration/platform/open")),
        (life.reader(demo_actor), "/desk/registration/platform", ("", f"/{shop}", f"/{shop}/open")),
        (
            life.reader(demo_actor),
            "",
            ("/desk/review/", f"/desk/review/{case_id}", f"/desk/review/{case_id}/send_back"),
        ),
    ):
        for path in paths:
            name = (prefix + path).replace(case_id, "…").replace(sheet_id, "…").replace(shop, "…")
            found[name] = cost(reader, prefix + path)
    return found


def cost(reader: Reader, path: str) -> int:
    """The statements of one page, none of which writes."""
    with statements() as seen:
        assert reader.get(path).status == 200, path
    assert [statement for statement in seen if not statement.startswith("SELECT")] == [], path
    return len(seen)


@pytest.fixture
def few(app: Flask) -> Life:
    """A demo of few sellers."""
    demo.run(24)
    return Life(app)


def test_a_demo_has_every_state_and_adds_nothing_the_second_time(few: Life) -> None:
    assert set(states()) == set(demo.ENDS)
    before = tables()
    assert demo.run(24) == 0
    assert tables() == before


def test_every_demo_picture_bears_the_mark(few: Life) -> None:
    with db.reading() as session:
        digests = set(session.exec(select(Photo.digest)).all())
    for digest in digests:
        red, green, _ = Image.open(io.BytesIO(files.read(digest))).convert("RGB").split()
        marked = ImageChops.subtract(red, green).point(lambda more: 255 * (more > 60)).histogram()[255]
        assert marked > 10_000, digest


def test_what_a_demo_sends_is_right(few: Life) -> None:
    with db.reading() as session:
        wrong = [
            (sheet.id, fault.text)
            for sheet in session.exec(select(Sheet))
            for fault in questions.faults(sheets.set_of(sheet), sheets.answers(sheet))
            if fault.level == "refuse"
        ]
    assert wrong == []


def test_pages_need_few_statements_and_no_more_with_more_sellers(app: Flask) -> None:
    demo.run(24)
    life = Life(app)
    first = costs(life)
    demo.run(200)
    assert costs(life) == first
    desk = {path: count for path, count in first.items() if path.startswith("/desk/")}
    assert {path: count for path, count in first.items() if path not in desk and count > 4} == {}
    assert {path: count for path, count in desk.items() if count > 6} == {}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_a_trial_is_filled_with_invented_sellers(app: Flask, settings: Settings) -> None:
    app.extensions["settings"] = replace(settings, mode="production")
    done = app.test_cli_runner().invoke(args=["demo", "--sellers", "1"])
    assert (done.exit_code, "This is no trial instance" in done.output) == (1, True), repr(done.exception)
    app.extensions["settings"] = settings
    done = app.test_cli_runner().invoke(args=["demo", "--sellers", "1"])
    assert (done.exit_code, done.output) == (0, "1 sellers added.\n")
