"""A reviewer works a queue of twenty by keyboard alone, from the first row to the empty list."""

from collections import Counter

from playwright.sync_api import Browser, Page
from sqlmodel import select

from portal import create_app, db
from portal.review import decisions, service
from portal.review.models import Case
from tests.browser.conftest import DESK, Served, opened
from tests.browser.test_life import sign_in_staff
from tests.review.life import Life
from tests.sheets import shops

TWENTY = 20


def go(page: Page, *keys: str) -> None:
    """Press keys; the last one leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    # Autofocus comes with the first frame: what is typed before it goes nowhere.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def send_back(page: Page) -> None:
    """Remark on the first answer, look at what the seller will read, and send it back."""
    go(page, "r", "Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # to the fold with the other reasons
    page.keyboard.press("Tab")
    page.keyboard.type("请再写清楚一点。")
    go(page, "Tab", "Tab", "Enter")
    assert "#at-" in page.url
    go(page, "b", "Enter")
    assert "请再写清楚一点。" in page.inner_text("main")
    go(page, "b", "Enter")


def turn_down(page: Page) -> None:
    """Choose a reason, write, look at what the seller will read, and turn it down."""
    go(page, "n", "Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # to the fold with the other reasons
    page.keyboard.press("Tab")
    page.keyboard.type("请到窗口来一趟。")
    go(page, "Tab", "Tab", "Enter")
    assert page.locator("[role=status] blockquote").count() == 1
    go(page, "Enter")


def approve(page: Page) -> None:
    """One key leads to the button, another one presses it."""
    page.keyboard.press("a")
    assert the_state(page) == "in_review"
    go(page, "Enter")


def tick(page: Page) -> None:
    """Tick the first of what is to be looked at: the keys still work, in the box and after the page has scrolled."""
    page.keyboard.press("c")
    page.keyboard.press("Space")
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.id") == "note"
    page.locator("button", has_text="把勾记下来").focus()
    go(page, "Enter")
    assert page.url.endswith("#checks")
    assert page.locator("[name=ticked]:checked").count() == 1


def the_state(page: Page) -> str:
    """The state of the case on screen."""
    with db.reading() as session:
        return session.exec(select(Case.state).where(Case.id == page.url.split("/")[-1])).one()


def states() -> Counter[str]:
    """How many cases stand at which state."""
    with db.reading() as session:
        return Counter(session.exec(select(Case.state)).all())


def test_a_queue_of_twenty_is_worked_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    life = Life(create_app(served.settings))
    for _ in range(TWENTY):
        shops.send(shops.filled(life.seller().id))
    page = opened(chromium, served.url, size=DESK)
    page.set_default_navigation_timeout(90_000)  # a busy machine is slow; nothing here is timed
    sign_in_staff(page, served)
    page.goto("/desk/review/")
    go(page, "?")
    assert page.inner_text("h1") == "快捷键"
    go(page, "u")
    go(page, "j", "j", "k", "Enter")
    acts = [send_back, turn_down, approve, approve, approve]
    for at in range(TWENTY):
        go(page, "t", "Enter")
        if at == 1:
            tick(page)
        acts[at % len(acts)](page)
        if at == 2:
            go(page, "z", "Enter")
            assert the_state(page) == "in_review"
            approve(page)
        go(page, "j")
    assert page.url.endswith("/desk/review/")
    assert states() == {"changes_requested": 4, "rejected": 4, "approved": 12}
    served.later(11)
    decisions.settle_due("")
    with db.reading() as session:
        assert {case.told for case in session.exec(select(Case))} == {"changes_requested", "rejected", "approved"}


def test_whoever_came_from_a_part_of_the_list_goes_on_in_it_and_back_to_it(chromium: Browser, served: Served) -> None:
    life = Life(create_app(served.settings))
    for _ in range(3):
        shops.send(shops.filled(life.seller().id))
    page = opened(chromium, served.url, size=DESK)
    page.set_default_navigation_timeout(90_000)
    sign_in_staff(page, served)
    page.goto("/desk/review/?holder=free")
    page.locator("[name=case]").nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("j")
    rows = "[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)"
    assert (page.locator("[name=case]:checked").count(), page.evaluate(rows)) == (1, 2)
    go(page, "k", "k", "Enter")
    first = page.url
    go(page, "t", "Enter")
    tick(page)
    go(page, "j")
    second = page.url
    assert second not in (first, f"{first}#checks")
    colleague = life.staff("reviewer", name="石磊")
    with db.writing() as session:
        case = session.exec(select(Case).where(Case.id == second.split("/")[-1])).one()
        service.take(session, case, by=colleague, version=case.version)
    go(page, "t", "Enter")
    assert (page.url, page.locator("[role=alert]").count()) == (f"{second}/take", 1)
    go(page, "k")
    assert page.url == first
    go(page, "u")
    assert page.url.endswith("/desk/review/?holder=free")
