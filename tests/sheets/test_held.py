"""A sheet held by its columns, while its page is shown or answered."""

from portal import db
from portal.registration import service as registration
from portal.sheets import held, service
from portal.sheets.models import Sheet
from tests.review.life import Life
from tests.sheets import shops


def test_a_sheet_held_by_its_columns_takes_answers_as_the_row_does(life: Life) -> None:
    rows = []
    for by_columns in (False, True):
        seller = life.seller()
        with db.writing() as session:
            sheet_id = registration.begin(session, seller_id=seller.id, kind="household").id
        with db.writing() as session:
            row = session.get_one(Sheet, sheet_id)
            sheet = held.of(session, sheet_id, seller.id, to_write=True) if by_columns else row
            assert sheet is not None
            page = next(page for page in service.set_of(sheet).page if any(each.personal for each in page.question))
            given = {each.key: shops.KNOWN.get(each.key) for each in page.question if each.kind != "photo"}
            service.answer(session, sheet, page=page, given=given, by="helper")
            session.flush()
            session.expire_all()
            row = session.get_one(Sheet, sheet_id)
            facts = row.model_dump(exclude={"id", "seller_id", "once_key", "sealed", "made_at", "changed_at"})
            rows.append((facts, service.answers(row), row.changed_at > row.made_at))
    assert (rows[0], rows[0][2]) == (rows[1], True)


def test_nobody_elses_sheet_is_held(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    with db.reading() as session:
        assert held.of(session, sheet_id, life.seller().id) is None
