"""Ten minutes to undo, the settling, the second person, handing over, and notes among colleagues."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts.models import Staff
from portal.audit.chain import Break
from portal.notices import service as notices
from portal.questions import service as library
from portal.review import decisions, events, happenings, moves, notebook, remarks, service, status
from portal.review.kinds import kinds, register_kind
from portal.review.models import Case
from portal.sheets.models import Sheet
from tests.review.life import CONGJIANG, PHONE, Life

BACK: dict[str, Any] = {"key": "name", "reason": "BLUR", "words": "换一个"}


def told(case: Case) -> list[str]:
    with db.reading() as session:
        return [each.kind for each in notices.for_case(session, case.id)]


def sheet_state(case: Case) -> str:
    with db.reading() as session:
        return session.get_one(Sheet, case.sheet_id).state


def actions(case: Case) -> list[str]:
    with db.reading() as session:
        return [event.action for event in events.of_case(session, case.id)]


def minutes(count: float) -> None:
    """Let time pass, and the clock call."""
    db.set_now(db.now() + timedelta(minutes=count))
    decisions.settle_due("")


def decided(life: Life, verb: str, by: Actor, seller: Actor | None = None) -> Case:
    """A decision of which the seller was not told yet."""
    case = life.in_state("in_review", by, seller)
    if verb == "send_back":
        life.do(remarks.remark, case, by, **BACK)
        return life.do(decisions.send_back, case, by, settled=False)
    if verb == "approve":
        return life.do(decisions.approve, case, by, settled=False)
    return life.do(decisions.reject, case, by, settled=False, reason="BLUR", words="办不了")


STATE = {"send_back": "changes_requested", "approve": "approved", "reject": "rejected"}
SHEET = {"send_back": "draft", "approve": "closed", "reject": "closed"}
AFTER = {"send_back": [], "approve": ["approved"], "reject": ["rejected"]}


@pytest.mark.parametrize("verb", STATE)
def test_a_decision_holds_at_once_and_has_its_consequences_after_ten_minutes(life: Life, verb: str) -> None:
    case = decided(life, verb, life.staff("reviewer"))
    minutes(9.9)
    now = life.now(case)
    assert (now.state, now.told, sheet_state(case), told(case), life.after) == (
        STATE[verb],
        "in_review",
        "sent",
        ["received"],
        [],
    )
    minutes(0.2)
    minutes(20)
    now = life.now(case)
    assert (now.told, sheet_state(case), len(told(case)), [each for _, each in life.after]) == (
        STATE[verb],
        SHEET[verb],
        2,
        AFTER[verb],
    )


@pytest.mark.parametrize("verb", STATE)
def test_until_then_the_seller_sees_that_it_is_looked_at(life: Life, verb: str) -> None:
    seller = life.seller(PHONE)
    case = decided(life, verb, life.staff("reviewer"), seller)
    page = life.reader(seller).get(f"/review/cases/{case.id}")
    assert [word for word in ("县里在看", "办不了", "换一个", "没有通过") if word in page.words()] == ["县里在看"]
    progress = status.ask(case.number, PHONE[-4:])
    assert (progress.state.key, progress.decided_at) == ("in_review", None)
    with db.reading() as session:
        assert [step.label for step in happenings.story(session, life.now(case))[0]] == ["交上去了", "有人在看了"]


@pytest.mark.parametrize("verb", STATE)
def test_what_is_undone_was_never_said(life: Life, verb: str) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.do(decisions.undo, decided(life, verb, reviewer, seller), reviewer)
    assert (case.state, case.holder_id, case.decided_at, case.decider_id) == ("in_review", reviewer.id, None, None)
    minutes(60)
    assert (told(case), sheet_state(case), life.after, life.now(case).state) == (["received"], "sent", [], "in_review")
    assert (actions(case)[-2:], broken(case)) == ([verb, "undo"], None)
    page = life.reader(seller).get(f"/review/cases/{case.id}")
    assert [word for word in ("办不了", "换一个", "退回", "撤回了") if word in page.words()] == []


def broken(case: Case) -> Break | None:
    with db.reading() as session:
        return events.verify(session, session.exec(select(Case).where(Case.id == case.id)).one())


def test_after_undoing_another_decision_is_the_one_that_is_told(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.do(decisions.undo, decided(life, "reject", reviewer, seller), reviewer)
    life.do(decisions.approve, case, reviewer)
    page = life.reader(seller).get(f"/review/cases/{case.id}")
    assert ("办不了" in page.words(), life.after) == (False, [(case.id, "approved")])


def test_undoing_twice_is_undoing_once(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = decided(life, "approve", reviewer)
    for _ in range(2):
        life.do(decisions.undo, case, reviewer, version=case.version)
    assert actions(case).count("undo") == 1


def test_a_seller_who_withdraws_before_it_is_told_is_told_nothing_more(life: Life) -> None:
    seller = life.seller()
    case = decided(life, "send_back", life.staff("reviewer"), seller)
    life.do(service.withdraw, case, seller)
    minutes(11)
    assert (life.now(case).state, told(case), sheet_state(case)) == ("withdrawn", ["received"], "closed")


def checked(life: Life) -> None:
    """The kind asks for a second person."""
    register_kind(replace(kinds()["stall"], second_check=True))


def test_with_a_second_check_the_first_decision_is_a_proposal(life: Life) -> None:
    checked(life)
    first, second = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    case = life.do(decisions.approve, life.in_state("in_review", first), first)
    assert (case.state, case.told, case.desk, told(case)) == ("to_approve", "in_review", "waiting", ["received"])
    case = life.do(decisions.confirm, case, second)
    assert (case.state, case.decided_by, actions(case)[-2:]) == ("approved", "石磊", ["propose_approval", "approve"])


def test_a_refusal_that_is_confirmed_keeps_the_first_ones_words(life: Life) -> None:
    checked(life)
    first, second = life.staff("reviewer"), life.staff("manager", name="杨主任")
    case = life.in_state("in_review", first)
    case = life.do(decisions.reject, case, first, reason="BLUR", words="办不了")
    case = life.do(decisions.confirm, case, second)
    with db.reading() as session:
        assert (case.state, decisions.why(session, case)) == ("rejected", ("BLUR", "办不了"))


def test_who_does_not_agree_says_why_and_it_goes_back(life: Life) -> None:
    checked(life)
    first, second = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    case = life.do(decisions.approve, life.in_state("in_review", first), first)
    with pytest.raises(remarks.NoWords):
        life.do(decisions.disagree, case, second, words=" ")
    case = life.do(decisions.disagree, case, second, words="执照不是他的")
    assert (case.state, case.holder_id) == ("in_review", first.id)
    page = life.reader(first).get(f"/desk/review/{case.id}")
    told = ["".join(each.itertext()) for each in page.all("p") if each.get("role") == "status"]
    assert told == ["石磊不同意这个提议：执照不是他的"]
    case = life.do(decisions.approve, case, first)
    assert "不同意这个提议" not in life.reader(first).get(f"/desk/review/{case.id}").words()


def test_the_page_offers_colleagues_and_not_who_looks_at_it_already(life: Life) -> None:
    reviewer, manager = life.staff("reviewer"), life.staff("manager", name="杨主任")
    case, path = life.in_state("in_review", reviewer), "/desk/review/{}/hand_over"

    def offered(to: Actor, case: Case) -> list[str | None]:
        page = life.reader(to).get(path.format(case.id))
        assert not [box for box in page.all("input") if box.get("checked") is not None]
        return [box.get("value") for box in page.all("input") if box.get("name") == "to"]

    assert (offered(reviewer, case), offered(manager, case)) == ([manager.id], [manager.id])
    assert offered(reviewer, life.sent()) == [manager.id]
    with db.writing() as session:
        session.get_one(Staff, manager.id).active = False
    page = life.reader(reviewer).get(path.format(case.id))
    assert ("这个地方没有别的人审申请" in page.words(), len(page.all("input"))) == (True, 0)


def test_a_case_is_handed_to_a_colleague_of_the_place_and_role(life: Life) -> None:
    reviewer, other = life.staff("reviewer"), life.staff("manager", name="杨主任")
    strangers = [life.staff("reviewer", place=CONGJIANG), life.staff("helper"), life.staff("auditor")]
    case = life.in_state("in_review", reviewer)
    for stranger in strangers:
        with pytest.raises(decisions.NoColleague):
            life.do(decisions.hand_over, case, reviewer, to=stranger.id)
    case = life.do(decisions.hand_over, case, reviewer, to=other.id)
    assert (case.holder_id, case.holder_name, actions(case)[-1]) == (other.id, "杨主任", "hand_over")
    with pytest.raises(moves.HeldByAnother):
        life.do(decisions.approve, case, reviewer)


def test_a_note_is_for_colleagues_and_moves_nothing(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.in_state("in_review", reviewer, seller)
    for _ in range(2):
        case = life.do(notebook.note, case, reviewer, words="打过电话，星期一来", version=case.version)
    assert (actions(case).count("note"), case.state, broken(case)) == (1, "in_review", None)
    assert "打过电话" in life.reader(life.staff("auditor")).get(f"/desk/review/{case.id}").words()
    for url in (f"/review/cases/{case.id}", "/keeping/review"):
        assert "打过电话" not in life.reader(seller).get(url).words()
    with pytest.raises(notebook.EmptyNote):
        life.do(notebook.note, case, reviewer, words=" ")


def test_one_that_cannot_settle_holds_up_no_other_and_settles_later(life: Life) -> None:
    plain, reviewer = kinds()["stall"], life.staff("reviewer")
    bad, good = decided(life, "approve", reviewer), decided(life, "send_back", reviewer)

    def fails(*_: object) -> None:
        raise OSError("no room")

    register_kind(replace(plain, after=fails))
    minutes(11)
    assert [(life.now(case).told, len(told(case))) for case in (bad, good)] == [
        ("in_review", 1),
        ("changes_requested", 2),
    ]
    register_kind(plain)
    minutes(1)
    assert (life.now(bad).told, sheet_state(bad), life.after) == ("approved", "closed", [(bad.id, "approved")])


def test_before_turning_down_the_officer_reads_what_the_seller_will_read(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.in_state("in_review", reviewer, seller)
    desk = life.reader(reviewer)
    desk.get(f"/desk/review/{case.id}/reject")
    page = desk.submit(reason="BLUR", words="办不了", look="1")
    preview = " ".join("".join(page.all("blockquote")[0].itertext()).split())
    assert life.now(case).state == "in_review"
    desk.submit()
    life.settle(case)
    own = life.reader(seller).get(f"/review/cases/{case.id}").words()
    assert (preview in own, "办不了" in own, life.now(case).state) == (True, True, "rejected")


def test_whoever_is_turned_down_reads_what_can_be_done_as_the_officer_read_it(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.in_state("in_review", reviewer, seller)
    desk = life.reader(reviewer)
    desk.get(f"/desk/review/{case.id}/reject")
    preview = desk.submit(reason="ABNORMAL", words="在异常名录里。", look="1").words()
    desk.submit()
    life.settle(case)
    own = life.reader(seller).get(f"/review/cases/{case.id}").words()
    reason = library.library().reasons["ABNORMAL"]
    said = f"{reason.meaning}。{reason.mend}在异常名录里。"
    assert (said in preview, said in own) == (True, True)


def test_before_sending_back_the_officer_reads_the_very_message(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    case = life.do(remarks.remark, life.in_state("in_review", reviewer, seller), reviewer, **BACK)
    page = life.reader(reviewer).get(f"/desk/review/{case.id}/send_back")
    preview = " ".join("".join(page.all("blockquote")[0].itertext()).split())
    life.do(decisions.send_back, case, reviewer)
    assert preview in life.reader(seller).get(f"/review/cases/{case.id}").words()


def test_other_cases_of_the_seller_stand_on_the_page_and_those_elsewhere_do_not(life: Life) -> None:
    reviewer, seller = life.staff("reviewer"), life.seller()
    first = life.do(service.withdraw, life.sent(seller), seller)
    second = life.do(service.withdraw, life.sent(seller), seller)
    life.place = "522633100"
    elsewhere = life.do(service.withdraw, life.sent(seller), seller)
    life.place = "522631105"
    links = life.reader(reviewer).get(f"/desk/review/{life.sent(seller).id}").links()
    found = [case.id for case in (first, second, elsewhere) if f"/desk/review/{case.id}" in links]
    assert found == [first.id, second.id]


@pytest.mark.parametrize("query", ["", "?left_turn=90&right_large=1", "?left=nothing&left_turn=45&right_large=x"])
def test_two_photos_are_looked_at_beside_each_other(life: Life, query: str) -> None:
    reviewer, case = life.staff("reviewer"), life.sent(picture="p" * 16)
    page = life.reader(reviewer).get(f"/desk/review/{case.id}/photos{query}")
    frames = [div.get("class") for div in page.all("div") if "frame" in (div.get("class") or "")]
    turned = ["frame turn90", "frame turn0 large"] if "90" in query else ["frame turn0", "frame turn0"]
    assert (page.status, frames, [img.get("src") for img in page.all("img")]) == (
        200,
        turned,
        [f"/photos/{'p' * 16}"] * 2,
    )
