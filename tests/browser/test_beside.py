"""Photos beside each other: turned and enlarged as one likes, each is seen whole."""

from playwright.sync_api import Browser
from sqlmodel import select

from portal import create_app, db
from portal.review.models import Case
from tests.browser.conftest import DESK, PHONE, Served, opened
from tests.browser.test_life import sign_in_staff
from tests.review.life import Life
from tests.sheets import shops

# How large a photo is seen, and how far from the frame's edges where one scrolled to its first and its last corner.
SEEN = """frame => {
  const at = () => frame.firstElementChild.getBoundingClientRect(), edge = frame.getBoundingClientRect()
  const left = edge.left + frame.clientLeft, top = edge.top + frame.clientTop
  frame.scrollTo(0, 0)
  const first = at()
  frame.scrollTo(9999, 9999)
  const last = at()
  return [first.width, first.height, first.left - left, first.top - top,
    last.right - left - Math.min(frame.clientWidth, last.width),
    last.bottom - top - Math.min(frame.clientHeight, last.height)].map(Math.round)
}"""


def test_a_photo_is_seen_whole_however_it_is_turned_and_enlarged(served: Served, chromium: Browser) -> None:
    shops.send(shops.filled(Life(create_app(served.settings)).seller().id))
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    page = opened(chromium, served.url, size=DESK, script=False)
    sign_in_staff(page, served)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for turn in (0, 90, 180, 270):
            page.goto(f"/desk/review/{case.id}/photos?left_turn={turn}&left_large=1")
            seen = page.locator(".frame").first.evaluate(SEEN)
            assert seen == [*((600, 800) if turn % 180 else (800, 600)), 0, 0, 0, 0], (size, turn)
            page.goto(f"/desk/review/{case.id}/photos?left_turn={turn}")
            wide, high, left, top, *_ = page.locator(".frame").first.evaluate(SEEN)
            room = page.locator(".frame").first.evaluate("frame => frame.clientWidth")
            assert (wide > high, left >= 0, top >= 0) == (turn % 180 == 0, True, True), (size, turn)
            assert (left + wide <= room + 1, top + high <= room + 1) == (True, True), (size, turn)
