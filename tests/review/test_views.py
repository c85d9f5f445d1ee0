from dataclasses import replace

import pytest

from portal import db
from portal.review import decisions, numbers, remarks, service
from portal.review.kinds import kinds, register_kind
from tests.reader import Reader
from tests.review.life import Life

STATES = ("submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn")


@pytest.mark.parametrize("state", STATES)
def test_the_seller_sees_where_the_own_case_is(life: Life, statements: list[str], state: str) -> None:
    seller = life.seller()
    case = life.in_state(state, life.staff("reviewer"), seller)
    reader = life.reader(seller)
    statements.clear()
    page = reader.get(f"/review/cases/{case.id}")
    assert (page.status, numbers.shown(case.number) in page.words(), "王丽" in page.words()) == (200, True, False)
    waits = state in ("submitted", "in_review", "resubmitted")  # then a day is promised where somebody looks
    assert len(statements) <= 4 + waits, statements


def test_each_remark_leads_to_its_very_field(life: Life) -> None:
    seller, reviewer = life.seller(), life.staff("reviewer")
    case = life.in_state("in_review", reviewer, seller)
    for key, words in (("name", "换一个"), ("contact", "")):
        life.do(remarks.remark, case, reviewer, key=key, reason="BLUR", words=words)
    life.do(service.send_back, case, reviewer)
    page = life.reader(seller).get(f"/review/cases/{case.id}")
    links = [link for link in page.links() if link.startswith(f"/sheets/{case.sheet_id}/") and "#" in link]
    assert links == [f"/sheets/{case.sheet_id}/shop#name", f"/sheets/{case.sheet_id}/more#contact"]
    assert ("照片看不清" in page.words(), "换一个" in page.words()) == (True, True)


def test_remarks_being_made_are_not_shown(life: Life) -> None:
    seller, reviewer = life.seller(), life.staff("reviewer")
    case = life.in_state("in_review", reviewer, seller)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="还没想好")
    assert "还没想好" not in life.reader(seller).get(f"/review/cases/{case.id}").text


def test_a_rejection_is_explained(life: Life) -> None:
    seller = life.seller()
    case = life.in_state("rejected", life.staff("reviewer"), seller)
    words = life.reader(seller).get(f"/review/cases/{case.id}").words()
    assert ("照片看不清" in words, "办不了" in words) == (True, True)


def test_another_sellers_case_is_not_there(life: Life) -> None:
    case, reader = life.sent(), life.reader(life.seller())
    assert [reader.get(f"/review/cases/{case.id}{more}").status for more in ("", "/withdraw")] == [404, 404]
    reader.get("/review/status")
    assert reader.post(f"/review/cases/{case.id}/withdraw").status == 404
    assert life.now(case).state == "submitted"


def test_the_seller_withdraws_after_being_asked(life: Life) -> None:
    seller = life.seller()
    case, reader = life.sent(seller), life.reader(seller)
    reader.get(f"/review/cases/{case.id}")
    reader.get(next(link for link in reader.page.links() if link.endswith("/withdraw")))
    page = reader.submit()
    assert (page.status, page.url, life.now(case).state) == (200, f"/review/cases/{case.id}", "withdrawn")
    assert [link for link in page.links() if link.endswith("/withdraw")] == []


def test_withdrawing_twice_is_withdrawing_once(life: Life) -> None:
    seller = life.seller()
    case, reader = life.sent(seller), life.reader(seller)
    asking = reader.get(f"/review/cases/{case.id}/withdraw")
    first, reader.page = reader.submit(), asking
    assert (first.status, reader.submit().status, life.now(case).events) == (200, 200, 2)


@pytest.mark.parametrize("state", ["approved", "rejected", "withdrawn"])
def test_where_withdrawing_is_over_the_question_is_not_asked(life: Life, state: str) -> None:
    seller = life.seller()
    case = life.in_state(state, life.staff("reviewer"), seller)
    page = life.reader(seller).get(f"/review/cases/{case.id}/withdraw")
    assert (page.status, page.url, life.now(case).state) == (200, f"/review/cases/{case.id}", state)


def test_a_decided_case_is_not_withdrawn(life: Life) -> None:
    seller = life.seller()
    case = life.in_state("in_review", reviewer := life.staff("reviewer"), seller)
    reader = life.reader(seller)
    reader.get(f"/review/cases/{case.id}/withdraw")
    life.do(service.approve, case, reviewer)
    assert (reader.submit().status, life.now(case).state) == (409, "approved")


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_whoever_wants_to_withdraw_learns_of_no_decision_before_it_is_told(life: Life, verb: str, second: bool) -> None:
    register_kind(replace(kinds()["stall"], second_check=second))
    seller, reviewer, other = life.seller(), life.staff("reviewer"), life.staff("reviewer", name="石磊")
    case, reader = life.in_state("in_review", reviewer, seller), life.reader(seller)
    more = {"reason": "BLUR", "words": "办不了"} if verb == "reject" else {}
    before = reader.get(f"/review/cases/{case.id}").words()
    case = life.do(getattr(service, verb), case, reviewer, settled=False, **more)
    if second:
        assert reader.get(f"/review/cases/{case.id}").words() == before
        case = life.do(decisions.confirm, case, other, settled=False)
    assert reader.get(f"/review/cases/{case.id}").words() == before
    reader.get(next(link for link in reader.page.links() if link.endswith("/withdraw")))
    page = reader.submit()
    assert (page.status, "县里正在办这一件，请过十分钟再来看。" in page.words()) == (409, True)
    assert (life.now(case).settles_at, "办完" in page.words()) == (case.settles_at, False)
    life.settle(case)
    page = reader.get(f"/review/cases/{case.id}")
    assert [link for link in page.links() if link.endswith("/withdraw")] == []


def test_looking_changes_nothing(life: Life) -> None:
    seller = life.seller()
    case = life.in_state("changes_requested", life.staff("reviewer"), seller)
    reader = life.reader(seller)
    reader.get(f"/review/cases/{case.id}")
    before = life.now(case).model_dump()
    reader.get(f"/review/cases/{case.id}")
    assert life.now(case).model_dump() == before


def test_the_pages_are_complete_in_english(life: Life) -> None:
    seller = life.seller()
    case = life.in_state("changes_requested", life.staff("reviewer"), seller)
    reader = life.reader(seller)
    page = reader.get(f"/review/cases/{case.id}?lang=en")
    assert (page.status, page.tree.get("lang")) == (200, "en")


def test_over_https_it_is_the_same(life: Life) -> None:
    seller = life.seller()
    case = life.sent(seller)
    reader: Reader = life.reader(seller, secure=True)
    assert reader.get(f"/review/cases/{case.id}").status == 200
    assert db.engine()
