"""What the readiness check asks of whom, and where its pages lead."""

from flask import Flask

from tests.reader import Reader
from tests.registration.test_readiness import CHECK, GROWER, PLACE, answer
from tests.review.life import Life
from tests.sheets import shops


def test_a_page_that_another_answer_made_needless_leads_on(client: Reader) -> None:
    answer(client, [*GROWER, *PLACE])
    assert client.get(f"{CHECK}/licence").url == f"{CHECK}/result"
    assert client.get(f"{CHECK}/nothing").status == 404


def test_whoever_sells_too_much_without_a_licence_gets_it_first(client: Reader) -> None:
    much = ("ground", {"ground": "small_sum"}), ("ground", {"small_sum": "no"})
    words = answer(client, [GROWER[0], *much, ("goods", {"goods_kind": "made"}), *PLACE]).words()
    assert "零星卖别的，一年超过 10 万元的：先办营业执照（个体工商户）" in words


def test_small_things_of_others_stand_in_the_draft_as_they_were_answered(app: Flask) -> None:
    reader = Life(app).reader(Life(app).seller())
    little = ("ground", {"ground": "small_sum"}), ("ground", {"small_sum": "yes"})
    answer(reader, [GROWER[0], *little, ("goods", {"goods_kind": "made"}), *PLACE])
    at = next(at for at, form in enumerate(reader.page.all("form")) if form.get("action") == f"{CHECK}/begin")
    sheet_id = reader.submit(at).url.split("/")[2]
    assert shops.known(sheet_id)["goods_kind"] == ["made"]


def test_a_collective_is_not_asked_since_when_it_has_its_certificate(client: Reader) -> None:
    page = answer(client, [("kind", {"kind": "collective"})])
    assert [box.get("name") for box in page.all("input") if box.get("name", "").startswith("licence")] == [
        "licence_ends",
        "licence_ends.never",
    ]


def test_whoever_has_a_collectives_code_and_cannot_tell_is_asked_what_a_collective_is(client: Reader) -> None:
    told = ("kind", {"kind": "by_code"}), ("kind", {"credit_code": shops.CODES["collective"]})
    page = answer(client, [*told])
    assert (page.url, [box.get("name") for box in page.all("input") if box.get("name", "").startswith("licence")]) == (
        f"{CHECK}/licence",
        ["licence_ends", "licence_ends.never"],
    )
    words = answer(
        client, [*told, ("licence", {"licence_ends.never": "1"}), ("goods", {"goods_kind": "fresh"}), *PLACE]
    )
    assert "您登记的是： 村集体" in words.words()


def test_whoever_goes_back_sees_what_the_code_has_told_and_can_type_another(client: Reader) -> None:
    answer(client, [("kind", {"kind": "by_code"}), ("kind", {"credit_code": shops.CODES["company"]})])
    page = client.submit(0, turn="back")
    assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == ["company"]
    assert client.submit(0, turn="next").url == f"{CHECK}/licence"
    client.submit(0, turn="back")
    page = client.submit(0, turn="next", kind="by_code")
    assert (page.url, shops.value(page, "credit_code")) == (f"{CHECK}/kind", "")


def test_a_code_of_a_kind_that_is_not_taken_leads_to_the_office(client: Reader) -> None:
    page = answer(client, [("kind", {"kind": "by_code"}), ("kind", {"credit_code": "12522631MA00100028"})])
    said = "这一种我们还不收。" in page.words()
    assert (page.url, page.all("h1")[0].text, said) == (f"{CHECK}/result", "请给县里打个电话", True)


def test_another_body_is_sent_to_the_office(client: Reader) -> None:
    page = answer(client, [("kind", {"kind": "other"})])
    told = [note.text for note in page.all("p") if note.get("class") == "note"]
    assert (page.url, told) == (f"{CHECK}/result", ["这一种我们还不收。请打县里的电话，说您是什么单位、想卖什么。"])
    assert (page.all("h1")[0].text, "请打县里的电话" in page.words()) == ("请给县里打个电话", True)
    assert client.post(f"{CHECK}/begin").url.startswith("/accounts/sign-in")


def test_whoever_cannot_tell_the_kind_types_the_code_and_is_told(client: Reader) -> None:
    answer(client, [("kind", {"kind": "by_code"}), ("kind", {"credit_code": "93522631MA0000007X"})])
    assert (client.page.url, shops.offers(client.page, "credit_code")) == (
        f"{CHECK}/kind?faults",
        [shops.CODES["cooperative"]],
    )
    client.submit(0, turn=None, **{"use.credit_code": shops.CODES["cooperative"]})
    client.submit(0, turn="next")
    client.submit(0, turn="next", licence_age="old", **{"licence_ends.never": "1"})
    client.submit(0, turn="next", goods_kind="craft")
    for _, form in PLACE:
        client.submit(0, turn="next", **form)
    assert "您登记的是： 合作社" in client.page.words()
    client.submit()
    assert shops.known(shops.sign_in(client).url.split("/")[2])["credit_code"] == shops.CODES["cooperative"]


def test_in_english_too_a_kind_of_seller_is_one_seller(client: Reader) -> None:
    words = client.get(f"{CHECK}/kind?lang=en").words()
    assert [each in words for each in ("Sole trader", "Sole traders", "Farmers' cooperatives")] == [True, False, False]


def test_a_check_before_sign_in_asks_before_it_moves_a_draft_and_forgets_nothing(app: Flask) -> None:
    visitor, sheet_id = Reader(app), shops.filled(Life(app).seller("15400000001").id, "sole_trader")
    before = shops.known(sheet_id)
    answer(visitor, [*GROWER, *PLACE])
    visitor.submit()
    page = shops.sign_in(visitor)
    assert (page.url, shops.known(sheet_id)) == (f"{CHECK}/result", before)
    assert "您填了一半的是" in page.words()
    assert visitor.submit().url == f"/sheets/{sheet_id}"
    assert [shops.known(sheet_id)[key] for key in ("ground", "called")] == ["own_produce", "杨大姐"]
