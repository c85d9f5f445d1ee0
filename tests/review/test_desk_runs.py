"""Choosing, planning, confirming and watching a run, as an officer does without script."""

from dataclasses import replace

import pytest

from portal import db
from portal.access import Actor
from portal.review import choosing, decisions, remarks, runs
from portal.review.kinds import kinds, register_kind
from portal.review.models import Run
from tests.reader import Page, Reader
from tests.review.life import Life
from tests.review.test_desk import form_to
from tests.review.test_queue import fill
from tests.review.test_runs import begun, chosen, now, worked
from tests.sheets import shops


def ticked(reader: Reader, count: int) -> Page:
    """The queue with the first rows ticked, sent."""
    page = reader.get("/desk/review/")
    values = [box.get("value") for box in page.all("input") if box.get("name") == "case"]
    return reader.submit(form_to(page, "/runs"), case=values[:count])


def run_of(page: Page) -> Run:
    with db.reading() as session:
        return session.get_one(Run, page.url.split("?")[0].split("/")[4])


def test_from_the_ticked_rows_to_what_came_of_them(life: Life) -> None:
    officer = life.staff("reviewer")
    reader, cases = life.reader(officer), [life.sent() for _ in range(3)]
    page = ticked(reader, 2)
    assert page.words().count("九潮高山椪柑") == 2
    page = reader.submit(form_to(page, "/approve"))
    assert ("通过这 2 件申请吗？" in page.words(), page.url.endswith("/confirm")) == (True, True)
    page = reader.submit()
    assert ("正在处理" in page.words(), 'http-equiv="refresh"' in page.text) == (True, True)
    run = worked(run_of(page))
    page = reader.get(f"/desk/review/runs/{run.id}")
    assert ("已完成" in page.words(), "2 / 2 件" in page.words(), "refresh" in page.text) == (True, True, False)
    assert [life.now(case).state for case in cases] == ["approved", "approved", "submitted"]
    assert f"/desk/review/runs/{run.id}" in reader.get("/desk/review/runs").links()


def test_a_double_tap_on_any_button_makes_one_run(life: Life) -> None:
    officer = life.staff("reviewer")
    life.sent()
    reader = life.reader(officer)
    page = reader.get("/desk/review/")
    values = [box.get("value") for box in page.all("input") if box.get("name") == "case"]
    urls = set()
    for _ in range(2):
        reader.page = page
        urls.add(reader.submit(form_to(page, "/runs"), case=values).url)
    reader.submit(form_to(reader.page, "/approve"))
    asked = reader.page
    for _ in range(2):
        reader.page = asked
        reader.submit()
    assert (len(urls), run_of(reader.page).go) == (1, 1)


def test_all_that_the_filters_choose_needs_no_ticks(life: Life) -> None:
    officer = life.staff("reviewer")
    fill(70)
    fill(3, state="in_review", holder=officer.id)
    reader = life.reader(officer)
    assert "处理全部 73 件" in reader.get("/desk/review/").words()
    reader.get("/desk/review/?holder=mine")
    page = reader.submit(form_to(reader.page, "/runs?holder=mine"), every="1")
    with db.reading() as session:
        assert runs.progress(session, run_of(page)).total == 3
    reader.get("/desk/review/")
    page = reader.submit(form_to(reader.page, "/runs"), every="1")
    with db.reading() as session:
        assert runs.progress(session, run_of(page)).total == 73


def test_with_nothing_ticked_the_list_stays_with_its_filters_and_page_and_says_so(life: Life) -> None:
    fill(70)
    reader = life.reader(life.staff("reviewer"))
    for filters in ("", "?kind=stall&holder=free"):
        page = reader.get(f"/desk/review/{filters}")
        reader.get(next(link for link in page.links() if "after=" in link))
        here, rows = reader.page.url, len(reader.page.all("li"))
        page = reader.submit(form_to(reader.page, here.partition("?")[2]))
        assert page.url == f"{here}&chosen=none"
        assert ("请先勾选至少一件申请" in page.words(), len(page.all("li"))) == (True, rows)


def test_a_link_ticks_the_whole_page(life: Life) -> None:
    fill(3)
    reader = life.reader(life.staff("reviewer"))
    page = reader.get("/desk/review/?chosen=page")
    boxes = [box for box in page.all("input") if box.get("name") == "case"]
    assert [box.get("checked") is not None for box in boxes] == [True] * 3


def test_who_may_not_decide_chooses_nothing(life: Life) -> None:
    fill(1)
    page = life.reader(life.staff("auditor")).get("/desk/review/")
    assert [box for box in page.all("input") if box.get("name") == "case"] == []


