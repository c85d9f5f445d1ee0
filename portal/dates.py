"""Dates and times for people, in the current language, on pages, in messages and in refusals alike."""

from datetime import date, datetime

from portal import db, i18n


def day(value: date | datetime | None) -> str:
    """A date for people: 11 月 22 日 / 22 Nov; another year is named."""
    if value is None:
        return ""
    local = value.astimezone(db.CHINA).date() if isinstance(value, datetime) else value
    far = local.year != db.today().year
    if i18n.language() == "zh_Hans":
        return (f"{local.year} 年 " if far else "") + f"{local.month} 月 {local.day} 日"
    return f"{local.day} {local:%b}" + (f" {local.year}" if far else "")


def moment(value: datetime | None) -> str:
    """A time for people, in China's time: 11 月 22 日 10:24."""
    return f"{day(value)} {value.astimezone(db.CHINA):%H:%M}" if value else ""
