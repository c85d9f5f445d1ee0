"""How a shop stands on the platform: what can be told, by whom, and what stays of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.access import Actor
from portal.i18n import Refusal
from portal.questions import service as questions
from portal.registration import platform
from portal.registration.models import STANDINGS, SentBack, Shop
from portal.registration.platform import Told
from portal.review import events, happenings
from portal.review.models import Case
from tests.registration.conftest import Approve
from tests.review.life import CONGJIANG, Life

LINK = "https://v.douyin.com/abc"


def owner(case: Case) -> Actor:
    """The seller of a case."""
    return Actor("seller", case.seller_id)


def tell(case: Case, told: Told, by: Actor | None = None, version: int | None = None) -> str:
    """Tell in a transaction of its own; returns how the shop stands then, or the name of the refusal."""
    try:
        with db.writing() as session:
            shop = session.get(Shop, case.id)
            known = version if version is not None else shop.version if shop else 0
            return platform.tell(session, case, by=by or owner(case), version=known, told=told).state
    except Refusal as refusal:
        return type(refusal).__name__


def opened(case: Case, **more: str) -> Told:
    """The telling that a shop is open."""
    return Told("open", db.today(), name=more.get("name", "九潮高山椪柑"), link=more.get("link", LINK))


def shop(case: Case) -> Shop | None:
    """What is kept of a shop."""
    with db.reading() as session:
        return session.get(Shop, case.id)


def history(case: Case) -> list[list[str]]:
    """What was told, with by whom."""
    with db.reading() as session:
        return [[step.who, *step.more] for step in happenings.afterwards(session, case.id)]


def test_from_every_state_what_can_be_told_is_what_the_table_says(approve: Approve, life: Life) -> None:
    paths = {
        "not_yet": [],
        "sent": [Told("sent")],
        "refused": [Told("refused", db.today(), reason="BLUR")],
        "open": [Told("open", db.today(), name="店")],
    }
    every = {told[-1].to: told[-1] for told in paths.values() if told} | {"not_yet": Told("not_yet")}
    for state, path in paths.items():
        for to, told in every.items():
            case = approve()
            assert [tell(case, step) for step in path] == [step.to for step in path]
            assert tell(case, told) == (to if to in STANDINGS[state].leads else "NotNext"), (state, to)


def test_a_shop_that_opens_keeps_its_name_day_and_link(approve: Approve) -> None:
    case, other = approve(), approve()
    assert tell(case, opened(case)) == "open"
    found = shop(case)
    assert found is not None
    assert (found.name, found.link, found.opened_on, found.told_name) == ("九潮高山椪柑", LINK, db.today(), "")
    with db.reading() as session:
        assert platform.opened_on(session, [case.id, other.id, "nobody"]) == {case.id: db.today()}
    assert tell(case, Told("sent")) == "sent"
    with db.reading() as session:
        assert platform.opened_on(session, [case.id]) == {}


def test_a_refusal_is_kept_with_its_reason_words_and_day_and_can_be_told_twice(approve: Approve) -> None:
    case = approve()
    first = Told("refused", date(2026, 11, 1), reason="BLUR", words="照片模糊")
    again = Told("refused", date(2026, 11, 9), reason="NAME")
    assert [tell(case, told) for told in (Told("sent"), first, Told("sent"), again)] == ["sent", "refused"] * 2
    with db.reading() as session:
        rows = session.exec(select(SentBack).order_by(SentBack.version)).all()  # type: ignore[arg-type]
        kept = [(row.version, row.reason, platform.words_of(row), row.day) for row in rows]
        record = platform.of_case(session, case.id)
    assert kept == [(2, "BLUR", "照片模糊", date(2026, 11, 1)), (4, "NAME", "", date(2026, 11, 9))]
    assert record is not None
    assert record.refused is not None
    assert record.refused.reason is not None
    assert (record.refused.reason.code, record.refused.day) == ("NAME", date(2026, 11, 9))
    assert b"\xe7\x85\xa7" not in (rows[0].words or b"")


def test_a_double_tap_tells_once_and_another_page_is_told_what_was_said(approve: Approve, life: Life) -> None:
    case, helper = approve(), life.staff("helper")
    refused = Told("refused", db.today(), reason="BLUR", words="糊")
    assert [tell(case, refused, version=0) for _ in range(2)] == ["refused"] * 2
    assert tell(case, Told("refused", db.today(), reason="NAME"), version=0) == "Meanwhile"
    assert tell(case, refused, helper, version=0) == "Meanwhile"
    assert tell(case, Told("sent"), version=0) == "Meanwhile"
    assert [tell(case, opened(case), version=1) for _ in range(2)] == ["open"] * 2
    assert tell(case, opened(case, name="别的名字"), version=1) == "Meanwhile"
    assert [step[1] for step in history(case)] == ["被退回了", "店开好了"]


def test_staff_of_the_place_tell_it_in_the_sellers_name_and_the_chain_says_so(approve: Approve, life: Life) -> None:
    case = approve()
    told = [tell(case, Told("sent"), life.staff(role, name=role)) for role in ("reviewer", "auditor", "admin")]
    assert told == ["sent", "NotForYou", "NotForYou"]
    assert tell(case, Told("not_yet"), life.staff("manager", place=CONGJIANG)) == "NotForYou"
    assert tell(case, Told("not_yet"), life.seller()) == "NotForYou"
    assert tell(case, opened(case), life.staff("helper", name="吴帮忙")) == "open"
    assert history(case) == [
        ["reviewer", "在平台交了"],
        ["吴帮忙", "店开好了", f"九潮高山椪柑 · {LINK}"],
    ]
    with db.reading() as session:
        assert events.verify(session, session.exec(select(Case).where(Case.id == case.id)).one()) is None


def test_nothing_is_told_of_what_is_not_approved_nor_without_a_reason_or_a_name(approve: Approve, life: Life) -> None:
    case = approve()
    assert tell(case, Told("refused", db.today(), reason="NOTHING")) == "NoReason"
    for number in ("522631199001011234", "52263119900101123X", "6222 0212 3456 7890 123", "6222.0212.3456.7890"):
        assert tell(case, Told("refused", db.today(), reason="BLUR", words=f"证件{number}看不清")) == "LongNumber"
    assert tell(case, Told("open", db.today())) == "NoName"
    assert (shop(case), history(case)) == (None, [])
    with db.writing() as session:
        row = session.exec(select(Case).where(Case.id == case.id)).one()
        row.state = "rejected"
        session.add(row)
    assert tell(case, Told("sent")) == "NotApproved"


def test_what_was_told_can_be_forgotten_with_its_case(approve: Approve) -> None:
    case, other = approve(), approve()
    for each in (case, other):
        tell(each, Told("refused", db.today(), reason="BLUR"))
    with db.writing() as session:
        platform.forget(session, [case.id])
    with db.reading() as session:
        left = [row.case_id for row in session.exec(select(SentBack))]
    assert (shop(case), left, shop(other) is None) == (None, [other.id], False)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("", ""),
        ("https://v.douyin.com/iABC123/", "https://v.douyin.com/iABC123/"),
        ("7.43 复制打开抖音，看看【九潮椪柑】 https://v.douyin.com/iABC/ 店铺", "https://v.douyin.com/iABC/"),
        ("https://haohuo.jinritemai.com/shop?id=1&from=x", "https://haohuo.jinritemai.com/shop?id=1&from=x"),
        *((odd, "BadLink") for odd in ("http://v.douyin.com/x", "v.douyin.com/x", "九潮椪柑", "https://localhost/x")),
        *((odd, "BadLink") for odd in ("https://127.0.0.1/", "https://a@b.cn/", "javascript:alert(1)", "https://")),
        ("https://v.douyin.com/" + "x" * 400, "BadLink"),
        ("https://v.douyin.com:99/x", "BadLink"),
    ],
)
def test_a_link_is_https_with_a_host_and_may_stand_in_what_was_pasted(typed: str, link: str) -> None:
    try:
        assert platform.link_typed(typed) == link
    except platform.BadLink:
        assert link == "BadLink"


def test_a_day_lies_between_the_first_sending_and_today(approve: Approve) -> None:
    case, today = approve(), db.today()
    assert platform.day_typed(f"{today:%Y/%m/%d}", case) == today
    for day in (today + timedelta(1), today - timedelta(1)):
        with pytest.raises(platform.OddDay):
            platform.day_typed(day.isoformat(), case)
    for nonsense in ("", "昨天", "2026-02-30"):
        with pytest.raises(platform.NoDay):
            platform.day_typed(nonsense, case)


def test_the_platform_gives_its_own_reasons_and_the_desk_those_of_the_county(approve: Approve) -> None:
    library = questions.library()
    there, here = library.reasons_at("platform"), library.reasons_at("desk")
    assert sorted(here.keys() - there.keys()) == ["GOODS_BLUR", "OTHER", "PLACE", "PRIVATE"]
    assert sorted(there.keys() - here.keys()) == ["ACCOUNT", "IDENTITY", "OTHER_THERE"]
    case = approve()
    told = [tell(case, Told("refused", db.today(), reason=code)) for code in ("PRIVATE", "IDENTITY")]
    assert told == ["NoReason", "refused"]


def test_of_two_at_once_one_tells_and_the_other_is_told(approve: Approve, life: Life) -> None:
    case, helper = approve(), life.staff("helper")
    with ThreadPoolExecutor(2) as both:
        told = [
            both.submit(tell, case, Told("sent"), owner(case), 0),
            both.submit(tell, case, opened(case), helper, 0),
        ]
        came = sorted(each.result() for each in told)
    assert (came[0], came[1] in ("sent", "open"), len(history(case))) == ("Meanwhile", True, 1)
