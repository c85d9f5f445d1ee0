from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from portal import db
from portal.notices import service as notices
from portal.office import service as offices
from portal.review import events, happenings, moves, numbers, remarks, service
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Photo, Sheet
from tests.office.conftest import put
from tests.review.life import CONGJIANG, PHONE, Life

FRIDAY = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def sheet_of(case: Case) -> Sheet:
    with db.reading() as session:
        return session.get_one(Sheet, case.sheet_id)


def texts(case: Case) -> list[tuple[str, str]]:
    with db.reading() as session:
        return [(told.kind, told.text) for told in notices.for_case(session, case.id)]


def test_the_first_sending_makes_a_case(life: Life) -> None:
    db.set_now(FRIDAY)
    case = life.sent()
    assert (case.kind, case.title, case.place, case.county, case.state, case.desk, case.round, case.version) == (
        "stall",
        "九潮高山椪柑",
        "522631105",
        "522631",
        "submitted",
        "waiting",
        1,
        1,
    )
    assert (case.sent_at, case.due, numbers.typed(case.number)) == (FRIDAY, date(2026, 11, 25), case.number)


def test_the_seller_is_told_that_it_came_in_and_by_when_it_is_answered(life: Life) -> None:
    db.set_now(FRIDAY)
    life.staff("reviewer")
    case = life.sent()
    ((kind, text),) = texts(case)
    assert (kind, numbers.shown(case.number) in text, "11月25日" in text) == ("received", True, True)


def test_where_nobody_looks_the_seller_is_promised_no_day(life: Life) -> None:
    db.set_now(FRIDAY)
    life.staff("helper")
    life.staff("reviewer", place="522633")
    case = life.sent()
    ((kind, text),) = texts(case)
    assert (kind, numbers.shown(case.number) in text, "月" in text) == ("unserved", True, False)


def test_sent_twice_is_one_case(life: Life) -> None:
    case = life.sent()
    with db.writing() as session:
        sheets.send(session, session.get_one(Sheet, case.sheet_id), by=case.seller_id)
    with db.reading() as session:
        assert [row.id for row in session.exec(select(Case))] == [case.id]


def test_sheets_that_nobody_decides_on_become_no_case(life: Life) -> None:
    from portal.review.kinds import kinds

    kept = kinds().pop("stall")
    seller = life.seller()
    with db.writing() as session:
        sheet = sheets.start(session, seller_id=seller.id, set_key="stall")
        sheets.answer(session, sheet, page=sheets.set_of(sheet).page[0], given={"name": "九潮"}, by=seller.id)
        sheets.answer(session, sheet, page=sheets.set_of(sheet).page[1], given={"contact": "吴"}, by=seller.id)
        sheets.send(session, sheet, by=seller.id)
        assert session.exec(select(Case)).all() == []
    kinds()["stall"] = kept


def test_sending_back_opens_exactly_the_remarked_fields(life: Life) -> None:
    case = life.in_state("changes_requested", life.staff("reviewer"))
    assert (sheet_of(case).state, sheet_of(case).open_keys) == ("draft", ["name"])


def test_the_seller_is_told_how_many_things_to_mend_and_which(life: Life) -> None:
    case = life.in_state("changes_requested", life.staff("reviewer"))
    assert [kind for kind, _ in texts(case)] == ["received", "sent_back"]
    assert "店名" in texts(case)[1][1]


def test_the_mended_sheet_comes_back_in_the_next_round(life: Life) -> None:
    db.set_now(FRIDAY)
    reviewer = life.staff("reviewer")
    case = life.in_state("changes_requested", reviewer)
    db.set_now(FRIDAY.replace(day=24))
    case = life.send(case.sheet_id, {"name": "换好的名字"})
    assert (case.state, case.round, case.title, case.holder_id, case.decided_at) == (
        "resubmitted",
        2,
        "换好的名字",
        None,
        None,
    )
    assert (case.first_sent_at, case.sent_at, case.due) == (FRIDAY, FRIDAY.replace(day=24), date(2026, 11, 27))
    with db.reading() as session:
        assert remarks.of_round(session, case) == []


