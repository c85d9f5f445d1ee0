"""The whole life of a grower's application in Chromium: with script, and once without."""

import io
import re
from pathlib import Path

import pillow_heif
import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from portal import db
from portal.accounts import invitations, staff
from portal.review import decisions
from portal.review.models import Case
from tests import pictures
from tests.browser.conftest import DESK, PHONE, Served, opened
from tests.press import reading

NUMBER = "15400000001"
PASSWORD = "four words that only i would use"


@pytest.fixture
def heic(tmp_path: Path) -> Path:
    """A photo as an iPhone takes it."""
    pillow_heif.register_heif_opener()
    path, out = tmp_path / "IMG_0001.heic", io.BytesIO()
    pictures.sample().resize((1600, 1200)).save(out, "HEIF", quality=80)
    path.write_bytes(out.getvalue())
    return path


def sign_in(page: Page) -> None:
    """By phone and the code that a trial shows."""
    page.fill("[name=phone]", NUMBER)
    page.click("main button.go")
    shown = re.search(r"\b[0-9]{6}\b", page.inner_text("main"))
    assert shown
    page.fill("[name=code]", shown[0])
    page.click("main button.go")


def begin(page: Page) -> None:
    """From the first page to the first question."""
    page.goto("/")
    page.click("text=我要开店")
    page.check("[value=household]")
    page.click(".bar button.go")
    page.click("text=开始填")
    sign_in(page)
    if "/registration/household" in page.url:
        page.click("text=开始填")
    assert page.inner_text("h1") == "您卖的是哪一种？"


def tell_of_goods(page: Page) -> None:
    """Who am I called, what do I sell."""
    page.fill("[name=called]", "杨大姐")
    page.click(".bar button.go")
    page.check("[value=fresh]")
    page.fill("[name='goods.0.what']", "椪柑")
    page.click(".bar button.go")
    page.check("[name=can_certify][value=yes]")
    page.click(".bar button.go")
    assert page.inner_text("h1") == "您的店"


def tell_of_shop(page: Page, name: str, photo: Path) -> None:
    """The shop, its photo, consents and declaration, up to check-your-answers."""
    page.fill("[name=shop_name]", name)
    page.fill("[name=shop_sentence]", "自家坡上种的，现摘现发。")
    page.set_input_files("[name=shop_picture]", photo)
    page.click(".bar button.go")
    page.wait_for_selector("[name=consent_processing]")
    page.check("[name=consent_processing]")
    page.click(".bar button.go")
    page.check("[name=declaration]")
    page.click(".bar button.go")
    assert page.inner_text("h1") == "看一遍"


def staff_link(served: Served) -> str:
    """A one-time link for a new reviewer of the county."""
    with db.writing() as session:
        person = staff.add(session, name="吴审核", login="wu.shen", roles=["reviewer"], places=["522631"])
        return f"/desk/accounts/first/{invitations.invite(session, person)}"


def sign_in_staff(page: Page, served: Served) -> None:
    """The first time: a password, a printed list, and one of its codes."""
    page.goto(staff_link(served))
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click(".bar button.go")
    page.click("text=打印")
    code = page.inner_text("ol li >> nth=0").replace(" ", "")
    page.click("main a.go")
    page.fill("[name=code]", code)
    page.click("main button.go")


def remark(page: Page, field: str, reason: str, words: str) -> None:
    """Remark on one field of the case on screen."""
    page.click(f"a[href$='/remark/{field}']")
    page.check(f"[value={reason}]")
    page.fill("[name=words]", words)
    page.click(".bar button.go")


def the_case() -> Case:
    """The one case of the instance."""
    with db.reading() as session:
        return session.exec(select(Case)).one()


def start_and_leave(phone: Page) -> None:
    """The first two pages, then the phone is put away."""
    begin(phone)
    phone.check("[value=own_produce]")
    phone.click(".bar button.go")
    phone.click("text=我在黎平县")
    phone.check("[value='522631105']")
    phone.click(".bar button.go")
    phone.wait_for_selector("[name=called]")


