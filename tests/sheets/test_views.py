import pytest
from flask import Flask

from portal import db
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops


@pytest.fixture(params=["http", "https"])
def visitor(app: Flask, request: pytest.FixtureRequest) -> Reader:
    """A visitor, once over http and once over https."""
    return Reader(app, secure=request.param == "https")


@pytest.mark.parametrize(("kind", "steps"), [("household", shops.grower), ("sole_trader", shops.trader)])
def test_a_shop_is_filled_in_and_sent(visitor: Reader, kind: str, steps: shops.Steps) -> None:
    visitor.get(f"/registration/{kind}")
    shops.sign_in(visitor)
    sheet_id = shops.begin(visitor, kind)
    assert shops.fill(visitor, steps()).url == f"/sheets/{sheet_id}/check"
    assert visitor.submit().url == "/registration/mine?sent"
    with db.reading() as session:
        assert session.get_one(Sheet, sheet_id).state == "sent"
    assert len(shops.submissions(sheet_id)) == 1


def begun(life: Life, kind: str = "household") -> tuple[Reader, str]:
    """A seller who has just begun."""
    reader = life.reader(life.seller())
    return reader, shops.begin(reader, kind)


def done(life: Life, kind: str = "household", **known: object) -> tuple[Reader, str]:
    """A seller who has answered everything and not sent it yet."""
    seller = life.seller()
    return life.reader(seller), shops.filled(seller.id, kind, **known)


def test_a_page_left_empty_says_what_to_do_and_a_good_one_goes_on(life: Life) -> None:
    reader, sheet_id = begun(life)
    page = reader.submit(0, turn="next")
    assert (page.url, shops.fault(page, "ground")) == (
        f"/sheets/{sheet_id}/ground?faults",
        "请选一个。自家地里的东西，选第一个。",
    )
    assert reader.submit(0, turn="next", ground="own_produce").url == f"/sheets/{sheet_id}/place"


def test_faulty_answers_stay_as_typed_and_faults_show_only_when_asked_for(life: Life) -> None:
    reader, sheet_id = done(life, "sole_trader")
    reader.get(f"/sheets/{sheet_id}/licence")
    page = reader.submit(
        0, turn="next", credit_code="9252", **{"licence_ends.never": None, "licence_ends": "31.2.2027"}
    )
    assert (shops.value(page, "credit_code"), shops.value(page, "licence_ends")) == ("9252", "31.2.2027")
    assert page.one("licence_ends").get("type") == "text"
    assert shops.fault(page, "licence_ends") == "没有这一天。请写年、月、日，例如 20270301。"
    page = reader.get(f"/sheets/{sheet_id}/licence")
    assert (shops.fault(page, "credit_code"), shops.value(page, "credit_code")) == ("", "9252")


@pytest.mark.parametrize(
    ("typed", "kept", "said", "offered"),
    [
        ("92522631MA0000007", "92522631MA0000007", "17", []),
        ("92522631MA0000007PP", "92522631MA0000007PP", "19", []),
        ("92522631MA00O0007P", "92522631MA00O0007P", "O", [shops.CODE]),
        ("92522631MA00000P7P", "92522631MA00000P7P", "", []),
        ("92522631MA0000007Q", "92522631MA0000007Q", "", []),
    ],
)
def test_a_wrong_code_is_named_kept_and_where_possible_mended(
    life: Life, typed: str, kept: str, said: str, offered: list[str]
) -> None:
    reader, sheet_id = done(life, "sole_trader")
    reader.get(f"/sheets/{sheet_id}/licence")
    page = reader.submit(0, turn="next", credit_code=typed)
    assert (page.url.partition("?")[2], shops.known(sheet_id)["credit_code"]) == ("faults", kept)
    assert said in shops.fault(page, "credit_code") != ""
    assert shops.offers(page, "credit_code")[: len(offered)] == offered


@pytest.mark.parametrize(
    "typed", ["９２５２２６３１ＭＡ０００００００７Ｐ", " 92522631 MA0000007P ", "92522631-ma0000007p"]
)
def test_full_width_blanks_and_small_letters_are_read_as_meant(life: Life, typed: str) -> None:
    reader, sheet_id = done(life, "sole_trader")
    reader.get(f"/sheets/{sheet_id}/licence")
    typed = typed.replace("０００００００７", "００００００７")
    assert reader.submit(0, turn="next", credit_code=typed).url == f"/sheets/{sheet_id}/called"
    assert shops.known(sheet_id)["credit_code"] == shops.CODE


