"""What an officer looks at: ticked by name, kept while nothing changes, named before approving."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.i18n import Refusal
from portal.questions import service as questions
from portal.review import checks, erasing, events, kinds, remarks, service
from portal.review.models import Case
from tests.review.life import Life
from tests.review.test_desk import form_to


def mark(case: Case, by: Actor, *ticked: str, shown: tuple[str, ...] = ()) -> None:
    """Post the ticks of a page that showed some of them."""
    with db.writing() as session:
        now = session.exec(select(Case).where(Case.id == case.id)).one()
        checks.mark(session, now, checks.Boxes(shown, ticked), by=by)


def ticks(case: Case) -> dict[str, tuple[str, int]]:
    """What is ticked in the case's round: who did it, and in which round."""
    with db.reading() as session:
        now = session.exec(select(Case).where(Case.id == case.id)).one()
        return {key: (tick.by, tick.round) for key, tick in checks.ticks(now).items()}


def noted(case: Case) -> list[tuple[str, object]]:
    """The ticks in the chain: what, and about what."""
    with db.reading() as session:
        happened = [each for each in events.of_case(session, case.id) if each.action in ("tick", "untick")]
        return [(each.action, (events.details(each) or {})["fields"]) for each in happened]


@pytest.fixture
def strict(life: Life) -> Iterator[None]:
    """The kind asks for every tick."""
    before = kinds.kinds()["stall"]
    kinds.register_kind(kinds.Kind(**{name: getattr(before, name) for name in before.__slots__} | {"all_checks": True}))
    yield
    kinds.register_kind(before)


def test_a_tick_bears_name_and_round_and_stands_in_the_chain(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "name", "whole")
    mark(case, reviewer, "whole", shown=("name", "whole"))
    assert ticks(case) == {"whole": ("王丽", 1)}
    assert noted(case) == [("tick", ["看name", "看whole"]), ("untick", ["看name"])]


def test_a_double_tap_and_a_stale_tab_lose_nothing(life: Life) -> None:
    reviewer, manager = life.staff("reviewer"), life.staff("manager", name="杨主任")
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "name")
    mark(case, reviewer, "name")
    mark(case, manager, "whole")  # this page was drawn before the first tick
    assert ticks(case) == {"name": ("王丽", 1), "whole": ("杨主任", 1)}
    assert len(noted(case)) == 2


def test_what_is_not_asked_of_this_application_cannot_be_ticked(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "about", "gone")
    assert (ticks(case), noted(case), life.now(case).version) == ({}, [], case.version)


def sent_again(life: Life, reviewer: Actor, **answers: str) -> Case:
    """A case with all ticks that came back and was mended."""
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "name", "whole")
    life.do(remarks.remark, case, reviewer, key="contact", reason="NAME", words="")
    life.do(remarks.remark, case, reviewer, key="name", reason="SHOPNAME", words="")
    life.do(service.send_back, case, reviewer)
    return life.send(case.sheet_id, answers)


