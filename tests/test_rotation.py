"""A new secret in place of an old one: all that was kept opens with the new one alone, and a kill costs nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlcipher3.dbapi2 as driver
from flask import Flask
from sqlalchemy import LargeBinary, func
from sqlmodel import Session, col, select

from portal import create_app, db, files, rotation, vault
from portal.accounts import codes, handed, kept, second
from portal.accounts import service as accounts
from portal.accounts.models import Code, HandedCode, Kept, ListedCode, Seller, Staff
from portal.config import ROOT, Settings
from portal.keeping import service as keeping
from portal.migrations import tables
from portal.notices import service as notices
from portal.notices.models import Notice
from portal.questions import service as library
from portal.questions.models import Page, Question, QuestionSet
from portal.review import events, remarks, service, status
from portal.review.models import Case, Remark
from portal.sheets import service as sheets
from portal.sheets.models import Finding, Photo, Sheet
from tests.conftest import SECRET
from tests.review.life import LIPING, Life
from tests.sheets import shops

NEW = "new-0123456789-abcdefghij-klmnopqrst"
PHONE, TOTP, NUMBER = "13800005678", "JBSWY3DPEHPK3PXP", "A1234567"
ASKED = Question(key="number", kind="text", label="号", personal=True, find="keyed", tail=4)
KEYED = QuestionSet(key="keyed", version=1, title="查得到", page=(Page(key="one", title="号", question=(ASKED,)),))
# What becomes of each kind of keyed hash at a rotation. A new kind of look-up must be put into one of these.
MADE_AGAIN = {
    "phone",
    "phone_kind(practice)",
    "phone_kind(row.practice)",
    "service.phone_kind(seller.practice)",
    "review tail",
    "files",
    "question.key",
    "row.key",
}
ENDED = {"token", "code", "handed", "card", "asker", "listed", "invitation"}
FADING = {"login", "address", "handed form"}  # limits: swept within two days; a code of a form lives a day


@pytest.fixture
def left(app: Flask, settings: Settings) -> Iterator[Settings]:
    """An instance on which a seller, an officer and a browser have left all that is sealed or hashed."""
    with_keyed_set()
    life = Life(app)
    seller, officer = life.seller(PHONE), life.staff("reviewer", place=LIPING)
    shops.send(shops.filled(seller.id))
    with db.reading() as session:
        case = session.exec(select(Case)).one()
    life.do(service.take, case, officer)
    life.do(remarks.remark, case, officer, key="shop_name", reason="SHOPNAME", words="换一个")
    life.do(service.send_back, case, officer)
    auditor = life.staff("auditor", name="审")
    with db.writing() as session:
        sheet = sheets.start(session, seller_id=seller.id, set_key="keyed")
        sheets.answer(session, sheet, page=KEYED.page[0], given={"number": NUMBER}, by=seller.id)
        session.get_one(Staff, officer.id).totp = vault.seal(TOTP.encode(), f"staff:{officer.id}:totp")
        listed = session.get_one(Staff, auditor.id)
        listed.login, listed.totp = "shen", None
        second.set_list(session, listed)
        codes.ask(session, PHONE, asker="browser", address="127.0.0.1")
        handed.give(session, PHONE, by=officer)
        kept.keep(session, asker="browser", path="/", fields=[("a", "b")], files=[])
    yield settings
    db.engine().dispose()


def with_keyed_set() -> None:
    """The library with a set whose answer is found by its hash."""
    known = library.library()
    library.setup(known.model_copy(update={"sets": {**known.sets, "keyed": KEYED}}))


def open_with(settings: Settings, secret: str) -> Settings:
    """The instance opened anew with a secret, or with several."""
    changed = replace(settings, secret=secret)
    create_app(changed)
    with_keyed_set()
    return changed


def rotated(settings: Settings) -> tuple[list[str], list[str]]:
    """Rotate from the tests' secret to NEW, then forget the old one; returns the faults and what was said."""
    said: list[str] = []
    faults = rotation.rotate(open_with(settings, f"{NEW},{SECRET}"), said.append)
    open_with(settings, NEW)
    return faults, said


def all_is_there() -> None:
    """Everything that was left is found and opens, through the verbs that people use."""
    with db.writing() as session:
        seller = accounts.seller_of(session, PHONE, "zh_Hans")
        assert session.exec(select(func.count()).select_from(Seller)).one() == 1
        assert accounts.phone(session, seller.id) == PHONE
        keyed = session.exec(select(Sheet).where(Sheet.set_key == "keyed")).one()
        assert sheets.answers(keyed) == {"number": NUMBER}
        found = session.exec(select(Finding.value).where(Finding.sheet_id == keyed.id)).all()
        assert found == [vault.look_up("number", NUMBER)]
        case = session.exec(select(Case)).one()
        assert sheets.answers(session.get_one(Sheet, case.sheet_id))["shop_name"] == shops.KNOWN["shop_name"]
        assert events.verify(session, case) is None
        assert [remarks.words_of(row) for row in session.exec(select(Remark))] == ["换一个"]
        assert all(told.text for told in notices.for_case(session, case.id))
        photo = session.exec(select(Photo)).one()
        assert (files.read(photo.digest).rstrip(b"\0"), files.renewed(photo.digest)) == (shops.jpeg(), photo.digest)
        totp = session.exec(select(Staff).where(col(Staff.totp).is_not(None))).one()
        assert vault.unseal(totp.totp or b"", f"staff:{totp.id}:totp").decode() == TOTP
        assert status.look(session, number=case.number, tail=PHONE[-4:]) is not None


