"""Looking cases up in one field."""

import pytest
from sqlmodel import Session

from portal import db
from portal.access import Actor
from portal.review import queue
from portal.review.models import Case
from portal.review.queue import Wanted
from portal.sheets.models import Finding
from tests.review.life import CONGJIANG, LIPING, Life

CODE = "92522631MA0000007P"


def found(actor: Actor, words: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        rows, _ = queue.page(session, actor, Wanted(words=words))
        return [(row.title, row.matched) for row in rows]


def test_a_shop_is_found_by_a_part_of_its_name_whatever_its_state(life: Life) -> None:
    officer = life.staff("reviewer")
    life.sent(name="九潮高山椪柑")
    life.in_state("approved", officer)
    life.sent(name="100%纯糯米")
    assert found(officer, "高山") == [("九潮高山椪柑", "shop"), ("九潮高山椪柑", "shop")]
    assert found(officer, "0%纯") == [("100%纯糯米", "shop")]
    assert (found(officer, "%"), found(officer, "_")) == ([("100%纯糯米", "shop")], [])


def test_several_words_find_a_shop_that_has_them_all_in_any_order(life: Life) -> None:
    officer = life.staff("reviewer")
    life.sent(name="九潮寨脚腊肉")
    life.sent(name="九潮高山椪柑")
    assert found(officer, "腊肉 九潮") == [("九潮寨脚腊肉", "shop")]


@pytest.mark.parametrize("change", ["{0}{1}", "{0}-{1}", " {0} {1} ", "{2}—{3}"])
def test_a_case_is_found_by_its_number_however_it_is_typed(life: Life, change: str) -> None:
    case = life.sent()
    life.sent()
    halves = case.number[:4], case.number[4:]
    typed = change.format(*halves, *(half.lower() for half in halves))
    assert found(life.staff("reviewer"), typed) == [("九潮高山椪柑", "number")]


def test_full_width_numbers_and_digits_are_understood(life: Life) -> None:
    case = life.sent(life.seller("13900001234"))
    wide = str.maketrans({chr(at): chr(at + 0xFEE0) for at in range(0x21, 0x7F)})
    officer = life.staff("reviewer")
    assert found(officer, case.number.translate(wide)) == [("九潮高山椪柑", "number")]
    assert found(officer, "1234".translate(wide)) == [("九潮高山椪柑", "phone")]


@pytest.mark.parametrize("typed", ["13900001234", "139 0000 1234", "+86-139-0000-1234", "１３９００００１２３４"])
def test_a_case_is_found_by_the_whole_phone_number_as_it_is_read_off_a_phone(life: Life, typed: str) -> None:
    life.sent(life.seller("13900001234"))
    life.sent(life.seller("13900011234"), name="高山果园")
    officer = life.staff("reviewer")
    assert found(officer, typed) == [("九潮高山椪柑", "whole_phone")]
    assert (found(officer, "13900001235"), found(life.staff("reviewer", place=CONGJIANG), typed)) == ([], [])


def test_four_digits_may_be_the_end_of_a_phone_or_a_part_of_a_name(life: Life) -> None:
    officer = life.staff("reviewer")
    life.sent(life.seller("13900002026"), name="高山果园")
    life.sent(life.seller("13900001111"), name="丰收2026")
    life.sent(life.seller("13900003333"), name="别的")
    assert found(officer, "2026") == [("丰收2026", "shop"), ("高山果园", "phone")]


def test_a_licence_is_found_by_its_code(life: Life) -> None:
    case = life.sent()
    with db.writing() as session:
        session.add(Finding(sheet_id=case.sheet_id, key="credit_code", value=CODE))
    officer = life.staff("reviewer")
    assert found(officer, CODE.lower()) == [("九潮高山椪柑", "code")]
    assert found(officer, f"{CODE[:8]} {CODE[8:]}") == [("九潮高山椪柑", "code")]
    assert found(officer, CODE[:17]) == []


def test_nothing_outside_the_places_of_the_person_is_found_by_anything(life: Life) -> None:
    case = life.sent(life.seller("13900001234"))
    with db.writing() as session:
        session.add(Finding(sheet_id=case.sheet_id, key="credit_code", value=CODE))
    for other in (life.staff("reviewer", place=CONGJIANG), Actor("staff", "x", "空", frozenset({"reviewer"}), ())):
        assert [found(other, words) for words in ("1234", CODE, case.number, "高山")] == [[]] * 4
    township = life.staff("reviewer", place="522631105")
    assert len(found(township, "1234")) == 1


def test_what_is_forgotten_or_practised_is_not_found(life: Life) -> None:
    for desk in ("practice", "erased"):
        case = life.sent()
        with db.writing() as session:
            _stand(session, case.seq or 0, desk)
    assert found(life.staff("reviewer"), "高山") == []


def _stand(session: Session, seq: int, desk: str) -> None:
    session.get_one(Case, seq).desk = desk


def test_the_page_says_what_matched_and_keeps_what_was_typed(life: Life) -> None:
    life.sent(life.seller("13900001234"))
    reader = life.reader(life.staff("reviewer", place=LIPING))
    page = reader.get("/desk/review/?words=1234")
    assert ("手机尾号对上了" in page.text, 'value="1234"' in page.text) == (True, True)
    assert "您管的地方没有查到" in reader.get("/desk/review/?words=9999").text
