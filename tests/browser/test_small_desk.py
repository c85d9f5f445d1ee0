"""The desk on small screens, without script: what one comes for is on the first screen."""

from playwright.sync_api import Browser, Locator, Page

from portal import create_app
from tests.browser.conftest import DESK, PHONE, Served, opened
from tests.browser.test_life import sign_in_staff
from tests.review.life import Life
from tests.sheets import shops


def in_sight(page: Page, things: Locator) -> int:
    """How many of them are seen whole, above the bar at the bottom."""
    bar = page.locator(".bar").bounding_box() or {"y": PHONE["height"]}
    boxes = [each.bounding_box() for each in things.all()]
    return sum(box is not None and box["y"] >= 0 and box["y"] + box["height"] <= bar["y"] for box in boxes)


def test_two_cases_and_two_reasons_are_seen_at_once_and_the_whole_menu_can_be_reached(
    served: Served, chromium: Browser
) -> None:
    life = Life(create_app(served.settings))
    for _ in range(4):
        shops.send(shops.filled(life.seller().id))
    page = opened(chromium, served.url, size=PHONE, script=False)
    sign_in_staff(page, served)
    for language in ("en", "zh_Hans"):
        page.goto(f"/desk/review/?lang={language}")
        assert in_sight(page, page.locator(".ticks > li")) >= 2
        assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    page.click("nav >> text=我的账号")
    assert page.inner_text("h1") == "您在这里是谁？"
    page.goto("/desk/review/")
    page.click(".list a >> nth=0")
    page.click("text=我来看这一件")
    page.click("a[href$='/remark/shop_name']")
    assert in_sight(page, page.locator("fieldset .choice")) >= 2


def test_nothing_covers_the_words_of_an_empty_queue_and_a_word_without_end_stays_on_the_phone(
    served: Served, chromium: Browser
) -> None:
    page = opened(chromium, served.url, size=PHONE, script=False)
    sign_in_staff(page, served)
    page.goto("/desk/review/")
    fold, words = page.locator(".sift").bounding_box(), page.locator(".tip").bounding_box()
    assert fold
    assert words
    assert fold["y"] + fold["height"] <= words["y"]
    life = Life(create_app(served.settings))
    shops.send(shops.filled(life.seller().id))
    page.goto("/desk/review/")
    page.click(".list a >> nth=0")
    page.click("text=我来看这一件")
    page.click("a[href$='/remark/shop_name']")
    page.check("[name=reason] >> nth=0")
    page.fill("[name=words]", "w" * 500)
    page.click("text=存下批注")
    assert "w" * 500 in page.inner_text("main")
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]


def test_on_a_second_hand_laptop_the_filters_stand_beside_five_whole_cases(served: Served, chromium: Browser) -> None:
    life = Life(create_app(served.settings))
    for _ in range(7):
        shops.send(shops.filled(life.seller().id))
    page = opened(chromium, served.url, size=DESK, script=False)
    sign_in_staff(page, served)
    for language in ("en", "zh_Hans"):
        page.goto(f"/desk/review/?lang={language}")
        assert in_sight(page, page.locator(".ticks > li")) == 5
        assert page.locator(".sift nav a").first.is_visible()