def test_the_offered_code_is_taken_by_its_button(life: Life) -> None:
    reader, sheet_id = done(life, "sole_trader")
    reader.get(f"/sheets/{sheet_id}/licence")
    reader.submit(0, turn="next", credit_code="92522631MA000OOO7P", licence_name="新名字")
    page = reader.submit(0, **{"use.credit_code": shops.CODE})
    assert (page.url, shops.value(page, "credit_code")) == (f"/sheets/{sheet_id}/licence", shops.CODE)
    assert (shops.known(sheet_id)["licence_name"], shops.offers(page, "credit_code")) == ("新名字", [])
    assert reader.submit(0, turn="next").url == f"/sheets/{sheet_id}/called"


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "已经过期"), (30, "不到三个月"), (400, "")], ids=["over", "soon over", "long"]
)
def test_advice_on_the_term_passes_at_the_second_press(life: Life, days: int, said: str) -> None:
    reader, sheet_id = done(life, "sole_trader")
    reader.get(f"/sheets/{sheet_id}/licence")
    ends = db.today().fromordinal(db.today().toordinal() + days).isoformat()
    page = reader.submit(0, turn="next", **{"licence_ends.never": None, "licence_ends": ends})
    if said:
        assert page.url == f"/sheets/{sheet_id}/licence?faults"
        assert (shops.advice(page, "licence_ends") != "", shops.fault(page, "licence_ends")) == (True, "")
        page = reader.submit(0, turn="next")
    assert page.url == f"/sheets/{sheet_id}/called"


