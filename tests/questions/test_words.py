import pytest

from portal.questions import words
from portal.questions.models import Library


def found(text: str) -> list[tuple[str, int, int, str]]:
    return [(hit.word, hit.start, hit.end, hit.group.key) for hit in words.find(text)]


def test_a_word_is_found_with_its_place(ours: Library) -> None:
    assert found("九潮第一椪柑") == [("第一", 2, 4, "absolute_practice")]


@pytest.mark.parametrize("text", ["最 好", "最.好", "最\u200b好", "最-好", "最\u3000、好"])
def test_blanks_and_marks_inside_a_word_hide_nothing(ours: Library, text: str) -> None:
    assert found(text) == [(text, 0, len(text), "absolute_practice")]


def test_full_width_and_capitals_hide_nothing(ours: Library) -> None:
    assert found("ｖｘ 加 VX") == [("ｖｘ", 0, 2, "elsewhere"), ("VX", 5, 7, "elsewhere")]
    assert found("１００％甜") == [("１００％", 0, 4, "absolute_practice")]


def test_the_longest_word_counts(ours: Library) -> None:
    assert found("国家级非遗") == [("国家级非遗", 0, 5, "heritage")]
    assert found("全网第一") == [("全网第一", 0, 4, "absolute_practice")]


@pytest.mark.parametrize("text", ["顾客第一", "第一次来", "最近很甜", "有机会再来", "最佳食用期 10 天", "首先剥皮"])
def test_phrases_that_are_fine_are_left_alone(ours: Library, text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["BVX9", "vxy", "NO.12", "100 克", "1100%"])
def test_a_latin_word_or_number_that_goes_on_is_another_word(ours: Library, text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["能治咳嗽", "专治感冒", "治好了胃病，治胃痛", "治老毛病"])
def test_that_food_cures_is_found_however_the_illness_is_called(ours: Library, text: str) -> None:
    assert {group for *_, group in found(text)} == {"cures"}


@pytest.mark.parametrize("text", ["治高血压", "治糖尿病", "治咳嗽", "治胃病", "治关节炎", "治痛风", "治癌症", "治腰痛"])
def test_the_name_of_an_illness_is_quoted_whole(ours: Library, text: str) -> None:
    assert found(f"能{text}的茶") == [(text, 1, 1 + len(text), "cures")]


@pytest.mark.parametrize("text", ["治理河道", "黔东南苗族侗族自治州", "综合防治病虫害", "政治学习", "三分种七分治"])
def test_words_that_only_look_like_curing_are_left_alone(ours: Library, text: str) -> None:
    assert found(text) == []


def test_a_hundred_thousand_characters_are_read_in_a_moment(ours: Library) -> None:
    assert found("柑" * 100_000) == []


def test_every_word_of_the_list_is_found_in_itself(ours: Library) -> None:
    lost = [
        (group.key, word)
        for group in ours.words.group
        for word in group.words
        if word not in [hit.word for hit in words.find(word, "shop_name")]
    ]
    assert lost == []


def test_no_word_stands_in_two_groups(ours: Library) -> None:
    listed = [words.plain(word) for group in ours.words.group for word in group.words]
    assert [word for word in set(listed) if listed.count(word) > 1] == []
