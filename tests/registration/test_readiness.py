"""The readiness check: six plain questions before any sign-in, one's own list, and a draft that has the answers."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from portal import db, i18n
from portal.config import ROOT
from portal.questions import service as library
from portal.questions.models import Library, Ready
from portal.registration import readiness, service
from tests.reader import Page, Reader
from tests.review.life import Life
from tests.sheets import shops

Steps = list[tuple[str, shops.Form]]
CHECK = "/registration/check"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLACE: Steps = [("place", {"place": code}) for code in shops.STEPS_TO_PLACE]
GROWER: Steps = [
    ("kind", {"kind": "household"}),
    ("ground", {"ground": "own_produce"}),
    ("goods", {"goods_kind": "fresh"}),
]
COMPANY: Steps = [
    ("kind", {"kind": "company"}),
    ("licence", {"licence_age": "new"}),
    ("licence", {"licence_since": "2026-11-16", "licence_ends": "2027-01-10"}),
    ("goods", {"goods_kind": ["fresh", "processed", "packaged"]}),
    ("papers", {"food_paper": "none", "trade_paper": "filing"}),
]


def answer(reader: Reader, steps: Steps) -> Page:
    """Answer page after page of the check; each must be the one that is on screen."""
    reader.get(CHECK)
    for key, form in steps:
        assert reader.page.url.partition("?")[0] == f"{CHECK}/{key}", reader.page.url
        reader.submit(0, turn="next", **form)
    return reader.page


def judged(**answers: object) -> readiness.Result:
    """What the check finds on a Monday, with the same grounds otherwise."""
    db.set_now(MONDAY)
    known = {"kind": "company", "licence_age": "old", "licence_ends": "never", "goods_kind": ["fresh"], **answers}
    return readiness.judge({key: value for key, value in known.items() if value is not None})


def keys(rows: list[Ready]) -> list[str]:
    return [row.key for row in rows]


def todo(result: readiness.Result) -> list[str]:
    return keys([thing.row for thing in result.todo])


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_grower_has_a_list_after_five_questions_without_signing_in(app: Flask, secure: bool) -> None:
    visitor = Reader(app, secure=secure)
    page = answer(visitor, [*GROWER, *PLACE])
    assert (page.url, page.all("h1")[0].text) == (f"{CHECK}/result", "您的备证单")
    assert "照您答的，没有会被退回来的地方。" in page.words()
    assert "营业执照" not in page.words()


def test_a_company_learns_what_to_get_what_it_has_and_what_would_be_refused(client: Reader) -> None:
    db.set_now(MONDAY)
    words = answer(client, [*COMPANY, *PLACE]).words()
    said = [
        "您登记的是： 企业",
        "离到期不到 3 个月了",
        "没有证，自己加工、包好的吃的不能在网上卖",
        "大约 12 月 4 日以后",
        "每批开承诺达标合格证，存满 6 个月",
        "对公账户（平台要，我们不要）",
        "预包装食品备案，或者食品经营许可证（JY） ✓",
        "黎平县还没有人受理",
    ]
    assert [each for each in said if each not in words] == []


def test_the_check_is_complete_in_english(client: Reader) -> None:
    client.get(f"{CHECK}?lang=en")
    page = answer(client, [*COMPANY, *PLACE])
    assert (page.tree.get("lang"), page.all("h1")[0].text) == ("en", "Your list")


def test_nobody_types_again_what_the_check_asked(client: Reader) -> None:
    db.set_now(MONDAY)
    answer(client, [*COMPANY, *PLACE])
    client.submit()
    page = shops.sign_in(client)
    sheet_id = page.url.split("/")[2]
    assert (page.url, page.all("h1")[0].text) == (f"/sheets/{sheet_id}", "企业开店登记")
    assert shops.known(sheet_id) == {
        "place": shops.TOWNSHIP,
        "licence_ends": "2027-01-10",
        "goods_kind": ["fresh", "processed", "packaged"],
        "food_paper": "none",
        "trade_paper": "filing",
    }
    assert answer(client, []).url == f"{CHECK}/kind"
    assert [box for box in client.page.all("input") if box.get("checked") is not None] == []


def test_the_check_fills_a_draft_of_another_kind_and_keeps_what_it_had(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id, "sole_trader")
    answer(reader, [*GROWER, *PLACE])
    assert reader.submit().url == f"/sheets/{sheet_id}"
    known = shops.known(sheet_id)
    assert [known[key] for key in ("ground", "called", "shop_name")] == ["own_produce", "杨大姐", "九潮高山椪柑"]


def test_the_check_changes_nothing_of_what_was_sent(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id)
    shops.send(sheet_id)
    before = shops.known(sheet_id)
    for opened in (False, True):
        if opened:
            shops.reopen(sheet_id, "shop_name")
        answer(reader, [*COMPANY, *PLACE])
        reader.submit()
        assert shops.known(sheet_id) == before


def test_pressed_twice_it_begins_once(app: Flask) -> None:
    life = Life(app)
    reader = life.reader(life.seller())
    page = answer(reader, [*GROWER, *PLACE])
    first = reader.submit().url
    reader.page = page
    assert (reader.submit().url, reader.get("/registration/mine").url) == ("/registration/", first)


def test_an_answer_that_is_missing_is_asked_before_there_is_a_list(client: Reader) -> None:
    page = client.get(f"{CHECK}/result")
    assert (page.url, shops.fault(page, "kind")) == (f"{CHECK}/kind", "")
    answer(client, GROWER)
    assert client.get(f"{CHECK}/result").url == f"{CHECK}/place?faults"


def test_what_was_answered_stays_on_the_way_back_and_after_a_fault(client: Reader) -> None:
    answer(client, COMPANY[:2])
    page = client.submit(0, turn="next", licence_since="2099-01-01", **{"licence_ends.never": "1"})
    assert (page.url, shops.value(page, "licence_since")) == (f"{CHECK}/licence?faults", "2099-01-01")
    page = client.submit(0, turn="back")
    checked = [box.get("value") for box in page.all("input") if box.get("checked") is not None]
    assert (page.url, checked) == (f"{CHECK}/kind", ["company"])


def test_the_next_visitor_of_a_shared_phone_begins_anew(client: Reader) -> None:
    page = answer(client, [*GROWER, *PLACE])
    at = next(at for at, form in enumerate(page.all("form")) if form.get("action") == f"{CHECK}/again")
    client.submit(at)
    assert client.get(f"{CHECK}/result").url == f"{CHECK}/kind"


def test_a_check_of_another_version_of_the_library_breaks_nothing(client: Reader) -> None:
    with client.http.session_transaction(base_url=client.base) as cookie:
        cookie["check"] = {"kind": "gone", "goods_kind": "fresh", "place": 7, "nothing": ["x"], "licence_age": "new"}
    assert client.get(f"{CHECK}/result").url == f"{CHECK}/kind?faults"


def test_odd_input_is_told_at_its_field(client: Reader) -> None:
    client.get(CHECK)
    for odd in ("nonsense", "\0", "9" * 5000, "<b>"):
        page = client.submit(0, turn="next", kind=odd)
        assert (page.status, page.url, shops.fault(page, "kind") != "") == (200, f"{CHECK}/kind?faults", True)
    assert client.get(f"{CHECK}/nothing").status == 404


def test_the_list_holds_what_the_goods_need_in_the_order_of_the_file(app: Flask) -> None:
    fresh = todo(judged())
    assert fresh == [
        "phone",
        "company_licence",
        "scope",
        "quarantine",
        "certificate_duty",
        "records",
        "fresh_label",
        "account",
        "shop_name",
        "shop_picture",
    ]
    assert todo(judged(goods_kind=["craft"])) == [key for key in fresh if key not in fresh[3:7]]


@pytest.mark.parametrize(
    ("since", "day"),
    [("2026-11-16", date(2026, 12, 4)), ("2026-11-23", date(2026, 12, 11)), ("2026-11-03", None), ("bald", None)],
)
def test_a_new_licence_waits_fourteen_working_days(app: Flask, since: str, day: date | None) -> None:
    result = judged(licence_age="new", licence_since=since)
    assert [thing.day for thing in result.todo if thing.row.key == "company_licence"] == [day]


def test_an_answer_that_is_no_longer_asked_counts_no_more(app: Flask) -> None:
    assert judged(licence_since="2026-11-23").waiting == []


def test_a_licence_that_runs_long_enough_is_fine_already(app: Flask) -> None:
    assert [keys(list(judged(licence_ends=ends).fine)) for ends in ("never", "2031-01-01", "2026-12-01")] == [
        ["licence_term"],
        ["licence_term"],
        [],
    ]


def test_reselling_packed_food_without_a_licence_would_be_refused(app: Flask) -> None:
    result = judged(kind="household", ground="small_sum", small_sum="yes", goods_kind=["packaged"], trade_paper="none")
    assert (keys(result.lacking), todo(result)[1]) == (["first_licence"], "first_licence")


@pytest.mark.parametrize(
    ("answers", "refused", "look"),
    [
        ({"trade_paper": "jy"}, [], ["trade_paper"]),
        ({"trade_paper": "filing"}, [], []),
        ({"trade_paper": "none"}, ["trade_paper"], []),
        ({"kind": "collective", "goods_kind": ["processed"], "food_paper": "workshop"}, [], ["food_paper"]),
        ({"goods_kind": ["processed"], "food_paper": "none"}, ["food_paper"], []),
        ({"trade_paper": "jy", "licence_ends": "2026-12-20"}, ["licence_ends"], ["trade_paper"]),
    ],
)
def test_what_is_said_of_a_paper_that_is_there_refuses_nothing(
    app: Flask, answers: dict[str, object], refused: list[str], look: list[str]
) -> None:
    result = judged(**{"kind": "cooperative", "place": shops.TOWNSHIP, "goods_kind": ["fresh", "packaged"], **answers})
    assert ([fault.key for fault in result.refused], [fault.key for fault in result.look]) == (refused, look)


def test_a_mere_hint_stands_apart_and_nothing_would_be_refused(client: Reader) -> None:
    goods = ("goods", {"goods_kind": ["fresh", "packaged"]}), ("papers", {"trade_paper": "jy"})
    licence = ("licence", {"licence_age": "old", "licence_ends.never": "1"})
    page = answer(client, [("kind", {"kind": "cooperative"}), licence, *goods, *PLACE])
    assert [each.text for each in page.all("h2")][:1] == ["请再看一看"]
    assert "照您答的，没有会被退回来的地方。" in page.words()


@pytest.mark.parametrize("kind", ["nobody", "other", "readiness", ""])
def test_what_is_no_kind_of_seller_has_no_list(app: Flask, kind: str) -> None:
    assert (judged(kind=kind).kind, judged(kind=kind).todo) == (None, ())


@pytest.fixture
def own(app: Flask) -> Library:
    return library.read(ROOT / "portal" / "library")


def test_our_own_check_and_kinds_are_right(own: Library) -> None:
    assert service.problems(own, ROOT) == []


def test_what_the_check_and_the_kinds_lack_is_told(own: Library) -> None:
    lists, company = own.sets["readiness"], own.sets["company"]
    rows = (
        Ready(key="x", sets=("company", "gone"), what="甲", how="乙", source="丙", as_of=date(2026, 11, 1)),
        own.ready[0].model_copy(update={"only_if": {"colour": ("red",)}, "settled_by": "size"}),
    )
    odd = {
        "company": company.model_copy(update={"short": "", "about": {"order": [], "price": 1}}),
        "check": company.model_copy(update={"key": "check", "about": {"order": 9, "facts": ["gone"]}}),
        "readiness": lists,
    }
    with i18n.speaking("en"):
        told = service.problems(
            own.model_copy(update={"sets": odd, "ready": rows, "unread": frozenset({"household"})}), ROOT
        )
        without = service.problems(own.model_copy(update={"sets": {}, "ready": ()}), ROOT)
    assert told == [
        "registration/company.toml: “order” cannot be “[]”: Input should be a valid integer",
        "registration/company.toml: there is no field “price”",
        "registration/company.toml: “short” is missing",
        "registration/check.toml: there is no fact “gone”, and a page needs it",
        "registration/check.toml: this key is an address that we have already",
        "registration/readiness.toml, key kind: the kind of seller “check” is not among the options",
        "registration/ready.toml, key x: there is no set “gone”",
        *(
            f"registration/ready.toml, key phone: there is no set “{key}”"
            for key in ("sole_trader", "cooperative", "collective")
        ),
        "registration/ready.toml, key phone: the readiness check does not ask “colour”",
        "registration/ready.toml, key phone: the readiness check does not ask “size”",
    ]
    assert without == ["registration/readiness.toml: this set is missing, and a page needs it"]
