"""What is kept of a change and of what it replaces, and how it goes."""

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.keeping import retention
from portal.keeping import service as keeping
from portal.notices.models import Notice
from portal.questions.models import GONE
from portal.review import erasing
from portal.review import service as review
from portal.review.models import Case
from portal.sheets import erasing as sheets_erasing
from portal.sheets import pictures
from portal.sheets.models import Sheet
from tests.keeping.lives import after
from tests.registration.changes import NEW, begun, changed, decided, marked, of_sheet
from tests.registration.conftest import Approve
from tests.review.life import Life
from tests.sheets import shops


def due() -> list[str]:
    """The cases whose photos would go tonight."""
    with db.reading() as session:
        return [step.due.subject for step in retention.steps(session) if step.rule.key == "photos"]


def clear() -> None:
    """Let them go."""
    for case_id in due():
        with db.writing() as session:
            erasing.photos_go(session, case_id)


def photos_of(case: Case) -> set[str]:
    """The photos of a seller that are still there."""
    with db.reading() as session:
        return pictures.kept(session, case.seller_id)


def test_photos_that_are_replaced_stay_until_the_decision_and_the_new_ones_keep_their_own_days(
    approve: Approve, life: Life
) -> None:
    after(0)
    case = approve()
    old = shops.known(case.sheet_id)["shop_picture"]
    after(88)
    sheet_id = begun(case)
    with db.writing() as session:
        new = pictures.add(session, session.get_one(Sheet, sheet_id), "shop_picture", pictures.store(shops.photo()))
    shops.answer(sheet_id, "shop", shop_picture=new)
    shops.send(sheet_id)
    after(92)
    assert due() == []
    decided(life, of_sheet(sheet_id), review.approve)
    assert due() == [case.id]
    clear()
    assert (photos_of(case), shops.known(case.sheet_id)["shop_picture"]) == ({new}, new)
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{case.id}")
    assert {img.get("src") for img in page.all("img") if "/photos/" in img.get("src")} == {f"/photos/{new}?size=small"}
    after(92 + 91)
    assert due() == [of_sheet(sheet_id).id]
    clear()
    assert (photos_of(case), shops.known(case.sheet_id)["shop_picture"], old != new) == (set(), GONE, True)


def test_photos_that_went_need_not_be_given_again(approve: Approve, life: Life) -> None:
    after(0)
    case = approve("sole_trader", licence_ends="never")
    after(91)
    clear()
    sheet_id = begun(case)
    assert shops.known(sheet_id)["licence_photo"] == GONE
    shops.answer(sheet_id, "shop", shop_name=NEW)
    page = life.reader(Actor("seller", case.seller_id)).get(f"/sheets/{sheet_id}/check")
    assert ("（照片已删）" in page.words(), [img for img in page.all("img") if "/photos/" in img.get("src")]) == (
        True,
        [],
    )
    shops.send(sheet_id)
    change = of_sheet(sheet_id)
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{change.id}")
    assert marked(page) == ["店名"]


def test_a_draft_of_a_change_says_so_when_the_photos_go_meanwhile(approve: Approve) -> None:
    after(0)
    case = approve()
    after(89)
    sheet_id = begun(case)
    after(91)
    clear()
    assert shops.known(sheet_id)["shop_picture"] == GONE


def test_a_change_left_lying_goes_like_any_draft(approve: Approve) -> None:
    after(0)
    case = approve()
    sheet_id = begun(case)
    after(181)
    with db.reading() as session:
        rows = sheets_erasing.resting(session, db.now(), "")
    assert [row.subject for row in rows] == [sheet_id]


def test_a_consent_taken_back_is_not_given_again_by_a_change(approve: Approve, life: Life) -> None:
    case = approve(consent_publishing=["yes"])
    with db.writing() as session:
        accounts.withdraw(session, case.seller_id, "publishing")
    changed(life, case)
    with db.reading() as session:
        assert "publishing" not in [each.name for each in accounts.held(session, case.seller_id)]


@pytest.mark.parametrize("open_", ["draft", "sent", "approved"])
def test_whoever_is_forgotten_is_forgotten_with_the_changes(approve: Approve, life: Life, open_: str) -> None:
    case = approve()
    sheet_id = begun(case)
    if open_ != "draft":
        shops.answer(sheet_id, "shop", shop_name=NEW)
        shops.send(sheet_id)
    if open_ == "approved":
        decided(life, of_sheet(sheet_id), review.approve)
    with db.writing() as session:
        keeping.erase(session, case.seller_id)
    with db.reading() as session:
        left = session.exec(select(Sheet)).all()
        assert [(each.answers, each.seller_id, each.once_key) for each in left] == [({}, "", None)] * len(left)
        assert [case.desk for case in session.exec(select(Case))] == ["erased"] * (1 if open_ == "draft" else 2)
        assert session.exec(select(Notice).where(Notice.person_id == case.seller_id)).all() == []


def test_my_data_shows_a_change_once_and_not_what_it_began_with(approve: Approve, life: Life) -> None:
    case = approve()
    changed(life, case)
    with db.reading() as session:
        parts = sheets_erasing.held(session, case.seller_id)
    assert len([part for part in parts if "交的" in part.title or "交上" in part.title]) == 2
