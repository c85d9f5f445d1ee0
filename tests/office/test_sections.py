"""What is wrong with what was typed into the office's page."""

import pytest

from portal import i18n
from portal.office import sections
from portal.office.sections import FOOT, SPOT, WHO, Section
from tests.office import conftest as typed


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def faults(section: Section, given: dict[str, str]) -> list[tuple[str, str]]:
    """The faults of what was typed."""
    return sections.faults(section, sections.cleaned(section, given))


def test_what_is_needed_is_named_field_by_field() -> None:
    assert [key for key, _ in faults(WHO, {})] == ["name", "short", "county", "phone", "hours", "address"]
    assert faults(FOOT, {}) == [
        ("responsible", "Fill this in: Who is responsible for the data."),
        ("responsible_contact", "Fill this in: How to reach them."),
    ]
    assert faults(SPOT, {}) == [
        ("kind", "Choose what it is."),
        ("name", "Fill this in: What it is called."),
        ("place", "Fill this in: Township or county."),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phone", "请打给王丽"),
        ("phone", "123"),
        ("phone", "0855-6221234 转 8"),
        ("appeals_phone", "-----"),
        ("county", "5226"),
        ("county", "黎平县"),
        ("county", "999999"),
    ],
)
def test_a_phone_can_be_dialled_and_a_county_is_one(key: str, value: str) -> None:
    assert [found for found, _ in faults(WHO, {**typed.WHO, key: value})] == [key]


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("icp", "黔ICP备12345678号", "黔ICP备12345678号"),
        ("icp", "黔icp备 12345678号-1", "黔ICP备12345678号-1"),
        ("icp", "京ICP证030173号", "京ICP证030173号"),
        ("police", "贵公网安备 52263102000001号", "贵公网安备52263102000001号"),
        ("police", "贵公网安备５２２６３１０２０００００１号", "贵公网安备52263102000001号"),
    ],
)
def test_the_numbers_of_the_foot_are_kept_in_one_form(key: str, value: str, kept: str) -> None:
    given = sections.cleaned(FOOT, {**typed.FOOT, key: value})
    assert (sections.faults(FOOT, given), given[key]) == ([], kept)


@pytest.mark.parametrize(
    ("key", "value"),
    [("icp", "12345678"), ("icp", "黔ICP备号"), ("police", "贵公网安备 5226310200000号"), ("police", "52263102000001")],
)
def test_half_a_number_is_refused_with_an_example(key: str, value: str) -> None:
    ((found, why),) = faults(FOOT, {**typed.FOOT, key: value})
    assert (found, why.count("for example")) == (key, 1)


@pytest.mark.parametrize("value", ["0", "61", "-1", "三", "3.5", "999999999"])
def test_a_promise_is_a_number_of_days_that_one_can_keep(value: str) -> None:
    section = sections.promises([sections.Promised("household", "Household", 3)])
    assert faults(section, {"household": value}) == [("household", "Enter a number of working days from 1 to 60.")]
    assert [faults(section, {"household": good}) for good in ("", "1", "60")] == [[], [], []]


@pytest.mark.parametrize(
    ("key", "value"),
    [("kind", "shop"), ("place", "全国"), ("place", "天上镇"), ("place", "寨蒿镇 古州镇"), ("phone", "x")],
)
def test_a_point_is_of_a_kind_and_in_one_place(key: str, value: str) -> None:
    assert [found for found, _ in faults(SPOT, {**typed.SPOT, key: value})] == [key]


def test_a_place_may_be_typed_by_name_and_is_the_same_point() -> None:
    by_name = sections.settled(SPOT, sections.cleaned(SPOT, {**typed.SPOT, "place": "寨蒿镇"}))
    assert by_name == sections.settled(SPOT, sections.cleaned(SPOT, typed.SPOT))