def come_back_and_send(page: Page, photo: Path) -> str:
    """In another browser, from where it was left to the sending; returns the number."""
    page.goto("/registration/mine")
    sign_in(page)
    assert page.locator("text=填好了").count() == 2
    page.click("text=怎么称呼您？")
    tell_of_goods(page)
    tell_of_shop(page, "黎平高山椪柑", photo)
    page.click("text=交上去审核")
    assert page.inner_text("h1") == "交上去了"
    return page.inner_text(".code")


def send_back_two(desk: Page) -> None:
    """The reviewer takes the case, remarks on two fields and sends it back."""
    desk.goto("/desk/review/")
    desk.click("text=黎平高山椪柑")
    desk.click("main button.go")
    remark(desk, "shop_name", "SHOPNAME", "写上九潮，好找。")
    remark(desk, "shop_picture", "PICTURE", "")
    desk.click(".acts button:has-text('退回')")
    desk.click("main button.go")
    assert the_case().state == "changes_requested"
    settled()


def settled() -> None:
    """The ten minutes are over in which a decision can be undone."""
    with db.writing() as session:
        decisions.settle(session, session.merge(the_case()))


def mend_both(page: Page, photo: Path) -> None:
    """Only the two fields can be changed; then it is sent again."""
    page.goto("/registration/mine")
    page.click("text=去改")
    assert page.locator("text=要改 2 处").count() > 0
    page.click("ul.list a:has-text('您的店')")
    assert page.locator(".note").count() == 2
    page.fill("[name=shop_name]", "九潮高山椪柑")
    assert page.locator("input[name=shop_sentence]").count() == 0
    page.set_input_files("[name=shop_picture]", photo)
    page.click(".bar button.go")
    page.wait_for_selector("[name=shop_picture]", state="detached")
    page.goto(page.url.rsplit("/", 1)[0] + "/check")
    page.click("text=交上去审核")


def approve(desk: Page) -> None:
    """What changed stands out; the case is approved."""
    desk.goto("/desk/review/")
    desk.click("text=九潮高山椪柑")
    assert desk.inner_text(".difference del") == "黎平高山椪柑"
    desk.click("main button.go")
    desk.click(".bar button.go")
    assert the_case().state == "approved"
    settled()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_growers_whole_life(chromium: Browser, served: Served, heic: Path, tmp_path: Path, script: bool) -> None:
    start_and_leave(opened(chromium, served.url, size=PHONE, script=script))
    served.later(2)
    phone = opened(chromium, served.url, size=PHONE, script=script)
    number = come_back_and_send(phone, heic)
    desk = opened(chromium, served.url, size=DESK, script=script)
    sign_in_staff(desk, served)
    send_back_two(desk)
    mend_both(phone, heic)
    approve(desk)
    print_and_read(phone, served, number, tmp_path)


def print_and_read(page: Page, served: Served, number: str, folder: Path) -> None:
    """The seller's own guide, read back with other people's tools."""
    page.goto("/registration/mine")
    page.click("text=打印我的开店指南")
    served.work()
    page.goto(page.url)
    answer = page.request.get(page.get_attribute("main a.go", "href") or "")
    pdf = answer.body()
    said = reading.text(pdf)
    assert ("九潮高山椪柑" in said, number in said) == (True, True)
    ours = {("Haohuo-Noto-Sans-SC", "yes", "yes"), ("Haohuo-Noto-Sans-SC-Bold", "yes", "yes")}
    assert reading.fonts(pdf, folder) == ours
    assert reading.codes(pdf, folder) == [f"{served.url}/review/status?number={number}"]
    pages = len(reading.opened(pdf).pages)
    feet = [(int(at), int(of)) for at, of in re.findall(r"([0-9]+) ?/ ?([0-9]+)\n", said)]
    assert feet == [(at, pages) for at in range(1, pages + 1)]
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= {str(tag["/S"]) for tag in reading.tags(pdf)}
    assert str(reading.opened(pdf).trailer["/Root"]["/Lang"]) == "zh-Hans"  # type: ignore[index]
    links = {
        note.get_object()["/A"]["/URI"]
        for page in reading.opened(pdf).pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }
    assert f"{served.url}/review/status?number={number}" in links
