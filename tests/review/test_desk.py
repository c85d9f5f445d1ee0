from dataclasses import replace

import pytest
from sqlmodel import select

from portal import db
from portal.questions import service as questions
from portal.questions.models import Check
from portal.review import decisions, events, register_kind, remarks, service
from portal.review.kinds import kinds
from portal.review.models import Case
from portal.sheets.models import Photo
from tests.reader import Page, Reader
from tests.review.life import CONGJIANG, PHONE, Life

STATES = ("submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn")


def form_to(page: Page, end: str) -> int:
    """Which form of the page leads there."""
    return next(at for at, form in enumerate(page.all("form")) if (form.get("action") or "").endswith(end))


def actions(case: Case) -> list[str]:
    with db.reading() as session:
        return [event.action for event in events.of_case(session, case.id)]


def posted(reader: Reader, case: Case, verb: str) -> int:
    """What comes of a form that was put together by hand."""
    reader.get("/review/status")
    return reader.post(f"/desk/review/{case.id}/{verb}", {"version": str(case.version), "reason": "BLUR"}).status


@pytest.mark.parametrize("state", STATES)
def test_a_case_is_shown_in_every_state(life: Life, statements: list[str], state: str) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state(state, reviewer)
    reader = life.reader(reviewer)
    statements.clear()
    page = reader.get(f"/desk/review/{case.id}")
    assert (page.status, "联系人" in page.words(), "吴大姐" in page.words(), "事实一条" in page.words()) == (200,) + (
        True,
    ) * 3
    assert len(statements) <= 6, statements


def test_a_reviewer_takes_remarks_sends_back_and_approves(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.sent(), life.reader(reviewer)
    reader.get("/desk/review/")
    reader.get(f"/desk/review/{case.id}")
    reader.submit(form_to(reader.page, "/ticks"), f"/desk/review/{case.id}/take")
    reader.get(f"/desk/review/{case.id}/remark/name")
    reader.submit(reason="BLUR", words="换一个")
    reader.get(f"/desk/review/{case.id}/send_back")
    assert ("照片看不清" in reader.page.words(), "换一个" in reader.page.words()) == (True, True)
    reader.submit()
    assert life.settle(case).state == "changes_requested"
    life.send(case.sheet_id, {"name": "好名字"})
    page = reader.get(f"/desk/review/{case.id}")
    assert [("".join(old.itertext())) for old in page.all("del")] == ["九潮高山椪柑"]
    assert len([row for row in page.all("tr") if row.get("class") == "fixed"]) == 1
    reader.submit(form_to(page, "/ticks"), f"/desk/review/{case.id}/take")
    reader.submit(form_to(reader.page, "/ticks"), f"/desk/review/{case.id}/approve")
    assert (life.now(case).state, reader.page.status) == ("approved", 200)


@pytest.mark.parametrize("page", ["remark/name", "reject"])
def test_what_was_written_while_a_colleague_took_over_is_not_lost(life: Life, page: str) -> None:
    reviewer, manager = life.staff("reviewer"), life.staff("manager", name="杨主任")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}/{page}")
    life.do(decisions.hand_over, case, manager, to=manager.id)
    shown = reader.submit(reason="TYPE", words="代码是公司的。")
    assert (shown.status, "您写的：代码是公司的。" in shown.words()) == (409, True)


def test_a_remark_without_a_reason_keeps_what_was_typed(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}/remark/name")
    page = reader.submit(words="左下角缺了")
    assert (page.status, page.one("words").text.strip(), life.now(case).version) == (422, "左下角缺了", case.version)


def test_a_reason_that_says_nothing_by_itself_needs_words(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}/remark/name")
    page = reader.submit(reason="OTHER", words=" ")
    assert (page.status, "#words" in page.links(), life.now(case).version) == (422, True, case.version)
    assert reader.submit(reason="OTHER", words="写全名").status == 200
    assert "写全名" in reader.page.words()


def offered(page: Page) -> tuple[list[str], list[str]]:
    """The reasons in the open, and those that are folded."""
    every = [str(box.get("value")) for box in page.all("input") if box.get("name") == "reason"]
    folded = [str(box.get("value")) for box in page.tree.findall(".//details//input[@name='reason']")]
    return [code for code in every if code not in folded], folded


