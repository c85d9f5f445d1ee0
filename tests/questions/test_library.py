"""What our own library must keep to, whoever edits it."""

import re
from datetime import date

from portal.questions.checks import CHECKS
from portal.questions.conditions import visible, visible_pages
from portal.questions.faults import faults
from portal.questions.models import Library, Question
from portal.questions.sentences import sentences
from portal.registration.sellers import sets_in

# The first page is not counted: sign-in takes two, then who are you, what to have ready, check your answers.
PAGES_OUTSIDE = 5
TYPED_OUTSIDE = len("15400000001") + len("123456")
KINDS = ("household", "sole_trader", "cooperative", "company", "collective")
NEVER_ASKED = re.compile("身份证号|身份证正面|身份证反面|刷脸|银行卡号|手持")


def questions(library: Library) -> list[tuple[str, Question]]:
    return [(key, question) for key, each in library.sets.items() for question in each.questions.values()]


def test_a_grower_of_fresh_fruit_is_done_in_fourteen_pages_and_sixty_characters(own: Library) -> None:
    household = own.sets["household"]
    typed = {"called": "杨大姐", "shop_name": "九潮高山椪柑", "what": "椪柑"}
    answers = {"ground": "own_produce", "goods_kind": ["fresh"]}
    pages = visible_pages(household, answers)
    asked = [question for page in pages for question in visible(page, answers) if question.required]
    fields = [field for question in asked for field in (question.columns or (question,)) if field.required]
    written = [field.key for field in fields if field.kind in ("text", "long_text", "number", "date")]
    assert len(pages) + PAGES_OUTSIDE <= 14
    assert written == ["called", "what", "shop_name", "shop_sentence"]
    assert TYPED_OUTSIDE + sum(len(text) for text in typed.values()) <= 60


def test_nobody_is_asked_for_an_identity_card_a_face_or_a_bank_card(own: Library) -> None:
    asked = [text for _, each in questions(own) for text in (each.key, each.label, each.example)]
    assert [text for text in asked if NEVER_ASKED.search(text) or "身份证" in text or "银行" in text] == []


def test_every_required_question_says_in_its_own_words_what_to_do(own: Library) -> None:
    cells = [(key, each) for key, question in questions(own) for each in (question, *question.columns)]
    assert [(key, each.key) for key, each in cells if each.required and not each.empty] == []


def test_every_typed_field_opens_the_right_keyboard(own: Library) -> None:
    cells = [(key, each) for key, question in questions(own) for each in (question, *question.columns)]
    assert [(key, each.key) for key, each in cells if each.kind == "text" and not each.inputmode] == []


def test_what_is_found_in_plain_is_the_licence_code_and_the_shops_name(own: Library) -> None:
    assert sorted({each.key for _, each in questions(own) if each.find == "plain"}) == ["credit_code", "shop_name"]
    assert sorted({each.key for _, each in questions(own) if each.personal}) == ["called"]


def test_after_approval_every_kind_may_change_its_name_its_goods_and_its_papers(own: Library) -> None:
    offered = {key: [each.key for each in one.amend] for key, one in sets_in(own).items()}
    papers = ["food_paper", "trade_paper"]
    assert offered == {key: ["licence", "name", "goods", *papers] for key in KINDS} | {
        "household": ["name", "goods", "food_paper"]
    }
    dated = {
        question.key for _, question in questions(own) if question.kind == "date" and "term" in "".join(question.check)
    }
    assert {question.key for _, question in questions(own) if question.expires} == dated


def test_consents_stand_in_boxes_of_their_own_and_only_one_is_needed(own: Library) -> None:
    for questions_set in sets_in(own).values():
        consents = [each for each in questions_set.questions.values() if each.consent]
        assert [(each.consent, each.required) for each in consents] == [
            ("processing", True),
            ("passing_on", False),
            ("publishing", False),
        ]


