"""Lists of the desk taken away as tables: who may, what goes in, and what a spreadsheet makes of it."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from portal import db, i18n
from portal.access import Actor
from portal.accounts.models import Staff
from portal.audit import service as audit
from portal.audit.models import Entry
from portal.counter import reading
from portal.exports import service, tables
from portal.guides import service as guides
from portal.guides.models import Print
from portal.review import numbers
from portal.review.models import Case
from tests.reader import Page, Reader
from tests.review.life import CONGJIANG, Life
from tests.sheets import shops

PHONE = "13812345678"


def shop(app: Flask, phone: str = PHONE, **changes: Any) -> None:
    """A shop that was sent."""
    shops.send(shops.filled(Life(app).seller(phone).id, **changes))


def asked(visitor: Reader, path: str = "/desk/exports/cases", **changes: Any) -> Page:
    """Ask for a table as the page offers it, with some choices changed."""
    visitor.get(path)
    return visitor.submit(-1, **changes)


def made(visitor: Reader) -> bytes:
    """Let the work be done, and fetch the file of the page on screen."""
    with db.reading() as session:
        waiting = session.exec(select(Print.id).where(Print.state == "waiting")).all()
    for id in waiting:
        guides.print_asked(id)
    page = visitor.get(visitor.page.url)
    link = next(link for link in page.links() if link.endswith((".xlsx", ".csv")))
    answer = visitor.http.get(link, base_url=visitor.base)
    assert answer.status_code == 200
    return bytes(answer.data)


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def done(*actions: str) -> list[tuple[str, str, dict[str, object] | None]]:
    """What the office's chain says of these actions: who, what and the details."""
    with db.reading() as session:
        rows = session.exec(select(Entry).where(col(Entry.action).in_(actions)).order_by(col(Entry.seq))).all()
        return [(row.who_name, row.action, audit.details(row)) for row in rows]


def test_the_usual_table_names_nobody_and_says_who_took_it(app: Flask) -> None:
    shop(app)
    visitor = Life(app).reader(Life(app).staff("reviewer"))
    asked(visitor, ending="csv")
    content = made(visitor)
    rows = rows_of(content)
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["编号", "店名", "种类", "地方", "状态", "提交日期", "答应答复日期", "决定日期"]
    assert (len(rows), rows[1][1]) == (3, shops.KNOWN["shop_name"])
    assert rows[2][0].startswith("王丽 于 ")
    assert "共 1 行" in rows[2][0]
    assert PHONE not in content.decode()


def test_no_day_stands_where_nobody_promised_one(app: Flask) -> None:
    shop(app)
    visitor, found = Life(app).reader(Life(app).staff("auditor")), []
    for role in ("helper", "reviewer"):
        Life(app).staff(role)
        asked(visitor, ending="csv")
        found.append(bool(rows_of(made(visitor))[1][6]))
    assert found == [False, True]


def test_a_workbook_holds_text_alone(app: Flask) -> None:
    shop(app, shop_name="=1+1 好果园")
    visitor = Life(app).reader(Life(app).staff("reviewer"))
    asked(visitor, columns=["number", "title", "place_code", "phone"])
    content = made(visitor)
    assert reading.workbook(content)[:2] == [
        ["编号", "店名", "区划代码", "手机号"],
        [shown_number(), "'=1+1 好果园", shops.TOWNSHIP, PHONE],
    ]
    packed = zipfile.ZipFile(io.BytesIO(content))
    sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall(r"<c [^>]*>", sheet)) == set(re.findall(r'<c [^>]*t="s">', sheet))
    assert ("<f>" in sheet, "<oddFooter>&amp;L王丽 于 " in sheet) == (False, True)


def shown_number() -> str:
    """The number of the only case, as people read it."""
    with db.reading() as session:
        return numbers.shown(session.exec(select(Case.number)).one())


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@name", "'@name"),
        ("\t=cmd", "'=cmd"),
        ("\r\n=cmd", "'=cmd"),
        ("＝1", "'=1"),
        ("a\x07b\u202ec", "abc"),
        ("好果园", "好果园"),
    ],
)
def test_no_cell_computes(words: str, cell: str) -> None:
    assert tables.safe(words) == cell


def test_numbers_go_in_for_deciders_who_tick_them_and_it_is_written_down(app: Flask) -> None:
    shop(app)
    life = Life(app)
    reviewer, auditor = life.reader(life.staff("reviewer")), life.reader(life.staff("auditor", name="石磊"))
    asked(reviewer, columns=["number", "phone"], ending="csv")
    assert rows_of(made(reviewer))[1][1] == PHONE
    asked(auditor, columns=["number", "phone"], ending="csv")
    assert rows_of(made(auditor))[0] == ["编号"]
    assert "手机号" not in auditor.get("/desk/exports/cases").words()
    title = f"申请列表 {db.today().isoformat()}"
    assert done("export_asked", "export_fetched") == [
        ("王丽", "export_asked", {"about": title, "rows": " 1 行", "columns": ["Number", "Phone number"]}),
        ("王丽", "export_fetched", {"about": title, "rows": " 1 行"}),
        ("石磊", "export_asked", {"about": title, "rows": " 1 行", "columns": ["Number"]}),
        ("石磊", "export_fetched", {"about": title, "rows": " 1 行"}),
    ]


