"""What a case says of the messages to its seller: what they would read, in their language, and why one is not sent."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from portal import db
from portal.accounts.models import Seller
from portal.config import Settings
from portal.notices import gateways
from portal.notices.models import Notice
from portal.review import remarks
from tests.review.life import Life


def test_a_case_says_why_a_message_did_not_leave_and_what_to_do(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("submitted", reviewer)
    with db.writing() as session:
        notice = session.exec(select(Notice).where(col(Notice.case_id) == case.id)).one()
        notice.state, notice.error = "given_up", "http 400"
    words = life.reader(reviewer).get(f"/desk/review/{case.id}").words()
    assert "短信网关没收这条短信。请把这里的代码告诉短信公司，问问原因。 HTTP 400 · 不再试了" in words
    with db.writing() as session:
        session.merge(notice).state = "failed"
    words = life.reader(reviewer).get(f"/desk/review/{case.id}").words()
    assert ("HTTP 400" in words, "不再试了" in words) == (True, False)


@pytest.mark.parametrize("page", ["send_back", "reject"])
def test_the_preview_stands_in_the_sellers_language_and_says_so(life: Life, page: str) -> None:
    officer, seller = life.staff("reviewer"), life.seller()
    with db.writing() as session:
        session.get_one(Seller, seller.id).language = "en"
    case = life.in_state("in_review", officer, seller)
    life.do(remarks.remark, case, officer, key="name", reason="BLUR", words="换一个")
    reader = life.reader(officer)
    shown = reader.get(f"/desk/review/{case.id}/{page}")
    if page == "reject":
        shown = reader.submit(-1, reason="TYPE", words="办不了", look="1")
    said = "Your application" in shown.words(), "卖家看到的是 English：" in shown.words(), "您的申请" in shown.words()
    assert said == (True, True, False)


@pytest.mark.parametrize(("codes", "promised"), [("counter", False), ("", True)])
def test_sending_back_promises_a_message_only_where_one_may_leave(
    life: Life, settings: Settings, codes: str, promised: bool
) -> None:
    gateways.setup(replace(settings, codes=codes or settings.codes))
    officer = life.staff("reviewer")
    case = life.in_state("in_review", officer)
    life.do(remarks.remark, case, officer, key="name", reason="BLUR", words="换一个")
    words = life.reader(officer).get(f"/desk/review/{case.id}/send_back").words()
    gateways.setup(settings)
    assert ("十分钟后卖家" in words, "收到消息" in words) == (True, promised)


def test_with_nothing_to_mend_the_page_asks_for_a_remark_first(life: Life) -> None:
    officer = life.staff("reviewer")
    page = life.reader(officer).get(f"/desk/review/{life.in_state('in_review', officer).id}/send_back")
    assert (page.status, page.all("blockquote")) == (200, [])
