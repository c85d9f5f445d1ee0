"""The office's page on the desk: who may read and change it, faults, two at once, and the picture on top."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import db
from portal.office import known, sections, service
from tests.office.conftest import FOOT, SPOT, WHO, fill, put
from tests.reader import Page, Reader
from tests.review.life import Life
from tests.statements import statements

# The prefecture of the sample's county and of the one that is filled in here.
OVER_BOTH = "5226"
one_database = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
FORMS = ("who", "foot", "promises", "days", "spots/new", "logo")


def typed(page: Page) -> dict[str, str]:
    """What stands in the fields of the page's first form."""
    return {
        box.get("name"): (box.get("value") or "") if box.tag == "input" else (box.text or "").lstrip("\n")
        for box in page.all("form")[0].iter()
        if box.tag in ("input", "textarea") and box.get("type") not in ("hidden", "radio")
    }


@one_database
def test_what_another_process_has_saved_is_in_force_here_at_once(life: Life) -> None:
    fill()
    reader = life.reader(life.staff("manager"))
    assert known.in_force().office.seal == WHO["seal"]
    with db.writing() as session:
        page = service.page(session)
        page.seal, page.version = "别处写的", page.version + 1
    assert known.in_force().office.seal == WHO["seal"]
    reader.get("/desk/office/")
    assert known.in_force().office.seal == "别处写的"


@pytest.mark.parametrize(
    ("role", "forms"), [("admin", FORMS), ("manager", ("promises",)), ("auditor", ()), ("reviewer", ())]
)
def test_who_works_here_reads_it_an_admin_changes_it_and_a_manager_the_promises(
    life: Life, role: str, forms: tuple[str, ...]
) -> None:
    fill()
    reader = life.reader(life.staff(role, place=OVER_BOTH))
    page = reader.get("/desk/office/")
    changing = [
        link for link in page.links() if link.startswith("/desk/office/") and link[-1] != "/" and "?" not in link
    ]
    assert (page.status, page.words().count(WHO["seal"])) == (200, 1)
    assert sorted(changing) == sorted(f"/desk/office/{form}" for form in forms)
    assert [form for form in FORMS if reader.get(f"/desk/office/{form}").status == 200] == list(forms)


def test_a_manager_changes_how_many_days_are_promised(life: Life) -> None:
    fill()
    manager = life.reader(life.staff("manager", name="吴主管", place=OVER_BOTH))
    manager.get("/desk/office/promises")
    assert manager.submit(0, household="5", sole_trader="").url == "/desk/office/"
    assert "5 个工作日" in manager.page.words()
    assert "吴主管" in manager.page.words()


def test_a_helper_has_no_business_here_but_may_look_facts_up(life: Life) -> None:
    reader = life.reader(life.staff("helper"))
    me = reader.get("/desk/accounts/me")
    assert ("/desk/office/" in me.links(), "/desk/facts" in me.links()) == (False, True)
    assert [reader.get(path).status for path in ("/desk/office/", "/desk/facts")] == [403, 200]


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_an_admin_fills_everything_in_and_every_page_says_it(app: Flask, life: Life, language: str) -> None:
    life.staff("reviewer", place=OVER_BOTH)
    admin = life.reader(life.staff("admin", name="吴管理", place=OVER_BOTH))
    admin.get(f"/?lang={language}")
    for path, said in (
        ("who", WHO),
        ("foot", {**FOOT, "icp": "黔ICP备12345678号", "police": "贵公网安备 52263102000001号"}),
        ("promises", {"household": "5", "sole_trader": ""}),
        ("days", {"lines": "2026-10-01 至 2026-10-07 国庆节\n2026-10-10 上班"}),
        ("spots/new", SPOT),
    ):
        admin.get(f"/desk/office/{path}")
        assert admin.submit(0, **said).url == "/desk/office/", path
    words = admin.page.words()
    assert [words.count(word) for word in ("国庆节", "寨蒿镇快递点", "吴管理")] == [1, 2, 5]
    start = Reader(app).get(f"/?lang={language}")
    foot = {link.get("href"): (link.text, link.get("rel")) for link in start.all("a")}
    assert foot["https://beian.miit.gov.cn/"] == ("黔ICP备12345678号", "noopener")
    assert foot["https://beian.mps.gov.cn/"] == ("贵公网安备52263102000001号", "noopener")
    assert (start.words().count("陆主任"), "榕江县" in start.all("strong")[0].text) == (1, True)
    promise = {"zh_Hans": "5 个工作日内回话", "en": "An answer within 5 working days"}[language]
    assert start.words().count(promise) == 1