def test_a_round_twice_put_back_is_still_called_mended(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.do(service.take, life.in_state("resubmitted", reviewer), reviewer)
    assert life.do(service.release, case, reviewer).state == "resubmitted"


def test_approving_closes_the_sheet_and_tells_the_noun(life: Life) -> None:
    case = life.in_state("approved", life.staff("reviewer"))
    assert (sheet_of(case).state, life.after, case.decided_by) == ("closed", [(case.id, "approved")], "王丽")
    assert [kind for kind, _ in texts(case)] == ["received", "decided"]


def test_a_rejection_says_why(life: Life) -> None:
    case = life.in_state("rejected", life.staff("reviewer"))
    with db.reading() as session:
        last = events.of_case(session, case.id)[-1]
        assert (last.action, events.details(last)) == ("reject", {"reason": "BLUR", "words": "办不了"})
    assert "照片看不清" in texts(case)[-1][1]


@pytest.mark.parametrize(
    ("reason", "words", "refusal"),
    [("", "办不了", remarks.NoReason), ("NONE_SUCH", "办不了", remarks.NoReason), ("BLUR", "  ", remarks.NoWords)],
)
def test_a_rejection_needs_a_reason_and_words(life: Life, reason: str, words: str, refusal: type[Exception]) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    with pytest.raises(refusal):
        life.do(service.reject, case, reviewer, reason=reason, words=words)
    assert life.now(case).state == "in_review"


def test_nothing_is_approved_over_a_remark(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.do(remarks.remark, life.in_state("in_review", reviewer), reviewer, key="name", reason="BLUR", words="")
    with pytest.raises(service.RemarksStand):
        life.do(service.approve, case, reviewer)
    case = life.do(remarks.unremark, case, reviewer, key="name")
    assert life.do(service.approve, case, reviewer).state == "approved"


def test_after_withdrawing_the_seller_may_begin_anew(life: Life) -> None:
    seller = life.seller()
    case = life.do(service.withdraw, life.sent(seller), seller)
    assert (case.state, sheet_of(case).state, life.after) == ("withdrawn", "closed", [(case.id, "withdrawn")])
    assert life.sent(seller).id != case.id


def test_a_double_tap_lands_on_the_first_result(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    first = life.do(service.approve, case, reviewer, version=case.version)
    again = life.do(service.approve, case, reviewer, version=case.version)
    assert (again.version, again.decided_at, len(life.after)) == (first.version, first.decided_at, 1)


def test_who_comes_second_is_told_who_decided_and_when(life: Life) -> None:
    db.set_now(FRIDAY)
    case = life.in_state("in_review", life.staff("reviewer"))
    life.do(service.approve, case, life.staff("manager", name="杨主任"))
    with pytest.raises(moves.AlreadyDecided) as caught:
        life.do(service.reject, case, life.staff("manager"), version=case.version, reason="BLUR", words="不行")
    assert (caught.value.said["who"], caught.value.said["at"]) == ("杨主任", "11 月 20 日 10:30")


def test_a_page_drawn_before_a_remark_does_not_decide(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="")
    with pytest.raises(moves.ChangedMeanwhile):
        life.do(service.send_back, case, reviewer, version=case.version)


def test_looking_at_the_number_is_noted_and_moves_nothing(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.sent(life.seller(PHONE))
    with db.writing() as session:
        row = session.exec(select(Case).where(Case.id == case.id)).one()
        assert service.see_phone(session, row, by=reviewer) == PHONE
    after = life.now(case)
    with db.reading() as session:
        assert [event.action for event in events.of_case(session, case.id)] == ["receive", "see_phone"]
        assert (after.version, after.state, events.verify(session, after)) == (1, "submitted", None)


def test_a_photo_is_seen_by_the_staff_of_the_place_and_noted_once_a_day(life: Life) -> None:
    case, reviewer = life.sent(), life.staff("auditor")
    photo = Photo(sheet_id=case.sheet_id, key="picture", digest="d", small_digest="s", width=1, height=1)
    strangers = [life.staff("reviewer", place=CONGJIANG), life.staff("helper"), life.staff("admin"), life.seller()]
    with db.writing() as session:
        session.add(photo)
    for _ in range(3):
        with db.reading() as session:
            assert service.may_see_photo(session, reviewer, photo) is True
    with db.reading() as session:
        assert [service.may_see_photo(session, stranger, photo) for stranger in strangers] == [False] * 4
        happened = events.of_case(session, case.id)
        seen = [(event.action, event.subject) for event in happened]
    assert (seen, happenings.more(happened[-1])) == ([("receive", ""), ("see_photo", photo.id)], ["店铺图片"])


def test_a_case_is_another_ones_secret(life: Life) -> None:
    case = life.sent()
    strangers = [
        life.staff("reviewer", place=CONGJIANG),
        life.staff("manager", place="4403"),
        life.staff("helper"),
        life.seller(),
    ]
    near = [life.staff("reviewer"), life.staff("auditor", place="52"), life.staff("manager", place="522631105")]
    with db.reading() as session:
        assert [service.case_for(session, who, case.id) for who in strangers] == [None] * 4
        found = [service.case_for(session, who, case.id) for who in near]
        assert [each.id if each else None for each in found] == [case.id] * 3


def test_the_office_s_own_promise_and_days_hold_for_what_is_sent_from_now_on(life: Life) -> None:
    db.set_now(datetime(2026, 9, 29, 4, tzinfo=UTC))
    before = life.sent()
    put(offices.section_of("promises"), {"stall": "4"})
    put(offices.section_of("days"), {"lines": "2026-10-01 至 2026-10-07 国庆节\n2026-10-10 上班"})
    assert [life.now(before).due, life.sent().due] == [date(2026, 10, 2), date(2026, 10, 10)]
