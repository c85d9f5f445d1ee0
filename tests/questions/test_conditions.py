from collections.abc import Callable

import pytest

from portal.questions.conditions import holds, visible, visible_pages
from portal.questions.models import Answers, Library, QuestionSet


@pytest.mark.parametrize(
    ("answers", "held"),
    [
        ({"goods_kind": ["fresh", "craft"]}, True),
        ({"goods_kind": ["craft"]}, False),
        ({"goods_kind": []}, False),
        ({}, False),
        ({"goods_kind": "processed"}, True),
        ({"goods_kind": {"fresh": 1}}, False),
        ({"goods_kind": [["fresh"]]}, False),
        ({"goods_kind": None}, False),
    ],
)
def test_one_of_several_wanted_values_is_enough(answers: Answers, held: bool) -> None:
    assert holds({"goods_kind": ("fresh", "processed")}, answers) is held


def test_every_condition_must_hold() -> None:
    assert holds({"a": ("x",), "b": ("y",)}, {"a": "x", "b": "y"})
    assert not holds({"a": ("x",), "b": ("y",)}, {"a": "x"})


def pages(questions: QuestionSet, **answers: object) -> list[str]:
    return [page.key for page in visible_pages(questions, answers)]


def test_a_grower_sees_eight_pages(ours: Library) -> None:
    assert pages(ours.sets["household"], ground="own_produce", goods_kind=["fresh"]) == [
        "ground", "place", "called", "goods", "certificate", "shop", "consents", "declaration",
    ]  # fmt: skip


def test_what_is_sold_decides_which_papers_are_asked(ours: Library) -> None:
    trader = ours.sets["sole_trader"]
    always = set(pages(trader))
    assert {
        kind: [key for key in pages(trader, goods_kind=[kind]) if key not in always]
        for kind in ("fresh", "processed", "packaged", "made", "craft")
    } == {
        "fresh": ["certificate"],
        "processed": ["food_paper"],
        "packaged": ["trade_paper"],
        "made": ["made_papers"],
        "craft": ["craft"],
    }


def test_an_answer_left_behind_on_a_hidden_page_asks_for_nothing(ours: Library) -> None:
    assert "food_paper_details" in pages(ours.sets["household"], goods_kind=["processed"], food_paper="sc")
    assert "food_paper_details" not in pages(ours.sets["household"], goods_kind=["fresh"], food_paper="sc")


def test_a_page_whose_questions_are_all_hidden_is_left_out(small: Callable[[str], QuestionSet]) -> None:
    questions = small(
        '[[page]]\nkey = "one"\ntitle = "一"\n[[page.question]]\nkey = "a"\nkind = "yes_no"\nlabel = "甲"\n'
        '[[page]]\nkey = "two"\ntitle = "二"\n'
        '[[page.question]]\nkey = "b"\nkind = "text"\nlabel = "乙"\nonly_if = { a = "yes" }\n'
    )
    assert (pages(questions, a="no"), pages(questions, a="yes")) == (["one"], ["one", "two"])
    assert [question.key for question in visible(questions.pages["two"], {"a": "yes"})] == ["b"]
