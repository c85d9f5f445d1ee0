from collections.abc import Callable

from portal.questions.models import Library, QuestionSet
from portal.questions.moving import move


def test_answers_go_to_the_sister_set_by_key_and_kind(ours: Library) -> None:
    answers = {
        "ground": "own_produce",
        "place": "522631105",
        "goods_kind": ["fresh", "other"],
        "goods": [{"what": "椪柑", "season": "11 月"}],
        "shop_name": "九潮高山椪柑",
        "consent_processing": ["yes"],
    }
    assert move(answers, ours.sets["household"], ours.sets["sole_trader"]) == {
        "place": "522631105",
        "goods_kind": ["fresh"],
        "goods": [{"what": "椪柑", "season": "11 月"}],
        "shop_name": "九潮高山椪柑",
        "consent_processing": ["yes"],
    }


def test_the_way_back_keeps_what_both_ask(ours: Library) -> None:
    there, back = ours.sets["sole_trader"], ours.sets["household"]
    answers = {"credit_code": "92522631MA0000007P", "called": "杨大姐", "declaration": ["yes"]}
    assert move(answers, there, back) == {"called": "杨大姐"}
    assert move(answers, there, there) == answers


def test_an_answer_of_another_kind_stays_behind(small: Callable[[str], QuestionSet]) -> None:
    page = '[[page]]\nkey = "p"\ntitle = "页"\n[[page.question]]\nkey = "q"\nlabel = "问"\n'
    old, new = small(page + 'kind = "text"'), small(page + 'kind = "number"')
    assert move({"q": "12"}, old, new) == {}
    assert move({"q": "12"}, old, old) == {"q": "12"}


def test_a_choice_that_is_no_longer_offered_falls_away(small: Callable[[str], QuestionSet]) -> None:
    page = '[[page]]\nkey = "p"\ntitle = "页"\n[[page.question]]\nkey = "q"\nlabel = "问"\nkind = "one_of"\n'
    old = small(page + 'options = [{ value = "a", label = "甲" }, { value = "b", label = "乙" }]')
    new = small(page + 'options = [{ value = "a", label = "甲" }]')
    assert (move({"q": "b"}, old, new), move({"q": "a"}, old, new)) == ({}, {"q": "a"})


def test_a_consent_in_other_words_is_asked_anew(small: Callable[[str], QuestionSet]) -> None:
    page = '[[page]]\nkey = "p"\ntitle = "页"\n[[page.question]]\nkey = "q"\nlabel = "问"\nkind = "some_of"\n'
    old = small(page + 'consent = "passing_on"\noptions = [{ value = "yes", label = "给县里" }]')
    new = small(page + 'consent = "passing_on"\noptions = [{ value = "yes", label = "给县里和平台" }]')
    assert (move({"q": ["yes"]}, old, new), move({"q": ["yes"]}, old, old)) == ({}, {"q": ["yes"]})


def test_from_a_version_nobody_has_any_more_an_answer_must_look_like_its_new_kind(ours: Library) -> None:
    answers = {"place": "522631105", "goods": "椪柑", "goods_kind": ["fresh", "gone"], "shop_name": ["x"], "gone": "x"}
    assert move({**answers, "consent_processing": ["yes"]}, None, ours.sets["household"]) == {
        "place": "522631105",
        "goods_kind": ["fresh"],
    }
