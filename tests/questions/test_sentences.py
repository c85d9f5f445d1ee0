import re

from portal.questions.models import Library
from portal.questions.sentences import sentences


def test_each_sentence_comes_with_its_place(own: Library) -> None:
    found = list(sentences(own))
    assert ("自产农户、家庭手工开店登记", "household.title") in found
    assert ("农户、家庭手工", "household.short") in found
    assert ("没有执照，卖别人包好的吃的，会被退回来", "ready.first_licence.lacking") in found
    assert ("您卖什么？", "sole_trader.goods.title") in found
    assert ("照片看不清", "reasons.BLUR.meaning") in found


def test_no_sentence_is_empty_or_keeps_a_placeholder(own: Library) -> None:
    assert [each for each in sentences(own) if not each[0] or re.search(r"[{}]", each[0])] == []


def test_every_text_of_a_question_is_among_them(own: Library) -> None:
    known = {sentence for sentence, _ in sentences(own)}
    shown = [
        text
        for questions in own.sets.values()
        for question in questions.questions.values()
        for each in (question, *question.columns)
        for text in (
            each.label, each.hint, each.example, each.empty, each.unit, each.never,
            *each.labels.values(), *(option.hint for option in each.options),
            *each.refuse.values(), *each.advise.values(),
        )
        if text
    ]  # fmt: skip
    assert set(shown) - known == set()
