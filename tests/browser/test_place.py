"""A place is found by typing its name, on the readiness check's page, which nobody signs in for."""

from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Served, opened

ASKED = "/registration/check/place"


def found(page: Page, name: str, path: str) -> None:
    """Type a name and press the place of that path."""
    page.fill("[type=search]", name)
    page.click(f"[data-find] button:has-text('{path}')")


def test_a_place_found_by_typing_takes_the_place_of_the_one_that_was_chosen(served: Served, chromium: Browser) -> None:
    page = opened(chromium, served.url, size=PHONE)
    page.goto("/registration/check")
    page.check("[name=kind][value=household]")
    page.click("main button.go")
    for name, path in (("舞阳镇", "镇远县"), ("九潮镇", "黎平县")):
        page.goto(ASKED)
        found(page, name, path)
        page.goto(ASKED)
        assert page.locator("main .list .row b").all_inner_texts()[-1] == name
