"""Printing for many: one file in order, nobody's data on another's paper, stopped, continued, killed."""

import io
import os
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, files, jobs
from portal.access import Actor
from portal.accounts.models import Staff
from portal.audit import service as audit
from portal.config import ROOT, Settings
from portal.guides import batches, history, printing
from portal.guides.batches import How
from portal.guides.models import Print, PrintBatch
from portal.guides.recipients import Wanted
from portal.i18n import Refusal
from portal.jobs import worker
from portal.keeping import service as keeping
from portal.review import events, numbers
from portal.review.models import Case
from tests.guides.conftest import Send
from tests.guides.villagers import begun, changed, chosen, copies, items, listed, now, progress, worked
from tests.press import reading
from tests.review.life import Life

JIUCHAO, ZHAOXING = "522631105", "522631111"
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
WHOLE = Wanted("open_shop", "place", "522631")


@pytest.fixture
def officer(app: Flask) -> Actor:
    """Whoever prints for the county."""
    return Life(app).staff("reviewer")


def prints(case: Case) -> int:
    """How often a case's chain says that it was printed; the chain holds."""
    with db.reading() as session:
        row = session.exec(select(Case).where(Case.id == case.id)).one()
        assert events.verify(session, row) is None
        return [event.action for event in events.of_case(session, case.id)].count("print")


def pages(pdf: bytes) -> list[str]:
    """The words of each page, without spaces."""
    return ["".join(page.split()) for page in reading.text(pdf).split("\f")[:-1]]


def shown(case: Case) -> str:
    return numbers.shown(case.number)


@on_sqlite
def test_one_file_holds_the_list_each_guide_on_a_front_side_and_sheets_to_sign(officer: Actor, send: Send) -> None:
    first = send(place=JIUCHAO)
    cases = [first, *copies(first, 2, place=ZHAOXING)]
    batch = worked(begun(officer, WHOLE, How("a4", "zh_Hans", zipped=True)))
    assert (batch.state, batch.why, progress(batch).done) == ("done", "", 3)
    order = [next(case for case in cases if case.id == item.case_id) for item in items(batch)]
    with db.reading() as session:
        pdf, packed = files.read(batch.file), zipfile.ZipFile(io.BytesIO(files.read(batch.singles)))
        assert history.kept(session) == {batch.file, batch.singles}
    said = pages(pdf)
    positions = [said[0].index(shown(case)) for case in order]
    assert (positions == sorted(positions), len(said) % 2) == (True, 0)
    covers = [at for at, page in enumerate(said) if "打印日期" in page]
    assert [shown(case) in said[at] for at, case in zip(covers, order, strict=True)] == [True] * 3
    assert [at % 2 for at in covers] == [0] * 3
    signs = [page for page in said if "领取签字" in page]
    assert [[tail in page for tail in ("0001", "9000")] for page in signs] == [[True, False], [False, True]]
    assert sorted(packed.namelist()) == sorted(f"{shown(case)} {case.title}.pdf" for case in cases)
    for case in cases:
        alone = reading.text(packed.read(f"{shown(case)} {case.title}.pdf"))
        assert [shown(other) in alone for other in cases] == [other is case for other in cases]
    assert [prints(case) for case in cases] == [1, 1, 1]


@on_sqlite
@pytest.mark.parametrize("edition", ["large", "booklet"])
def test_other_editions_and_english_come_out_too(officer: Actor, send: Send, edition: str) -> None:
    case = send()
    batch = worked(begun(officer, listed(case), How(edition, "en", zipped=True)))
    assert (batch.state, batch.why) == ("done", "")
    assert shown(case) in reading.text(files.read(batch.file))
    assert "Sheet to sign" in " ".join(reading.text(files.read(batch.file)).split())


@on_sqlite
def test_one_that_breaks_the_layout_is_told_with_its_field_and_all_others_come_out(officer: Actor, send: Send) -> None:
    good = send()
    html, long, rare, marks = copies(good, 4)
    changed(html, title="<b>粗</b> file:///etc/passwd")
    changed(long, title="长" * 5000)
    changed(rare, title="九潮\U000f0000果园")
    changed(marks, title="果" + "\u0301" * 200)
    cases = [good, html, long, rare, marks]
    batch = worked(begun(officer, listed(*cases)))
    found = {item.case_id: item for item in items(batch)}
    states = [found[case.id].state for case in cases]
    assert (batch.state, states) == ("done", ["done", "done", "failed", "done", states[4]])
    assert "“店名”太长" in found[long.id].why
    assert ("“店名”" in found[rare.id].why, "U+F0000" in found[rare.id].why) == (True, True)
    assert [found[case.id].why for case in (good, html)] == ["", ""]
    text = "".join(reading.text(files.read(batch.file)).split())
    assert (shown(good) in text, "file:///etc/passwd" in text, "长长长" in text) == (True, True, False)
    assert [prints(case) for case in (good, long)] == [1, 0]


