"""The believable office of a trial: holidays, stations and points."""

from portal import db
from portal.access import Actor
from portal.office import service as office
from portal.office.sections import cleaned

COUNTY = "522631"
# Some days off as a trial needs them; an office pastes in what is announced.
HOLIDAYS = """2026-10-01 至 2026-10-07 国庆节（示例）
2026-10-10 上班（示例）
2027-01-01 元旦（示例）"""
SPOTS = (
    {
        "kind": "station",
        "name": "九潮镇电商服务站（示例）",
        "place": "522631105",
        "address": "镇政府一楼",
        "phone": "0000-0000001",
        "hours": "赶场天 9:00-16:00",
    },
    {
        "kind": "station",
        "name": "肇兴镇电商服务站（示例）",
        "place": "522631111",
        "address": "老粮站旁边",
        "phone": "0000-0000002",
        "hours": "周一到周五 9:00-17:00",
    },
    {
        "kind": "courier",
        "name": "德凤街道快递点（示例）",
        "place": "522631001",
        "address": "车站路 8 号",
        "phone": "0000-0000003",
        "hours": "每天 8:00-19:00",
        "price": "省内 1 公斤 4 元，省外 6 元起",
    },
    {
        "kind": "cold",
        "name": "县农产品冷库（示例）",
        "place": "522631",
        "address": "物流园 2 号库",
        "phone": "0000-0000004",
        "hours": "每天 7:00-20:00",
        "price": "每筐每天 1 元",
    },
    {
        "kind": "packing",
        "name": "椪柑集配点（示例）",
        "place": "522631105",
        "address": "产业园大棚",
        "phone": "0000-0000005",
        "hours": "采收季每天 7:00-18:00",
        "price": "分级打包每箱 2 元",
    },
)


def furnish() -> None:
    """Holidays, stations and points of a believable office, as its admin types them; what stands already stays."""
    admin = Actor("staff", "demo-admin", "示例管理员", frozenset({"admin"}), (COUNTY,), "demo")
    with db.writing() as session:
        if office.page(session).version:
            return
        parts = [
            (office.section_of("days"), {"lines": HOLIDAYS}),
            *((office.section_of("spot"), spot) for spot in SPOTS),
        ]
        for section, typed in parts:
            given, seen = cleaned(section, typed), office.page(session).version
            office.change(session, section, given, by=admin, seen=seen, spot_id=("name" in typed and office.NEW) or "")
