"""Asking for a paper: once however often one taps, told when it failed, through the right door when signed out."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, files
from portal.accounts import service as accounts
from portal.config import Settings
from portal.guides import service
from portal.guides.models import Print
from portal.jobs import worker
from tests.guides.conftest import Send, owner
from tests.reader import Reader
from tests.review.life import Life

GUIDE = "open_shop/household"


def ask() -> str:
    """Ask for the same guide in a transaction of its own."""
    with db.writing() as session:
        return service.ask(session, paper="guide", about=GUIDE, locale="zh_Hans").id


def prints() -> dict[str, Print]:
    """Every print by its id."""
    with db.reading() as session:
        return {row.id: row for row in session.exec(select(Print))}


def odd(paper: str, about: str) -> str:
    """A print that waits and cannot be made."""
    with db.writing() as session:
        row = Print(paper=paper, about=about, locale="zh_Hans", title="回执", key=db.new_id())
        session.add(row)
        return row.id


def test_a_double_tap_asks_once(app: Flask, settings: Settings) -> None:
    with ThreadPoolExecutor(1) as other:
        with db.writing() as session:
            first = service.ask(session, paper="guide", about=GUIDE, locale="zh_Hans").id
            second = other.submit(ask)
            wait([second], timeout=0.5)
        assert (second.result(), [*prints()]) == (first, [first])
    worker.drain(settings)
    assert prints()[first].state == "ready"


def test_a_failed_print_tapped_twice_is_asked_for_once(app: Flask) -> None:
    failed = ask()
    with db.writing() as session:
        row = session.get_one(Print, failed)
        row.state = "failed"
        session.add(row)
    with ThreadPoolExecutor(1) as other:
        with db.writing() as session:
            first = service.ask(session, paper="guide", about=GUIDE, locale="zh_Hans").id
            second = other.submit(ask)
            wait([second], timeout=0.5)
        assert second.result() == first
    assert {id: row.state for id, row in prints().items()} == {failed: "failed", first: "waiting"}


def test_a_print_that_is_refused_says_so(app: Flask, settings: Settings) -> None:
    refused = odd("receipt", "nobody-has-this1")
    assert service.print_asked(refused) is None
    assert (prints()[refused].state, prints()[refused].why) == ("failed", "There is no such paper.")


def test_a_print_that_breaks_says_so_and_the_log_has_it(app: Flask, settings: Settings) -> None:
    broken = odd("nothing", "")
    with pytest.raises(KeyError):
        service.print_asked(broken)
    assert (prints()[broken].state, prints()[broken].why) == (
        "failed",
        "This paper could not be printed. Please tell the office which one.",
    )
    assert service.print_asked(broken) is None


def test_a_print_whose_file_is_gone_is_made_anew(client: Reader, settings: Settings) -> None:
    client.get("/guides/open_shop/household")
    first = client.submit().url
    worker.drain(settings)
    file = prints()[first.rpartition("/")[2]].file
    Path(settings.files, file[:2], file[2:4], file).unlink()
    client.get("/guides/open_shop/household")
    second = client.submit().url
    worker.drain(settings)
    assert (first == second, "好了" in client.get(second).words()) == (False, True)
    assert "这一份没打出来" in client.get(first).words()
    with db.reading() as session:
        assert files.read(session.get_one(Print, second.rpartition("/")[2]).file)[:5] == b"%PDF-"


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_seller_whose_sign_in_ended_signs_in_again_and_has_the_paper(app: Flask, send: Send, secure: bool) -> None:
    case = send()
    reader = Life(app).reader(owner(case), secure=secure)
    page = reader.get("/registration/mine")
    receipt = next(
        at for at, form in enumerate(page.all("form")) if form.get("action", "").endswith(f"receipt/{case.id}")
    )
    with db.writing() as session:
        accounts.sign_out_everywhere(session, case.seller_id)
    door = reader.submit(receipt)
    assert (door.url.partition("?")[0], prints()) == ("/accounts/sign-in", {})
    with db.writing() as session:
        token = accounts.open_sign_in(session, "seller", case.seller_id, device="")
    with reader.http.session_transaction(base_url=reader.base) as cookie:
        cookie["token"] = token
    kept = door.url.partition("kept=")[2]
    assert "正在准备" in reader.post(f"/guides/papers/receipt/{case.id}?kept={kept}").words()


def test_staff_whose_sign_in_ended_find_their_own_door(app: Flask, send: Send) -> None:
    case, life = send(), Life(app)
    officer = life.staff("reviewer")
    reader = life.reader(officer)
    page = reader.get(f"/desk/review/{case.id}")
    at = next(at for at, form in enumerate(page.all("form")) if "/papers/my_guide/" in form.get("action", ""))
    with db.writing() as session:
        accounts.sign_out_everywhere(session, officer.id)
    assert reader.submit(at).url.startswith("/desk/accounts/sign-in?kept=")


def test_a_stranger_learns_nothing_of_a_case(client: Reader) -> None:
    client.get("/guides/")
    paths = [f"/guides/papers/{paper}/nobody-has-this1" for paper in ("my_guide", "receipt", "statement")]
    urls = [client.post(path).url for path in paths if client.get("/guides/")]
    assert [url.partition("?")[0] for url in urls] == ["/accounts/sign-in"] * 3
