"""What goes when its time has come: told before, gone after, reported, and done once however often it is begun."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db, files
from portal.accounts import consents
from portal.config import Settings
from portal.jobs import worker
from portal.keeping import retention, terms
from portal.keeping.models import Run
from portal.notices.models import Notice
from portal.notices.service import for_person
from portal.questions.models import GONE
from portal.registration import platform
from portal.review import numbers, service
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet
from tests.keeping.lives import NOON, Shop, after, rows
from tests.keeping.test_erasing import bytes_of, swept
from tests.review.life import Life
from tests.sheets import shops


def run(settings: Settings, day: str = "2027-01-01") -> dict[str, tuple[int, int]]:
    """One whole run of the clock; returns by rule how many were told and how many went."""
    retention.run("")
    worker.drain(settings)
    with db.reading() as session:
        report = session.exec(select(Run).order_by(col(Run.day).desc())).first()
        assert report is not None
        assert (report.day, report.ended_at is not None) == (db.today().isoformat(), True)
        return {key: (line["told"], line["gone"]) for key, line in report.report.items()}


def last_told(seller_id: str) -> str:
    """What a seller was told last."""
    with db.reading() as session:
        return for_person(session, seller_id)[-1].text


def test_a_draft_that_rests_is_told_of_and_then_goes(app: Flask, settings: Settings) -> None:
    after(0)
    seller = Life(app).seller()
    shops.filled(seller.id)
    after(165)
    assert run(settings) == {}
    after(167)
    assert run(settings) == {"drafts": (1, 0)}
    assert "填了一半的登记很久没动了，5 月 20 日会删掉" in last_told(seller.id)
    after(180)
    assert run(settings) == {}
    after(181.1)
    assert run(settings) == {"drafts": (0, 1)}
    assert (rows(Sheet), rows(Photo)) == (0, 0)


def test_a_draft_that_is_touched_after_the_telling_stays(app: Flask, settings: Settings) -> None:
    after(0)
    sheet_id = shops.filled(Life(app).seller().id)
    after(167)
    run(settings)
    shops.answer(sheet_id, "shop", shop_name="还想办")
    after(182)
    assert run(settings) == {}
    assert shops.known(sheet_id)["shop_name"] == "还想办"


def test_photos_go_ninety_days_after_the_decision_and_the_seller_is_told(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app)
    names = bytes_of(shop.sheet_id)
    after(89)
    assert run(settings) == {}
    after(91)
    with db.reading() as session:
        assert [step.due.label for step in retention.steps(session)] == [
            f"{shop.case.number[:4]}-{shop.case.number[4:]}"
        ]
    assert run(settings) == {"photos": (0, 1)}
    assert "里的照片，我们已经删掉了" in last_told(shop.seller.id)
    swept()
    for name in names:
        with pytest.raises(files.Missing):
            files.read(name)
    desk = shop.life.reader(shop.officer).get(f"/desk/review/{shop.case.id}")
    assert ("（照片已删）" in desk.words(), [img for img in desk.all("img") if "/photos/" in img.get("src")]) == (
        True,
        [],
    )
    assert shops.known(shop.sheet_id)["shop_picture"] == GONE
    mine = shop.life.reader(shop.seller).get("/keeping/sheets").words()
    assert ("（照片已删）" in mine, "1 张照片" in mine) == (True, False)
    assert run(settings) == {"photos": (0, 1)}  # the same day's report: nothing was added to it


def test_photos_of_a_shop_that_is_open_go_without_waiting(app: Flask, settings: Settings) -> None:
    after(0)
    shop, other = Shop(app), Shop(app, "13977770002")
    with db.writing() as session:
        told = platform.Told("open", NOON.date(), name="九潮高山椪柑")
        platform.tell(session, shop.case_in(session), by=shop.seller, version=0, told=told)
    after(2)
    assert run(settings) == {"photos": (0, 1)}
    assert (bytes_of(shop.sheet_id), len(bytes_of(other.sheet_id))) == ([], 2)


def test_an_undecided_application_keeps_its_photos(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app, decided=False)
    after(200)
    assert run(settings) == {}
    assert len(bytes_of(shop.sheet_id)) == 2


def test_whoever_is_silent_for_a_year_is_told_and_then_forgotten(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app)
    after(91)
    run(settings)
    after(336)
    assert run(settings) == {"silent": (1, 0)}
    assert "您很久没来了。11 月 21 日我们会删掉您的全部资料" in last_told(shop.seller.id)
    after(366.5)
    assert run(settings)["silent"] == (0, 1)
    assert (shop.case.seller_id, shop.case.desk) == ("", "erased")


def test_whoever_comes_back_in_time_stays(app: Flask, settings: Settings) -> None:
    after(0)
    seller = Life(app).seller()
    after(336)
    assert run(settings) == {"silent": (1, 0)}
    reader = Life(app).reader(seller)
    after(337)
    assert reader.get("/accounts/me").status == 200
    after(400)
    assert run(settings) == {}


def test_whoever_takes_the_consent_back_is_told_and_then_forgotten(app: Flask, settings: Settings) -> None:
    after(0)
    shop, other = Shop(app), Shop(app, "13977770002")
    with db.writing() as session:
        consents.withdraw(session, shop.seller.id, "processing")
    after(22)
    assert run(settings) == {}
    after(24)
    assert run(settings) == {"taken_back": (1, 0)}
    assert "您收回了同意。12 月 21 日" in last_told(shop.seller.id)
    after(32)
    assert run(settings) == {"taken_back": (0, 1)}
    assert (shop.case.seller_id, shop.case.desk, other.case.desk) == ("", "erased", "done")


def test_whoever_agrees_again_in_time_stays(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app)
    with db.writing() as session:
        consents.withdraw(session, shop.seller.id, "processing")
    after(24)
    assert run(settings) == {"taken_back": (1, 0)}
    with db.writing() as session:
        consents.agree_again(session, shop.seller.id, "processing")
    after(60)
    assert run(settings) == {}
    assert shop.case.desk == "done"


def test_messages_lose_their_words_after_a_year(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app)
    worker.drain(settings)
    after(370)
    told = run(settings)["messages"]
    with db.reading() as session:
        old = session.exec(select(Notice).where(col(Notice.made_at) < NOON + timedelta(days=1))).all()
    assert told == (0, len([row for row in old if row.kind != "code"]))
    assert {row.text for row in old} == {None}
    assert rows(Sheet) == 1
    assert shop.case.desk == "done"


def test_a_run_that_dies_goes_on_and_reports_all(app: Flask) -> None:
    after(0)
    first, second = Shop(app), Shop(app, "13977770002")
    after(91)
    day = db.today().isoformat()
    with db.reading() as session:
        planned = retention.steps(session)
    retention._do(day, planned[0])  # then the process is killed
    assert retention.run(day) == 0.0
    assert retention.run(day) is None
    retention._do(day, planned[0])
    with db.reading() as session:
        line = session.get_one(Run, day).report["photos"]
    assert (line["gone"], len(line["labels"])) == (2, 2)
    told = [last_told(shop.seller.id).count("照片") for shop in (first, second)]
    assert told == [1, 1]


def test_the_office_sets_its_own_days_and_sees_the_next_run(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app)
    after(40)
    admin = shop.life.reader(shop.life.staff("admin", name="李主任"))
    page = admin.get("/desk/keeping/")
    assert "没有要删的" in page.words()
    page = admin.submit(**{"days.photos": "30"})
    assert (page.status, "要删 1 件" in page.words(), "李主任 改的" in page.words()) == (200, True, True)
    assert " 0 件" not in page.words()
    with db.reading() as session:
        assert terms.of(session, "photos").days == 30
    assert "30 天" in shop.life.reader(shop.seller).get("/keeping/sheets").words()
    page = admin.submit(**{"days.photos": "９０"})
    assert "李主任 改的" not in page.words()


@pytest.mark.parametrize("typed", ["0", "", "9999", "三十", "-5", "1e3"])
def test_days_that_cannot_be_are_refused_and_nothing_is_saved(app: Flask, typed: str) -> None:
    life = Life(app)
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/keeping/")
    page = admin.submit(**{"days.drafts": "200", "days.photos": typed})
    assert (page.status, shops.fault(page, "days.photos")[:3], shops.value(page, "days.drafts")) == (
        422,
        "请填天",
        "200",
    )
    with db.reading() as session:
        assert terms.own(session) == {}


def test_an_auditor_reads_and_changes_nothing(app: Flask) -> None:
    life = Life(app)
    auditor = life.reader(life.staff("auditor"))
    assert auditor.get("/desk/keeping/").status == 200
    assert auditor.post("/desk/keeping/", {"days.photos": "1"}).status == 403


def test_who_leads_in_another_county_sees_no_number_and_changes_nothing(app: Flask) -> None:
    after(0)
    shop = Shop(app)
    after(91)
    there = shop.life.reader(shop.life.staff("admin", place="4401"))
    page = there.get("/desk/keeping/")
    number = numbers.shown(shop.case.number)
    assert ("要删 1 件" in page.words(), number in page.words(), "保存" in page.words()) == (True, False, False)
    assert there.post("/desk/keeping/", {"days.photos": "30"}).status == 404
    here = shop.life.reader(shop.life.staff("admin")).get("/desk/keeping/")
    assert number in here.words()


def test_a_draft_of_nobody_goes_without_telling(app: Flask, settings: Settings) -> None:
    after(0)
    seller = Life(app).seller()
    shops.filled(seller.id)
    with db.writing() as session:
        sheet = sheets.of_seller(session, seller.id)[0]
        sheet.seller_id = "nobody-is-this-1"
        session.add(sheet)
    after(181)
    assert run(settings)["drafts"] == (0, 1)


def test_a_withdrawn_application_is_decided_too(app: Flask, settings: Settings) -> None:
    after(0)
    shop = Shop(app, decided=False)
    with db.writing() as session:
        service.withdraw(session, shop.case_in(session), by=shop.owner)
    after(91)
    assert run(settings) == {"photos": (0, 1)}
