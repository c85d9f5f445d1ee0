"""The office that pages and papers name, and the verbs that change it."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import create_app, db, files, i18n
from portal.config import ROOT, Settings
from portal.office import known, sections, service
from portal.office.sections import DAYS, SPOT
from portal.questions.models import Library
from portal.questions.service import BadLibrary
from portal.registration import sellers
from tests.office.conftest import ADMIN, FOOT, WHO, fill, put
from tests.office.conftest import SPOT as POINT

OURS = ROOT / "portal" / "library"


def test_a_county_brings_its_own_office_in_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    text = (OURS / "office" / "office.toml").read_text("utf-8").replace("0000-0000000", "0855-1234567")
    (tmp_path / "office" / "office.toml").write_text(text, "utf-8")
    assert service.setup(OURS, tmp_path).phone == "0855-1234567"
    assert service.setup(OURS, None).phone == "0000-0000000"


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        (b"name = ", ["this is not TOML: Invalid value (at end of document)"]),
        (b"\xff", ["this is not TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"]),
        (
            'name = "县里"\nshort = "县"\nphone = "1"\nhours = "2"\naddress = ""\nfax = "3"'.encode(),
            [
                "“county” is missing",
                "“address” cannot be “”: String should have at least 1 character",
                "there is no field “fax”",
            ],
        ),
    ],
)
def test_every_fault_of_an_office_is_told(tmp_path: Path, written: bytes, faults: list[str]) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "office.toml").write_bytes(written)
    with i18n.speaking("en"):
        told = service.problems(Library(), OURS, tmp_path)
    assert told == [f"office/office.toml: {fault}" for fault in faults]
    with pytest.raises(BadLibrary):
        service.setup(OURS, tmp_path)
    assert service.problems(Library(), OURS) == []


def seen() -> Any:
    """The office as the database has it, its section of fields, and its changes."""
    with db.reading() as session:
        return {**service.values(session, sections.WHO), **service.values(session, sections.FOOT)}


def changes() -> list[tuple[int, str, list[str], str]]:
    """The lines of changes, newest first."""
    with db.reading() as session:
        return [(row.version, row.section, row.fields, row.who) for row in service.changes(session)]


def test_a_trial_shows_the_sample_until_everything_needed_is_filled_in(app: Flask) -> None:
    assert service.office().name == "黎平县电商服务中心（试用样例）"
    put(sections.WHO, WHO)
    assert service.office().name == "黎平县电商服务中心（试用样例）"
    put(sections.FOOT, FOOT)
    assert (service.office().name, service.office().seal) == (WHO["name"], WHO["seal"])
    assert seen() == {**WHO, **FOOT}


def test_each_change_leaves_a_line_that_says_who_and_which_fields(app: Flask) -> None:
    fill()
    put(sections.WHO, {**WHO, "phone": "0855-1112222", "hours": "每天"})
    assert changes() == [
        (3, "who", ["phone", "hours"], "吴管理"),
        (2, "foot", ["responsible", "responsible_contact"], "吴管理"),
        (1, "who", [key for key in WHO if WHO[key]], "吴管理"),
    ]


def test_what_is_in_force_already_changes_nothing_however_old_the_form(app: Flask) -> None:
    fill()
    assert put(sections.WHO, WHO, seen=0) == 2
    assert len(changes()) == 2


def test_the_second_of_two_is_told_who_was_faster_and_nothing_is_overwritten(app: Flask) -> None:
    fill()
    put(sections.WHO, {**WHO, "phone": "0855-1112222"}, seen=2)
    with pytest.raises(service.Overtaken) as refusal:
        put(sections.WHO, {**WHO, "address": "新大厅"}, seen=2)
    assert refusal.value.values["who"] == "吴管理"
    assert (seen()["phone"], seen()["address"]) == ("0855-1112222", WHO["address"])


def test_two_who_change_different_sections_do_not_meet(app: Flask) -> None:
    fill()
    put(sections.WHO, {**WHO, "phone": "0855-1112222"}, seen=2)
    assert put(sections.FOOT, {**FOOT, "responsible": "石主任"}, seen=2) == 4


def test_a_promise_is_ours_where_we_made_one_else_the_default(app: Flask) -> None:
    put(service.section_of("promises"), {"household": "5", "sole_trader": ""})
    assert [service.promise("household"), service.promise("sole_trader"), service.promise("sole_trader", 7)] == [
        5,
        3,
        7,
    ]
    put(service.section_of("promises"), {"household": "", "sole_trader": "02"})
    assert [service.promise("household"), service.promise("sole_trader")] == [3, 2]


def test_the_kinds_that_one_can_promise_are_those_that_review_knows(app: Flask) -> None:
    assert [each.key for each in service.promised()] == list(sellers.sets())


def test_holidays_are_replaced_as_a_whole(app: Flask) -> None:
    put(DAYS, {"lines": "2026-10-01 至 2026-10-03 国庆节\n2026-10-10 上班"})
    put(DAYS, {"lines": "2026-10-02 到 10-02 国庆节"})
    with db.reading() as session:
        assert service.values(session, DAYS) == {"lines": "2026-10-02 国庆节"}


def spots() -> list[tuple[str, str]]:
    """The points in force, by kind and name."""
    return [(spot.kind, spot.name) for spot in known.in_force().spots]


def test_points_are_added_once_changed_and_taken_off(app: Flask) -> None:
    put(SPOT, POINT, spot_id=service.NEW, seen=0)
    put(SPOT, POINT, spot_id=service.NEW, seen=0)  # a double tap
    put(SPOT, {**POINT, "kind": "station", "name": "寨蒿镇服务站", "place": "寨蒿镇"}, spot_id=service.NEW)
    assert spots() == [("station", "寨蒿镇服务站"), ("courier", "寨蒿镇快递点")]
    first = known.in_force().spots[0]
    put(SPOT, {**POINT, "name": "新名字"}, spot_id=first.id)
    assert spots() == [("courier", "寨蒿镇快递点"), ("courier", "新名字")]
    with db.writing() as session:
        service.take_off(session, session.get_one(type(first), first.id), by=ADMIN, seen=3)
    assert spots() == [("courier", "寨蒿镇快递点")]
    assert [fields for _, _, fields, _ in changes()] == [["taken_off"], ["kind", "name"], ["added"], ["added"]]


def test_there_are_no_more_points_than_a_phone_can_show(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_SPOTS", 1)
    put(SPOT, POINT, spot_id=service.NEW)
    with pytest.raises(service.TooManySpots):
        put(SPOT, {**POINT, "name": "另一个"}, spot_id=service.NEW)


def test_the_sweep_lets_the_picture_on_top_be(app: Flask) -> None:
    digest = files.keep(b"picture")
    with db.writing() as session:
        service.set_logo(session, (digest, 44, 44), by=ADMIN)
    with db.reading() as session:
        assert digest in files.named(session)
    assert (service.office().logo, service.office().logo_width, service.picture()) == (digest, 44, b"picture")


def production(settings: Settings) -> Settings:
    """The same settings as those of a production instance."""
    return replace(settings, mode="production")


def test_production_starts_only_with_an_office_that_sellers_can_reach(app: Flask, settings: Settings) -> None:
    service.refuse_unfilled(settings)
    with pytest.raises(service.NotFilled) as refusal, i18n.speaking("en"):
        service.refuse_unfilled(production(settings))
    with i18n.speaking("en"):
        assert str(refusal.value).count(".venv/bin/flask --app app office fill FILE.toml") == 1
        assert str(refusal.value).count("/desk/office/") == 1
    put(sections.WHO, WHO)
    with pytest.raises(service.NotFilled) as refusal:
        service.refuse_unfilled(production(settings))
    assert refusal.value.values["lacking"] == "谁负责管卖家的资料、怎么找到"
    put(sections.FOOT, FOOT)
    service.refuse_unfilled(production(settings))


def test_production_shows_no_sample_and_nobody_before_its_page_is_filled_in(app: Flask, settings: Settings) -> None:
    create_app(production(settings))
    assert [service.office().name, service.office().phone, service.office().county] == ["", "", ""]
    fill()
    assert service.office().name == WHO["name"]


def test_of_two_at_the_same_moment_one_is_told_that_the_other_was_faster(app: Flask) -> None:
    fill()
    ready, ends = threading.Barrier(2), []

    def save(phone: str) -> None:
        ready.wait(60)
        try:
            put(sections.WHO, {**WHO, "phone": phone}, seen=2)
            ends.append(phone)
        except service.Overtaken:
            ends.append("told")

    threads = [threading.Thread(target=save, args=(phone,)) for phone in ("0855-1111111", "0855-2222222")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == sorted([service.office().phone, "told"])
    assert len(changes()) == 3