@pytest.mark.parametrize(("language", "kind"), [("zh_Hans", "合作社"), ("en", "Cooperative")])
def test_the_promises_name_each_kind_in_the_readers_language(life: Life, language: str, kind: str) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get(f"/?lang={language}")
    assert [admin.get(path).words().count(kind) for path in ("/desk/office/", "/desk/office/promises")] == [1, 1]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(life: Life) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/who")
    page = admin.submit(0, **{**WHO, "phone": "请打给王丽", "county": ""})
    assert (page.status, typed(page)) == (422, {**WHO, "phone": "请打给王丽", "county": ""})
    assert [link.get("href") for link in page.all("a") if (link.get("href") or "").startswith("#")][1:] == [
        "#county",
        "#phone",
    ]
    assert service.office().short == "黎平县"


def test_faulty_lines_of_holidays_are_named_and_none_is_kept(life: Life) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/days")
    lines = "2026-10-01 至 2026-10-07 国庆节\n2026-13-01 元旦\n上班"
    page = admin.submit(0, lines=lines)
    assert (page.status, typed(page)["lines"]) == (422, lines)
    assert [page.words().count(word) for word in ("第 2 行", "第 3 行")] == [2, 2]
    assert known.in_force().days == ()


def test_the_second_of_two_admins_is_told_and_may_save_all_the_same(life: Life) -> None:
    fill()
    first, second = (life.reader(life.staff("admin", name=name, place=OVER_BOTH)) for name in ("吴管理", "石管理"))
    for reader in (first, second):
        reader.get("/desk/office/who")
    db.set_now(datetime(2026, 11, 24, 2, 30, tzinfo=UTC))
    first.submit(0, phone="0855-1112222")
    page = second.submit(0, address="新大厅")
    assert (page.status, page.words().count("吴管理在 11月24日 10:30 改过了")) == (409, 1)
    assert (typed(page)["address"], typed(page)["phone"]) == ("新大厅", WHO["phone"])
    assert page.words().count("现在用的是：0855-1112222") == 1
    assert service.office().phone == "0855-1112222"
    assert second.submit(0).url == "/desk/office/"
    assert (service.office().phone, service.office().address) == (WHO["phone"], "新大厅")


def test_a_fault_mended_after_somebody_else_was_faster_is_still_told(life: Life) -> None:
    fill()
    second = life.reader(life.staff("admin", place=OVER_BOTH))
    second.get("/desk/office/who")
    put(sections.WHO, {**WHO, "phone": "0855-1112222"})
    assert second.submit(0, phone="x").status == 422
    assert second.submit(0, phone="0855-3334444").status == 409


def test_the_desk_page_costs_few_statements_with_any_number_of_points(life: Life) -> None:
    fill()
    reader = life.reader(life.staff("admin"))
    costs = []
    for at in range(2):
        for number in range(at * 10):
            put(sections.SPOT, {**SPOT, "name": f"快递点 {number}"}, spot_id=service.NEW)
        with statements() as seen:
            assert reader.get("/desk/office/").status == 200
        costs.append(len(seen))
    assert (costs[0] == costs[1], costs[0] <= 6) == (True, True), costs


def picture(size: tuple[int, int] = (400, 200)) -> io.BytesIO:
    """A sign, as a file."""
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "PNG")
    out.seek(0)
    return out


