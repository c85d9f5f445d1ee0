"""What the seller reads before sending: every finding, its reason and the way to its field; none, and it says so."""

import pytest
from flask import Flask

from portal import db
from portal.access import ANYONE, Actor
from portal.questions import service as library
from portal.review import remarks
from portal.review import service as review
from portal.sheets import lookover
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.reader import Page
from tests.review.life import Life
from tests.sheets import shops
from tests.statements import statements

CLEAN = "我们自己看了一遍，没有看到要改的。"


def checked(app: Flask, kind: str = "household", **known: object) -> Page:
    """The last page before sending."""
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id, kind, **known)
    return life.reader(seller).get(f"/sheets/{sheet_id}/check")


def test_nothing_found_is_said_plainly(app: Flask) -> None:
    page = checked(app)
    assert (CLEAN in page.words(), "改 称呼" in page.words()) == (True, True)


def test_each_finding_leads_to_its_field_and_says_why_and_how(app: Flask) -> None:
    page = checked(app, "sole_trader", called=None, licence_ends="2020-01-01", goods=[{"what": "治病的椪柑"}])
    sheet = next(form.get("action") for form in page.all("form")).removesuffix("/send")
    assert [link for link in page.links() if "?faults" in link] == [
        f"{sheet}/called?faults#called",
        f"{sheet}/licence?faults#licence_ends",
        f"{sheet}/goods?faults#goods.0.what",
    ]
    reason = library.library().reasons["EXPIRY"]
    assert f"常这样退回来：{reason.meaning}。{reason.mend}" in page.words()
    shown = [img.get("src") for img in page.all("img") if "/drawings/" in img.get("src")]
    assert shown == [f"/guides/drawings/{name}.svg" for name in (reason.good, reason.bad)]
    assert CLEAN not in page.words()


def test_a_finding_in_a_table_names_its_row_and_leads_to_its_cell(app: Flask) -> None:
    page = checked(app, goods=[{"what": "治病的椪柑"}, {"what": "茶"}, {"what": "治病的茶"}])
    found = {link.text.partition("：")[0]: link.get("href") for link in page.all("a") if "?faults" in link.get("href")}
    sheet = next(form.get("action") for form in page.all("form")).removesuffix("/send")
    assert found == {
        "“一样一样写出来，第 1 行，叫什么”": f"{sheet}/goods?faults#goods.0.what",
        "“一样一样写出来，第 3 行，叫什么”": f"{sheet}/goods?faults#goods.2.what",
    }


def test_a_label_that_says_what_the_heading_says_is_not_read_twice(app: Flask) -> None:
    page = checked(app)
    headings = {heading.text for heading in page.all("h2")}
    repeated = [term for term in page.all("dt") if term.text in headings]
    assert [(term.text, term.get("class")) for term in repeated] == [("您卖的是哪一种？", "away")]


BEGINNINGS = {
    "zh_Hans": {
        "called": "请写一个称呼",
        "licence_ends": "“执照到哪天”：这张执照",
        "declaration": "“我声明”：请看一遍",
    },
    "en": {
        "called": "Please write a name",
        "licence_ends": "“Business licence valid until”: This",
        "declaration": "“I declare”: Pl",
    },
}


@pytest.mark.parametrize("language", BEGINNINGS)
def test_each_finding_names_its_question_once(app: Flask, language: str) -> None:
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id, "sole_trader", called=None, licence_ends="2020-01-01", declaration=None)
    page = life.reader(seller).get(f"/sheets/{sheet_id}/check?lang={language}")
    said = {link.get("href").partition("#")[2]: link.text for link in page.all("a") if "?faults#" in link.get("href")}
    expected = BEGINNINGS[language]
    assert {key: said[key][: len(begins)] for key, begins in expected.items()} == expected


def test_the_field_itself_says_what_was_found(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id, "sole_trader", goods=[{"what": "治病的椪柑"}])
    page = life.reader(seller).get(f"/sheets/{sheet_id}/goods?faults")
    assert "“治病”不能用" in shops.advice(page, "goods.0.what")


def test_a_word_in_the_name_is_told_with_the_reason_of_the_name(app: Flask) -> None:
    words = checked(app, shop_name="最好的椪柑").words()
    assert ("常这样退回来：店名里有不能用的词" in words, "这句话里有不能说的" in words) == (True, False)


def test_a_reason_is_told_once_however_often_it_fits(app: Flask) -> None:
    page = checked(app, shop_sentence="全县最好，全国第一", goods=[{"what": "治病的椪柑"}])
    assert (page.words().count("这句话里有不能说的"), len([url for url in page.links() if "?faults" in url])) == (1, 3)


