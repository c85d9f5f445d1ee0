"""Papers that sellers send to a service station: sent, printed, handed over, taken back, too old."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.config import Settings
from portal.guides import errands
from portal.guides.models import Errand
from portal.jobs import worker
from portal.keeping import service as keeping
from portal.office import known
from portal.office.models import Spot
from portal.review import numbers
from portal.review.models import Case
from tests.guides.conftest import Send
from tests.reader import Reader
from tests.review.life import CONGJIANG, Life

JIUCHAO, ZHAOXING = "522631105", "522631111"
STATIONS = (("far", "肇兴站", ZHAOXING), ("near", "九潮站", JIUCHAO), ("else", "从江站", "522633101"))
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def life(app: Flask) -> Life:
    """An office with two stations, and one elsewhere."""
    with db.writing() as session:
        for id, name, place in (
            ("far", "肇兴站", ZHAOXING),
            ("near", "九潮站", JIUCHAO),
            ("else", "从江站", "522633101"),
        ):
            session.add(Spot(id=id, kind="station", name=name, place=place, address="镇政府一楼", hours="赶场天"))
        session.add(Spot(id="cold", kind="cold", name="冷库", place=JIUCHAO))
    known.forget()
    return Life(app)


@pytest.fixture
def case(life: Life, send: Send) -> Case:
    """An application of a seller in the near town."""
    return send(place=JIUCHAO)


def seller(life: Life, case: Case) -> Reader:
    return life.reader(Actor("seller", case.seller_id))


def sent(session: Session, case: Case, paper: str = "receipt", spot: str = "near") -> Errand:
    return errands.send(session, case, paper=paper, spot_id=spot)


def state() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Errand.state)))


def test_a_paper_goes_to_the_station_is_printed_and_handed_over(life: Life, case: Case, settings: Settings) -> None:
    mine, helper = seller(life, case), life.reader(life.staff("helper", place=JIUCHAO))
    assert "/guides/station" in mine.get("/registration/mine").links()
    page = mine.get("/guides/station")
    assert [box.get("value") for box in page.all("input") if box.get("name") == "spot"] == ["near", "far"]
    page = mine.submit(paper="receipt")
    assert "在服务站等着打" in page.words()
    page = helper.get("/desk/guides/station")
    told = ("受理回执", "杨大姐", numbers.shown(case.number), "0001", "九潮站")
    assert [words for words in told if words not in page.words() and words != "受理回执"] == []
    page = helper.submit()
    worker.drain(settings)
    page = helper.get(page.url)
    assert ("好了" in page.words(), helper.get(f"{page.url}.pdf").status) == (True, 200)
    assert "打好了，来取" in mine.get("/guides/station").words()
    helper.get("/desk/guides/station")
    assert "这里没有等着的" in helper.submit().words()
    assert "交到手里了" in mine.get("/guides/station").words()
    assert helper.get(page.url).status == 404


@on_sqlite
def test_nobody_elsewhere_sees_prints_or_ticks_it(life: Life, case: Case) -> None:
    with db.writing() as session:
        errand = sent(session, case)
    stranger = life.reader(life.seller())
    for place in (ZHAOXING, CONGJIANG):
        reader = life.reader(life.staff("helper", "reviewer", place=place))
        assert numbers.shown(case.number) not in reader.get("/desk/guides/station").words()
        for done in ("print", "handed"):
            reader.get("/desk/guides/print/open_shop")
            assert reader.post(f"/desk/guides/station/{errand.id}/{done}").status == 404
    stranger.get("/guides/")
    assert stranger.post(f"/guides/station/{errand.id}/back").status == 404
    assert state() == ["waiting"]


def test_the_same_paper_twice_is_sent_once_and_taken_back_it_can_be_sent_again(life: Life, case: Case) -> None:
    mine = seller(life, case)
    for _ in range(2):
        mine.get("/guides/station")
        mine.submit(paper="receipt")
    assert state() == ["waiting"]
    with db.reading() as session:
        first = session.exec(select(Errand.id)).one()
    for _ in range(2):
        mine.get("/guides/station")
        assert "撤回了" in mine.post(f"/guides/station/{first}/back").words()
    with db.writing() as session:
        again = sent(session, case)
    assert (sorted(state()), again.state) == (["waiting", "withdrawn"], "waiting")


@on_sqlite
def test_what_is_not_chosen_or_does_not_fit_is_said(life: Life, case: Case) -> None:
    mine = seller(life, case)
    for form, said in (
        ({"paper": None}, "请选要打印的那一份"),
        ({"paper": "outcome"}, "请选要打印的那一份"),
        ({"paper": "receipt", "spot": "else"}, "请选一个服务站"),
        ({"paper": "receipt", "spot": "cold"}, "请选一个服务站"),
    ):
        mine.get("/guides/station")
        page = mine.submit(**form)
        assert (page.status, said in page.words()) == (422, True), form
    with db.writing() as session:
        session.exec(select(Case).where(Case.id == case.id)).one().desk = "shut"
    mine.get("/guides/station")
    page = mine.submit(paper="receipt")
    assert (page.status, "那边没人能办，也没人能打印" in page.words()) == (422, True)
    assert state() == []
    new = life.reader(life.seller())
    assert "您还没有交申请" in new.get("/guides/station").words()


@on_sqlite
def test_a_consent_taken_back_takes_back_what_lies_at_a_station(life: Life, case: Case) -> None:
    helper = life.staff("helper")
    with db.writing() as session:
        first, second = sent(session, case), sent(session, case, "statement", "far")
        errands.hand_over(session, first, by=helper)
        accounts.give(session, case.seller_id, "processing", version=1, wording="同意")
        accounts.withdraw(session, case.seller_id, "processing")
    with db.reading() as session:
        states = {errand.id: errand.state for errand in errands.mine(session, case.seller_id)}
        assert states == {first.id: "handed", second.id: "withdrawn"}


def test_what_nobody_fetches_is_over_after_a_week_and_goes_with_its_seller(life: Life, case: Case) -> None:
    helper = life.staff("helper")
    with db.writing() as session:
        first = sent(session, case)
        sent(session, case, "statement", "far")
        errands.hand_over(session, first, by=helper)
    db.set_now(db.now() + timedelta(days=8))
    errands.expire("")
    assert sorted(state()) == ["handed", "over"]
    with db.writing() as session:
        assert any("九潮站" in row.words for part in errands.held(session, case.seller_id) for row in part.rows)
        keeping.erase(session, case.seller_id)
    assert state() == []


@on_sqlite
def test_one_seller_has_so_many_under_way_and_what_is_over_is_not_printed(
    life: Life, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "MOST", 1)
    with db.writing() as session:
        one = sent(session, case)
        with pytest.raises(errands.TooMany):
            sent(session, case, "statement")
        errands.take_back(session, one)
    helper = life.reader(life.staff("helper"))
    helper.get("/desk/guides/print/open_shop")
    page = helper.post(f"/desk/guides/station/{one.id}/print")
    assert (page.status, "撤回了" in page.words()) == (409, True)
