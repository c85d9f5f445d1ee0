"""Workbooks and pasted lines, as offices write them and as nobody should."""

import io
import zipfile
from typing import Any

import pytest

from portal.counter import people, reading
from portal.counter.people import Person
from tests.counter.conftest import HEADS, PEOPLE, workbook

READ = [
    Person(2, "杨大姐", "15400000001", "九潮村"),
    Person(3, "吴老六", "15400000002", "贡寨村"),
    Person(4, "石秀英", "15400000003", "九潮村"),
]


def changed(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with something replaced in one of its parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for part in book.namelist():
            text = book.read(part)
            assert part != name or old in text
            made.writestr(part, text.replace(old, new) if part == name else text)
    return written.getvalue()


def test_a_list_is_read_with_its_columns_in_any_order() -> None:
    assert people.read(reading.workbook(workbook(HEADS, *PEOPLE))) == (READ, [])
    turned = [list(reversed(row)) for row in [HEADS, *PEOPLE]]
    assert people.read(reading.workbook(workbook(*turned))) == (READ, [])


def test_the_heads_may_be_english_and_stand_below_a_title() -> None:
    rows: list[list[Any]] = [
        ["九潮镇 2026 年名单"],
        [],
        ["Name", "Mobile", "Village"],
        ["杨大姐", 15400000001, "九潮村"],
        [],
        ["", "", ""],
    ]
    assert people.read(reading.workbook(workbook(*rows))) == ([Person(4, "杨大姐", "15400000001", "九潮村")], [])


def test_a_hidden_first_sheet_is_passed_over() -> None:
    assert people.read(reading.workbook(workbook(HEADS, *PEOPLE, hidden_first=True))) == (READ, [])


@pytest.mark.parametrize("between", ["\t", ",", "，"])
def test_pasted_lines_are_read_alike(between: str) -> None:
    text = "\r\n".join(between.join(str(cell) for cell in row) for row in [HEADS, *PEOPLE])
    assert people.read(reading.lines(text)) == (READ, [])


def test_every_fault_is_named_with_its_row() -> None:
    rows: list[list[Any]] = [
        HEADS,
        [1, "九潮村", "杨大姐", 1540000000],
        [2, "九潮村", "", 15400000002],
        [3, "九潮村", "吴老六", ""],
        [4, "九潮村", "石秀英", "0855-6221234"],
        [5, "", "龙胜", 15400000005],
        [6, "贡寨村", "陆阿婆", "15400000005"],
    ]
    read, faults = people.read(reading.workbook(workbook(*rows)))
    assert read == [Person(6, "龙胜", "15400000005", "")]
    assert [(fault.row, fault.words) for fault in faults] == [
        (2, "手机号是 11 位，例如 138 0000 1234；您填了 10 位。"),
        (3, "没有姓名。"),
        (4, "没有手机号。"),
        (5, "请填 11 位手机号，例如 138 0000 1234。"),
        (7, "这个手机号第 6 行已经有了。两个人合用一个号的，一张卡就够。"),
    ]


def test_blanks_inside_a_village_or_a_name_make_no_other_one() -> None:
    text = "姓名,电话,村\n杨  大姐,15400000001,高 寅村\n吴老六,15400000002,高　寅 村\nLi Na,15400000003,Gao Yin"
    read = people.read(reading.lines(text))[0]
    assert [(person.name, person.village) for person in read] == [
        ("杨大姐", "高寅村"),
        ("吴老六", "高寅村"),
        ("Li Na", "Gao Yin"),
    ]


def test_a_name_that_no_card_has_room_for_is_a_fault() -> None:
    text = f"姓名,电话,村\n{'名' * 21},15400000001,九潮村\n{'名' * 20},15400000002,{'村' * 31}"
    read, faults = people.read(reading.lines(text))
    assert (read, [(fault.row, fault.words) for fault in faults]) == (
        [],
        [(2, "“姓名”这一列写得太长：最多 20 个字。"), (3, "“村”这一列写得太长：最多 30 个字。")],
    )


def test_columns_that_are_missing_are_named() -> None:
    with pytest.raises(people.NoHeads) as refused:
        people.read(reading.workbook(workbook(["序号", "户主"], [1, "杨大姐"])))
    assert refused.value.text == "第一行要写清楚每一列是什么：姓名、电话、村。还缺：电话、村。"
    for nothing in (reading.lines(""), reading.workbook(workbook())):
        with pytest.raises(people.NoHeads):
            people.read(nothing)
    with pytest.raises(people.Nobody):
        people.read(reading.lines("姓名,电话,村\n"))


def test_five_hundred_are_read_and_one_more_is_too_many() -> None:
    rows: list[list[Any]] = [HEADS, *([n, "九潮村", f"人{n}", 15400000000 + n] for n in range(500))]
    assert len(people.read(reading.workbook(workbook(*rows)))[0]) == 500
    with pytest.raises(reading.TooManyRows):
        reading.workbook(workbook(*rows, *rows))
    with pytest.raises(reading.TooManyRows):
        reading.lines("x\n" * 511)


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"<html>", b"PK\x03\x04", workbook(HEADS)[:-100]])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(reading.NotAList):
        reading.workbook(content)


def test_a_file_of_more_than_two_megabytes_is_refused_unread() -> None:
    with pytest.raises(reading.TooHeavy):
        reading.workbook(b"x" * (2 * 2**20 + 1))


def test_a_small_file_that_asks_for_a_giant_sheet_ends_in_a_refusal() -> None:
    wide = changed(workbook(HEADS, *PEOPLE), "xl/worksheets/sheet1.xml", b'r="B1"', b'r="XFD500"')
    tall = changed(workbook(HEADS, *PEOPLE), "xl/worksheets/sheet1.xml", b'r="B1"', b'r="XFD1048576"')
    for content in (wide, tall):
        with pytest.raises((reading.NotAList, reading.TooManyRows, people.NoHeads)):
            people.read(reading.workbook(content))


def test_a_file_that_swells_ends_in_a_refusal() -> None:
    written = io.BytesIO()
    plain = io.BytesIO(workbook(HEADS, *PEOPLE))
    with zipfile.ZipFile(plain) as book, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for part in book.namelist():
            with made.open(part, "w") as out:
                before, head, after = book.read(part).partition("户主".encode())
                out.write(before)
                for _ in range(40 if head else 0):
                    out.write(b"x" * 2**24)
                out.write(after)
    heavy = written.getvalue()
    assert len(heavy) < reading.MOST_BYTES
    with pytest.raises(reading.NotAList):
        reading.workbook(heavy)


def test_cells_are_cleaned() -> None:
    rows: list[list[Any]] = [
        HEADS,
        [1, "村" * 30, "  杨\u202e大\u0007姐 ", "１５４００００００１１"],
        [2, "=1+1", "<b>", 15400000012.0],
    ]
    read, faults = people.read(reading.workbook(workbook(*rows)))
    assert faults == []
    assert [(person.name, person.phone, len(person.village)) for person in read] == [
        ("杨大姐", "15400000011", 30),
        ("<b>", "15400000012", 1),
    ]