def test_a_seller_has_one_open_application_of_all_kinds(own: Library) -> None:
    assert {key: each.group for key, each in own.sets.items() if each.once} == dict.fromkeys(KINDS, "registration")


def test_every_photo_with_a_paper_shows_how(own: Library) -> None:
    drawings = {each.drawing for _, each in questions(own) if each.kind == "photo"}
    assert drawings == {"licence_photo", "paper_photo", "shop_picture"}


def test_the_reasons_of_the_platform_are_all_there(own: Library) -> None:
    wanted = "BLUR WATERMARK EDITED NOT_FOUND ABNORMAL SCOPE TYPE NAME EXPIRY FOODSCOPE BRAND GI"
    assert list(own.reasons)[:12] == wanted.split()


def test_law_and_practice_carry_a_source_and_a_day_not_to_come(own: Library) -> None:
    rows = [*own.facts.values(), *own.ready, *own.checks, *own.words.group, *own.reasons.values()]
    assert [row for row in rows if not row.source or not date(2026, 11, 1) <= row.as_of <= date.today()] == []


def test_the_seller_is_addressed_politely(own: Library) -> None:
    assert [(sentence, place) for sentence, place in sentences(own) if re.search("[你妳]", sentence)] == []


def test_all_kinds_of_seller_know_what_to_have_ready(own: Library) -> None:
    assert {key: len(own.ready_for(key)) for key in KINDS} == {
        "household": 9,
        "sole_trader": 12,
        "cooperative": 15,
        "company": 15,
        "collective": 13,
    }


def test_what_the_law_asks_of_companies_and_cooperatives_is_asked_of_them_alone(own: Library) -> None:
    duties = {"keeps_records", "fresh_label"}
    asked = {key: duties <= own.sets[key].questions.keys() for key in KINDS}
    assert [key for key, all_of_them in asked.items() if all_of_them] == ["cooperative", "company"]
    assert {key: bool(own.sets[key].questions["can_certify"].advise) for key in KINDS} == dict.fromkeys(KINDS, True)


def test_the_example_of_a_code_is_right_for_its_kind(own: Library) -> None:
    told = [
        (key, fault.text)
        for key in KINDS[1:]
        for fault in faults(own.sets[key], {"credit_code": own.sets[key].questions["credit_code"].example})
        if fault.key == "credit_code"
    ]
    assert told == []


def test_what_the_readiness_check_asks_every_kind_asks_in_the_same_way(own: Library) -> None:
    readiness = own.sets["readiness"].questions
    other = [
        (kind, key)
        for kind in KINDS
        for key, question in own.sets[kind].questions.items()
        if key in readiness and question.kind != readiness[key].kind
    ]
    assert (other, len(own.sets["readiness"].page)) == ([], 6)


def test_every_reason_that_a_check_saves_from_is_in_our_list(own: Library) -> None:
    named = {each.reason for each in CHECKS.values() if each.reason}
    assert (named - own.reasons.keys(), len(named)) == (set(), 5)


def test_what_a_photo_or_a_licence_is_sent_back_for_has_a_picture(own: Library) -> None:
    shown = [code for code, reason in own.reasons.items() if reason.good]
    assert shown == ["BLUR", "WATERMARK", "EDITED", "NAME", "EXPIRY", "PICTURE", "NUMBER", "PRIVATE"]
    photos = {code for _, each in questions(own) if each.kind == "photo" for code in each.reasons}
    assert photos - {*shown} == {"FOODSCOPE"}  # a line of the paper: its words say which


def test_every_kind_of_seller_has_its_checks_each_with_ground_and_reasons(own: Library) -> None:
    assert {key: len(own.checks_for(key)) for key in KINDS} == {
        "household": 6,
        "sole_trader": 10,
        "cooperative": 10,
        "company": 10,
        "collective": 10,
    }
    assert [check.key for check in own.checks if not (check.ground and check.reasons and check.about)] == []
