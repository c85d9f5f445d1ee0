import pytest

from portal.places import service
from portal.places.service import Place, UnknownPlace

JIUCHAO = ("贵州省", "黔东南苗族侗族自治州", "黎平县", "九潮镇")


def test_the_path_of_a_township_goes_from_the_province_down() -> None:
    assert service.path("522631105") == JIUCHAO


def test_steps_of_the_statistics_that_say_nothing_are_left_out_of_a_path() -> None:
    assert service.path("110101001") == ("北京市", "东城区", "东华门街道")
    assert service.path("500243101") == ("重庆市", "彭水苗族土家族自治县", "保家镇")
    assert service.path("429004") == ("湖北省", "仙桃市")


def test_a_city_that_is_its_own_county_is_named_once() -> None:
    assert service.path("442000001") == ("广东省", "中山市", "石岐街道")
    assert service.steps("442000001")[1] == Place("4420", "中山市", "city")


def test_the_provinces_are_the_first_choice() -> None:
    assert len(service.children()) == 31
    assert service.children()[0] == Place("11", "北京市", "province")


def test_the_counties_of_a_prefecture_are_all_offered() -> None:
    assert len(service.children("5226")) == 16
    assert Place("522631", "黎平县", "county") in service.children("5226")


def test_a_city_that_says_nothing_gives_way_to_its_counties() -> None:
    assert service.children("11")[0] == Place("110101", "东城区", "county")
    assert service.children("50")[-1].name == "彭水苗族土家族自治县"
    assert service.children("42")[-1] == Place("429021", "神农架林区", "county")
    assert service.children("4420")[0] == Place("442000001", "石岐街道", "township")


def test_a_township_has_nothing_left_to_choose() -> None:
    assert service.children("522631105") == []
    assert service.is_whole("522631105") is True
    assert service.is_whole("522631") is False


def test_every_place_can_be_reached_by_choosing_steps() -> None:
    reached, waiting = 0, service.children()
    while waiting:
        place = waiting.pop()
        found = service.children(place.code)
        reached += not found
        waiting += found
    assert reached == 41352


def test_the_steps_chosen_so_far_are_places() -> None:
    assert service.steps("522631") == [
        Place("52", "贵州省", "province"),
        Place("5226", "黔东南苗族侗族自治州", "city"),
        Place("522631", "黎平县", "county"),
    ]
    assert service.steps("") == []


@pytest.mark.parametrize("code", ["", "5", "99", "522600", "５２", "52\n", "522631999", "黎平", "5226310000", "²²"])
def test_an_unknown_code_is_no_place(code: str) -> None:
    assert service.exists(code) is False
    assert service.steps(code) == []
    assert service.is_whole(code) is False
    with pytest.raises(UnknownPlace):
        service.name(code)
    with pytest.raises(UnknownPlace):
        service.path(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("52", "52"),
        ("520000", "52"),
        ("522600", "5226"),
        ("522631", "522631"),
        ("522631000", "522631"),
        ("522631105000", "522631105"),
        ("441900", "441900"),
        ("522631105201", ""),
        ("529900", ""),
        ("5200", ""),
        ("000000", ""),
        ("黎平县", ""),
        ("", ""),
    ],
)
def test_a_code_that_offices_fill_up_with_noughts_is_the_places_own(written: str, code: str) -> None:
    assert service.coded(written) == code


def test_a_zone_that_only_the_statistics_know_is_kept() -> None:
    assert service.steps("130171")[-1] == Place("130171", "石家庄高新技术产业开发区", "county")


def test_the_last_known_code_of_a_form_is_the_one_meant() -> None:
    assert service.picked(["5226", "522631"]) == "522631"
    assert service.picked(["5226", ""]) == "5226"
    assert service.picked(["x"]) == ""
    assert service.picked([]) == ""
