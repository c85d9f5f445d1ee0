import time

import pytest

from portal.places import service

LIPING = "522631"


@pytest.mark.parametrize(
    "typed", ["黎平", "黎平县", "liping", "li ping", "LiPing", "lipingxian", "ｌｉｐｉｎｇ", " 黎 平 "]
)
def test_a_county_is_found_first_by_its_name_or_pinyin(typed: str) -> None:
    assert service.find(typed)[0].code == LIPING


def test_initials_find_the_nearest_county_first() -> None:
    assert LIPING in [place.code for place in service.find("lp")]
    assert [service.find("lp", near=near)[0].code for near in ("52", "5226", "522631105")] == [LIPING] * 3


@pytest.mark.parametrize(
    "typed",
    [
        "黎平 九潮",
        "黎平九潮",
        "黔东南黎平县九潮",
        "贵州省黔东南苗族侗族自治州黎平县九潮镇",
        "贵州，黎平，九潮镇",
        "li ping jiu chao",
        "lipingjiuchao",
        "guizhou liping jiuchao",
        "lp jiuchao",
    ],
)
def test_words_of_a_path_find_the_township(typed: str) -> None:
    assert service.find(typed)[0].code == "522631105"


def test_a_whole_name_comes_before_names_that_only_begin_so() -> None:
    assert [place.code for place in service.find("朝阳区")[:2]] == ["110105", "220104"]
    assert service.find("li ping")[0].code == LIPING
    assert service.find("西湖区")[0].name == "西湖区"


def test_among_equal_names_the_county_comes_before_the_city() -> None:
    assert [place.code for place in service.find("长沙")[:2]] == ["430121", "4301"]


def test_autonomous_places_are_found_without_their_peoples() -> None:
    typed = ("黔东南", "qiandongnan", "三都县", "彭水县", "新疆", "neimenggu")
    assert [service.find(text)[0].code for text in typed] == ["5226", "5226", "522732", "500243", "65", "15"]


def test_u_with_dots_is_typed_in_three_ways() -> None:
    typed = ("lüliang", "lvliang", "lveyang", "lueyang")
    assert [service.find(text)[0].name for text in typed] == ["吕梁市", "吕梁市", "略阳县", "略阳县"]


def test_no_search_offers_a_step_that_says_nothing() -> None:
    assert [place for place in service.find("市辖区") if place.level != "township"] == []
    assert [place.code for place in service.find("中山市")][:1] == ["4420"]


def test_no_more_than_asked_for_are_found() -> None:
    assert [len(service.find("da", limit)) for limit in (5, 20, 5000, 0, -1)] == [5, 20, 50, 0, 0]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "l",
        "\x00黎平",
        "黎\u202e平",
        "黎" * 10_000,
        "a" * 10_000,
        " " * 10_000,
        "'; DROP TABLE place; --",
        "%' OR '1'='1",
        "🍊",
        "522631",
        "<b>黎平</b>",
        "\ud800",
        "e\u0301" * 20,
        "ﷺ" * 20,
        "shi" * 13,
        "zhongguo" * 5,
        "市" * 40,
    ],
)
def test_garbage_finds_nothing_and_costs_little(typed: str) -> None:
    service.exists("52")
    began = time.process_time()
    assert service.find(typed) == []
    assert time.process_time() - began < 0.5


def test_a_near_that_is_no_place_changes_nothing() -> None:
    assert service.find("lp", near="garbage") == service.find("lp")