def test_the_reasons_that_fit_a_field_come_first_and_the_others_are_folded(life: Life) -> None:
    kind = kinds()["stall"]
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    first, folded = offered(reader.get(f"/desk/review/{case.id}/remark/name"))
    assert (len(first), folded) == (len(questions.library().reasons_at("desk")), [])  # nothing is known of it
    register_kind(replace(kind, checks=(replace_reasons(kind.checks[0]), *kind.checks[1:])))
    first, folded = offered(reader.get(f"/desk/review/{case.id}/remark/name"))
    assert (first, "BLUR" in folded) == (["SHOPNAME", "BRAND", "OTHER"], True)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="")
    first, folded = offered(reader.get(f"/desk/review/{case.id}/remark/name"))
    assert (first, "BLUR" in folded) == (["SHOPNAME", "BRAND", "BLUR", "OTHER"], False)


def test_a_rejection_offers_first_what_no_mending_does_away_with(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    first, folded = offered(life.reader(reviewer).get(f"/desk/review/{case.id}/reject"))
    assert first == ["ABNORMAL", "SCOPE", "TYPE", "NAME", "NOT_EXEMPT", "OTHER"]
    assert ("BLUR" in folded, "ACCOUNT" in folded) == (True, False)


def replace_reasons(check: Check) -> Check:
    """What to look at, with the reasons that fit when it is not right."""
    return check.model_copy(update={"reasons": ("SHOPNAME", "BRAND")})


def test_a_remark_is_changed_and_taken_off(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="旧的")
    page = reader.get(f"/desk/review/{case.id}/remark/name")
    assert page.one("words").text.strip() == "旧的"
    reader.submit(off="1")
    with db.reading() as session:
        assert remarks.of_round(session, life.now(case)) == []


@pytest.mark.parametrize(
    ("typed", "field"), [({"words": "不行"}, "reason"), ({"reason": "BLUR", "words": " "}, "words")]
)
def test_a_rejection_without_reason_or_words_is_asked_again(life: Life, typed: dict[str, str], field: str) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}/reject")
    page = reader.submit(**typed)
    assert (page.status, f"#{field}" in page.links(), life.now(case).state) == (422, True, "in_review")


def test_a_rejection_is_made_with_both(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}/reject")
    reader.submit(reason="BLUR", words="这张执照是别家的")
    assert life.now(case).state == "rejected"


def test_the_second_to_decide_sees_the_case_and_who_was_faster(life: Life) -> None:
    reviewer, manager = life.staff("reviewer"), life.staff("manager", name="杨主任")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}")
    life.do(service.approve, case, manager)
    page = reader.submit(form_to(reader.page, "/ticks"), f"/desk/review/{case.id}/approve")
    assert (page.status, "杨主任" in page.words(), life.now(case).decided_by) == (409, True, "杨主任")


def test_a_double_tap_shows_the_first_result(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    form = {"version": str(case.version)}
    reader.get(f"/desk/review/{case.id}")
    assert [reader.post(f"/desk/review/{case.id}/approve", form).status for _ in range(1)] == [200]
    reader.get("/review/status")
    assert (reader.post(f"/desk/review/{case.id}/approve", form).status, life.now(case).events) == (200, 3)


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_form_with_a_strange_version_decides_nothing(life: Life, version: str) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}")
    assert (reader.post(f"/desk/review/{case.id}/approve", {"version": version}).status, life.now(case).state) == (
        409,
        "in_review",
    )


def test_the_number_is_hidden_until_asked_for_and_then_noted(life: Life) -> None:
    reviewer, case = life.staff("reviewer"), life.sent(life.seller(PHONE))
    reader = life.reader(reviewer)
    assert PHONE not in reader.get(f"/desk/review/{case.id}").text
    page = reader.submit(form_to(reader.page, "/ticks"), f"/desk/review/{case.id}/phone")
    assert (PHONE in page.text, actions(case)) == (True, ["receive", "see_phone"])
    assert PHONE not in reader.get(f"/desk/review/{case.id}").text


def test_photos_stand_beside_the_answers(life: Life) -> None:
    reviewer, case = life.staff("reviewer"), life.sent(picture="p" * 16)
    page = life.reader(reviewer).get(f"/desk/review/{case.id}")
    assert [(img.get("src"), img.get("loading"), img.get("alt")) for img in page.all("img")] == [
        (f"/photos/{'p' * 16}?size=small", "lazy", "店铺图片")
    ]


