"""Whoever filled an application in for its seller is not the one who decides on it."""

import pytest

from portal import db
from portal.access import Actor
from portal.review import decisions, remarks, service
from portal.review.models import Case
from portal.sheets.models import Sheet
from tests.review.life import Life
from tests.review.test_decisions import BACK, checked


def filled_in(case: Case, by: Actor) -> None:
    """A member of staff filled it in beside its seller."""
    with db.writing() as session:
        sheet = session.get_one(Sheet, case.sheet_id)
        sheet.typed_by, sheet.helpers = {"name": by.id}, {by.id: by.name}


def offered(life: Life, case: Case, to: Actor) -> list[str]:
    """The decisions that the page of a case offers."""
    page = life.reader(to).get(f"/desk/review/{case.id}")
    pressed = [button.get("formaction") or "" for button in page.all("button")]
    ways = [*(form.get("action") or "" for form in page.all("form")), *pressed, *page.links()]
    return sorted({way.split("/")[-1] for way in ways} & {"approve", "reject", "send_back", "confirm", "disagree"})


def test_the_helper_who_typed_the_answers_is_no_second_person(life: Life) -> None:
    checked(life)
    first, second = life.staff("reviewer"), life.staff("reviewer", "helper", name="石磊")
    case = life.do(decisions.approve, life.in_state("in_review", first), first)
    filled_in(case, second)
    with pytest.raises(decisions.FilledInToo):
        life.do(decisions.confirm, case, second)
    with pytest.raises(decisions.FilledIn):
        life.do(decisions.disagree, case, second, words="不对")
    assert offered(life, case, second) == []
    assert "这是您替卖家填的，由同事来定" in life.reader(second).get(f"/desk/review/{case.id}").words()


def test_the_helper_who_filled_it_in_decides_on_nothing_alone_but_may_send_it_back(life: Life) -> None:
    helper, other = life.staff("reviewer", "helper", name="石磊"), life.staff("reviewer")
    case = life.sent()
    filled_in(case, helper)
    case = life.do(service.take, case, helper)
    with pytest.raises(decisions.FilledIn):
        life.do(decisions.approve, case, helper)
    with pytest.raises(decisions.FilledIn):
        life.do(decisions.reject, case, helper, reason="BLUR", words="办不了")
    assert offered(life, case, helper) == ["send_back"]
    assert "这是您替卖家填的，由同事来定" in life.reader(helper).get(f"/desk/review/{case.id}").words()
    page = life.reader(helper).get(f"/desk/review/{case.id}/reject")
    assert (page.status, "由同事来定。请转给同事；退回补正您还可以办。" in page.words()) == (409, True)
    life.do(remarks.remark, case, helper, **BACK)
    case = life.send(life.do(decisions.send_back, case, helper).sheet_id, {"name": "好名字"})
    case = life.do(service.take, case, other)
    assert (offered(life, case, other), life.do(decisions.approve, case, other).state) == (
        ["approve", "reject", "send_back"],
        "approved",
    )


def test_with_a_second_check_the_helper_may_propose(life: Life) -> None:
    checked(life)
    helper, other = life.staff("reviewer", "helper", name="石磊"), life.staff("reviewer")
    case = life.sent()
    filled_in(case, helper)
    case = life.do(decisions.approve, life.do(service.take, case, helper), helper)
    assert (case.state, offered(life, case, other)) == ("to_approve", ["confirm", "disagree"])
