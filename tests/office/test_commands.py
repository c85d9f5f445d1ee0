"""`flask office`: the page filled in from a file, with the same faults as on the page."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal import db, i18n
from portal.office import known, sections, service
from tests.office.conftest import FOOT, SPOT, WHO, fill, put

WHOLE = """
name = "榕江县电商服务中心"
short = "榕江县"
county = "522632"
phone = "0855-6621234"
hours = "周一到周五 9:00-17:00"
address = "政务大厅 5 号窗口"
responsible = "陆主任"
responsible_contact = "0855-6621234"
icp = "黔ICP备12345678号"

[promise]
household = 5

[[holiday]]
from = 2026-10-01
to = 2026-10-07
name = "国庆节"

[[holiday]]
from = 2026-10-10
working = true

[[spot]]
name = "寨蒿镇服务站"
place = "寨蒿镇"
phone = "0855-6620009"

[[spot]]
kind = "cold"
name = "县冷库"
place = "522632"
price = "每筐每天 1 元"
"""


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def office(app: Flask, *arguments: str) -> tuple[int, str]:
    """How a command ends and what it says."""
    done = app.test_cli_runner().invoke(args=["office", *arguments])
    return done.exit_code, done.output


def filled(app: Flask, tmp_path: Path, text: str) -> tuple[int, str]:
    """What comes of filling the page in from a file."""
    file = tmp_path / "office.toml"
    file.write_text(text, "utf-8")
    return office(app, "fill", str(file))


def test_a_file_fills_everything_in_and_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    assert office(app, "check")[0] == 1
    assert filled(app, tmp_path, WHOLE) == (0, "The page is filled in.\n")
    assert office(app, "check") == (0, "The page is filled in.\n")
    found = known.in_force()
    assert (found.office.name, found.office.icp, service.promise("household")) == (WHO["name"], "黔ICP备12345678号", 5)
    assert [service.works_on(date(2026, 10, day)) for day in (1, 7, 8, 10)] == [False, False, True, True]
    assert [(spot.kind, spot.name, spot.place) for spot in found.spots] == [
        ("station", "寨蒿镇服务站", "522632102"),
        ("cold", "县冷库", "522632"),
    ]
    with db.reading() as session:
        assert {change.who for change in service.changes(session)} == {"Command line"}
    assert filled(app, tmp_path, WHOLE) == (0, "The page is filled in.\n")
    assert known.in_force().version == found.version


def test_what_a_file_leaves_out_stays(app: Flask, tmp_path: Path) -> None:
    fill()
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    put(sections.DAYS, {"lines": "2026-10-01 国庆节"})
    assert filled(app, tmp_path, 'phone = "0855-1112222"')[0] == 0
    found = known.in_force()
    assert (found.office.phone, found.office.seal, len(found.spots), len(found.days)) == (
        "0855-1112222",
        WHO["seal"],
        1,
        1,
    )


def test_the_stations_of_a_file_are_all_there_are(app: Flask, tmp_path: Path) -> None:
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    filled(app, tmp_path, '[[spot]]\nname = "新的"\nplace = "寨蒿镇"')
    assert [spot.name for spot in known.in_force().spots] == ["新的"]
    filled(app, tmp_path, "spot = []\nholiday = []")
    assert (known.in_force().spots, known.in_force().days) == ((), ())


def test_half_a_page_says_what_is_still_empty(app: Flask, tmp_path: Path) -> None:
    half = WHOLE.replace('responsible = "陆主任"', "").replace('responsible_contact = "0855-6621234"', "")
    code, said = filled(app, tmp_path, half.replace('icp = "黔ICP备12345678号"', ""))
    assert (code, said) == (0, "Still empty: Who is responsible for the data, How to reach them\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("name = ", ["office.toml is not TOML: Invalid value (at end of document)"]),
        (
            'county = "1"\nphone = "x"\nfax = "3"\n',
            [
                "there is no field “fax”",
                "name: Fill this in: Name of the office.",
                "short: Fill this in: Short name.",
                "county: Enter the 6 digits of the county, for example 522631 for 黎平县.",
                "phone: Enter one phone number with its area code, for example 0855-6221234.",
                "hours: Fill this in: Opening hours.",
                "address: Fill this in: Address.",
            ],
        ),
        (
            '[promise]\nhousehold = 99\nshop = 3\n[[holiday]]\nfrom = 2026-10-07\nto = 2026-10-01\nname = "国庆节"\n'
            '[[holiday]]\nname = "没有日子"\nday = 1\n[[spot]]\nname = "站"\nplace = "天上镇"\n',
            [
                "[promise] there is no field “shop”",
                "[[holiday]] there is no field “day”",
                "[promise] household: Enter a number of working days from 1 to 60.",
                "[[holiday]] Line 1: the last day comes before the first.",
                "[[holiday]] Line 2: a line begins with a date, "
                "for example 2026-10-01 至 2026-10-07 国庆节 or 2026-10-10 上班.",
                "[[spot]] 1 place: We know no place called 天上镇. Enter its full name or its code.",
            ],
        ),
        (
            "spot = 3\nholiday = [1]\npromise = 5\n",
            [
                "“spot” is written as [[spot]]",
                "“holiday” is written as [[holiday]]",
                "“promise” is written as [promise]",
            ],
        ),
    ],
)
def test_every_fault_of_a_file_is_named_and_nothing_is_kept(
    app: Flask, tmp_path: Path, wrong: str, said: list[str]
) -> None:
    code, told = filled(app, tmp_path, wrong)
    assert (code, told.removeprefix("Error: ").splitlines()) == (1, said)
    assert known.in_force().version == 0


def test_check_says_what_is_missing_and_how_to_fill_it_in(app: Flask) -> None:
    code, said = office(app, "check")
    assert (code, said.count("flask --app app office fill FILE.toml"), said.count("Opening hours")) == (1, 1, 1)


def test_show_prints_what_is_in_force(app: Flask) -> None:
    fill()
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    put(sections.DAYS, {"lines": "2026-10-01 国庆节"})
    code, said = office(app, "show")
    lines = said.splitlines()
    assert (code, lines[0], f"responsible = {FOOT['responsible']}" in lines, "2026-10-01 国庆节" in lines) == (
        0,
        f"name = {WHO['name']}",
        True,
        True,
    )
    assert lines[-1] == "courier · 寨蒿镇快递点 · 寨蒿镇 · 车站路 8 号 · 0855-6620001 · 每天 8:00-19:00 · 1 公斤 4 元"
