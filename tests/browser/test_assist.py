"""A helper with three farmers in a row on one phone, the third with a form filled in by hand."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlmodel import col, select

from portal import db
from portal.accounts import invitations, staff
from portal.assist.models import Assist, Blank
from portal.sheets.models import Sheet
from tests.browser.conftest import PHONE, Served, opened
from tests.browser.test_life import PASSWORD
from tests.pictures import sample


def sign_in_helper(page: Page) -> None:
    """The first time: a password, a printed list, and one of its codes."""
    with db.writing() as session:
        person = staff.add(session, name="石帮手", login="shi.bang", roles=["helper"], places=["522631"])
        link = f"/desk/accounts/first/{invitations.invite(session, person)}"
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click(".bar button.go")
    page.click("text=打印")
    page.wait_for_selector("ol li")
    code = page.inner_text("ol li >> nth=0").replace(" ", "")
    page.click("main a.go")
    page.fill("[name=code]", code)
    page.click("main button.go")
    page.wait_for_url("**/desk/**")


def begin(page: Page, number: str) -> None:
    """Read out, tick, and the farmer's code."""
    page.check("[name=read]")
    page.fill("[name=phone]", number)
    if page.locator("[name=kind][type=radio]").count():
        page.check("[name=kind][value=household]")
    page.click(".bar button.go")
    page.wait_for_selector("#trial-code")
    shown = re.search(r"\b[0-9]{6}\b", page.inner_text("#trial-code"))
    assert shown
    page.fill("[name=code]", shown[0])
    page.click(".bar button.go")
    page.wait_for_url("**/sheets/**")


def goes_on(page: Page, to: str) -> None:
    """Save, and wait for the next page."""
    page.click(".bar button.go")
    page.wait_for_url(f"**/{to}")


def fill(page: Page, name: str, photo: Path) -> None:
    """All that a grower answers, read out and sent."""
    page.click("text=您卖的是哪一种？")
    page.wait_for_url("**/ground")
    page.check("[value=own_produce]")
    goes_on(page, "place")
    page.click("text=我在黎平县")
    page.check("[value='522631105']")
    goes_on(page, "called")
    page.fill("[name=called]", "杨大姐")
    goes_on(page, "goods")
    page.check("[value=fresh]")
    page.fill("[name='goods.0.what']", "椪柑")
    goes_on(page, "certificate")
    page.check("[name=can_certify][value=yes]")
    goes_on(page, "shop")
    page.fill("[name=shop_name]", name)
    page.fill("[name=shop_sentence]", "自家坡上种的，现摘现发。")
    page.set_input_files("[name=shop_picture]", photo)
    goes_on(page, "consents")
    page.check("[name=consent_processing]")
    goes_on(page, "declaration")
    page.check("[name=declaration]")
    goes_on(page, "check")
    page.check("[name=read]")
    page.click("text=交上去审核")
    page.wait_for_url("**/desk/assist/sent/*")
    assert page.inner_text("h1") == "已经交给县里"


def test_three_farmers_in_a_row_and_one_paper_form(served: Served, chromium: Browser, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    sample().save(photo, "JPEG")
    page = opened(chromium, served.url, size=PHONE)
    sign_in_helper(page)
    for at, name in enumerate(("高山椪柑", "河边蜜桔")):
        page.goto("/desk/assist/")
        begin(page, f"1540000000{at}")
        fill(page, name, photo)
        page.click("text=下一位")
        page.wait_for_url("**/desk/assist/")
        assert page.inner_text("h1") == "替谁填？"
        assert name not in page.content()
        assert page.evaluate("Object.values(localStorage).join()") == ""
        page.go_back()
        assert name not in page.content()
    page.goto("/desk/assist/papers")
    page.check("[name=kind][value=household]")
    page.click("main form[method=post] button.go")
    page.wait_for_url("**/guides/prints/*")
    with db.reading() as session:
        number = session.exec(select(Blank.number)).one()
    page.goto(f"/desk/assist/papers/{number}")
    begin(page, "15400000009")
    page.set_input_files("[name=photo]", photo)
    page.click("text=存下这张照片")
    page.wait_for_selector("figure")
    page.click("text=都拍好了")
    fill(page, "村口腊肉", photo)
    with db.reading() as session:
        rows = session.exec(select(Assist).order_by(col(Assist.made_at))).all()
        paper = [len(sheet.paper) for sheet in session.exec(select(Sheet).order_by(col(Sheet.made_at)))]
    assert ([row.state for row in rows], paper) == (["ended", "ended", "sent"], [0, 0, 1])
    page.context.close()
