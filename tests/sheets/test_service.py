import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from portal import db, i18n, vault
from portal.accounts import service as accounts
from portal.accounts.models import Consent
from portal.registration import service as registration
from portal.sheets import service
from portal.sheets.models import Sheet
from tests.review.life import Life
from tests.sheets import shops


def consents(seller_id: str) -> dict[str, bool]:
    """The consents ever given by name, and whether they hold."""
    with db.reading() as session:
        rows = session.exec(select(Consent).where(Consent.person_id == seller_id)).all()
        return {row.name: row.withdrawn_at is None for row in rows}


def changeable(sheet_id: str) -> set[str]:
    """What may be changed now."""
    with db.reading() as session:
        sheet = session.get_one(Sheet, sheet_id)
        return service.changeable(sheet, service.answers(sheet))


def test_a_seller_has_one_open_application(life: Life) -> None:
    seller = life.seller()
    assert shops.filled(seller.id) == shops.filled(seller.id)


def test_a_draft_moves_to_the_sister_kind_with_its_answers(life: Life) -> None:
    seller = life.seller()
    sheet_id = shops.filled(seller.id)
    with db.writing() as session:
        moved = registration.begin(session, seller_id=seller.id, kind="sole_trader", leaves="household")
        assert (moved.id, moved.set_key) == (sheet_id, "sole_trader")
    known = shops.known(sheet_id)
    assert {key: known.get(key) for key in ("called", "place", "shop_name", "ground")} == {
        "called": "杨大姐",
        "place": shops.TOWNSHIP,
        "shop_name": "九潮高山椪柑",
        "ground": None,
    }


@pytest.mark.parametrize("leaves", ["", "company"])
def test_a_draft_of_a_kind_that_was_not_named_stays_as_it_is(life: Life, leaves: str) -> None:
    seller = life.seller()
    before = shops.known(shops.filled(seller.id))
    with db.writing() as session:
        begun = registration.begin(session, seller_id=seller.id, kind="sole_trader", leaves=leaves)
        assert (begun.set_key, service.answers(begun)) == ("household", before)


def test_an_application_that_was_sent_moves_nowhere(life: Life) -> None:
    seller = life.seller()
    shops.send(shops.filled(seller.id))
    with db.writing() as session:
        begun = registration.begin(session, seller_id=seller.id, kind="sole_trader", leaves="household")
        assert begun.set_key == "household"