@pytest.mark.parametrize(
    ("what", "typed", "fault"),
    [
        ("remark", {"words": "左下角缺了", "reason": "BLUR"}, choosing.NoField),
        ("send_back", {"words": "左下角缺了", "reason": "BLUR"}, choosing.NoField),
        ("hand_over", {}, decisions.NoColleague),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    life: Life, what: str, typed: dict[str, str], fault: type[Exception]
) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    reader = life.reader(officer)
    reader.get(f"/desk/review/runs/{run.id}/{what}")
    page = reader.submit(**typed)
    assert (page.status, fault().text in page.words(), now(run).action) == (422, True, "")  # type: ignore[attr-defined]
    if typed:
        assert page.one("words").text.strip() == "左下角缺了"
        assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == ["BLUR"]


def test_all_that_is_missing_is_said_at_once(life: Life) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    reader = life.reader(officer)
    reader.get(f"/desk/review/runs/{run.id}/remark")
    page = reader.submit()
    assert (page.status, shops.fault(page, "key"), shops.fault(page, "reason")) == (
        422, choosing.NoField().text, remarks.NoReason().text,
    )  # fmt: skip
    assert [link for link in page.links() if link in ("#key", "#reason")] == ["#key", "#reason"]


def test_what_sellers_will_read_stands_on_the_page_before_it_begins(life: Life) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    reader = life.reader(officer)
    reader.get(f"/desk/review/runs/{run.id}/send_back")
    page = reader.submit(key="name", reason="BLUR", words="左下角缺了")
    assert ("照片看不清" in page.words(), "左下角缺了" in page.words()) == (True, True)
    back = reader.get(f"/desk/review/runs/{run.id}/send_back")
    assert back.one("words").text.strip() == "左下角缺了"


@pytest.mark.parametrize("what", ["remark", "send_back"])
def test_before_a_remark_on_many_it_says_that_free_ones_are_ones_own_then(life: Life, what: str) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    reader = life.reader(officer)
    reader.get(f"/desk/review/runs/{run.id}/{what}")
    page = reader.submit(key="name", reason="BLUR", words="")
    assert ("从此算您在看" in page.words()) == (what == "remark")


def test_where_another_person_has_to_agree_nobody_is_promised_a_message(life: Life) -> None:
    reader, said = life.reader(life.staff("reviewer")), "要另一个人同意的，先只是提议"
    life.sent()
    assert said not in reader.submit(form_to(ticked(reader, 1), "/approve")).words()
    register_kind(replace(kinds()["stall"], second_check=True))
    assert said in reader.submit(form_to(ticked(reader, 1), "/approve")).words()


def test_a_page_that_another_window_overtook_says_so(life: Life) -> None:
    officer = life.staff("reviewer")
    run = chosen([life.sent()], officer)
    reader = life.reader(officer)
    reader.get(f"/desk/review/runs/{run.id}")
    read = reader.submit(form_to(reader.page, "/approve"))
    reader.get(f"/desk/review/runs/{run.id}/send_back")
    reader.submit()
    reader.page = read
    page = reader.submit()
    assert (page.status, choosing.planned(now(run)).action, now(run).state) == (409, "send_back", "chosen")


def test_stopped_and_continued_by_buttons(life: Life) -> None:
    officer = life.staff("reviewer")
    run = begun([life.sent(), life.sent()], officer)
    runs.step(run.id, run.go)
    reader = life.reader(officer)
    page = reader.get(f"/desk/review/runs/{run.id}")
    page = reader.submit(form_to(page, "/stop"))
    assert ("已停下" in page.words(), "1 / 2 件" in page.words(), "refresh" in page.text) == (True, True, False)
    reader.submit(form_to(page, "/go_on"))
    assert (now(run).state, worked(now(run)).state) == ("running", "done")


def test_another_persons_run_is_not_there(life: Life) -> None:
    run = begun([life.sent()], life.staff("reviewer"))
    other = life.reader(life.staff("manager", name="石磊"))
    other.get("/desk/review/runs")
    statuses = [other.get(f"/desk/review/runs/{run.id}{end}").status for end in ("", "/confirm", "/remark")]
    assert statuses == [404, 404, 404]


def big(life: Life, officer: Actor) -> Run:
    """A finished run of as many as may be, all skipped with a sentence."""
    fill(choosing.MOST, state="in_review", holder="somebody else")
    with db.writing() as session:
        from portal.review import queue

        run = choosing.choose(session, choosing.every(session, officer, queue.Wanted()), by=officer, key="")
        choosing.plan(session, run, choosing.Plan("approve"), by=officer)
        runs.ask(session, run, by=officer, version=1)
    return worked(run)


def test_the_page_of_five_hundred_stays_small_and_pages_on(life: Life, statements: list[str]) -> None:
    officer = life.staff("reviewer")
    run = big(life, officer)
    reader = life.reader(officer)
    statements.clear()
    page = reader.get(f"/desk/review/runs/{run.id}")
    assert (len(statements) <= 6, "500 / 500 件" in page.words()) == (True, True), statements
    seen = 0
    while True:
        seen += len([link for link in page.links() if link.count("/") == 3 and "?" not in link and "runs" not in link])
        further = [link for link in page.links() if "after=" in link and "lang=" not in link and "size=" not in link]
        if not further:
            break
        page = reader.get(further[0])
    assert seen >= choosing.MOST
    for path in ("/desk/review/runs", "/desk/review/"):
        statements.clear()
        assert (reader.get(path).status, len(statements) <= 6) == (200, True), statements


@pytest.mark.parametrize(("role", "takes"), [("reviewer", False), ("manager", True)])
def test_what_happens_to_what_a_colleague_looks_at_is_said_as_it_is(life: Life, role: str, takes: bool) -> None:
    officer, colleague = life.staff(role, name="杨主任"), life.staff("reviewer", name="石磊")
    reader, run = life.reader(officer), chosen([life.in_state("in_review", colleague)], officer)
    with db.writing() as session:
        choosing.plan(session, run, choosing.Plan("hand_over", to=officer.id), by=officer)
    words = reader.get(f"/desk/review/runs/{run.id}/confirm").words()
    said = ["同事正在看的，也从他手上转过去", "同事正在看的、不能这样处理的，都不动"]
    assert [each in words for each in said] == [takes, not takes]
