"""The cards on paper, read back; and the page that their QR code leads to."""

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db, files, i18n, press
from portal.access import Actor
from portal.accounts.models import HandedCode, Seller
from portal.config import Settings
from portal.counter import cards, service
from portal.counter.models import Roll
from portal.counter.people import Person
from portal.press.printer import Printer
from tests.press import reading
from tests.reader import Reader

ALL = [
    Person(2, "杨大姐", "15400000001", "九潮村"),
    Person(3, "吴老六", "15400000002", "贡寨村"),
    Person(4, "石秀英", "15400000003", "九潮村"),
]


def make(helper: Actor, people: list[Person], locale: str = "zh_Hans") -> tuple[Roll, bytes]:
    """The cards of a list, printed."""
    with db.writing() as session:
        roll = service.keep(session, helper, people)
        service.print_cards(session, helper, roll, days=7, locale=locale)
    assert cards.print_asked(f"{roll.id}.once") is None
    with db.reading() as session:
        done = session.get_one(Roll, roll.id)
        assert done.state == "ready", done.why
        return done, files.read(done.file)


def codes(pdf: bytes, folder: Path) -> list[str]:
    """What the QR codes of all pages say."""
    (folder / "cards.pdf").write_bytes(pdf)
    reading.run("pdftoppm", "-gray", "-r", "150", "-png", str(folder / "cards.pdf"), str(folder / "page"))
    found = []
    for page in sorted(folder.glob("page*.png")):
        said = subprocess.run(["zbarimg", "--quiet", "--raw", str(page)], capture_output=True, text=True, check=False)
        found += said.stdout.splitlines()
    return found


@pytest.fixture
def made(app: Flask, helper: Actor, tmp_path: Path) -> Iterator[dict[str, tuple[str, str]]]:
    """Three people's cards: by the last four digits of the number the path of the QR code and the eight digits."""
    _, pdf = make(helper, ALL)
    text = reading.text(pdf)
    digits = re.findall(r"手机尾号 ([0-9]{4}).*?\n\s*([0-9]{4}) ([0-9]{4})\n", text, re.S)
    paths = [url.removeprefix("http://localhost") for url in codes(pdf, tmp_path)]
    tails: dict[str, tuple[str, str]] = {}
    visitor = Reader(app)
    by_tail = {tail: first + second for tail, first, second in digits}
    for path in paths:
        tail = re.search(r"手机尾号 ([0-9]{4})", visitor.get(path).words())
        assert tail
        tails[tail[1]] = path, by_tail[tail[1]]
    yield tails
    db.set_now(None)


def test_a_paper_has_a_list_to_sign_and_a_card_for_each(app: Flask, helper: Actor, tmp_path: Path) -> None:
    roll, pdf = make(helper, ALL)
    text = reading.text(pdf)
    assert (roll.pages, len(reading.opened(pdf).pages)) == (4, 4)
    pages = text.split("\f")
    assert [[name for name in ("杨大姐", "吴老六", "石秀英") if name in page] for page in pages[:4]] == [
        ["杨大姐", "石秀英"],
        ["杨大姐", "石秀英"],
        ["吴老六"],
        ["吴老六"],
    ]
    assert [("领取签字" in page, len(re.findall(r"\b[0-9]{4} [0-9]{4}\b", page))) for page in pages[:4]] == [
        (True, 0),
        (False, 2),
        (True, 0),
        (False, 1),
    ]
    assert re.findall("154[0-9]{8}", text) == []
    assert (helper.name in pages[1], "localhost/accounts/sign-in" in pages[1]) == (True, True)
    found = reading.fonts(pdf, tmp_path)
    assert found == {("Haohuo-Noto-Sans-SC", "yes", "yes"), ("Haohuo-Noto-Sans-SC-Bold", "yes", "yes")}


def test_a_qr_code_carries_nothing_of_a_person(app: Flask, helper: Actor, tmp_path: Path) -> None:
    said = codes(make(helper, ALL)[1], tmp_path)
    assert [bool(re.fullmatch(r"http://localhost/counter/[\w-]{22}", url)) for url in said] == [True] * 3
    assert len(set(said)) == 3


def test_the_english_paper_is_english(app: Flask, helper: Actor) -> None:
    text = reading.text(make(helper, ALL[:1], "en")[1])
    assert ("Received (signature)" in text, "领取签字" in text, i18n.language()) == (True, False, "zh_Hans")