def test_a_batch_is_stopped_and_continued_and_the_old_work_does_nothing_more(
    officer: Actor, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "COVERS", 2)
    first = send()
    cases = [first, *copies(first, 3)]
    work = begun(officer, listed(*cases))
    batch_id, _, go = work.partition(".")
    assert printing.step(batch_id, int(go)) is True
    with db.writing() as session:
        batches.stop(session, now(batch_id))
    assert (printing.work(work), now(batch_id).state, progress(now(batch_id)).past) == (None, "stopped", 2)
    with db.writing() as session:
        again = batches.go_on(session, now(batch_id))
        batches.go_on(session, again)
    assert (again.go, printing.work(work)) == (2, None)
    done = worked(f"{batch_id}.2")
    assert (done.state, progress(done).done, [prints(case) for case in cases]) == ("done", 4, [1] * 4)


@on_sqlite
def test_whoever_is_switched_off_meanwhile_prints_nothing_more(officer: Actor, send: Send) -> None:
    work = begun(officer, listed(send()))
    with db.writing() as session:
        session.get_one(Staff, officer.id).active = False
    batch = worked(work)
    assert (batch.state, batch.why) == ("stopped", "王丽的账号已停用，所以停下了。已经做完的仍然有效。")


KILLED = """
import os, signal
from portal import create_app, press
from portal.config import Settings
from portal.guides import printing
from portal.jobs import worker

noted = printing._note
count = 0

def note(*told):
    global count
    noted(*told)
    count += 1
    if count == 9:  # in the middle of the second chunk's transaction
        press.close()
        os.kill(os.getpid(), signal.SIGKILL)

printing._note, printing.COVERS = note, 5
create_app()
worker.run(Settings.read())
"""


def test_a_job_process_killed_in_the_middle_prints_none_twice_and_leaves_none_out(
    officer: Actor, send: Send, settings: Settings
) -> None:
    first = send()
    cases = [first, *copies(first, 11)]
    batch = chosen(officer, listed(*cases))
    with db.writing() as session:
        batches.set_going(session, batch)
    told = {"HOME": settings.home, "SECRET": settings.secret, "URL": settings.url, "DATABASE": settings.database}
    environ = {**os.environ, **{f"PORTAL_{name}": str(value) for name, value in told.items()}, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", KILLED], env=environ, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        assert process.wait(120) == -signal.SIGKILL
    assert (now(batch.id).state, progress(batch).done) == ("running", 5)
    worker.drain(settings)
    done = now(batch.id)
    assert (done.state, progress(done).done, [prints(case) for case in cases]) == ("done", 12, [1] * 12)
    text = "".join(page for page in pages(files.read(done.file)) if "打印日期" in page)
    assert [text.count(shown(case)) for case in cases] == [1] * 12


@on_sqlite
def test_it_begins_only_when_the_paper_is_counted_and_no_file_is_too_large(
    officer: Actor, send: Send, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = chosen(officer, listed(send()))

    def start() -> str:
        with db.writing() as session:
            try:
                return batches.start(session, batch, by=officer).state
            except Refusal as refusal:
                return type(refusal).__name__

    assert start() == "NotCounted"
    worker.drain(settings)
    with db.reading() as session:
        count = batches.counted(session, batch)
        assert (count.pages, count.sheets) == (session.exec(select(Print.pages)).one(), -(-count.pages // 2))
    monkeypatch.setattr(batches, "MOST_PAGES", 5)
    assert start() == "TooManyPages"
    monkeypatch.setattr(batches, "MOST_PAGES", 50)
    assert [start(), start()] == ["running", "running"]
    with db.reading() as session:
        assert audit.noted(session, "batch_printed", subject=batch.id)
        assert session.exec(select(jobs.Asked.subject).where(jobs.Asked.name == "guides.batch")).all() == [
            f"{batch.id}.1"
        ]


@on_sqlite
def test_files_go_after_a_week_the_history_after_ninety_days_and_with_whoever_is_forgotten(
    officer: Actor, send: Send
) -> None:
    first = send()
    cases = [first, *copies(first, 1)]
    one, other, never = (worked(begun(officer, listed(each))) for each in (*cases, first))
    with db.writing() as session:
        keeping.erase(session, first.seller_id)
    assert [bool(now(each.id).file) for each in (one, other, never)] == [False, True, False]
    for days, file, there in ((6, True, True), (8, False, True), (91, False, False)):
        db.set_now(db.now() + timedelta(days=days) if days == 6 else other.made_at + timedelta(days=days))
        history.forget("")
        with db.reading() as session:
            row = session.get(PrintBatch, other.id)
        assert (bool(row and row.file), row is not None) == (file, there), days


@on_sqlite
def test_a_batch_left_by_a_lost_job_process_is_set_going_again(officer: Actor, send: Send) -> None:
    work = begun(officer, listed(send()))
    db.set_now(db.now() + timedelta(hours=2))
    batches.go_on_with_stalled("")
    assert (printing.work(work), worked(f"{work.partition('.')[0]}.2").state) == (None, "done")
