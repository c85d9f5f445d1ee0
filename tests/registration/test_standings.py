"""My shop on the platform as pages: the seller's, and the desk's with its counts."""

import re
from datetime import datetime

import pytest
from flask import Flask

from portal import db
from portal.registration import standings
from portal.registration.platform import Told
from portal.review.models import Case
from tests.reader import Page, Reader
from tests.registration.conftest import Approve
from tests.registration.test_platform import history, opened, owner, shop, tell
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops

PLATFORM = "/registration/platform"
DESK = "/desk/registration/platform"
SECURE = pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])


def press(reader: Reader, action: str, **changes: str) -> Page:
    """Send the form that leads there."""
    at = next(at for at, form in enumerate(reader.page.all("form")) if form.get("action") == action)
    return reader.submit(at, **changes)


@SECURE
def test_a_seller_hands_in_is_refused_mends_and_opens(approve: Approve, life: Life, secure: bool) -> None:
    case = approve()
    reader = life.reader(owner(case), secure=secure)
    assert "平台上：还没交" in reader.get("/registration/mine").words()
    reader.get(PLATFORM)
    assert "平台正在看" in press(reader, f"{PLATFORM}/sent").words()
    reader.get(f"{PLATFORM}/refused")
    page = reader.submit(reason="SHOPNAME", words="店名含绝对化用语")
    assert (page.url, "店名里有不能用的词" in page.words()) == (PLATFORM, True)
    assert ("去掉“第一”" in page.words(), "平台的原话：店名含绝对化用语" in page.words()) == (True, True)
    assert "又交了一次" in press(reader, f"{PLATFORM}/sent").words()
    assert shops.value(reader.get(f"{PLATFORM}/open"), "name") == "九潮高山椪柑"
    page = reader.submit(name="九潮 高山椪柑", link="看看我的店 https://v.douyin.com/abc/ 复制打开")
    assert (page.url, "开好了" in page.words(), "https://v.douyin.com/abc/" in page.links()) == (PLATFORM, True, True)
    assert [step[1] for step in history(case)] == ["在平台交了", "被退回了", "改好了，又交了一次", "店开好了"]


def test_bad_input_gets_its_sentence_at_the_field_and_stays(approve: Approve, life: Life) -> None:
    case = approve()
    reader = life.reader(owner(case))
    reader.get(f"{PLATFORM}/open")
    page = reader.submit(name="", day="昨天", link="http://v.douyin.com/x")
    assert (page.status, shops.value(page, "day"), shops.value(page, "link")) == (422, "昨天", "http://v.douyin.com/x")
    assert shops.fault(page, "name").startswith("请写店在平台上叫什么")
    assert shops.fault(page, "day") == "请写是哪天，例如 20261120。"
    assert shops.fault(page, "link").startswith("链接以 https:// 开头")
    reader.get(f"{PLATFORM}/refused")
    page = reader.submit(day="2031-01-01", words="看不懂")
    assert (page.status, "看不懂" in page.text, shop(case)) == (422, True, None)
    assert shops.fault(page, "reason") == "请选一个最合适的原因。"
    page = reader.submit(day=db.today().isoformat(), reason="ACCOUNT", words="卡 6222.0212.3456.7890 不对")
    assert (page.status, "卡 6222.0212.3456.7890 不对" in page.text, shop(case)) == (422, True, None)
    assert shops.fault(page, "words").startswith("请去掉身份证号")


def test_the_second_tab_is_told_what_was_said_meanwhile(approve: Approve, life: Life) -> None:
    case = approve()
    one, two = life.reader(owner(case)), life.reader(owner(case))
    one.get(PLATFORM)
    two.get(f"{PLATFORM}/open")
    press(one, f"{PLATFORM}/sent")
    page = two.submit()
    assert (page.status, "这中间已经有人说过了：交了。" in page.words()) == (409, True)
    assert [step[1] for step in history(case)] == ["在平台交了"]
    two.get(f"{PLATFORM}/open")
    assert two.submit(name="").status == 422
    press(one, f"{PLATFORM}/not_yet")
    assert two.submit(name="店").status == 409  # the page with its faults is as old as the page was


def test_what_was_typed_stays_when_something_was_told_meanwhile_and_the_shop_still_leads_there(
    approve: Approve, life: Life
) -> None:
    case = approve()
    one, two = life.reader(owner(case)), life.reader(owner(case))
    one.get(PLATFORM)
    two.get(f"{PLATFORM}/refused")
    press(one, f"{PLATFORM}/sent")
    page = two.submit(reason="SHOPNAME", words="店名含绝对化用语")
    assert (page.status, page.url, "这中间已经有人说过了：交了。" in page.words()) == (409, f"{PLATFORM}/refused", True)
    page = two.submit()
    assert (page.url, "平台的原话：店名含绝对化用语" in page.words()) == (PLATFORM, True)
    assert [step[1] for step in history(case)] == ["在平台交了", "被退回了"]
    two.get(f"{PLATFORM}/refused")
    tell(case, opened(case))
    page = two.submit(reason="NAME", words="名字不符")
    assert (page.status, page.text.count("名字不符")) == (409, 0)
    assert "这中间已经有人说过了：开好了。" in page.words()


@pytest.mark.parametrize("to", ["refused", "open"])
def test_the_example_of_a_day_is_one_that_is_taken_there(approve: Approve, life: Life, to: str) -> None:
    reader = life.reader(owner(approve()))
    assert f"年月日，例如 {db.today():%Y%m%d}。" in reader.get(f"{PLATFORM}/{to}").words()


