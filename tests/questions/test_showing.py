from collections.abc import Callable
from typing import Any

import pytest

from portal import i18n
from portal.questions.models import Library, QuestionSet
from portal.questions.showing import shown

One = Callable[[str], QuestionSet]
NOTHING: list[Any] = [None, "", []]


@pytest.mark.parametrize(
    ("fields", "value", "words"),
    [
        ('kind = "text"', "九潮高山椪柑", "九潮高山椪柑"),
        ('kind = "number"\nunit = "斤"', "12.5", "12.5 斤"),
        ('kind = "number"', "12", "12"),
        ('kind = "date"', "2027-03-01", "March 1, 2027"),
        ('kind = "date"', "明天", "明天"),
        ('kind = "date"\nnever = "不过期"', "never", "不过期"),
        ('kind = "yes_no"', "yes", "Yes"),
        ('kind = "yes_no"', "no", "No"),
        ('kind = "photo"', "x" * 16, "1 photo"),
        ('kind = "place"', "522631105", "贵州省 黔东南苗族侗族自治州 黎平县 九潮镇"),
        ('kind = "place"', "某地", "某地"),
        ('kind = "one_of"\noptions = [{ value = "a", label = "甲" }]', "a", "甲"),
        ('kind = "one_of"\noptions = [{ value = "a", label = "甲" }]', "zz", "zz"),
        ('kind = "text"', 12, "12"),
        ('kind = "some_of"\noptions = [{ value = "a", label = "甲" }]', "a", "a"),
    ],
)
def test_a_value_is_shown_in_words(fields: str, value: Any, words: str, one: One) -> None:
    assert shown(one(fields).questions["q"], value) == words


def test_nothing_is_shown_as_nothing(one: One) -> None:
    question = one('kind = "text"').questions["q"]
    assert [shown(question, nothing) for nothing in NOTHING] == ["", "", ""]


def test_several_choices_are_joined(ours: Library) -> None:
    question = ours.sets["household"].questions["goods_kind"]
    options = [option.label for option in question.options[:2]]
    assert shown(question, ["fresh", "processed"]) == ", ".join(i18n.library_text(label) for label in options)


def test_rows_are_lines(ours: Library) -> None:
    goods = ours.sets["household"].questions["goods"]
    assert shown(goods, [{"what": "椪柑", "season": "冬"}, {"what": "李子"}, "x"]) == "椪柑 · 冬\n李子"


def test_a_date_is_written_as_the_language_does(one: One) -> None:
    i18n.use("zh_Hans")
    assert shown(one('kind = "date"').questions["q"], "2027-03-01") == "2027年3月1日"
