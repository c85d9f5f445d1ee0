"""The papers of the counter: what they say, when they fit, and that nobody reads another's."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlmodel import select

from portal import db, i18n
from portal.config import Settings
from portal.guides import service
from portal.guides.models import Print
from portal.jobs import worker
from portal.questions import service as questions
from portal.registration import papers, platform, privacy
from portal.review import numbers, remarks
from portal.review import service as review
from portal.review.models import Case
from portal.review.states import STATES
from tests.guides.conftest import Send, owner
from tests.guides.test_papers import ELSEWHERE, OFFICER, printed, signed_in
from tests.office.conftest import FOOT, WHO, fill
from tests.press import reading
from tests.reader import Reader
from tests.review.life import Life

Decide = Callable[[Case, str], Case]


@pytest.fixture
def decide(app: Flask) -> Decide:
    """Walks a case that was sent to a state."""
    life = Life(app)

    def decided(case: Case, state: str) -> Case:
        case = life.do(review.take, case, OFFICER)
        if state == "changes_requested":
            life.do(remarks.remark, case, OFFICER, key="shop_name", reason="SHOPNAME", words="写上九潮，好找。")
            life.do(remarks.remark, case, OFFICER, key="shop_picture", reason="PICTURE", words="")
            return life.do(review.send_back, case, OFFICER)
        if state == "rejected":
            return life.do(review.reject, case, OFFICER, reason="NOT_EXEMPT", words="您是买来再卖的。")
        return life.do(review.approve, case, OFFICER) if state == "approved" else case

    return decided


def right(pdf: bytes, link: str, folder: Path) -> None:
    """What holds for every paper: our fonts, tags, and on its last page the way to it as a QR code."""
    assert reading.fonts(pdf, folder) == reading.OURS
    tags = [str(tag["/S"]) for tag in reading.tags(pdf)]
    assert (tags.count("/H1"), "/Figure" in tags) == (1, True)
    last = len(reading.opened(pdf).pages)
    assert reading.codes(pdf, folder, last) == [link]


def words(pdf: bytes) -> str:
    """What a paper says, without spaces."""
    return "".join(reading.text(pdf).split())


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_notice_of_what_to_mend_names_field_reason_mending_and_the_officers_words(
    send: Send, decide: Decide, settings: Settings, tmp_path: Path, locale: str
) -> None:
    case = decide(send(), "changes_requested")
    done, pdf = printed("mending", case.id, settings, locale)
    reasons = [questions.library().reasons[code] for code in ("SHOPNAME", "PICTURE")]
    with i18n.speaking(locale):
        said = [i18n.library_text(text) for reason in reasons for text in (reason.meaning, reason.mend)]
        said += [i18n.library_text(label) for label in ("店名", "店的图片")]
        said += [i18n.gettext("Please mend it by:"), i18n.gettext("Seal of the office")]
    said += ["写上九潮，好找。", numbers.shown(case.number), "九潮高山椪柑"]
    assert [each for each in said if "".join(each.split()) not in words(pdf)] == []
    assert done.title == {"zh_Hans": "补正通知", "en": "Notice of what to mend"}[locale]
    right(pdf, f"{settings.url}/review/status?number={numbers.shown(case.number)}", tmp_path)


def test_the_notice_of_the_decision_says_yes_or_why_not_and_where_to_object(
    send: Send, decide: Decide, settings: Settings, tmp_path: Path
) -> None:
    yes, no = decide(send(), "approved"), decide(send("15400000002"), "rejected")
    _, approved = printed("outcome", yes.id, settings)
    _, rejected = printed("outcome", no.id, settings)
    reason = questions.library().reasons["NOT_EXEMPT"]
    wanted = [reason.meaning, reason.mend, reason.ground, "您是买来再卖的。", "0000-0000000", "申诉"]
    assert [each for each in wanted if "".join(each.split()) not in words(rejected)] == []
    assert ("✓通过" in words(approved), "×没有通过" in words(rejected)) == (True, True)
    assert [each for each in ("没有通过", reason.meaning, "申诉") if each in words(approved)] == []
    right(rejected, f"{settings.url}/review/status?number={numbers.shown(no.number)}", tmp_path)


@pytest.mark.parametrize("end", ["approved", "changes_requested"])
def test_a_receipt_printed_after_the_answer_does_not_say_that_nobody_looks(
    send: Send, decide: Decide, settings: Settings, end: str
) -> None:
    text = words(printed("receipt", decide(send(), end).id, settings)[1])
    assert [said in text for said in ("这份开店申请，我们收到了。", "还没有人受理", "最晚回话")] == [True, False, False]


def test_a_receipt_printed_after_the_promised_day_promises_nothing(app: Flask, send: Send, settings: Settings) -> None:
    Life(app).staff("reviewer")  # else nobody would have promised anything
    case = send()
    with db.writing() as session:
        session.get_one(Case, case.seq).due = db.today() - timedelta(days=1)
    text = words(printed("receipt", case.id, settings)[1])
    assert ("还没有答复，已经晚了" in text, "最晚回话" in text) == (True, False)


@pytest.mark.parametrize("filled", [True, False], ids=["of a case", "blank"])
def test_the_consents_stand_in_their_own_words_each_with_two_boxes(
    send: Send, settings: Settings, tmp_path: Path, filled: bool
) -> None:
    case = send()
    _, pdf = printed("consents", case.id if filled else "", settings)
    asked = [each for each in questions.library().sets["household"].questions.values() if each.consent]
    texts = [text for each in asked for text in (each.label, each.hint, each.options[0].label)]
    assert [text for text in texts if "".join(text.split()) not in words(pdf)] == []
    assert (words(pdf).count("□同意"), words(pdf).count("□不同意")) == (3, 3)
    assert (numbers.shown(case.number) in words(pdf)) is filled
    status = f"{settings.url}/review/status?number={numbers.shown(case.number)}"
    right(pdf, status if filled else f"{settings.url}/registration/privacy", tmp_path)


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_who_signs_the_consents_signs_below_what_they_say(app: Flask, settings: Settings, locale: str) -> None:
    _, pdf = printed("consents", "", settings, locale)
    _, statement = printed("statement", "", settings, locale)
    name = {"zh_Hans": "姓名", "en": "Name"}[locale]
    assert [name in words(paper) for paper in (pdf, statement)] == [True, True]
    assert len(reading.opened(pdf).pages) == 1


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_privacy_notice_prints_whole(app: Flask, settings: Settings, tmp_path: Path, locale: str) -> None:
    _, pdf = printed("privacy", "", settings, locale)
    with i18n.speaking(locale), db.reading() as session:
        points = [point for part in privacy.read_out(session).part for point in part.points]
    assert [point for point in points if "".join(point.split()) not in words(pdf)] == []
    assert len(reading.opened(pdf).pages) == 2
    right(pdf, f"{settings.url}/registration/privacy", tmp_path)


@pytest.mark.parametrize(("locale", "second"), [("zh_Hans", "2.我们收什么"), ("en", "2.Whatwecollect")])
def test_the_printed_notice_begins_with_who_is_responsible_and_how_to_reach_them(
    app: Flask, settings: Settings, locale: str, second: str
) -> None:
    fill()
    first = words(printed("privacy", "", settings, locale)[1]).partition(second)
    assert [first[1], *(FOOT[name] in first[0] for name in ("responsible", "responsible_contact"))] == [
        second,
        True,
        True,
    ]


def test_what_to_type_where_fits_two_pages_and_holds_no_phone(
    send: Send, decide: Decide, settings: Settings, tmp_path: Path
) -> None:
    case = decide(send(), "approved")
    done, pdf = printed("platform", case.id, settings)
    said = ["到平台开店：哪里填什么", "个人", "普通店", "九潮高山椪柑", "椪柑", "平台自己要，我们从来不要"]
    assert [each for each in said if each not in words(pdf)] == []
    assert ("15400000001" in words(pdf), "杨大姐" in words(pdf), done.pages <= 2) == (False, False, True)
    right(pdf, f"{settings.url}/review/status?number={numbers.shown(case.number)}", tmp_path)


@pytest.mark.parametrize("state", ["submitted", "in_review", "changes_requested", "approved", "rejected"])
def test_only_papers_that_fit_the_state_are_offered_and_no_other_can_be_asked_for(
    app: Flask, send: Send, decide: Decide, state: str
) -> None:
    case = send()
    case = case if state == "submitted" else decide(case, state)
    more = {"changes_requested": ["mending"], "approved": ["outcome", "platform"], "rejected": ["outcome"]}
    fit = [*more.get(state, []), "my_guide", "receipt", "statement"]
    at_desk = fit + ([] if STATES[state].group == "done" else ["consents"])
    assert [name for name, _ in papers.offered(case)] == fit
    assert [name for name, _ in papers.offered_at_desk(case)] == at_desk
    mine = signed_in(app, case).get("/registration/mine")
    desk = Life(app).reader(Life(app).staff("reviewer")).get(f"/desk/review/{case.id}")
    assert [buttons(mine), buttons(desk)] == [fit, at_desk]
    for paper in ("mending", "outcome", "platform", "consents"):
        with db.writing() as session:
            if paper in at_desk:
                service.ask(session, paper=paper, about=case.id, locale="zh_Hans")
            else:
                with pytest.raises(service.NotForNow):
                    service.ask(session, paper=paper, about=case.id, locale="zh_Hans")


def buttons(page: object) -> list[str]:
    """The papers that a page offers, in order."""
    actions = [form.get("action") or "" for form in page.all("form")]  # type: ignore[attr-defined]
    return [action.split("/")[3] for action in actions if action.startswith("/guides/papers/")]


def test_a_helper_prints_what_to_type_where_and_no_other_paper_of_a_case(
    app: Flask, send: Send, decide: Decide, settings: Settings
) -> None:
    case = decide(send(), "approved")
    life = Life(app)
    helper = life.staff("helper")
    done, _ = printed("platform", case.id, settings)
    with db.reading() as session:
        may = [service.may_have(session, helper, paper, case.id) for paper in ("platform", "outcome", "receipt")]
        others = [service.find(session, actor, done.id) is not None for actor in (owner(case), helper, ELSEWHERE)]
    assert (may, others) == ([True, False, False], [True, True, False])
    assert life.reader(helper).get(f"/guides/prints/{done.id}").status == 200


def test_a_notice_that_no_longer_fits_when_it_is_printed_still_says_what_was_asked(
    send: Send, decide: Decide, settings: Settings
) -> None:
    case = decide(send(), "changes_requested")
    with db.writing() as session:
        asked = service.ask(session, paper="mending", about=case.id, locale="zh_Hans").id
        review.withdraw(session, session.exec(select(Case).where(Case.id == case.id)).one(), by=owner(case))
    worker.drain(settings)
    with db.reading() as session:
        assert session.get_one(Print, asked).state == "ready"


@pytest.mark.parametrize("end", ["", ".pdf"])
def test_a_link_to_ones_own_paper_asks_a_signed_out_visitor_to_sign_in_and_comes_back(
    app: Flask, send: Send, settings: Settings, end: str
) -> None:
    case = send()
    done, _ = printed("receipt", case.id, settings)
    visitor = Reader(app)
    page = visitor.get(f"/guides/prints/{done.id}{end}")
    assert page.url == f"/accounts/sign-in?next=/guides/prints/{done.id}{end}"
    visitor.submit(0, phone="15400000001")
    code = "".join(visitor.page.one("trial-code").itertext())
    page = visitor.submit(0, code="".join(digit for digit in code if digit.isdigit())[:6])
    assert (page.status, page.url) == (200, f"/guides/prints/{done.id}{end}")
    stranger = Reader(app)
    stranger.get(f"/guides/prints/{done.id}{end}")
    stranger.submit(0, phone="15400000007")
    code = "".join(stranger.page.one("trial-code").itertext())
    assert stranger.submit(0, code="".join(digit for digit in code if digit.isdigit())[:6]).status == 404


def test_common_papers_open_without_signing_in(client: Reader, settings: Settings) -> None:
    client.get("/registration/privacy")
    url = client.submit().url
    client.get("/guides/")
    consents = client.submit().url
    worker.drain(settings)
    for each, name in ((url, "隐私说明.pdf"), (consents, "同意书.pdf")):
        answer = client.get(f"{each}.pdf").response
        assert answer is not None
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=3600")
        assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(name)}")


def test_platform_refusals_do_not_reach_the_paper(send: Send, decide: Decide, settings: Settings) -> None:
    case = decide(send(), "approved")
    with db.writing() as session:
        told = platform.Told("refused", db.today(), reason="BLUR", words="机密的话")
        platform.tell(session, case, by=owner(case), version=0, told=told)
    _, pdf = printed("platform", case.id, settings)
    assert "机密的话" not in words(pdf)


def test_who_was_refused_and_began_anew_still_prints_the_decision_of_then(
    app: Flask, send: Send, decide: Decide
) -> None:
    case = decide(send(), "rejected")
    reader = signed_in(app, case)
    reader.get("/registration/mine")
    assert reader.post(f"/registration/{case.kind}", {}).url.startswith("/sheets/")
    assert f"/review/cases/{case.id}" in reader.get("/registration/mine").links()
    assert buttons(reader.get(f"/review/cases/{case.id}")) == ["outcome", "my_guide", "receipt", "statement"]


@pytest.mark.parametrize("paper", ["receipt", "consents", "outcome"])
def test_the_seal_is_named_as_the_office_names_it(
    app: Flask, send: Send, decide: Decide, settings: Settings, paper: str
) -> None:
    fill()
    case = send() if paper == "consents" else decide(send(), "approved")
    assert WHO["seal"][:9] in words(printed(paper, case.id, settings)[1])
