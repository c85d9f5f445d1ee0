"""What was there before: revisions fill clock, counts and desks as if they had always been kept."""

from datetime import UTC, datetime
from importlib import import_module

import sqlalchemy as sa
from sqlmodel import Session, select

from portal import db
from portal.accounts import service as accounts
from portal.office import sections
from portal.review import cells, counts, remarks, service
from portal.review.models import Case, Cell
from portal.review.queue import Wanted
from tests.office.conftest import put
from tests.review.life import Life

MONDAY = datetime(2026, 11, 16, 2, 30, tzinfo=UTC)


def kept(session: Session) -> list[tuple[int, int | None, object]]:
    """What the revision has to find out, and what it has to leave alone."""
    return [(row.used, row.took, row.due) for row in session.exec(select(Case).order_by(sa.text("seq")))]


def test_the_revision_counts_as_the_verbs_do(life: Life) -> None:
    put(sections.DAYS, {"lines": "2026-11-18 节日"})
    officer = life.staff("reviewer")
    db.set_now(MONDAY)
    for state in ("submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn"):
        life.in_state(state, officer)
    case = life.sent()
    for back, again in ((19, 23), (25, 26)):  # twice sent back
        db.set_now(MONDAY.replace(day=back))
        case = life.do(service.take, case, officer)
        life.do(remarks.remark, case, officer, key="name", reason="BLUR", words="")
        life.do(service.send_back, case, officer)
        db.set_now(MONDAY.replace(day=again))
        case = life.send(case.sheet_id, {"name": f"名字{again}"})
    db.set_now(MONDAY.replace(day=27))
    case = life.do(service.take, case, officer)
    assert (life.do(service.approve, case, officer).took, case.used) == (5, 4)
    with db.reading() as session:
        wanted = kept(session), [counts.counts(session, officer, Wanted(desk)) for desk in ("waiting", "done")]
    with db.writing() as session:
        session.execute(sa.update(Case).values(used=0, took=None))
        session.execute(sa.delete(Cell))
    revision = import_module("portal.migrations.versions.0010_the_clock_and_counts_of_the_queue")
    with db.writing() as session:
        revision.fill(session.connection())
    with db.reading() as session:
        assert (
            kept(session),
            [counts.counts(session, officer, Wanted(desk)) for desk in ("waiting", "done")],
        ) == wanted
        pace = counts.pace(session, officer.places)
        assert (pace is not None, counts.morning(session, officer.places)) == (True, (2, 3, 0))
    cells.sum_up("")


def test_the_revision_shuts_the_cases_of_whoever_took_the_consent_back(life: Life) -> None:
    db.set_now(MONDAY)
    officer = life.staff("reviewer")
    cases = [life.in_state(state, officer) for state in ("approved", "rejected", "withdrawn", "approved")]
    with db.writing() as session:
        for case in cases:
            accounts.give(session, case.seller_id, "processing", version=1, wording="同意")
        for case in cases[:3]:
            accounts.withdraw(session, case.seller_id, "processing")

    def stands(session: Session) -> object:
        found = counts.counts(session, officer, Wanted("done"))
        return [session.get_one(Case, case.seq).desk for case in cases], found, counts.pace(session, officer.places)

    def as_before(desk: str, revision: str) -> None:
        with db.reading() as session:
            wanted = stands(session)
        with db.writing() as session:
            for case in cases:
                session.get_one(Case, case.seq).desk = desk
        with db.reading() as session:
            assert stands(session) != wanted
        with db.writing() as session:
            import_module(f"portal.migrations.versions.{revision}").shut(session.connection())
        with db.reading() as session:
            assert stands(session) == wanted

    as_before("done", "0019_cases_that_are_shut")
    with db.writing() as session:
        for at, case in enumerate(cases):
            session.get_one(Case, case.seq).desk = "shut_practice" if at < 3 else "practice"
    as_before("practice", "0020_practice_that_is_shut")