def test_a_picture_stands_on_top_of_each_page_small_and_kept_by_browsers(app: Flask, life: Life) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/logo")
    assert admin.submit(0, logo=(picture(), "sign.png")).url == "/desk/office/"
    visitor = Reader(app)
    (shown,) = visitor.get("/").all("img")
    assert (shown.get("width"), shown.get("height"), shown.get("alt")) == ("88", "44", "")
    answer = visitor.http.get(shown.get("src"), base_url=visitor.base)
    assert (answer.status_code, answer.mimetype, len(answer.data) <= 20_000) == (200, "image/jpeg", True)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(io.BytesIO(answer.data)).size == (320, 160)
    admin.get("/desk/office/logo")
    admin.submit(1, off="1")
    assert [visitor.get(shown.get("src")).status, visitor.get("/").all("img")] == [404, []]


@one_database
def test_of_our_files_only_the_picture_on_top_is_public(app: Flask, life: Life) -> None:
    from portal import files

    other = files.keep(b"somebody's photo")
    assert [Reader(app).get(f"/office/logo/{name}").status for name in (other, "x", "..")] == [404, 404, 404]


@pytest.mark.parametrize("sent", [None, b"no picture", b"\xff\xd8\xff broken"])
@one_database
def test_what_is_no_picture_is_refused_in_words(life: Life, sent: bytes | None) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/logo")
    more: dict[str, Any] = {"logo": (io.BytesIO(sent), "sign.png")} if sent else {}
    page = admin.submit(0, **more)
    assert (page.status, len([each for each in page.all("p") if each.get("id") == "logo-why"])) == (422, 1)
    assert service.office().logo == ""


@one_database
def test_even_a_busy_picture_has_at_most_20_kilobytes(life: Life) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/logo")
    noise = Image.effect_noise((640, 640), 120)
    out = io.BytesIO()
    noise.save(out, "PNG")
    out.seek(0)
    assert admin.submit(0, logo=(out, "noise.png")).url == "/desk/office/"
    assert len(service.picture()) <= 20_000


def test_a_counter_where_papers_are_issued_is_added_and_shown_to_everybody(life: Life) -> None:
    admin = life.reader(life.staff("admin"))
    admin.get("/desk/office/spots/new")
    counter = {**SPOT, "kind": "issuer", "name": "登记窗口", "takes": "3 个工作日"}
    assert (admin.submit(0, **counter).status, admin.page.one("papers-why").text) == (
        422,
        "请写在这里办什么，例如：营业执照。",
    )
    assert admin.submit(0, **counter, papers="营业执照").url == "/desk/office/"
    assert "营业执照 · 3 个工作日" in admin.page.words()
    shown = life.reader(life.staff("admin")).get("/office/").words()
    assert [
        words for words in ("发证件的地方：到哪里办", "登记窗口", "营业执照", "3 个工作日") if words not in shown
    ] == []


@one_database
@pytest.mark.parametrize("place", ["4401", "522632102"])
def test_who_leads_in_another_county_or_in_a_part_of_this_one_changes_nothing_of_its_office(
    life: Life, place: str
) -> None:
    fill()
    spot = put(sections.SPOT, SPOT) and _first_spot()
    reader = life.reader(life.staff("manager", "admin", place=place))
    links = reader.get("/desk/office/").links()
    assert [link for link in links if link.startswith("/desk/office/") and link[-1] != "/" and "?" not in link] == []
    paths = [f"/desk/office/{form}" for form in (*FORMS, f"spots/{spot}", f"spots/{spot}/off")]
    assert [_sent(reader, path).status for path in paths] == [404] * len(paths)
    assert [reader.get(path).status for path in paths[:-1]] == [404] * (len(paths) - 1)


def _sent(reader: Reader, path: str) -> Page:
    reader.get("/desk/accounts/me")  # a page with the token that forms carry
    return reader.post(path)


def _first_spot() -> str:
    with db.reading() as session:
        return service.spots(session)[0].id


@one_database
def test_nobody_gives_the_office_a_county_for_which_they_do_not_work(life: Life) -> None:
    fill()
    admin = life.reader(life.staff("admin", place="522632"))
    admin.get("/desk/office/who")
    page = admin.submit(0, county="522631")
    assert (page.status, "您不负责这个县：改了以后，您就不能再改这一页" in page.one("county-why").text) == (422, True)
