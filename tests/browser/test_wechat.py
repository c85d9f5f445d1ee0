"""A grower's life in WeChat's own browser, and the paper in the phone's browser afterwards."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from portal import db
from portal.access import Actor
from portal.review import decisions
from portal.review import service as review
from tests import pictures
from tests.browser.conftest import PHONE, Served, opened
from tests.browser.test_life import sign_in, start_and_leave, tell_of_goods, tell_of_shop, the_case
from tests.test_previews import ELSEWHERE, WAY_OUT, WECHAT

OFFICER = Actor("staff", "officer", "王丽", frozenset({"reviewer"}), ("522631",))


def approve() -> None:
    """The county approves."""
    for verb in (review.take, review.approve):
        case = the_case()
        with db.writing() as session:
            decisions.settle(session, verb(session, session.merge(case), by=OFFICER, version=case.version))


def copied(page: Page) -> None:
    """The shop's name is copied from the list of what to type where."""
    page.goto("/registration/platform")
    name = page.locator("dd:has(b:text-is('九潮高山椪柑'))")
    name.locator("button").click()
    assert name.locator("button").inner_text() == "复制好了"


def bar_is_within_reach(page: Page) -> None:
    """The bar at the bottom stands on the screen, clear of the phone's own."""
    box = page.locator(".bar").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"] + 1
    assert "viewport-fit=cover" in (page.get_attribute("meta[name=viewport]", "content") or "")


@pytest.mark.parametrize("phone", WECHAT)
def test_a_grower_lives_in_wechat_and_prints_in_the_browser(
    chromium: Browser, served: Served, tmp_path: Path, phone: str
) -> None:
    photo = tmp_path / "mmexport1700000000.jpg"
    photo.write_bytes(pictures.written(pictures.sample(), "JPEG"))
    page = opened(chromium, served.url, size=PHONE, agent=WECHAT[phone])
    start_and_leave(page)
    bar_is_within_reach(page)
    tell_of_goods(page)
    asked = page.locator("[type=file]").evaluate_all("all => all.map(it => [it.accept, it.getAttribute('capture')])")
    assert asked == [["image/*", None]]  # anything more, and WeChat offers files in the place of camera and gallery
    tell_of_shop(page, "九潮高山椪柑", photo)
    page.click("text=交上去审核")
    assert page.inner_text("h1") == "交上去了"
    approve()
    copied(page)
    page.goto("/registration/mine")
    page.click("text=打印受理回执")
    served.work()
    page.goto(page.url)
    assert WAY_OUT in page.inner_text("main")
    printed_elsewhere(chromium, served, page.url)


def printed_elsewhere(chromium: Browser, served: Served, url: str) -> None:
    """The phone's browser has no cookie of WeChat: it signs in and lands on the very paper."""
    served.later(2)
    page = opened(chromium, served.url, size=PHONE, agent=ELSEWHERE)
    page.goto(url)
    sign_in(page)
    assert (page.url, WAY_OUT in page.inner_text("main")) == (url, False)
    answer = page.request.get(page.get_attribute("main a.go", "href") or "")
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