def test_an_auditor_reads_and_has_no_buttons(life: Life) -> None:
    case, reader = life.in_state("in_review", life.staff("reviewer")), life.reader(life.staff("auditor"))
    page = reader.get(f"/desk/review/{case.id}")
    assert (page.status, page.all("form")) == (200, [])
    verbs = ("take", "approve", "send_back", "reject", "phone")
    assert ([posted(reader, case, verb) for verb in verbs], actions(case)) == ([403] * 5, ["receive", "take"])


@pytest.mark.parametrize("role", ["helper", "admin"])
def test_other_roles_do_not_enter(life: Life, role: str) -> None:
    reader = life.reader(life.staff(role))
    assert [reader.get(path).status for path in ("/desk/review/", f"/desk/review/{life.sent().id}")] == [403, 403]


def test_an_auditor_reads_of_a_day_only_where_somebody_works(life: Life) -> None:
    case, reader = life.sent(), life.reader(life.staff("auditor"))
    promise, nobody = f"{case.due.month} 月 {case.due.day} 日前回话", "还没有人受理那里的申请"
    said = [[words in reader.get(f"/desk/review/{case.id}").words() for words in (promise, nobody)]]
    life.staff("reviewer", place="5226")
    said.append([words in reader.get(f"/desk/review/{case.id}").words() for words in (promise, nobody)])
    assert said == [[False, True], [True, False]]


def test_another_county_finds_nothing(life: Life) -> None:
    case = life.in_state("in_review", life.staff("reviewer"))
    reader = life.reader(life.staff("reviewer", "manager", place=CONGJIANG))
    assert case.title not in reader.get("/desk/review/").text
    paths = ("", "/remark/name", "/send_back", "/reject")
    assert [reader.get(f"/desk/review/{case.id}{path}").status for path in paths] == [404] * 4
    verbs = ("take", "release", "approve", "send_back", "reject", "phone", "remark/name")
    assert ([posted(reader, case, verb) for verb in verbs], actions(case)) == ([404] * 7, ["receive", "take"])


def test_looking_at_a_photo_through_the_page_of_another_county_is_a_404(life: Life) -> None:
    case = life.sent()
    with db.writing() as session:
        photo = Photo(sheet_id=case.sheet_id, key="picture", digest="d", small_digest="s", width=1, height=1)
        session.add(photo)
    reader = life.reader(life.staff("reviewer", place=CONGJIANG))
    assert reader.get(f"/photos/{photo.id}").status == 404


def test_what_a_seller_wrote_is_text_on_the_desk(life: Life) -> None:
    case = life.sent(name="<script>alert(1)</script>")
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{case.id}")
    assert ("<script>alert" in page.text, "&lt;script&gt;alert" in page.text) == (False, True)


def test_the_desk_is_complete_in_english(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="")
    paths = (
        "/desk/review/?lang=en",
        f"/desk/review/{case.id}",
        f"/desk/review/{case.id}/remark/name",
        f"/desk/review/{case.id}/send_back",
        f"/desk/review/{case.id}/reject",
    )
    assert [reader.get(path).tree.get("lang") for path in paths] == ["en"] * 5


def test_looking_writes_nothing(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    with db.reading() as session:
        before = [row.model_dump() for row in session.exec(select(Case))]
    for path in (
        "/desk/review/",
        f"/desk/review/{case.id}",
        f"/desk/review/{case.id}/remark/name",
        f"/desk/review/{case.id}/send_back",
        f"/desk/review/{case.id}/reject",
    ):
        reader.get(path)
    with db.reading() as session:
        assert [row.model_dump() for row in session.exec(select(Case))] == before


def test_without_signing_in_the_way_leads_to_the_door(life: Life, client: Reader) -> None:
    case = life.sent()
    urls = [client.get(path).url for path in ("/desk/review/", f"/desk/review/{case.id}", f"/review/cases/{case.id}")]
    assert [url.partition("?")[0] for url in urls] == [
        "/desk/accounts/sign-in",
        "/desk/accounts/sign-in",
        "/accounts/sign-in",
    ]