def test_the_next_round_keeps_the_ticks_of_what_did_not_change(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = sent_again(life, reviewer, contact="吴二姐")
    assert (case.round, ticks(case)) == (2, {"name": ("王丽", 1)})
    page = life.reader(reviewer).get(f"/desk/review/{case.id}")
    assert "第 1 轮 王丽 勾的，后来没改过" in page.words()


def test_a_tick_goes_with_the_answer_it_hangs_on(life: Life) -> None:
    case = sent_again(life, life.staff("reviewer"), name="换好的名字")
    assert ticks(case) == {}


def test_sent_again_without_a_change_keeps_all(life: Life) -> None:
    case = sent_again(life, life.staff("reviewer"))
    assert ticks(case) == {"name": ("王丽", 1), "whole": ("王丽", 1)}


def test_what_is_not_ticked_is_named_before_approving_and_does_not_stop_it(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    page = reader.get(f"/desk/review/{case.id}")
    assert "还没勾：看name、看whole" in page.words()
    page = reader.submit(form_to(page, "/ticks"), ticked=["name"])
    assert ("还没勾：看whole" in page.words(), ticks(case)) == (True, {"name": ("王丽", 1)})
    reader.submit(form_to(page, "/ticks"), f"/desk/review/{case.id}/approve")
    assert life.now(case).state == "approved"


def test_what_is_ticked_on_the_page_is_kept_with_the_approval_and_pressed_twice_it_is_one(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    page = reader.get(f"/desk/review/{case.id}")
    button = [each for each in page.all("button") if each.get("formaction")][-1]
    assert (button.text, button.get("form"), button.get("formaction")) == (
        "通过",
        "ticks",
        f"/desk/review/{case.id}/approve",
    )
    form = {"version": str(case.version), "ticked": ["name", "whole"]}
    for _ in range(2):
        assert reader.post(f"/desk/review/{case.id}/approve", form).status == 200
    assert (life.now(case).state, ticks(case)) == ("approved", {"name": ("王丽", 1), "whole": ("王丽", 1)})
    assert noted(case) == [("tick", ["看name", "看whole"])]
    with db.reading() as session:
        assert events.verify(session, life.now(case)) is None


BUTTONS = ["ticks", "note", "phone", "approve", "release", "keep/send_back", "keep/reject", "keep/hand_over"]


@pytest.mark.parametrize("button", BUTTONS)
def test_whichever_button_is_pressed_the_ticks_and_the_note_of_the_page_are_kept(life: Life, button: str) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}")
    at = [form.get("id") for form in reader.page.all("form")].index("ticks")
    typed = {"ticked": ["name"], "note": "打过电话，周一来"}
    assert reader.submit(at, f"/desk/review/{case.id}/{button}", **typed).status == 200
    page = reader.get(f"/desk/review/{case.id}")
    assert (ticks(case), page.words().count("打过电话，周一来")) == ({"name": ("王丽", 1)}, 1)
    assert [box.text for box in page.all("textarea") if box.get("id") == "note"] == [None]


def test_a_note_without_a_word_is_asked_for_unless_ticks_were_kept(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}?lang=en")
    path = f"/desk/review/{case.id}/note"
    page = reader.post(path, {"version": str(case.version), "note": " "})
    assert (page.status, "Write down what your colleagues should know" in page.words()) == (409, True)
    assert reader.post(path, {"version": str(case.version), "note": "", "ticked": ["name"]}).status == 200
    assert ticks(case) == {"name": ("王丽", 1)}


def test_ticks_of_a_page_that_is_behind_are_not_kept_with_a_decision(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case, reader = life.in_state("in_review", reviewer), life.reader(reviewer)
    reader.get(f"/desk/review/{case.id}")
    form = {"version": str(case.version - 1), "ticked": ["name"]}
    assert reader.post(f"/desk/review/{case.id}/approve", form).status == 409
    assert (life.now(case).state, ticks(case)) == ("in_review", {})


@pytest.mark.usefixtures("strict")
def test_a_kind_may_ask_for_every_tick(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "name")
    with pytest.raises(checks.NotTicked) as refused:
        life.do(service.approve, case, reviewer)
    assert refused.value.text == checks.NotTicked(what="看whole").text
    mark(case, reviewer, "whole")
    assert life.do(service.approve, case, reviewer).state == "approved"


def test_nobody_ticks_what_a_colleague_holds_or_what_is_decided(life: Life) -> None:
    reviewer, other = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    case = life.in_state("in_review", reviewer)
    page = life.reader(other).get(f"/desk/review/{case.id}")
    assert [box for box in page.all("input") if box.get("name") == "ticked"] == []
    with pytest.raises(Refusal):
        mark(case, other, "name")
    life.do(service.approve, case, reviewer)
    with pytest.raises(Refusal):
        mark(case, reviewer, "name")
    assert ticks(case) == {}


def test_a_forgotten_case_keeps_no_ticks(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    mark(case, reviewer, "name")
    with db.writing() as session:
        erasing.erase(session, case.seller_id, wholly=False)
    assert ticks(case) == {}


@pytest.mark.parametrize(
    ("change", "looked_at"),
    [
        ("licence", {"licence_photo", "licence_number", "licence_valid", "scope"}),
        ("name", {"shop_words", "shop_picture"}),
        ("goods", {"scope", "goods", "food_paper", "trade_paper"}),
    ],
)
def test_a_change_has_all_looked_at_that_hangs_on_it(life: Life, change: str, looked_at: set[str]) -> None:
    opened = {key for each in questions.library().sets["company"].amend if each.key == change for key in each.questions}
    known = kinds.kind_of("company")
    assert known is not None
    assert {each.key for each in known.checks if opened & {*each.about}} >= looked_at


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("sole_trader", ["ABNORMAL", "SCOPE", "TYPE", "NAME"]),
        ("household", ["TYPE", "NOT_EXEMPT"]),  # has no licence
        ("stall", ["ABNORMAL", "SCOPE", "TYPE", "NAME", "NOT_EXEMPT"]),  # whose answers name none of them
        ("gone", ["ABNORMAL", "SCOPE", "TYPE", "NAME", "NOT_EXEMPT"]),
    ],
)
def test_a_refusal_begins_with_the_reasons_that_its_kind_can_have(life: Life, kind: str, expected: list[str]) -> None:
    assert checks.reasons_to_end(kind) == expected
