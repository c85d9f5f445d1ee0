import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from portal import create_app, db, engines, vault
from portal.config import ROOT, Settings
from portal.notices.models import SmsDay
from tests.reader import Reader
from tests.review.life import Life
from tests.serving import environ
from tests.sheets import shops

# Longer than SQLite itself would wait for another process.
WRITER = """
import sys, time
from portal import create_app, db
from portal.notices.models import SmsDay
create_app()
with db.writing() as session:
    session.add(SmsDay(day=db.today(), taken=7))
    session.flush()
    print("writes", flush=True)
    time.sleep(6)
"""


def writer(settings: Settings) -> subprocess.Popen[str]:
    """Another process of this instance that has begun to write."""
    command = [sys.executable, "-c", WRITER]
    other = subprocess.Popen(command, env=environ(settings, 8000), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "writes\n"
    return other


def test_whoever_writes_waits_for_another_process_however_long_that_writes(app: Flask, settings: Settings) -> None:
    with writer(settings), db.writing() as session:
        db.insert_once(session, SmsDay(day=db.today()))
        assert session.exec(select(SmsDay.taken)).all() == [7]


def test_a_process_that_dies_while_it_writes_keeps_nobody_waiting(app: Flask, settings: Settings) -> None:
    with writer(settings) as other:
        other.kill()
        with db.writing() as session:
            assert session.exec(select(SmsDay)).all() == []


def test_a_write_transaction_inside_another_is_a_mistake_that_is_told_instead_of_waiting_for_itself(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside another"), db.writing(), db.writing():
        pass
    with db.writing() as session:
        assert session.is_active


def test_what_is_to_be_done_afterwards_may_write(app: Flask) -> None:
    done = []

    def write() -> None:
        with db.writing():
            done.append("written")

    with db.writing() as session:
        db.afterwards(session, write)
        assert done == []
    assert done == ["written"]


def test_a_write_in_a_read_transaction_is_a_mistake_that_is_told_and_undone(app: Flask) -> None:
    seller = Life(app).seller()
    for _ in range(3):
        sheet = shops.filled(seller.id)
        with pytest.raises((RuntimeError, DBAPIError), match=r"undone|read-only"), db.reading() as session:
            session.connection().exec_driver_sql(f"UPDATE sheet SET state = 'closed' WHERE id = '{sheet}'")
        assert shops.known(sheet)["called"] == "杨大姐"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whoever_waits_in_vain_for_another_writer_is_told_in_words_and_may_press_again(settings: Settings) -> None:
    life = Life(create_app(settings))
    seller = life.seller()
    sheet_id = shops.filled(seller.id)
    reader = life.reader(seller)
    reader.get(f"/sheets/{sheet_id}/called?lang=en")
    jobs = engines.make(settings, vault.database_keys(), jobs=True)
    with jobs.connect() as connection:
        connection.exec_driver_sql("UPDATE seller SET practice = practice")
        page = reader.submit(0, called="吴师傅")
        assert (page.status, "The portal is busy just now" in page.words()) == (503, True)
    jobs.dispose()
    reader.get(f"/sheets/{sheet_id}/called")
    reader.submit(0, called="吴师傅")
    assert shops.known(sheet_id)["called"] == "吴师傅"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_server_that_is_away_is_told_in_words(settings: Settings) -> None:
    reader = Reader(create_app(replace(settings, database="postgresql://postgres@127.0.0.1:1/none")))
    reader.get("/accounts/sign-in?lang=en")
    page = reader.submit(0, phone="13812345678")
    assert (page.status, "The portal is busy just now" in page.words()) == (503, True)
