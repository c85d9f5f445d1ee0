import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageChops
from sqlmodel import Session, col, func, select

from portal import create_app, db, demo, files, i18n, migrations
from portal.access import Actor
from portal.config import Settings
from portal.notices.models import Notice
from portal.questions import service as questions
from portal.review import checks, events
from portal.review.kinds import kinds, register_kind
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Finding, Photo, Sheet, Submission
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
    (approved, _, shop), (_, _, looked_at) = some("approved"), some("in_review")
    found = {}
    for reader, prefix, paths in (
        (life.reader(Actor("seller", seller_id)), f"/sheets/{sheet_id}", SELLER_PAGES),
        (life.reader(Actor("seller", seller_id)), "", ("/", "/registration/mine", f"/review/cases/{case_id}")),
        (life.reader(Actor("seller", approved)), "", ("/registration/platform", "/registration/platform/open")),
        (life.reader(demo_actor), "/desk/registration/platform", ("", f"/{shop}", f"/{shop}/open")),
        (
            life.reader(demo_actor),
            "",
            ("/desk/review/", f"/desk/review/{case_id}", f"/desk/review/{looked_at}/send_back"),
        ),
    ):
        for path in paths:
            name = (
                (prefix + path).replace(case_id, "…").replace(sheet_id, "…").replace(shop, "…").replace(looked_at, "…")
            )
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


def test_where_a_second_person_has_to_agree_the_demo_has_one(app: Flask) -> None:
    for kind in list(kinds().values()):
        register_kind(replace(kind, second_check=True))
    demo.run(12)
    assert set(states()) == set(demo.ENDS)
    with db.reading() as session:
        decided = session.exec(select(Case.decided_by).where(col(Case.state).in_(("approved", "rejected")))).all()
    assert {*decided} == {demo.SECOND.name}


def test_where_every_tick_is_asked_for_the_demo_has_ticked(app: Flask) -> None:
    for kind in list(kinds().values()):
        register_kind(replace(kind, all_checks=True))
    demo.run(12)
    with db.reading() as session:
        approved = session.exec(select(Case).where(Case.state == "approved")).all()
        left = [
            checks.unticked(checks.rows(case, session.get_one(Submission, case.submission_id), None))
            for case in approved
        ]
    assert (set(states()), {*left}) == (set(demo.ENDS), {""})


def test_who_stands_first_in_the_queue_of_a_demo_came_first(few: Life) -> None:
    with db.reading() as session:
        came = session.exec(select(Case.first_sent_at).order_by(col(Case.seq))).all()
    assert (sorted(came) == list(came), len(set(came)) > 5) == (True, True)


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


def test_every_chain_of_a_demo_holds_and_every_answer_was_told(few: Life) -> None:
    with db.reading() as session:
        cases = session.exec(select(Case)).all()
        assert [case.number for case in cases if events.verify(session, case) is not None] == []
        told = Counter(session.exec(select(Notice.case_id).where(col(Notice.kind).in_(("received", "unserved")))).all())
        assert told == Counter({case.id: case.round for case in cases})
        sent = session.exec(select(Submission.sheet_id)).all()
        assert Counter(sent) == Counter({case.sheet_id: case.round for case in cases})


def test_what_is_filled_in_at_once_is_kept_as_page_after_page(few: Life) -> None:
    with db.writing() as session:
        for number, known in [(sheet.id, sheets.answers(sheet)) for sheet in session.exec(select(Sheet))]:
            at_once = session.get_one(Sheet, number)
            by_page = Sheet(seller_id=at_once.seller_id, set_key=at_once.set_key, version=at_once.version)
            session.add(by_page)
            session.flush()
            for page in questions.visible_pages(sheets.set_of(by_page), known):
                given = {question.key: known.get(question.key) for question in page.question}
                sheets.answer(session, by_page, page=page, given=given, by=by_page.seller_id)
            assert kept(session, by_page) == kept(session, at_once)


def kept(session: Session, sheet: Sheet) -> tuple[object, ...]:
    """All that is kept of the answers of a sheet."""
    found = session.exec(select(Finding).where(Finding.sheet_id == sheet.id).order_by(Finding.key)).all()
    rows = [(row.key, row.value, row.tail) for row in found]
    return sheet.version, sheet.answers, sheets.answers(sheet), sheet.typed_by, rows


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
    assert (done.exit_code, "这里不是试用" in done.output) == (1, True), repr(done.exception)
    app.extensions["settings"] = settings
    done = app.test_cli_runner().invoke(args=["demo", "--sellers", "1"])
    assert (done.exit_code, done.output.strip()) == (0, "加进了 1 位编出来的卖家。")


def test_before_the_tables_are_made_it_says_what_makes_them(tmp_path: Path) -> None:
    app = create_app(Settings.read({"PORTAL_HOME": str(tmp_path)}))
    done = app.test_cli_runner().invoke(args=["demo", "--sellers", "1"])
    facts = {"stands": "–", "wanted": migrations.newest(), "command": ".venv/bin/flask --app app db upgrade"}
    assert (done.exit_code, done.output) == (1, f"Error: {i18n.gettext(migrations.Behind.msgid, **facts)}\n")
