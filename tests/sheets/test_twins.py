"""The same value in other sheets, and other sendings from the same phone number."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from portal import db
from portal.questions import service as library
from portal.questions.models import Page, Question, QuestionSet
from portal.sheets import service, twins
from portal.sheets.models import Finding, Sheet
from portal.sheets.twins import Twins
from tests.review.life import Life
from tests.sheets import shops


def test_the_same_code_in_what_somebody_else_sent_is_counted_and_no_draft(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id, "sole_trader")
    shops.filled(life.seller().id, "sole_trader")
    shops.send(shops.filled(life.seller().id, "sole_trader"))
    with db.reading() as session:
        wanted = service.set_of(session.get_one(Sheet, sheet_id))
        found, _ = twins.of(session, sheet_id, wanted, {"credit_code": shops.CODE})
    assert found == {twins.PHONE: Twins(), "credit_code": Twins(others=1)}


def test_what_stands_in_other_sheets_of_the_same_phone_is_told_apart(life: Life) -> None:
    seller, other = life.seller(), life.seller()
    first = shops.filled(seller.id, "sole_trader")
    shops.send(first)
    with db.writing() as session:
        service.close(session, session.get_one(Sheet, first), again=True)
    shops.send(shops.filled(other.id, "sole_trader", shop_name="另一家店"))
    second = shops.filled(seller.id, "sole_trader")
    with db.reading() as session:
        sheet = session.get_one(Sheet, second)
        found, photos = twins.of(session, second, service.set_of(sheet), service.answers(sheet))
        assert photos == twins.shots(session, second)
    assert found == {twins.PHONE: Twins(own=1), "credit_code": Twins(own=1, others=1), "shop_name": Twins(own=1)}


def test_a_sealed_answer_is_compared_by_its_keyed_hash(life: Life) -> None:
    asked = Question(key="mobile", kind="text", label="电话", personal=True, find="keyed", tail=4)
    calls = QuestionSet(key="calls", version=1, title="电话", page=(Page(key="one", title="电话", question=(asked,)),))
    known = library.library()
    library.setup(known.model_copy(update={"sets": {**known.sets, "calls": calls}}))
    made = []
    for number in ("13800005678", "13800005678", "13900001234"):
        seller = life.seller()
        with db.writing() as session:
            sheet = service.start(session, seller_id=seller.id, set_key="calls")
            service.answer(session, sheet, page=calls.page[0], given={"mobile": number}, by=sheet.seller_id)
            sheet.state = "sent"
            made.append(sheet.id)
    with db.reading() as session:
        found = [twins.of(session, id, calls, service.answers(session.get_one(Sheet, id)))[0]["mobile"] for id in made]
        stored = session.exec(select(Finding.value).where(Finding.key == "mobile")).all()
    assert (found, [value for value in stored if "138" in value]) == ([Twins(others=1), Twins(others=1), Twins()], [])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_table_is_read_from_end_to_end(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id, "sole_trader")
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    with db.reading() as session:
        sheet = session.get_one(Sheet, sheet_id)
        wanted, known = service.set_of(sheet), service.answers(sheet)
        event.listen(db.engine(), "before_cursor_execute", note)
        twins.of(session, sheet_id, wanted, known)
        event.remove(db.engine(), "before_cursor_execute", note)
        raw = session.connection().connection.cursor()
        raw.execute("EXPLAIN QUERY PLAN " + seen[0][0], seen[0][1])
        plan = [row[-1] for row in raw.fetchall()]
    assert (len(seen), [step for step in plan if step.startswith(("SCAN sheet", "SCAN photo", "SCAN finding"))]) == (
        1,
        [],
    )