def test_who_has_no_approved_shop_goes_to_my_shop(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    shops.send(shops.filled(seller.id))
    reader = life.reader(seller)
    assert [reader.get(path).url for path in (PLATFORM, f"{PLATFORM}/open")] == ["/registration/mine"] * 2
    reader.get("/registration/")
    assert reader.post(f"{PLATFORM}/sent").url == "/registration/mine"


def test_a_page_for_what_cannot_be_told_leads_back(approve: Approve, life: Life) -> None:
    case = approve()
    tell(case, opened(case))
    reader = life.reader(owner(case))
    assert reader.get(f"{PLATFORM}/refused").url == PLATFORM


@pytest.mark.parametrize("role", ["helper", "reviewer", "manager"])
def test_staff_tell_it_at_the_desk(approve: Approve, life: Life, role: str) -> None:
    case = approve()
    reader = life.reader(life.staff(role, name="王丽"))
    assert f"{DESK}/{case.id}" in reader.get(DESK).links()
    reader.get(f"{DESK}/{case.id}")
    assert "在平台交了 王丽" in press(reader, f"{DESK}/{case.id}/sent").words()
    reader.get(f"{DESK}/{case.id}/refused")
    page = reader.submit(reason="BLUR")
    assert (page.url, "被平台退回" in page.words()) == (f"{DESK}/{case.id}", True)
    assert history(case) == [["王丽", "在平台交了"], ["王丽", "被退回了", "照片看不清"]]


def test_an_auditor_looks_and_has_no_buttons(approve: Approve, life: Life) -> None:
    case = approve()
    reader = life.reader(life.staff("auditor"))
    page = reader.get(f"{DESK}/{case.id}")
    assert [form.get("action") for form in page.all("form")] == [f"/guides/papers/platform/{case.id}"]
    assert reader.get(f"{DESK}/{case.id}/open").status == 403


def test_staff_of_another_county_find_neither_shop_nor_count(approve: Approve, life: Life) -> None:
    case = approve()
    reader = life.reader(life.staff("manager", "helper", place=CONGJIANG))
    page = reader.get(DESK)
    assert ("全部 0" in page.words(), f"{DESK}/{case.id}" in page.links()) == (True, False)
    assert [reader.get(f"{DESK}/{case.id}{end}").status for end in ("", "/open")] == [404, 404]
    reader.get("/registration/")
    assert reader.post(f"{DESK}/{case.id}/sent").status == 404


def test_the_case_leads_to_the_shop_and_says_what_was_told(approve: Approve, life: Life) -> None:
    case = approve()
    tell(case, Told("refused", db.today(), reason="NAME", words="名字不符"))
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{case.id}")
    assert f"{DESK}/{case.id}" in page.links()
    assert re.search("说了后来怎么样 卖家.* · 被退回了 · 名字和执照或证书上的不一样 · 名字不符", page.words())


def moved(case: Case, months: int) -> None:
    """Let the approval have been some months ago, in the middle of that month."""
    middle = datetime.strptime(standings.months()[months], "%Y-%m").replace(day=15, tzinfo=db.CHINA)
    with db.writing() as session:
        row = session.get_one(Case, case.seq)
        row.decided_at = middle
        session.add(row)


def test_counts_are_true_by_state_by_reason_and_by_month(approve: Approve, life: Life) -> None:
    cases = [approve() for _ in range(5)]
    for case, steps in zip(cases, (["sent"], ["BLUR", "sent", "BLUR"], ["NAME", "BLUR", "open"], [], []), strict=True):
        for step in steps:
            told = {"sent": Told("sent"), "open": opened(case)}.get(step) or Told("refused", db.today(), reason=step)
            tell(case, told)
    moved(cases[2], 2)
    moved(cases[4], 2)
    months, actor = standings.months(), life.staff("helper")
    with db.reading() as session:
        ever, now, before = (
            standings.overview(session, actor, standings.Wanted(month=month)) for month in ("", months[0], months[2])
        )
        rows = standings.page(session, actor, standings.Wanted("not_yet", months[2]))
    assert (ever.approved, ever.states) == (5, {"not_yet": 2, "sent": 1, "refused": 1, "open": 1})
    assert [(reason.code, number) for reason, number in ever.reasons] == [("BLUR", 3), ("NAME", 1)]
    assert (now.states, before.states) == (
        {"not_yet": 1, "sent": 1, "refused": 1, "open": 0},
        {"not_yet": 1, "sent": 0, "refused": 0, "open": 1},
    )
    assert [(reason.code, number) for reason, number in before.reasons] == [("BLUR", 1), ("NAME", 1)]
    assert ([row.case_id for row in rows[0]], rows[1]) == ([cases[4].id], False)


def test_the_list_goes_on_after_fifty(approve: Approve, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "PAGE", 2)
    cases = [approve() for _ in range(3)]
    reader = life.reader(life.staff("helper"))
    first = [link for link in reader.get(DESK).links() if link.startswith(f"{DESK}/")]
    further = next(link for link in reader.page.links() if "after=" in link and not link.endswith("after="))
    second = [link for link in reader.get(further).links() if link.startswith(f"{DESK}/")]
    assert first + second == [f"{DESK}/{case.id}" for case in reversed(cases)]
