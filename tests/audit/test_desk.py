"""The list of who did what: filters, places, pages."""

from datetime import timedelta

from flask import Flask
from sqlmodel import select

from portal import db, demo
from portal.audit import service
from portal.guides import service as guides
from portal.guides.models import Print
from portal.review import service as review
from portal.review.models import Case
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops
from tests.statements import statements


def sent(app: Flask) -> Case:
    """A case that was sent."""
    shops.send(shops.filled(Life(app).seller().id))
    with db.reading() as session:
        return session.exec(select(Case)).one()


def test_an_empty_list_says_so(app: Flask) -> None:
    life = Life(app)
    page = life.reader(life.staff("auditor")).get("/desk/audit/?what=codes&days=1")
    assert "这段时间，您负责的地区里没有人做过这样的事。" in page.words()


def test_only_doings_of_ones_own_places_are_listed(app: Flask) -> None:
    life, case = Life(app), sent(app)
    officer, admin = life.staff("reviewer", name="石磊"), life.staff("admin", name="吴强")
    with db.writing() as session:
        review.see_phone(session, case, by=officer)
        service.note(session, "office_changed", by=admin)
    near, far = life.staff("auditor"), life.staff("auditor", place=CONGJIANG)
    wide = life.staff("auditor", place="")
    told = {actor.id: life.reader(actor).get("/desk/audit/").words() for actor in (near, far, wide)}
    assert [("石磊" in words, "吴强" in words) for words in told.values()] == [(1, 1), (0, 0), (1, 1)]
    assert "石磊" not in life.reader(far).get(f"/desk/audit/?who={officer.id}").words()


def test_one_of_the_demos_people_can_be_looked_at_alone(app: Flask) -> None:
    life = Life(app)
    admin = life.staff("admin", name="吴强")
    with db.writing() as session:
        service.note(session, "office_changed", by=demo.OFFICER, subject="days")
        service.note(session, "office_changed", by=admin, subject="days")
    words = life.reader(life.staff("auditor")).get(f"/desk/audit/?who={demo.OFFICER.id}").words()
    assert (demo.OFFICER.name in words, "吴强" in words) == (True, False)


def test_what_an_admin_everywhere_does_is_not_told_to_a_county(app: Flask) -> None:
    life = Life(app)
    with db.writing() as session:
        service.note(session, "practice", by=service.Machine())
    assert [len(_page(life.staff("auditor", place=place))) for place in ("522631", "")] == [0, 1]


def _page(actor: object, **wanted: object) -> list[service.Done]:
    with db.reading() as session:
        return service.page(session, actor, service.Wanted(**wanted))[0]  # type: ignore[arg-type]


def test_pages_of_both_kinds_of_chain_come_in_order_and_once(app: Flask) -> None:
    life, case = Life(app), sent(app)
    officer = life.staff("reviewer", "auditor")
    start = db.now() - timedelta(hours=1)
    for at in range(130):
        db.set_now(start + timedelta(seconds=at // 3))
        with db.writing() as session:
            if at % 2:
                review.see_phone(session, case, by=officer)
            else:
                service.note(session, "code_given", by=officer, subject=str(at))
    db.set_now(start + timedelta(hours=1))
    reader, url, seen = life.reader(officer), "/desk/audit/", list[int]()
    while url:
        page = reader.get(url)
        seen.append(sum(item.get("class") == "row" for item in page.all("li")))
        url = next((link.get("href") for link in page.all("a") if link.get("class") == "quiet"), "")
    assert seen == [50, 50, 30]


def test_papers_of_a_case_that_staff_open_stand_in_its_chain_once_a_day(app: Flask) -> None:
    life, case = Life(app), sent(app)
    officer = life.staff("reviewer", name="石磊")
    with db.writing() as session:
        asked = guides.ask(session, paper="receipt", about=case.id, locale="zh_Hans")
        row = session.get_one(Print, asked.id)
        row.state, row.file = "ready", _kept()
    reader = life.reader(officer)
    for _ in range(2):
        assert reader.http.get(f"/guides/prints/{asked.id}.pdf", base_url=reader.base).status_code == 200
    found = [(done.who, done.action, done.more) for done in _page(life.staff("auditor"))]
    assert found == [("石磊", "print", ("受理回执",))]


def _kept() -> str:
    from portal import files

    return files.keep(b"%PDF-1.7")


def test_the_list_costs_few_statements(app: Flask) -> None:
    life, case = Life(app), sent(app)
    officer = life.staff("reviewer")
    with db.writing() as session:
        review.see_phone(session, case, by=officer)
    reader = life.reader(life.staff("admin"))
    with statements() as seen:
        reader.get(f"/desk/audit/?who={officer.id}")
    assert len(seen) <= 6, seen
    with statements() as seen:
        reader.get(f"/desk/accounts/staff/{officer.id}")
    assert len(seen) <= 6, seen


def test_an_address_that_makes_no_sense_shows_the_whole_list(app: Flask) -> None:
    life = Life(app)
    reader = life.reader(life.staff("auditor"))
    for query in ("who=%00", "what=x&days=9", "after=x~y~z", "after=2026-01-01T00:00:00%2B00:00~~99999999999"):
        assert reader.get(f"/desk/audit/?{query}").status == 200
