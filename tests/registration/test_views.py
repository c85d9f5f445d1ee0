import re

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.registration import sellers
from portal.review import decisions
from portal.review.models import Case
from tests.reader import Page, Reader, boxes
from tests.review.life import Life
from tests.sheets import shops

MOST_PAGES, MOST_CHARACTERS = 14, 60


class Counting(Reader):
    """Counts the pages that were seen and the characters that were typed."""

    typed = 0

    def submit(self, at: int = -1, to: str = "", /, **changes: object) -> Page:
        """Count what is typed into the fields of the form: ticks, choices and files are pressed, not typed."""
        form = self.page.all("form")[at]
        kinds = {box.get("name"): box.get("type") or box.tag for box in boxes(form)}
        self.typed += sum(
            len(str(value))
            for name, value in changes.items()
            if kinds.get(name) in ("text", "tel", "textarea", "date", "number") and name != "shop_sentence"
        )
        return super().submit(at, to, **changes)


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_grower_of_fresh_fruit_is_done_in_few_pages_and_few_typed_characters(app: Flask, secure: bool) -> None:
    grower = Counting(app, secure=secure)
    grower.get("/")
    grower.get(next(link for link in grower.page.links() if link.startswith("/registration/")))
    grower.submit(kind="household")
    grower.submit()
    shops.sign_in(grower)
    if grower.page.url.startswith("/registration/"):
        grower.submit()
    shops.fill(grower, shops.grower())
    assert grower.page.url.endswith("/check")
    seen = {path.partition("?")[0] for path in grower.fetched}
    assert grower.submit().url == "/registration/mine?sent"
    assert (len(seen) <= MOST_PAGES, sorted(seen)) == (True, sorted(seen))
    assert (grower.typed <= MOST_CHARACTERS, grower.typed >= 11 + 6 + 3 + 2 + 6) == (True, True), grower.typed


def test_who_are_you_asks_for_a_choice(client: Reader) -> None:
    client.get("/registration/")
    page = client.submit()
    assert shops.fault(page, "kind").startswith("请选一个最像您的。")
    assert client.submit(kind="nonsense").status == 200
    assert client.submit(kind="sole_trader").url == "/registration/sole_trader"


def test_of_other_kinds_there_is_no_page(client: Reader) -> None:
    assert [client.get(f"/registration/{kind}").status for kind in ("enterprise", "mine/x", "%00")] == [404] * 3


def test_what_to_have_ready_needs_no_sign_in(client: Reader) -> None:
    for kind in ("household", "sole_trader"):
        for language in ("en", "zh_Hans"):
            page = client.get(f"/registration/{kind}?lang={language}")
            assert (page.status, len(page.all("li")) > 2) == (200, True)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["household", "sole_trader", "cooperative", "company", "collective"])
def test_what_to_have_ready_marks_what_is_not_confirmed(client: Reader, kind: str) -> None:
    rows = {row.what: row.confirmed for row in sellers.ready(kind)}
    page = client.get(f"/registration/{kind}")
    shown = {each.find(".//b").text: "".join(each.itertext()) for each in page.all("li")}
    assert {what: "待核实" not in words for what, words in shown.items()} == rows


def test_starting_leads_through_the_sign_in_to_the_first_page(client: Reader) -> None:
    client.get("/registration/household")
    page = client.submit()
    assert page.url.startswith("/accounts/sign-in?next=/registration/household")
    assert shops.sign_in(client).url.endswith("/ground")