def test_a_sheet_with_faults_is_not_sent(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.answer(sheet_id, "shop", shop_name=None)
    with pytest.raises(service.Unfinished):
        shops.send(sheet_id)
    assert shops.submissions(sheet_id) == []


def test_what_was_sent_cannot_be_answered_again(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    with pytest.raises(service.Locked):
        shops.answer(sheet_id, "called", called="老杨")
    assert shops.known(sheet_id)["called"] == "杨大姐"


def test_sent_twice_is_one_submission(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    assert shops.send(sheet_id).id == shops.send(sheet_id).id
    assert len(shops.submissions(sheet_id)) == 1


def test_only_what_was_remarked_changes_after_a_sending_back(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    shops.reopen(sheet_id, "shop_name")
    shops.answer(sheet_id, "shop", shop_name="新的名", shop_sentence="新的话。")
    with pytest.raises(service.Locked):
        shops.answer(sheet_id, "called", called="老杨")
    assert [shops.known(sheet_id)[key] for key in ("shop_name", "shop_sentence", "called")] == [
        "新的名",
        "自家坡上种的。",
        "杨大姐",
    ]


def test_a_page_without_anything_to_mend_is_passed_by_unchanged(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    shops.reopen(sheet_id, "shop_name")
    shops.answer(sheet_id, "called", called=None)
    assert shops.known(sheet_id)["called"] == "杨大姐"


def test_what_a_mended_answer_brings_with_it_stays_open_until_it_is_sent(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    shops.reopen(sheet_id, "goods_kind")
    shops.answer(sheet_id, "goods", goods_kind=["fresh", "processed"])
    for paper, number in (("sc", "SC11452263100014"), ("workshop", "黔作坊 1")):
        shops.answer(sheet_id, "food_paper", food_paper=paper)
        shops.answer(
            sheet_id, "food_paper_details", workshop_number=number, sc_number=number, food_paper_ends="2027-01-01"
        )
        shops.answer(sheet_id, "food_paper_details", food_paper_ends="2030-01-01")
    known = shops.known(sheet_id)
    assert (known["food_paper"], known["workshop_number"], known["food_paper_ends"]) == (
        "workshop",
        "黔作坊 1",
        "2030-01-01",
    )
    assert changeable(sheet_id) & {"called", "place", "goods", "shop_name"} == set()


def test_sending_again_makes_a_second_round_and_tells_what_changed(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    shops.reopen(sheet_id, "shop_name", "called")
    shops.answer(sheet_id, "shop", shop_name="新的名")
    shops.answer(sheet_id, "called", called="老杨")
    shops.send(sheet_id)
    first, second = shops.submissions(sheet_id)
    told = {key: (old and old.words, new and new.words) for key, (old, new) in service.changed(first, second).items()}
    assert (first.round, second.round) == (1, 2)
    assert told == {"called": ("杨大姐", "老杨"), "shop_name": ("九潮高山椪柑", "新的名")}


def test_a_submission_stays_as_it_was_sent(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    before = shops.submissions(sheet_id)[0].model_dump()
    shops.reopen(sheet_id, "shop_name", "called")
    shops.answer(sheet_id, "shop", shop_name="新的名")
    shops.answer(sheet_id, "called", called="老杨")
    shops.send(sheet_id)
    assert shops.submissions(sheet_id)[0].model_dump() == before
    assert len(before["digest"]) == 64


def test_lines_are_read_in_the_reader_s_language(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id)
    shops.send(sheet_id)
    sent = shops.submissions(sheet_id)[0]
    said = {}
    for language in ("zh_Hans", "en"):
        with i18n.speaking(language):
            said[language] = {line.key: line.words for line in service.lines(sent)}
    assert (said["zh_Hans"]["can_certify"], said["en"]["can_certify"]) == ("是", "Yes")
    assert (said["zh_Hans"]["called"], said["en"]["called"]) == ("杨大姐", "杨大姐")
    assert said["zh_Hans"].keys() == said["en"].keys()
    assert said["en"]["consent_processing"].isascii()


def test_only_ticked_boxes_become_consents(life: Life) -> None:
    seller = life.seller()
    shops.send(shops.filled(seller.id, consent_publishing=["yes"]))
    assert consents(seller.id) == {"processing": True, "publishing": True}


def test_a_consent_taken_back_stays_taken_back_when_mended_answers_are_sent(life: Life) -> None:
    seller = life.seller()
    sheet_id = shops.filled(seller.id, consent_publishing=["yes"])
    shops.send(sheet_id)
    with db.writing() as session:
        accounts.withdraw(session, seller.id, "publishing")
    shops.reopen(sheet_id, "shop_name")
    shops.send(sheet_id)
    assert consents(seller.id) == {"processing": True, "publishing": False}


def test_a_box_unticked_before_sending_again_takes_the_consent_back(life: Life) -> None:
    seller = life.seller()
    sheet_id = shops.filled(seller.id, consent_publishing=["yes"])
    shops.send(sheet_id)
    shops.reopen(sheet_id, "consent_publishing")
    shops.answer(sheet_id, "consents", consent_publishing=None)
    shops.send(sheet_id)
    assert consents(seller.id) == {"processing": True, "publishing": False}


def test_a_sheet_is_found_by_what_the_set_says(life: Life) -> None:
    sheet_id = shops.filled(life.seller().id, "sole_trader")
    assert shops.finds(sheet_id) == {"credit_code": shops.CODE, "shop_name": "九潮高山椪柑"}
    shops.answer(sheet_id, "shop", shop_name=None)
    assert shops.finds(sheet_id) == {"credit_code": shops.CODE}


def test_personal_answers_stand_nowhere_in_the_database_in_clear(life: Life) -> None:
    seller = life.seller("15499887766")
    sheet_id = shops.filled(seller.id, called="韦独一无二")
    shops.send(sheet_id)
    shops.reopen(sheet_id, "called")
    shops.answer(sheet_id, "called", called="韦绝无仅有")
    shops.send(sheet_id)
    everything = rows()
    hidden = [word for name in ("韦独一无二", "韦绝无仅有", "15499887766") for word in (name, json.dumps(name)[1:-1])]
    assert [word for word in hidden if word in everything or word.encode().hex() in everything] == []
    assert shops.known(sheet_id)["called"] == "韦绝无仅有"


def rows() -> str:
    """Every value of every table of the database, bytes as hex, those of the jobs too."""
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if db.engine().dialect.name == "sqlite"
        else "SELECT '\"' || table_schema || '\".\"' || table_name || '\"' FROM information_schema.tables "
        "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    )
    with db.engine().connect() as connection:
        tables = connection.execute(text(names)).scalars().all()
        found = [value for name in tables for row in connection.execute(text(f"SELECT * FROM {name}")) for value in row]
    return "\n".join(_as_text(value) for value in found)


def _as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex() + bytes(value).decode("latin-1")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def test_a_sealed_answer_opens_only_in_its_own_row(app: Flask, life: Life) -> None:
    one, other = shops.filled(life.seller().id), shops.filled(life.seller().id)
    with db.reading() as session:
        sealed = session.get_one(Sheet, one).sealed
        assert sealed is not None
        with pytest.raises(vault.Unsealable):
            vault.unseal(sealed, f"sheet:{other}:answers")


def test_who_typed_is_kept_for_each_answer(life: Life) -> None:
    sheet_id = shops.filled((seller := life.seller()).id)
    with db.writing() as session:
        sheet = session.get_one(Sheet, sheet_id)
        page = service.set_of(sheet).pages["called"]
        service.answer(session, sheet, page=page, given={"called": "老杨"}, by="officer")
    with db.reading() as session:
        typed = session.get_one(Sheet, sheet_id).typed_by
    assert (typed["called"], typed["shop_name"]) == ("officer", seller.id)


def test_a_closed_sheet_makes_room_for_a_new_one(life: Life) -> None:
    seller = life.seller()
    first = shops.filled(seller.id)
    shops.send(first)
    with db.writing() as session:
        service.close(session, session.get_one(Sheet, first), again=True)
    with db.writing() as session:
        again = registration.begin(session, seller_id=seller.id, kind="household")
        assert (again.id == first, again.state, again.answers["goods"]) == (False, "draft", [{"what": "椪柑"}])
    assert _sheets(seller.id) == 2


def _sheets(seller_id: str) -> int:
    with db.reading() as session:
        return len(service.of_seller(session, seller_id)) if isinstance(session, Session) else 0


def test_of_two_starts_at_once_there_is_one_sheet(app: Flask) -> None:
    def start(seller_id: str) -> str:
        with db.writing() as session:
            return registration.begin(session, seller_id=seller_id, kind="household").id

    with ThreadPoolExecutor(2) as both:
        counts = [len(set(both.map(start, [f"seller-{at}"] * 2))) for at in range(10)]
    assert counts == [1] * 10


def test_a_draft_of_an_older_version_asks_for_changed_consents_anew(app: Flask) -> None:
    sheet_id = shops.filled("a-seller")
    with db.writing() as session:
        session.get_one(Sheet, sheet_id).version = 0
    known = shops.known(sheet_id)
    assert ("consent_processing" in known, known["shop_name"]) == (False, "九潮高山椪柑")
