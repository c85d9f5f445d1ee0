"""Holidays and moved working days, as one pastes them in."""

from datetime import date

import pytest

from portal import i18n
from portal.office import holidays


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.mark.parametrize(
    "line",
    [
        "2026-10-01 至 2026-10-03 国庆节",
        "2026-10-01至10-03 国庆节",
        "2026/10/1 到 2026/10/3 国庆节",
        "2026年10月1日至10月3日国庆节",
        "2026年10月1日至3日国庆节",
        "2026年10月1日（周四）至3日（周六）国庆节",
        "2026年10月1日（星期四）至10月3日（星期六）国庆节",
        "２０２６－１０－０１ 至 ２０２６－１０－０３ 国庆节",
        "2026.10.01~2026.10.03 国庆节",
        "  2026-10-01 to 2026-10-03   国庆节  ",
        "2026-10-01 国庆节\n\n2026-10-02 国庆节\n2026-10-03 国庆节",
    ],
)
def test_days_in_a_row_may_be_written_in_many_ways(line: str) -> None:
    days, faults = holidays.parse(line)
    assert faults == []
    assert [(row.day.isoformat(), row.working, row.name) for row in days] == [
        (f"2026-10-0{day}", False, "国庆节") for day in (1, 2, 3)
    ]
    assert holidays.text(days) == "2026-10-01 至 2026-10-03 国庆节"


@pytest.mark.parametrize("line", ["2026-10-10 上班", "2026-10-10 国庆节调休上班", "2026-10-10 working"])
def test_a_weekend_at_work_says_so(line: str) -> None:
    days, faults = holidays.parse(line)
    assert ([(row.day, row.working) for row in days], faults) == ([(date(2026, 10, 10), True)], [])
    assert holidays.text(days) == line


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("国庆节", "a line begins with a date, for example 2026-10-01 至 2026-10-07 国庆节 or 2026-10-10 上班"),
        ("10月1日至7日国庆节", "write the year first, with four digits, for example 2026-10-01"),
        ("10-10 上班", "write the year first, with four digits, for example 2026-10-01"),
        ("26/10/1 国庆节", "write the year first, with four digits, for example 2026-10-01"),
        ("2026-02-30 春节", "there is no day 2026-02-30"),
        ("2026年10月1日(周三)国庆节", "2026-10-01 is a Thursday; look at the day and the year again"),
        ("2026年10月1日（周四）至7日（星期天）国庆节", "2026-10-07 is a Wednesday; look at the day and the year again"),
        ("2026年9月30日休息。10月10日（星期日）上班", "2026-10-10 is a Saturday; look at the day and the year again"),
        ("0026-10-01 国庆节", "the year 0026 cannot be meant"),
        ("2026-10-07 至 2026-10-01 国庆节", "the last day comes before the first"),
        ("2026-01-01 至 2026-10-07 国庆节", "these are more than 31 days; is the month right?"),
        ("2026-10-01", "say after the date what it is: the holiday's name, or 上班 for a moved working day"),
        ("2026-10-01 " + "节" * 41, "the name has more than 40 characters"),
        (
            "2026年10月1日至7号国庆节",
            "the last day cannot be read; write it in full, for example 2026-10-01 至 2026-10-07 国庆节",
        ),
        ("2026-10-12 上班", "2026-10-12 is no Saturday or Sunday, so it is a working day anyway"),
        ("2026-10-01 国庆节\n2026-10-01 上班", ""),
    ],
)
def test_a_fault_names_its_line(typed: str, why: str) -> None:
    _, faults = holidays.parse(f"2027-01-01 元旦\n{typed}")
    if why:
        assert faults == [f"Line 2: {why}."]
    else:
        assert faults == ["Line 3: 2026-10-01 is no Saturday or Sunday, so it is a working day anyway."]


def test_every_faulty_line_is_named_and_a_day_stands_once() -> None:
    _, faults = holidays.parse("x\n2026-10-03 国庆节\n2026-10-01 至 2026-10-05 国庆节\ny")
    assert [fault.partition(":")[0] for fault in faults] == ["Line 1", "Line 3", "Line 4"]
    assert faults[1] == "Line 3: 2026-10-03 stands in an earlier line already."


def test_a_book_is_refused() -> None:
    assert holidays.parse("2026-10-01 国庆节\n" * 301) == ([], ["At most 300 lines: take the years off that are over."])


def test_a_stretch_is_shown_with_its_weekdays_in_both_languages() -> None:
    (stretch,) = holidays.stretches(holidays.parse("2026-10-01 至 2026-10-07 国庆节")[0])
    assert stretch.shown == "Thu, Oct 1, 2026 – Wed, Oct 7, 2026"
    i18n.use("zh_Hans")
    assert stretch.shown == "2026年10月1日周四 – 2026年10月7日周三"


def test_the_weekday_of_a_notice_is_no_part_of_the_name() -> None:
    days, faults = holidays.parse("2026年10月10日（周六）上班")
    assert ([(row.day, row.working, row.name) for row in days], faults) == (
        [(date(2026, 10, 10), True, "上班")],
        [],
    )


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "2027年10月2日（周六）至3日（周日）放假，10月9日（周六）上班",
            ["2027-10-02 至 2027-10-03 放假", "2027-10-09 上班"],
        ),
        (
            "2027年5月1日（周六）至5日（周三）放假，共5天。5月8日（周六）补班。",
            ["2027-05-01 至 2027-05-05 放假", "2027-05-08 补班"],
        ),
        (
            "2027年2月15日（周一）至23日（周二）放假调休；2月28日（周日）上班、2027年3月6日上班",
            ["2027-02-15 至 2027-02-23 放假调休", "2027-02-28 上班", "2027-03-06 上班"],
        ),
    ],
)
def test_a_line_of_an_announcement_may_say_several_stretches(line: str, wanted: list[str]) -> None:
    days, faults = holidays.parse(line)
    assert (faults, holidays.text(days).splitlines()) == ([], wanted)
    assert [row.day.month for row in days if row.working] == [int(each[5:7]) for each in wanted if "班" in each]