def test_a_table_is_for_its_asker_alone_and_for_a_day(app: Flask) -> None:
    shop(app)
    life = Life(app)
    asker, colleague = life.reader(life.staff("reviewer")), life.reader(life.staff("reviewer", "admin", "manager"))
    url = asked(asker).url
    made(asker)
    assert [colleague.get(path).status for path in (url, f"{url}.xlsx")] == [404, 404]
    assert Reader(app).get(url).url.startswith("/desk/accounts/sign-in")
    db.set_now(db.now() + timedelta(hours=24, minutes=1))
    again = life.reader(Actor("staff", _asker_of(url)))
    assert [again.get(path).status for path in (url, f"{url}.xlsx")] == [404, 404]
    guides.sweep("")
    with db.reading() as session:
        assert session.exec(select(Print)).all() == []


def _asker_of(url: str) -> str:
    with db.reading() as session:
        return session.get_one(Print, url.rpartition("/")[2]).by_id


def test_a_double_tap_is_one_asking(app: Flask) -> None:
    shop(app)
    visitor = Life(app).reader(Life(app).staff("reviewer"))
    page = visitor.get("/desk/exports/cases")
    urls = []
    for _ in range(2):
        visitor.page = page
        urls.append(visitor.submit(-1).url)
    assert urls[0] == urls[1]
    assert len(done("export_asked")) == 1
    assert asked(visitor).url != urls[0]


def test_only_ones_own_places_go_in_and_those_of_the_filters(app: Flask) -> None:
    shop(app)
    life = Life(app)
    near, far = life.reader(life.staff("reviewer")), life.reader(life.staff("reviewer", place=CONGJIANG))
    for visitor, query, number in ((near, "", 1), (far, "", 0), (near, "?desk=done", 0), (near, "?holder=mine", 0)):
        asked(visitor, f"/desk/exports/cases{query}", ending="csv")
        assert len(rows_of(made(visitor))) == number + 2


def test_whoever_lost_the_role_meanwhile_gets_nothing(app: Flask) -> None:
    shop(app)
    life = Life(app)
    visitor = life.reader(actor := life.staff("reviewer"))
    url = asked(visitor).url
    with db.writing() as session:
        session.get_one(Staff, actor.id).roles = ["helper"]
    guides.print_asked(url.rpartition("/")[2])
    assert "您的账号现在不能看这个列表" in visitor.get(url).words()


def test_a_table_without_columns_or_of_too_many_rows_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shop(app)
    visitor = Life(app).reader(Life(app).staff("reviewer"))
    assert asked(visitor, columns=None, ending="csv").status == 422
    assert "请至少勾一列" in visitor.page.words()
    assert [box.get("value") for box in visitor.page.all("input") if box.get("checked") is not None] == ["csv"]
    monkeypatch.setattr(service, "MOST", 0)
    assert asked(visitor).status == 422
    assert "一共 1 行；一张表最多 0 行" in visitor.page.words()


def test_it_tells_how_many_rows_of_how_many_are_done(app: Flask) -> None:
    shop(app)
    visitor = Life(app).reader(Life(app).staff("reviewer"))
    url = asked(visitor).url
    with db.writing() as session:
        row = session.get_one(Print, url.rpartition("/")[2])
        row.made, row.total = 500, 1200
    assert "已完成 500 行，共 1200 行" in visitor.get(url).words()


def test_the_list_of_who_did_what_goes_as_a_table_too_in_the_persons_language(app: Flask) -> None:
    life = Life(app)
    visitor = life.reader(life.staff("auditor", name="石磊"))
    admin = life.staff("admin")
    with db.writing() as session:
        audit.note(session, "office_changed", by=admin, details={"about": "-九潮镇"})
    visitor.get("/desk/exports/audit?what=office&lang=en")
    visitor.submit(-1, ending="csv")
    rows = rows_of(made(visitor))
    assert rows[0] == ["When", "Who", "Did what", "About what", "More of it"]
    assert rows[1][1:] == ["王丽", "Changed the office's page", "'-九潮镇", ""]
    assert rows[2][0].startswith("Taken away by 石磊 on ")


def test_a_thousand_rows_come_in_order_and_once(app: Flask) -> None:
    life = Life(app)
    admin = life.staff("admin")
    with db.writing() as session:
        for at in range(1203):
            audit.note(session, "office_changed", by=admin, details={"about": str(at)})
    wanted = audit.Wanted()
    with db.reading() as session, i18n.speaking("zh_Hans"):
        rows = list(service.TABLES["audit"].rows(session, admin, wanted, ["about"]))
    assert rows == [[str(at)] for at in reversed(range(1203))]
