"""The small script in a real browser, on a page of its own with the marks it knows; the server notes what arrives."""

import os
import shutil
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.listener import Listener, field, listening

CHROMIUM = shutil.which("chromium")
# A busy machine is slow; nothing here is timed.
expect.set_options(timeout=20_000)


@pytest.fixture
def office() -> Iterator[Listener]:
    """A server on a port of its own."""
    with listening() as office:
        yield office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; left out where there is none, unless all tests are asked for."""
    if not CHROMIUM and os.environ.get("PORTAL_TEST_ALL") != "1":
        pytest.skip("no chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 360 x 740; no script may fail on it."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(30_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def page(phone: BrowserContext, office: Listener) -> Page:
    """The page, opened."""
    page = phone.new_page()
    page.goto(office.address)
    return page


def kept(page: Page) -> int:
    """How many pages are kept on the phone."""
    return int(page.evaluate("Object.keys(localStorage).length"))


def picture(width: int, height: int, **how: object) -> bytes:
    """A JPEG with much detail, as heavy as a phone's."""
    into = BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(into, "JPEG", quality=90, **how)
    return into.getvalue()


def choose(page: Page, raw: bytes, name: str = "IMG.JPG") -> None:
    """Choose a photo in the field."""
    page.set_input_files("[data-photo]", {"name": name, "mimeType": "image/jpeg", "buffer": raw})


def test_what_is_typed_is_saved_after_a_pause_without_the_photo(page: Page, office: Listener) -> None:
    page.fill("[name=shop]", "黎平椪柑")
    choose(page, picture(20, 20))
    expect(page.locator("[data-kept]")).to_have_text("Saved")
    body = office.bodies()[-1]
    assert field(body, "shop") == "黎平椪柑".encode()
    assert field(body, "photo") is None
    assert kept(page) == 0


def test_leaving_the_field_saves_it(page: Page, office: Listener) -> None:
    page.fill("[name=shop]", "A")
    page.focus("[name=about]")
    office.await_posts(1)
    assert [field(body, "shop") for body in office.bodies()] == [b"A"]


def test_without_network_the_page_stays_on_the_phone_but_nothing_personal(page: Page, office: Listener) -> None:
    page.context.set_offline(True)
    page.fill("[name=phone]", "13800138000")
    page.fill("[name=about]", "sweet")
    page.select_option("[name=unit]", "box")
    page.check("[value=made]")
    expect(page.locator("[data-kept]")).to_have_text("Offline")
    page.click("text=Next")
    assert page.url == office.address
    assert "13800138000" not in str(page.evaluate("JSON.stringify(localStorage)"))
    page.context.set_offline(False)
    office.await_posts(1)


def test_a_page_that_never_arrived_comes_back_and_is_saved(page: Page, office: Listener) -> None:
    office.status = 500
    page.fill("[name=about]", "sweet")
    page.check("[value=made]")
    expect(page.locator("[data-kept]")).to_have_text("Not saved")
    again = page.context.new_page()
    page.close()
    office.status = 200
    again.goto(office.address)
    assert (again.input_value("[name=about]"), again.is_checked("[value=made]")) == ("sweet", True)
    expect(again.locator("[data-kept]")).to_have_text("Here again")
    expect(again.locator("[data-kept]")).to_have_text("Saved", timeout=20_000)
    assert kept(again) == 0


def test_what_is_kept_here_alone_waits_for_its_button_and_is_back_until_then(page: Page, office: Listener) -> None:
    office.form = '="here"'
    page.reload()
    page.fill("[name=about]", "sweet")
    page.check("[value=made]")
    page.wait_for_timeout(2500)
    again = page.context.new_page()
    again.goto(office.address)
    assert (again.input_value("[name=about]"), again.is_checked("[value=made]"), office.posts) == ("sweet", True, [])
    expect(again.locator("[data-kept]")).to_have_text("Here again")
    again.click("[value=next]")
    office.await_posts(1)
    again.goto(office.address)
    assert (again.input_value("[name=about]"), again.is_checked("[value=made]")) == ("", False)


def test_an_answer_of_somebody_between_us_is_not_believed(page: Page, office: Listener) -> None:
    office.goes = ""
    page.fill("[name=about]", "sweet")
    expect(page.locator("[data-kept]")).to_have_text("Not saved")
    assert kept(page) == 1


def test_what_the_server_knows_better_is_left_alone(page: Page, office: Listener) -> None:
    office.status = 500
    page.fill("[name=shop]", "old")
    page.fill("[name=about]", "sweet")
    office.shop = "new"
    again = page.context.new_page()
    again.goto(office.address)
    assert (again.input_value("[name=shop]"), again.input_value("[name=about]")) == ("new", "sweet")


@pytest.mark.parametrize("session", ["", ' data-session="s2"'])
def test_a_kept_page_goes_with_its_session(page: Page, office: Listener, session: str) -> None:
    office.status = 500
    page.fill("[name=about]", "sweet")
    assert kept(page) == 1
    office.session = session
    again = page.context.new_page()
    again.goto(office.address)
    assert (again.input_value("[name=about]"), kept(again)) == ("", 0)