def all_has_ended(session: Session) -> bool:
    """Whether nothing is left that only the old secret knows."""
    rows = [
        session.exec(select(func.count()).select_from(model)).one() for model in (Code, HandedCode, Kept, ListedCode)
    ]
    return rows == [0, 0, 0, 0]


def test_after_a_rotation_the_new_secret_alone_opens_everything(left: Settings) -> None:
    faults, said = rotated(left)
    assert faults == []
    assert "shen 要一个新网址：flask staff link shen" in said
    all_is_there()
    with db.reading() as session:
        assert all_has_ended(session)


def test_what_is_left_of_somebody_who_was_erased_stops_no_rotation(left: Settings) -> None:
    with db.writing() as session:
        keeping.erase(session, session.exec(select(Case.seller_id)).one())
    assert rotated(left)[0] == []
    with db.reading() as session:
        assert [(case.desk, case.tail) for case in session.exec(select(Case))] == [("erased", "")]


def test_a_second_rotation_changes_nothing(left: Settings) -> None:
    rotated(left)
    said: list[str] = []
    assert rotation.rotate(open_with(left, f"{NEW},{SECRET}"), said.append) == []
    assert [line for line in said if "重新封存" in line and " 0 " not in line] == []
    open_with(left, NEW)
    all_is_there()


def test_until_the_old_secret_is_taken_out_both_open_everything(left: Settings) -> None:
    rotated(left)
    open_with(left, f"{NEW},{SECRET}")
    all_is_there()


@pytest.mark.parametrize("at", [0, 3, 8, 11, 14])
def test_a_rotation_that_was_cut_off_is_run_again(left: Settings, at: int) -> None:
    class Cut(Exception):
        pass

    said: list[str] = []

    def say(sentence: str) -> None:
        said.append(sentence)
        if len(said) > at:
            raise Cut

    with pytest.raises(Cut):
        rotation.rotate(open_with(left, f"{NEW},{SECRET}"), say)
    assert rotated(left)[0] == []
    all_is_there()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("line", ["seller：", "photo.digest：", "haohuo.db："])
def test_a_rotation_that_was_killed_is_run_again(left: Settings, line: str) -> None:
    db.engine().dispose()
    environ = {"PORTAL_HOME": str(left.home), "PORTAL_SECRET": f"{NEW},{SECRET}", "PYTHONUNBUFFERED": "1"}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    command = [sys.executable, "-m", "flask", "--app", "app", "vault", "rotate"]
    with subprocess.Popen(command, cwd=ROOT, env={**bare, **environ}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any(said.startswith(line) for said in process.stdout)
        process.kill()
    assert rotated(left)[0] == []
    all_is_there()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_file_opens_with_the_key_of_the_new_secret_alone(left: Settings) -> None:
    rotated(left)
    new = vault.key_for("database")
    vault.setup(SECRET)
    old = vault.key_for("database")
    assert (opens(left, new), opens(left, old)) == (True, False)
    assert [path.name for path in left.home.glob("*.part*")] == []


def opens(settings: Settings, key: bytes) -> bool:
    """Whether the SQLite file opens with a key."""
    connection = driver.connect(str(settings.home / "haohuo.db"))
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        return bool(connection.execute("SELECT count(*) FROM seller").fetchone())
    except driver.DatabaseError:
        return False
    finally:
        connection.close()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_while_the_portal_runs_the_file_stays_as_it_is(left: Settings) -> None:
    both = open_with(left, f"{NEW},{SECRET}")
    connection = driver.connect(str(left.home / "haohuo.db"))
    connection.execute(f"PRAGMA key = \"x'{vault.key_for('database', -1).hex()}'\"")
    connection.execute("SELECT count(*) FROM seller").fetchone()
    with pytest.raises(rotation.SqliteBusy):
        rotation.rotate(both, print)
    connection.close()
    open_with(left, SECRET)
    all_is_there()


def test_what_no_secret_opens_is_named_and_left(left: Settings) -> None:
    with db.writing() as session:
        notice_id = notices.tell(session, kind="decided", person="p", number=PHONE, text="好").id
        row = session.get_one(Notice, notice_id)
        row.text = b"damaged"
    faults, _ = rotated(left)
    assert faults == [f"notice.text of notice:{notice_id}:text"]
    with db.reading() as session:
        assert session.get_one(Notice, notice_id).text == b"damaged"


def test_one_secret_is_nothing_to_rotate(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["vault", "rotate"])
    assert (done.exit_code, "只有一个密钥" in done.output) == (1, True)


def test_every_column_of_bytes_says_how_it_is_sealed() -> None:
    tables()
    columns = [column for table in db.Row.metadata.tables.values() for column in table.columns]
    silent = [str(each) for each in columns if isinstance(each.type, LargeBinary) and "sealed" not in each.info]
    assert silent == []


def test_every_kind_of_keyed_hash_has_its_place_in_a_rotation() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py") if path.name != "vault.py"]
    kinds = {kind.strip("\"'") for text in texts for kind in re.findall(r"vault\.look_up\(\s*([^,]+),", text)}
    assert kinds == MADE_AGAIN | ENDED | FADING
