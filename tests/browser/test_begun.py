"""What an officer began to tick and to write is back after a look elsewhere, and goes along with every button."""

import pytest
from playwright.sync_api import Browser, Page

from portal import create_app
from tests.browser.conftest import DESK, Served, opened
from tests.browser.test_life import sign_in_staff
from tests.review.life import Life
from tests.sheets import shops

BACK = "您刚才在这里勾的、写的都还在，只是还没有记下来。"


@pytest.fixture
def page(served: Served, chromium: Browser) -> Page:
    """The page of a case that one has taken."""
    shops.send(shops.filled(Life(create_app(served.settings)).seller().id))
    page = opened(chromium, served.url, size=DESK)
    sign_in_staff(page, served)
    page.goto("/desk/review/")
    page.click(".list a >> nth=0")
    page.click("text=我来看这一件")
    return page


@pytest.mark.parametrize("path", ["/remark/shop_name", "/reject"])
def test_reason_and_words_are_there_again_after_a_look_elsewhere(page: Page, path: str) -> None:
    where = f"{page.url.split('/take')[0]}{path}"
    page.goto(where)
    page.check("[name=reason] >> nth=1")
    page.fill("[name=words]", "左下角看不清")
    page.goto("/desk/review/")
    page.goto(where)
    found = page.is_checked("[name=reason] >> nth=1"), page.input_value("[name=words]"), BACK in page.inner_text("main")
    assert found == (True, "左下角看不清", True)


def test_a_remark_that_was_kept_is_not_said_to_wait(page: Page) -> None:
    where = f"{page.url}/remark/shop_name"
    page.goto(where)
    page.check("[name=reason] >> nth=1")
    page.fill("[name=words]", "左下角看不清")
    page.click("text=存下批注")
    page.goto(where)
    assert (page.input_value("[name=words]"), BACK in page.inner_text("main")) == ("左下角看不清", False)


@pytest.mark.parametrize("button", ["放回队列", "退回补正", "不通过", "转给同事"])
def test_ticks_and_a_begun_note_go_along_with_each_button_of_the_bar(page: Page, button: str) -> None:
    case = page.url
    page.check("[name=ticked] >> nth=0")
    page.fill("#note", "周一来")
    page.click(f".acts >> text={button}")
    page.goto(case)
    assert (
        page.locator("#checks ~ * small.ok, #checks small.ok").count(),
        page.inner_text("main").count("周一来"),
    ) == (1, 1)
    assert (page.input_value("#note"), BACK in page.inner_text("main")) == ("", False)


def test_without_network_the_button_says_so_and_what_was_typed_stays(page: Page) -> None:
    page.fill("#note", "周一来")
    page.context.set_offline(True)
    page.click("text=记下来 >> nth=0")
    assert ("没有网" in page.inner_text("main"), page.input_value("#note")) == (True, "周一来")