def test_a_kept_page_goes_after_24_hours(page: Page, office: Listener) -> None:
    office.status = 500
    page.fill("[name=about]", "sweet")
    page.evaluate(
        "for (const key in localStorage) if (/^kept/.test(key)) localStorage[key] = "
        "localStorage[key].replace(/[0-9]{13}/, Date.now() - 864e5 - 1)"
    )
    again = page.context.new_page()
    again.goto(office.address)
    assert (again.input_value("[name=about]"), kept(again)) == ("", 0)


def test_someone_who_helps_leaves_nothing_on_the_phone(page: Page, office: Listener) -> None:
    office.form = " data-assisted"
    office.status = 500
    page.reload()
    page.fill("[name=about]", "sweet")
    expect(page.locator("[data-kept]")).to_have_text("Not saved", timeout=20_000)
    assert kept(page) == 0


def test_a_sent_page_is_forgotten_when_the_next_one_comes(page: Page, office: Listener) -> None:
    page.fill("[name=shop]", "A")
    page.click("text=Next")
    page.wait_for_url("**/next")
    assert kept(page) == 0
    assert field(office.posts[-1][1], "turn") == b"next"


def test_a_second_tap_sends_nothing(page: Page, office: Listener) -> None:
    page.evaluate("document.forms[0].target = 'other'")
    page.evaluate("const next = document.querySelector('[value=next]'); next.click(); next.click()")
    assert page.get_attribute("text=Next", "aria-disabled") == "true"
    office.await_posts(1)
    page.wait_for_timeout(300)
    assert len(office.posts) == 1
    expect(page.locator("text=Next")).not_to_have_attribute("aria-disabled", "true", timeout=20_000)


def test_a_heavy_photo_is_shrunk_upright_and_sent_with_its_button(page: Page, office: Listener) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    raw = picture(2400, 1800, exif=exif)
    choose(page, raw)
    expect(page.get_by_alt_text("Your photo")).to_be_visible()
    page.click("text=Later")
    page.wait_for_url("**/next")
    body = office.bodies("X-Script")[0]
    sent = field(body, "photo") or b""
    assert Image.open(BytesIO(sent)).size == (1200, 1600)
    assert len(sent) < min(len(raw), 650_000)
    assert field(body, "turn") == b"later"


@pytest.mark.parametrize("raw", [b"\0\0\0\x18ftypheic" + bytes(500_000), picture(300, 200)])
def test_what_the_browser_cannot_draw_or_is_light_goes_as_it_is(page: Page, office: Listener, raw: bytes) -> None:
    choose(page, raw)
    page.click("text=Next")
    page.wait_for_url("**/next")
    assert field(office.bodies("X-Script")[0], "photo") == raw


def test_a_photo_that_did_not_arrive_is_sent_again_without_typing(page: Page, office: Listener) -> None:
    choose(page, picture(300, 200))
    page.fill("[name=about]", "sweet")
    office.status = 500
    page.click("text=Next")
    expect(page.locator("[data-kept]")).to_have_text("Not saved")
    office.status = 200
    page.click("text=Next")
    page.wait_for_url("**/next")
    assert field(office.bodies("X-Script")[-1], "about") == b"sweet"


def test_an_answer_of_somebody_between_us_does_not_lose_a_photo(page: Page, office: Listener) -> None:
    choose(page, picture(300, 200))
    office.goes = ""
    page.click("text=Next")
    expect(page.locator("[data-kept]")).to_have_text("Not saved")
    office.goes = "/next"
    page.click("text=Next")
    page.wait_for_url("**/next")


def test_when_the_office_is_busy_the_photo_waits_and_goes_again(page: Page, office: Listener) -> None:
    choose(page, picture(300, 200))
    office.status = 503
    page.click("text=Next")
    page.wait_for_timeout(1000)
    assert len(office.bodies("X-Script")) == 1
    office.status = 200
    page.wait_for_url("**/next", timeout=30_000)
    assert len(office.bodies("X-Script")) == 2


def test_a_place_is_found_by_typing_and_chosen_by_one_tap(page: Page, office: Listener) -> None:
    page.fill("#find", "nowhere")
    expect(page.locator("[data-find] [role=status]")).to_have_text("Nothing found")
    page.fill("#find", "liping")
    expect(page.locator("[data-find] [role=status]")).to_have_text("Found")
    page.press("#find", "Enter")
    page.click("text=贵州省 黎平县")
    page.wait_for_url("**/next")
    assert field(office.posts[-1][1], "place") == b"522631"


def test_a_copy_button_copies_and_says_so(page: Page) -> None:
    page.click("text=Copy >> nth=-1")
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    page.focus("[name=about]")
    page.keyboard.press("Control+V")
    assert page.input_value("[name=about]") == "Copy me"