def test_a_question_says_what_its_answer_is_sent_back_for(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    page = life.reader(seller).get(f"/sheets/{shops.filled(seller.id, 'sole_trader')}/licence")
    said = [" ".join("".join(each.itertext()).split()) for each in page.all("summary")]
    assert said == [
        "最常退回来的：号码和照片上的对不上；选错了卖家的种类",
        "最常退回来的：名字和执照或证书上的不一样",
        "最常退回来的：证照过期了，或者快到期了",
        "最常退回来的：照片看不清；照片上有水印；照片像是修过的",
    ]
    assert {img.get("loading") for img in page.all("img") if "/drawings/" in img.get("src")} == {"lazy"}


def test_looking_over_needs_few_statements_and_is_complete_in_english(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id, "company", licence_name="果园", goods=[{"what": "治病的椪柑"}])
    reader = life.reader(seller)
    reader.get(f"/sheets/{sheet_id}/check?lang=en")
    with statements() as seen:
        page = reader.get(f"/sheets/{sheet_id}/check")
    assert (page.tree.get("lang"), len(seen) <= 4) == ("en", True), seen
    with statements() as seen:
        reader.get(f"/sheets/{sheet_id}/licence?faults")
    assert len(seen) <= 4, seen


def test_without_a_noun_the_questions_alone_speak(app: Flask) -> None:
    sheet_id = shops.filled(Life(app).seller().id, called=None)
    before = lookover._findings[:]
    lookover._findings.clear()
    try:
        with db.reading() as session:
            found = lookover.over(session, session.get_one(Sheet, sheet_id), ANYONE)
    finally:
        lookover._findings[:] = before
    assert [fault.key for fault in found] == ["called"]


def sent_back(life: Life, *keys: str) -> tuple[Actor, str]:
    """An application in which the office asks for these answers to be mended."""
    seller, officer = life.seller(), life.staff("reviewer")
    sheet_id = shops.filled(seller.id)
    shops.send(sheet_id)
    with db.reading() as session:
        case = review.of_sheet(session, sheet_id)
    assert case
    life.do(review.take, case, officer)
    for key in keys:
        life.do(remarks.remark, case, officer, key=key, reason="SHOPNAME", words="请按村名起。")
    life.do(review.send_back, case, officer)
    return seller, sheet_id


def left(page: Page) -> list[str]:
    """The addresses of what the office asked for and is still as it was."""
    return [link for link in page.links() if "#" in link and "check" not in link and "/sheets/" in link]


def test_what_the_office_asked_for_and_is_as_it_was_is_named_with_its_reason(app: Flask) -> None:
    life = Life(app)
    seller, sheet_id = sent_back(life, "shop_name", "shop_sentence")
    reader = life.reader(seller)
    page = reader.get(f"/sheets/{sheet_id}/check")
    assert left(page) == [f"/sheets/{sheet_id}/shop#shop_name", f"/sheets/{sheet_id}/shop#shop_sentence"]
    reason = library.library().reasons["SHOPNAME"]
    assert f"县里的话 {reason.meaning}。 {reason.mend} 请按村名起。" in page.words()
    assert ("县里要改的，还有 2 处没动" in page.words(), CLEAN in page.words()) == (True, False)
    shops.answer(sheet_id, "shop", shop_name="九潮新名字")
    page = reader.get(f"/sheets/{sheet_id}/check")
    assert (left(page), "还有 1 处没动" in page.words()) == ([f"/sheets/{sheet_id}/shop#shop_sentence"], True)
    shops.answer(sheet_id, "shop", shop_sentence="坡上种的。")
    page = reader.get(f"/sheets/{sheet_id}/check")
    assert (left(page), CLEAN in page.words()) == ([], True)


def test_what_is_as_it_was_is_sent_only_when_the_seller_says_that_it_is_right(app: Flask) -> None:
    life = Life(app)
    seller, sheet_id = sent_back(life, "shop_name")
    with pytest.raises(sheets.Untouched), db.writing() as session:
        sheets.send(session, session.get_one(Sheet, sheet_id), by=seller.id)
    reader = life.reader(seller)
    reader.get(f"/sheets/{sheet_id}/check")
    page = reader.submit(0)
    assert (page.url, len(shops.submissions(sheet_id))) == (f"/sheets/{sheet_id}/check?untouched", 1)
    assert "和上次交的一样" in shops.fault(page, "as_it_is")
    reader.submit(0, as_it_is="yes")
    assert len(shops.submissions(sheet_id)) == 2


def test_a_tick_that_stands_is_kept_while_another_is_asked_for(app: Flask) -> None:
    life = Life(app)
    seller, sheet_id = sent_back(life, "shop_name")
    for address, kept in (("?unread", []), ("?unread&as_it_is", ["as_it_is"])):
        page = life.reader(seller).get(f"/sheets/{sheet_id}/check{address}")
        assert [box.get("name") for box in page.all("input") if box.get("checked") is not None] == kept