def test_control_and_bidi_characters_are_taken_out(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/shop")
    reader.submit(
        0, turn="next", shop_name="九潮\u202e高\x00山\x07椪柑\u2066", shop_sentence="第一行\r\n第二行\x1b[31m"
    )
    assert [shops.known(sheet_id)[key] for key in ("shop_name", "shop_sentence")] == [
        "九潮高山椪柑",
        "第一行 第二行[31m",
    ]


def test_what_is_typed_is_never_markup(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/shop")
    typed = '"><script>1</script>'
    page = reader.submit(0, turn="later", shop_name=typed)
    assert "<script>1" not in reader.get(f"/sheets/{sheet_id}/shop").text
    assert shops.value(reader.page, "shop_name") == typed
    assert "<script>1" not in reader.get(f"/sheets/{sheet_id}/check").text
    assert page.url == f"/sheets/{sheet_id}"


def test_the_same_page_posted_twice_is_kept_once(life: Life) -> None:
    reader, sheet_id = done(life)
    page = reader.get(f"/sheets/{sheet_id}/shop")
    for _ in range(2):
        reader.page = page
        assert reader.submit(0, turn="next", shop_name="换的名", shop_picture=shops.upload()).status == 200
    assert (shops.known(sheet_id)["shop_name"], shops.photos(sheet_id)) == ("换的名", 2)


def test_sent_twice_is_sent_once(life: Life) -> None:
    reader, sheet_id = done(life)
    page = reader.get(f"/sheets/{sheet_id}/check")
    for _ in range(2):
        reader.page = page
        assert reader.submit().url == "/registration/mine?sent"
    assert len(shops.submissions(sheet_id)) == 1


def test_what_was_sent_is_shown_without_a_button_to_send_it(life: Life) -> None:
    reader, sheet_id = done(life)
    shops.send(sheet_id)
    page = reader.get(f"/sheets/{sheet_id}/check")
    assert (page.status, page.all("button"), "九潮高山椪柑" in page.words()) == (200, [], True)


def test_what_is_missing_is_listed_and_cannot_be_sent(life: Life) -> None:
    reader, sheet_id = begun(life)
    page = reader.get(f"/sheets/{sheet_id}/check")
    links = [link for link in page.links() if "?faults#" in link]
    assert links[:2] == [f"/sheets/{sheet_id}/ground?faults#ground", f"/sheets/{sheet_id}/place?faults#place"]
    assert ("go" in [button.get("class") for button in page.all("button")]) is False
    assert reader.post(f"/sheets/{sheet_id}/send").url == f"/sheets/{sheet_id}/check"
    assert shops.submissions(sheet_id) == []


def test_a_page_posted_after_sending_in_another_tab_is_told_so(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/shop")
    shops.send(sheet_id)
    page = reader.submit(0, turn="next", shop_name="太晚了", shop_picture=shops.upload())
    assert (page.status, "已经交上去了" in page.words() or "交上去" in page.words()) == (409, True)
    assert (shops.known(sheet_id)["shop_name"], shops.photos(sheet_id)) == ("九潮高山椪柑", 1)


def test_two_tabs_on_two_pages_both_keep_theirs(life: Life) -> None:
    reader, sheet_id = done(life)
    first, second = reader.get(f"/sheets/{sheet_id}/called"), reader.get(f"/sheets/{sheet_id}/shop")
    reader.page = first
    reader.submit(0, turn="next", called="老杨")
    reader.page = second
    reader.submit(0, turn="next", shop_name="两个窗口")
    assert [shops.known(sheet_id)[key] for key in ("called", "shop_name")] == ["老杨", "两个窗口"]


DROPPED = "那一页现在不用填了：在别的窗口里另选过了。在那一页上写的没有留下。"


def test_a_page_that_another_tab_made_needless_leads_back_to_the_list_that_says_so(life: Life) -> None:
    reader, sheet_id = done(life)
    assert DROPPED not in reader.get(f"/sheets/{sheet_id}").words()
    reader.get(f"/sheets/{sheet_id}/certificate")
    shops.answer(sheet_id, "goods", goods_kind=["craft"])
    page = reader.submit(0, turn="next", can_certify="no")
    assert (page.status, page.url, page.words().count(DROPPED)) == (200, f"/sheets/{sheet_id}?dropped", 1)
    assert shops.known(sheet_id)["can_certify"] == "yes"
    assert reader.get(f"/sheets/{sheet_id}/certificate").url == f"/sheets/{sheet_id}?dropped"
    assert reader.get(f"/sheets/{sheet_id}/nowhere").status == 404


def test_a_page_that_the_kind_chosen_in_another_tab_does_not_have_says_that_it_was_dropped(life: Life) -> None:
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id, "company")
    reader.get(f"/sheets/{sheet_id}/duties")
    with db.writing() as session:
        sheets.move(session, session.get_one(Sheet, sheet_id), "household")
    page = reader.submit(0, turn="next", keeps_records="no")
    assert (page.status, page.url, page.words().count(DROPPED)) == (200, f"/sheets/{sheet_id}?dropped", 1)
    assert reader.get(f"/sheets/{sheet_id}/duties").url == f"/sheets/{sheet_id}?dropped"


def test_an_autosave_keeps_and_says_nothing(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/shop")
    page = reader.post(f"/sheets/{sheet_id}/shop", {"asked": "shop_name", "shop_name": "自动存的"}, X_Autosave="1")
    assert (page.status, page.text, shops.known(sheet_id)["shop_name"]) == (200, "", "自动存的")
    assert page.response is not None
    assert page.response.headers["X-Go"] == f"/sheets/{sheet_id}/shop"


def test_a_page_that_asked_nothing_empties_nothing(life: Life) -> None:
    reader, sheet_id = done(life)
    before = shops.known(sheet_id)
    reader.get(f"/sheets/{sheet_id}/shop")
    assert reader.post(f"/sheets/{sheet_id}/shop", {"shop_sentence": "没问过的。"}).status == 200
    assert shops.known(sheet_id) == before


def test_an_autosave_takes_no_photo_away(life: Life) -> None:
    reader, sheet_id = done(life)
    before = shops.known(sheet_id)["shop_picture"]
    reader.get(f"/sheets/{sheet_id}/shop")
    slip = {"asked": "shop_picture", "shop_picture.remove": "1"}
    reader.post(f"/sheets/{sheet_id}/shop", slip, X_Autosave="1")
    assert shops.known(sheet_id)["shop_picture"] == before
    reader.get(f"/sheets/{sheet_id}/shop")
    reader.post(f"/sheets/{sheet_id}/shop", slip)
    assert "shop_picture" not in shops.known(sheet_id)


def test_back_keeps_what_is_on_the_page(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/called")
    page = reader.submit(0, turn="back", called="老杨")
    assert (page.url, shops.known(sheet_id)["called"]) == (f"/sheets/{sheet_id}/place", "老杨")


def test_our_script_is_told_where_to_go(life: Life) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/called")
    page = reader.post(f"/sheets/{sheet_id}/called", {"called": "老杨"}, X_Script="1")
    assert page.response is not None
    assert (page.status, page.response.headers["X-Go"]) == (200, f"/sheets/{sheet_id}/goods")


@pytest.mark.parametrize(
    ("turn", "leads"), [("later", ""), ("back", "/place"), ("nonsense", "/goods"), ("stay", "/called")]
)
def test_every_way_off_a_page_keeps_it(life: Life, turn: str, leads: str) -> None:
    reader, sheet_id = done(life)
    reader.get(f"/sheets/{sheet_id}/called")
    assert reader.submit(0, turn=turn, called="老杨").url == f"/sheets/{sheet_id}{leads}"
    assert shops.known(sheet_id)["called"] == "老杨"


def test_a_change_from_check_your_answers_leads_back_there(life: Life) -> None:
    reader, sheet_id = done(life)
    page = reader.get(f"/sheets/{sheet_id}/check")
    reader.get(next(link for link in page.links() if link.endswith("#called")).partition("#")[0])
    assert reader.submit(0, turn="next", called="老杨").url == f"/sheets/{sheet_id}/check"


def test_pages_that_are_not_there_are_not_found_and_one_that_is_not_asked_leads_to_the_list(life: Life) -> None:
    reader, sheet_id = done(life)
    assert [reader.get(f"/sheets/{sheet_id}/{key}").status for key in ("nonsense", "send", "shop%00")] == [404] * 3
    assert reader.get(f"/sheets/{sheet_id}/craft").url == f"/sheets/{sheet_id}?dropped"
    reader.get(f"/sheets/{sheet_id}/shop")
    assert reader.post(f"/sheets/{sheet_id}/nonsense").status == 404


def test_the_pages_are_complete_in_english(life: Life) -> None:
    reader, sheet_id = done(life)
    for path in ("", "/ground", "/place", "/goods?faults", "/shop?faults", "/consents", "/check"):
        page = reader.get(f"/sheets/{sheet_id}{path}{'&' if '?' in path else '?'}lang=en")
        assert (page.status, page.tree.get("lang")) == (200, "en")
