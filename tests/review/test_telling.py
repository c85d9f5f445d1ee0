"""What a case says of the messages to its seller."""

from sqlmodel import col, select

from portal import db
from portal.notices.models import Notice
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
