"""At the counter: one code for one number, a list for a village, and how messages go."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, files
from portal.access import Actor
from portal.accounts.models import HandedCode
from portal.config import Settings, Sms
from portal.counter import cards, service
from portal.counter.models import Roll
from portal.jobs import worker
from portal.notices import budget, gateways
from portal.notices import service as notices
from portal.notices.models import Notice
from tests.counter.conftest import HEADS, PEOPLE, send, workbook
from tests.notices.test_service import NOON, Wire
from tests.reader import Reader
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops
from tests.statements import statements


def digits(page: str) -> str:
    """The code that stands on the page."""
    found = re.search(r'class="code big" lang="zxx">([0-9]{4}) ([0-9]{4})<', page)
    return found[1] + found[2] if found else ""


def give(visitor: Reader, phone: str = "15400000001") -> str:
    """Hand out a code."""
    visitor.get("/desk/counter/")
    visitor.submit(phone=phone)
    return digits(visitor.page.text)


def rolls() -> list[Roll]:
    """The lists there are."""
    with db.reading() as session:
        return list(session.exec(select(Roll)))


def printed(desk: Reader, settings: Settings) -> Roll:
    """A list brought, its cards printed."""
    send(desk, workbook(HEADS, *PEOPLE))
    desk.submit(-1)
    worker.drain(settings)
    return rolls()[0]


def test_a_helper_hands_out_a_code_that_signs_in(app: Flask, desk: Reader) -> None:
    given = give(desk)
    assert (len(given), "15400000001" in desk.page.text, "尾号 0001" in desk.page.words()) == (8, False, True)
    seller = Reader(app)
    seller.get("/accounts/sign-in?next=/accounts/me")
    seller.submit(phone="15400000001", by_office="yes")
    seller.submit(0, code=given)
    assert seller.page.url == "/accounts/me"
    words = desk.get("/desk/counter/").words()
    assert ("尾号 0001" in words, "用过了" in words, given in desk.page.text) == (True, True, False)


def test_the_page_with_the_code_loaded_anew_shows_the_same_code(desk: Reader) -> None:
    form, given = desk.get("/desk/counter/"), []
    for phone in ("15400000001", "15400000001", "15400000002"):
        desk.page = form  # loaded anew; then back to it, for somebody else
        given.append(digits(desk.submit(phone=phone).text))
    assert (given[0] == given[1] != given[2], [len(each) for each in given]) == (True, [8] * 3)
    assert re.search(r"[0-9]{2}:[0-9]{2} 前有效", desk.page.words())
    newer = give(desk)
    desk.page = form
    page = desk.submit(phone="15400000001")
    assert (page.status, "这一页的码不能用了" in page.words(), newer == given[0]) == (422, True, False)
    with db.reading() as session:
        waiting = [code.tail for code in session.exec(select(HandedCode).where(HandedCode.ends_at > db.now()))]
    assert sorted(waiting) == ["0001", "0002"]
    assert len(digits(desk.submit(phone="15400000001").text)) == 8


def test_who_gave_it_is_written_down(desk: Reader, helper: Actor) -> None:
    give(desk)
    with db.reading() as session:
        row = session.exec(select(HandedCode)).one()
    assert (row.by_id, row.by_name, row.tail, row.ends_at - row.made_at) == (
        helper.id,
        helper.name,
        "0001",
        timedelta(hours=24),
    )


def test_a_number_that_is_none_is_said_at_the_field_and_kept(desk: Reader) -> None:
    assert give(desk, "1540000") == ""
    assert (desk.page.status, desk.page.one("phone").get("value")) == (422, "1540000")
    assert "您填了 7 位" in desk.page.words()


def test_a_seller_of_another_place_gets_no_code_here(app: Flask, desk: Reader) -> None:
    life = Life(app)
    seller = life.seller("15400000001")
    shops.filled(seller.id)
    assert len(give(desk)) == 8
    there = life.reader(life.staff("reviewer", "helper", "admin", place=CONGJIANG))
    assert give(there) == ""
    assert "这个号码是别的地方的卖家" in there.page.words()
    page = send(there, workbook(HEADS, *PEOPLE))
    assert (page.status, "第 2 行：这个号码是别的地方的卖家" in page.words(), rolls()) == (422, True, [])


def test_a_list_is_shown_before_anything_is_made(desk: Reader) -> None:
    page = send(desk, workbook(HEADS, *PEOPLE))
    assert [words in page.words() for words in ("3 个人的卡片", "九潮村 · 2", "贡寨村 · 1", "杨大姐", "0001")] == [
        True
    ] * 5
    assert ("15400000001" in page.text, rolls()[0].state) == (False, "read")
    with db.reading() as session:
        assert session.exec(select(HandedCode)).all() == []


def test_a_pasted_list_is_read_too_and_kept_when_it_is_faulty(desk: Reader) -> None:
    text = "姓名,电话,村\n杨大姐,1540000000,九潮村"
    page = send(desk, text=text)
    assert (page.status, page.one("text").text) == (422, text)
    assert "第 2 行：手机号是 11 位，例如 138 0000 1234；您填了 10 位。" in page.words()
    assert send(desk, text=text.replace(",154", ",1540")).words().count("九潮村") == 1


def test_without_a_file_or_lines_it_says_that_nothing_was_sent(desk: Reader) -> None:
    page = send(desk, text=" ")
    assert (page.status, page.words().count("请先选一个文件，或者把名单贴在下面。")) == (422, 2)


def test_a_list_with_one_fault_makes_nothing(desk: Reader) -> None:
    page = send(desk, workbook(HEADS, *PEOPLE, [4, "九潮村", "潘光明", 15400000001]))
    assert (page.status, rolls()) == (422, [])
    assert "第 5 行：这个手机号第 2 行已经有了" in page.words()


def test_cards_are_printed_once_and_nothing_of_the_digits_stays(desk: Reader, settings: Settings) -> None:
    roll = printed(desk, settings)
    assert (roll.state, roll.cards, roll.missing) == ("ready", None, "")
    with db.reading() as session:
        codes = session.exec(select(HandedCode)).all()
    assert sorted((code.tail, code.ends_at - code.made_at, code.roll_id) for code in codes) == [
        (tail, timedelta(days=14), roll.id) for tail in ("0001", "0002", "0003")
    ]
    page = desk.get(f"/desk/counter/lists/{roll.id}")
    assert "打开卡片" in page.words()
    pdf = desk.get(f"/desk/counter/lists/{roll.id}.pdf").response
    assert pdf is not None
    assert (pdf.mimetype, pdf.headers["Cache-Control"]) == ("application/pdf", "private, no-store")


def test_a_second_tap_prints_nothing_more_and_a_reprint_ends_the_first_codes(desk: Reader, settings: Settings) -> None:
    send(desk, workbook(HEADS, *PEOPLE))
    before = desk.page
    desk.submit(-1, days="3")
    desk.page = before
    desk.submit(-1, days="3")
    with db.reading() as session:
        first = {code.id for code in session.exec(select(HandedCode))}
    assert len(first) == 3
    worker.drain(settings)
    desk.get(f"/desk/counter/lists/{rolls()[0].id}")
    desk.submit(-1, days="7")
    worker.drain(settings)
    with db.reading() as session:
        waiting = {code.id for code in session.exec(select(HandedCode).where(HandedCode.ends_at > db.now()))}
    assert (len(waiting), waiting & first, rolls()[0].state) == (3, set(), "ready")


def test_a_list_is_there_for_those_who_work_where_its_bringer_does(
    app: Flask, desk: Reader, settings: Settings
) -> None:
    roll, life = printed(desk, settings), Life(app)
    near, wide, far = (life.reader(life.staff("manager", place=place)) for place in ("522631", "5226", CONGJIANG))
    paths = [f"/desk/counter/lists/{roll.id}", f"/desk/counter/lists/{roll.id}.pdf"]
    assert [[reader.get(path).status for path in paths] for reader in (near, wide, far)] == [[200] * 2] * 2 + [
        [404] * 2
    ]
    assert [len(reader.get("/desk/counter/lists").all("small")) > 1 for reader in (near, far)] == [True, False]
    auditor = life.reader(life.staff("auditor"))
    assert [auditor.get(path).status for path in (*paths, "/desk/counter/")] == [403] * 3


def test_after_a_day_lists_and_papers_are_gone(desk: Reader, settings: Settings) -> None:
    roll = printed(desk, settings)
    send(desk, workbook(HEADS, [1, "九潮村", "龙胜", 15400000009]))
    db.set_now(db.now() + timedelta(hours=24, seconds=1))
    cards.sweep("")
    left = rolls()
    assert [(row.id, row.state, row.people, row.file) for row in left] == [(roll.id, "over", None, "")]
    with db.reading() as session:
        assert roll.file not in files.named(session)


def test_digits_that_wait_an_hour_for_the_press_are_wiped_and_their_codes_end(desk: Reader, helper: Actor) -> None:
    send(desk, workbook(HEADS, *PEOPLE))
    desk.submit(-1)
    db.set_now(db.now() + timedelta(hours=1, seconds=1))
    cards.sweep("")
    roll = rolls()[0]
    assert (roll.state, roll.cards, cards.print_asked(f"{roll.id}.x")) == ("failed", None, None)
    with db.reading() as session:
        assert [code.ends_at <= db.now() for code in session.exec(select(HandedCode))] == [True] * 3
    with db.writing() as session:
        service.print_cards(session, helper, session.get_one(Roll, roll.id), days=14, locale="zh_Hans")
    assert rolls()[0].state == "printing"


def test_names_and_numbers_of_a_list_are_sealed(desk: Reader) -> None:
    send(desk, workbook(HEADS, *PEOPLE))
    desk.submit(-1)
    stored = repr(rolls()[0])
    assert [word for word in ("杨大姐", "15400000001") if word in stored or word.encode() in rolls()[0].people] == []  # type: ignore[operator]


def test_a_list_that_is_over_is_not_printed(desk: Reader, helper: Actor, settings: Settings) -> None:
    roll = printed(desk, settings)
    page = desk.get(f"/desk/counter/lists/{roll.id}")
    db.set_now(db.now() + timedelta(hours=24, seconds=1))
    cards.sweep("")
    with db.writing() as session, pytest.raises(service.NotNow):
        service.print_cards(session, helper, session.get_one(Roll, roll.id), days=14, locale="zh_Hans")
    assert page.status == 200


def test_the_pages_stay_within_their_statements(desk: Reader) -> None:
    send(desk, workbook(HEADS, *PEOPLE))
    for path in ("/desk/counter/", "/desk/counter/lists", f"/desk/counter/lists/{rolls()[0].id}"):
        with statements() as seen:
            desk.get(path)
        assert len(seen) <= 6, path


def test_the_page_on_messages_says_how_it_stands_and_an_admin_tries_it(app: Flask, settings: Settings) -> None:
    life, wire = Life(app), Wire()
    admin, manager = life.reader(life.staff("admin")), life.reader(life.staff("manager"))
    assert "试用：什么都不发" in admin.get("/desk/counter/messages").words()
    wire.name = "alibaba"
    gateways.setup(settings, wire)
    budget.setup(replace(settings, sms=Sms("alibaba", "https://sms.example", "", "", "", "", {}, 2)))
    db.set_now(NOON)
    wire.fails = [gateways.Failed("isv.AMOUNT_NOT_ENOUGH", final=True)]
    for _ in range(2):
        admin.get("/desk/counter/messages")
        admin.submit(-1, phone="13800001234")
        with db.reading() as session:
            waiting = session.exec(select(Notice.id).where(Notice.state == "waiting")).one()
        notices.send(waiting)
        db.set_now(NOON + timedelta(minutes=1))
    words = admin.get("/desk/counter/messages").words()
    said = ("短信，走阿里云", "1 条，额度 2 条", "已到 50%", "网关收下了")
    assert [part in words for part in said] == [True] * 4
    assert "短信公司那边的钱用完了。请充值；充值以前，短信都发不出去。isv.AMOUNT_NOT_ENOUGH · 最近一次" in words
    assert "000000" in wire.sent[0][1]
    db.set_now(NOON + timedelta(minutes=2))
    admin.submit(-1, phone="13800001234")
    db.set_now(NOON + timedelta(minutes=10))
    notices.sweep("")
    words = admin.get("/desk/counter/messages").words()
    assert (words.count("没发：发出去已经晚了"), "too late" in words) == (2, False)
    assert "试发一条" not in manager.get("/desk/counter/messages").words()
    manager.get("/desk/accounts/me")
    assert manager.post("/desk/counter/messages", {"phone": "13800001234"}).status == 403
    gateways.setup(settings)
    budget.setup(settings)
