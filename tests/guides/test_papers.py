"""The papers of a case: whose they are, and what they say."""

import os
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from portal import db, files
from portal.access import ANYONE, Actor
from portal.accounts import service as accounts
from portal.config import Settings
from portal.guides import commands, service
from portal.guides.models import Print
from portal.jobs import worker
from portal.review import decisions, numbers, remarks
from portal.review import service as review
from portal.review.models import Case
from tests.guides.conftest import Send, owner
from tests.press import reading
from tests.reader import Reader
from tests.review.life import Life

OFFICER = Actor("staff", "officer", "王丽", frozenset({"reviewer"}), ("522631",))
ELSEWHERE = Actor("staff", "other", "李强", frozenset({"reviewer"}), ("522633",))


def printed(paper: str, about: str, settings: Settings, locale: str = "zh_Hans") -> tuple[Print, bytes]:
    """Ask for a paper, let the job do its work, and read the file."""
    with db.writing() as session:
        asked = service.ask(session, paper=paper, about=about, locale=locale).id
    worker.drain(settings)
    with db.reading() as session:
        done = session.get_one(Print, asked)
        return done, files.read(done.file)


def signed_in(app: Flask, case: Case) -> Reader:
    """The browser of a case's seller."""
    reader = Reader(app)
    with db.writing() as session:
        token = accounts.open_sign_in(session, "seller", case.seller_id, device="")
    with reader.http.session_transaction() as cookie:
        cookie["token"] = token
    return reader


def test_a_receipt_says_what_was_sent_and_no_personal_answer(send: Send, settings: Settings) -> None:
    case = send()
    done, pdf = printed("receipt", case.id, settings)
    said = ["受理回执", numbers.shown(case.number), "九潮高山椪柑", "椪柑", "自家坡上种的", "（已填）"]
    assert [words for words in [*said, "杨大姐"] if words in reading.text(pdf)] == said
    assert (done.state, done.pages, done.missing) == ("ready", 2, "")


def test_a_receipt_promises_a_day_only_where_somebody_looks(send: Send, settings: Settings, app: Flask) -> None:
    case = send()
    said = []
    for serves in (False, True):
        if serves:
            Life(app).staff("reviewer")
        text = reading.text(printed("receipt", case.id, settings)[1])
        said.append([words in text for words in ("还没有人受理", "最晚回话")])
    assert said == [[True, False], [False, True]]


def test_the_guide_of_a_seller_sent_back_lists_what_to_mend(send: Send, settings: Settings, tmp_path: Path) -> None:
    case = send()
    with db.writing() as session:
        case = review.take(session, case, by=OFFICER, version=case.version)
        remarks.remark(session, case, by=OFFICER, key="shop_picture", reason="BLUR", words="")
        case = decisions.settle(session, review.send_back(session, case, by=OFFICER, version=case.version))
    _, pdf = printed("my_guide", f"open_shop/{case.id}", settings)
    cover = reading.text(pdf).split("\f")[0]
    assert [words for words in ("还要办 1 件", "改：店的图片", numbers.shown(case.number)) if words not in cover] == []
    assert reading.codes(pdf, tmp_path) == [f"{settings.url}/review/status?number={numbers.shown(case.number)}"]


def test_a_statement_ticks_what_the_seller_said(send: Send, settings: Settings) -> None:
    _, pdf = printed("statement", send().id, settings)
    assert "✓ 自家种的、自家养的" in reading.text(pdf)


def test_a_paper_of_a_case_is_its_sellers_and_that_of_the_staff_of_its_place(send: Send, settings: Settings) -> None:
    mine, theirs = send(), send("15400000002", shop_name="别家的店")
    done, _ = printed("receipt", mine.id, settings)
    with db.reading() as session:
        found = [
            service.find(session, actor, done.id) is not None
            for actor in (owner(mine), OFFICER, owner(theirs), ELSEWHERE, ANYONE)
        ]
    assert found == [True, True, False, False, False]


def test_anothers_papers_are_a_404_in_the_browser(app: Flask, send: Send, settings: Settings) -> None:
    mine, theirs = send(), send("15400000002", shop_name="别家的店")
    done, _ = printed("receipt", mine.id, settings)
    reader = signed_in(app, theirs)
    reader.get("/guides/")
    paths = [f"/guides/papers/{paper}/{mine.id}" for paper in ("my_guide", "receipt", "statement")]
    assert [reader.post(path).status for path in paths if reader.get("/guides/")] == [404] * 3
    assert [reader.get(f"/guides/prints/{done.id}{end}").status for end in ("", ".pdf")] == [404, 404]


def test_a_seller_gets_the_guide_with_the_own_cover(app: Flask, send: Send, settings: Settings) -> None:
    reader = signed_in(app, send())
    reader.get("/guides/open_shop/household")
    url = reader.submit(locale="en").url
    worker.drain(settings)
    assert "好了" in reader.get(url).words()
    answer = reader.get(f"{url}.pdf").response
    assert answer is not None
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Wait for the county's answer" in reading.text(answer.data)


def test_asking_twice_is_one_print_until_something_changes(send: Send) -> None:
    case = send()
    with db.writing() as session:
        first = service.ask(session, paper="my_guide", about=f"open_shop/{case.id}", locale="zh_Hans").id
        again = service.ask(session, paper="my_guide", about=f"open_shop/{case.id}", locale="zh_Hans").id
        review.withdraw(session, case, by=owner(case))
        later = service.ask(session, paper="my_guide", about=f"open_shop/{case.id}", locale="zh_Hans").id
    assert (first == again, first == later) == (True, False)


def test_a_failed_print_says_why_and_can_be_asked_for_again(client: Reader, settings: Settings) -> None:
    client.get("/guides/open_shop/household")
    url = client.submit().url
    with db.writing() as session:
        asked = session.get_one(Print, url.rpartition("/")[2])
        asked.state, asked.why = "failed", "This paper could not be printed. Please tell the office which one."
        session.add(asked)
    assert "这一份没打出来" in client.get(url).words()
    client.get("/guides/open_shop/household")
    assert (client.submit().url == url, "正在准备" in client.page.words()) == (False, True)


def test_a_print_is_forgotten_after_a_week(client: Reader) -> None:
    client.get("/guides/open_shop/household")
    url = client.submit().url
    for days, status in ((6, 200), (8, 404)):
        db.set_now(None)
        db.set_now(db.now() + timedelta(days=days))
        service.sweep("")
        assert client.get(url).status == status


def test_the_command_writes_a_guide_to_a_file(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "guide.pdf"
    done = CliRunner().invoke(commands.commands, ["print", "--set", "household", "--locale", "en", "--out", str(out)])
    assert (done.exit_code, out.read_bytes()[:5]) == (0, b"%PDF-")
    wrong = CliRunner().invoke(commands.commands, ["print", "--set", "nobody", "--out", str(tmp_path / "no.pdf")])
    assert (wrong.exit_code, os.listdir(tmp_path).count("no.pdf")) == (1, 0)