def test_four_cards_stand_on_a_page_even_with_long_names(app: Flask, helper: Actor) -> None:
    many = [Person(n, "名" * 8, f"154000001{n:02}", "村" * 12) for n in range(8)]
    assert [make(helper, many, locale)[0].pages for locale in ("zh_Hans", "en")] == [3, 3]


def test_the_longest_names_take_more_room_and_lose_nothing(app: Flask, helper: Actor) -> None:
    many = [Person(n, "名" * 20, f"154000001{n:02}", "村" * 30) for n in range(8)]
    text = re.sub(r"\s", "", reading.text(make(helper, many, "en")[1]))
    assert (text.count("Yourhelper"), text.count("名")) == (8, 2 * 8 * 20)


def test_a_rare_character_is_named(app: Flask, helper: Actor) -> None:
    roll, pdf = make(helper, [Person(2, "石\U0002a6d6", "15400000001", "九潮村")])
    assert (roll.missing, "〓" in reading.text(pdf)) in (("\U0002a6d6", True), ("", False))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_five_hundred_cards_fit_the_limits_of_the_press(app: Flask, helper: Actor) -> None:
    """The limit by the clock is left out: a busy machine is no larger list."""
    press.setup(Printer(wall=600))
    many = [Person(n, f"人{n}", f"154{n:08}", f"{n // 50}村") for n in range(500)]
    try:
        assert make(helper, many)[0].pages == 10 * (3 + 13)
    finally:
        press.setup(Printer())


def test_a_card_and_its_digits_sign_in(app: Flask, made: dict[str, tuple[str, str]]) -> None:
    path, digits = made["0002"]
    visitor = Reader(app)
    visitor.get(path)
    visitor.submit(code=f"{digits[:4]} {digits[4:]}")
    assert visitor.page.url.startswith("/registration")
    with db.reading() as session:
        assert session.exec(select(Seller.tail)).all() == ["0002"]
        used = session.exec(select(HandedCode).where(col(HandedCode.used_at).is_not(None))).one()
    assert (used.tail, used.phone) == ("0002", None)
    assert Reader(app).get(path).status == 404


def test_a_photo_of_the_qr_code_alone_opens_nothing(app: Flask, made: dict[str, tuple[str, str]]) -> None:
    path, digits = made["0001"]
    thief = Reader(app)
    for left in (4, 3, 2, 1):
        thief.get(path)
        thief.submit(code=f"{(int(digits) + left) % 10**8:08}")
        assert f"还可以试 {left} 次" in thief.page.words()
    thief.submit(code=f"{(int(digits) + 9) % 10**8:08}")
    assert (thief.page.status, "这张卡片不能用了" in thief.page.words()) == (404, True)
    assert Reader(app).get(path).status == 404


def test_the_digits_of_another_card_open_nothing(app: Flask, made: dict[str, tuple[str, str]]) -> None:
    visitor = Reader(app)
    visitor.get(made["0001"][0])
    visitor.submit(code=made["0002"][1])
    assert visitor.page.status == 422


def test_without_scanning_number_and_digits_sign_in(app: Flask, made: dict[str, tuple[str, str]]) -> None:
    visitor = Reader(app)
    visitor.get("/accounts/sign-in?next=/accounts/me")
    visitor.submit(phone="15400000003", by_office="yes")
    visitor.submit(0, code=made["0003"][1])
    assert visitor.page.url == "/accounts/me"


def test_a_card_is_good_until_the_day_on_it(app: Flask, made: dict[str, tuple[str, str]]) -> None:
    path, _ = made["0001"]
    now = db.now()
    db.set_now(now + timedelta(days=6, hours=23))
    assert Reader(app).get(path).status == 200
    db.set_now(now + timedelta(days=7, seconds=1))
    assert Reader(app).get(path).status == 404


def test_what_no_press_can_print_ends_its_codes(app: Flask, helper: Actor, settings: Settings) -> None:
    press.setup(Printer(wall=0.001))
    try:
        with pytest.raises(AssertionError):
            make(helper, ALL)
    finally:
        press.setup(Printer())
    with db.reading() as session:
        roll = session.exec(select(Roll)).one()
        ended = [code.ends_at <= db.now() for code in session.exec(select(HandedCode))]
    assert (roll.state, roll.cards, roll.file, ended) == ("failed", None, "", [True] * 3)