def test_my_shop_leads_to_where_the_seller_is(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    reader = life.reader(seller)
    assert reader.get("/registration/mine").url == "/registration/"
    sheet_id = shops.filled(seller.id)
    assert reader.get("/registration/mine").url == f"/sheets/{sheet_id}"
    shops.send(sheet_id)
    page = reader.get("/registration/mine")
    assert (page.url, page.all("h1")[0].text) == ("/registration/mine", "我的店")
    assert reader.get(f"/sheets/{sheet_id}").url == "/registration/mine"
    reader.get("/registration/household")
    assert reader.submit().url == "/registration/mine"


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_sole_trader_s_whole_life(app: Flask, secure: bool) -> None:
    life = Life(app)
    trader, officer = Reader(app, secure=secure), life.reader(life.staff("reviewer"), secure=secure)
    trader.get("/registration/sole_trader")
    trader.submit()
    shops.sign_in(trader, "15400000009")
    sheet_id = shops.begin(trader, "sole_trader")
    shops.fill(trader, shops.trader())
    trader.submit()
    case = send_back(officer)
    page = trader.get("/registration/mine")
    assert ("要改 2 处" in page.words(), len(page.all("h1"))) == (True, 1)
    mend(trader, sheet_id)
    look_again_and_approve(officer, case)
    assert "通过" in trader.get("/registration/mine").words()
    assert [sent.round for sent in shops.submissions(sheet_id)] == [1, 2]


def ten_minutes_later() -> None:
    """What was decided is settled."""
    with db.writing() as session:
        for case in session.exec(select(Case)).all():
            decisions.settle(session, case)


def send_back(officer: Reader) -> str:
    """The officer remarks on two answers and sends the case back; returns its address."""
    case = take(officer)
    for key in ("licence_photo", "shop_name"):
        officer.get(f"{case}/remark/{key}")
        officer.submit(reason="BLUR", words="请再来一次。")
    officer.get(f"{case}/send_back")
    assert officer.submit().url == case
    ten_minutes_later()
    return case


def take(officer: Reader) -> str:
    """The officer takes the one case there is; returns its address."""
    links = officer.get("/desk/review/").links()
    case = next(link for link in links if re.fullmatch("/desk/review/[a-z0-9]{16}", link))
    officer.get(case)
    press(officer, f"{case}/ticks", f"{case}/take")
    return case


def press(reader: Reader, action: str, to: str = "") -> Page:
    """Press the button of the form that leads there, or the one of it that leads elsewhere."""
    at = next(at for at, form in enumerate(reader.page.all("form")) if form.get("action") == action)
    return reader.submit(at, to)


def mend(trader: Reader, sheet_id: str) -> None:
    """The seller finds the remarks at their fields, changes these two alone and sends again."""
    trader.get(f"/sheets/{sheet_id}")
    assert "要改 2 处" in trader.page.words()
    page = trader.get(f"/sheets/{sheet_id}/licence")
    assert [box.get("name") for box in boxes(page.tree) if box.get("type") != "hidden"] == [
        "licence_photo.remove",
        "licence_photo",
    ]
    assert "请再来一次。" in page.words()
    trader.submit(0, turn="next", licence_photo=shops.upload(), credit_code="9" * 18)
    trader.get(f"/sheets/{sheet_id}/shop")
    trader.submit(0, turn="next", shop_name="高山果园新名", shop_sentence="不许改的。")
    assert trader.get(f"/sheets/{sheet_id}/called").status == 200
    assert trader.submit(0, turn="next", asked="called", called="不许改的").status == 409
    known = shops.known(sheet_id)
    assert [known[key] for key in ("credit_code", "shop_name", "shop_sentence", "called")] == [
        shops.CODE,
        "高山果园新名",
        "整箱发，坏果包赔。",
        "吴师傅",
    ]
    trader.get(f"/sheets/{sheet_id}/check")
    assert trader.submit().url == "/registration/mine?sent"


def look_again_and_approve(officer: Reader, case: str) -> None:
    """The officer sees what changed, and approves."""
    page = officer.get(case)
    assert ("高山果园小店" in page.words(), "高山果园新名" in page.words()) == (True, True)
    press(officer, f"{case}/ticks", f"{case}/take")
    press(officer, f"{case}/ticks", f"{case}/approve")
    ten_minutes_later()
    assert "通过" in officer.page.words()


def test_after_a_rejection_a_new_application_may_begin(app: Flask) -> None:
    life = Life(app)
    seller, officer = life.seller(), life.reader(life.staff("reviewer"))
    reader, first = life.reader(seller), shops.filled(seller.id)
    shops.send(first)
    case = take(officer)
    officer.get(f"{case}/reject")
    officer.submit(reason="BLUR", words="执照是别人的。")
    ten_minutes_later()
    reader.get("/registration/mine")
    at = next(at for at, form in enumerate(reader.page.all("form")) if form.get("action") == "/registration/household")
    again = reader.submit(at).url.split("/")[2]
    assert again not in ("mine", first)
    page = reader.get(f"/sheets/{first}")
    links = [link.get("href") for link in page.all("a")]
    assert (page.url, f"/sheets/{again}" in links, case.replace("/desk/review/", "/review/cases/") in links) == (
        "/registration/mine", True, True,
    )  # fmt: skip
