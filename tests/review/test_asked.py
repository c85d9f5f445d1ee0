"""What was asked for last time, at its field, once the seller has sent again."""

import pytest

from portal.review import remarks, service
from portal.review.models import Case
from tests.reader import Page
from tests.review.life import Life


def again(life: Life, **mended: str) -> Case:
    """Sent back with a remark on the name and one on the contact, and sent again with some of it mended."""
    officer = life.staff("reviewer")
    case = life.in_state("in_review", officer)
    life.do(remarks.remark, case, officer, key="name", reason="NAME", words="照着执照写")
    life.do(remarks.remark, case, officer, key="contact", reason="OTHER", words="写全名")
    case = life.do(service.send_back, case, officer)
    return life.send(case.sheet_id, mended)


def field(page: Page, label: str) -> str:
    """The row of one answer, in words."""
    rows = (" ".join("".join(row.itertext()).split()) for row in page.all("tr"))
    return next(row for row in rows if row.startswith(label) and "批注" in row)


def test_at_each_field_stands_what_was_asked_and_whether_it_was_touched(life: Life) -> None:
    case, officer = again(life, name="九潮椪柑"), life.staff("reviewer", name="石磊")
    life.do(service.take, case, officer)
    page = life.reader(officer).get(f"/desk/review/{case.id}")
    name, contact = field(page, "店名"), field(page, "联系人")
    assert [words in name for words in ("上次要求：名字和执照或证书上的不一样", "照着执照写", "这次改过了")] == [
        True
    ] * 3
    assert "这次没有动" not in name
    assert [words in contact for words in ("上次要求：别的原因", "写全名", "卖家说原来就是对的")] == [True] * 3
    assert "上次要求改、这次没有动、卖家说原来就对的：联系人" in page.words()


@pytest.mark.parametrize(
    ("mended", "untouched"),
    [({}, "上次要求改、这次没有动、卖家说原来就对的：店名、联系人"), ({"name": "九潮椪柑", "contact": "吴小梅"}, "")],
)
def test_the_summary_names_what_was_not_touched(life: Life, mended: dict[str, str], untouched: str) -> None:
    page = life.reader(life.staff("reviewer")).get(f"/desk/review/{again(life, **mended).id}")
    assert ("卖家说原来就对的：" in page.words(), untouched in page.words()) == (bool(untouched), True)
    assert ("这次没有改什么，又交上来了" in page.words()) is not bool(mended)


def test_a_new_remark_stands_beside_the_old_one(life: Life) -> None:
    case, officer = again(life), life.staff("reviewer", name="石磊")
    life.do(service.take, case, officer)
    life.do(remarks.remark, case, officer, key="name", reason="GOODS", words="还是不对")
    name = field(life.reader(officer).get(f"/desk/review/{case.id}"), "店名")
    assert ("上次要求：名字和执照或证书上的不一样" in name, "没看明白卖的是什么" in name, "还是不对" in name) == (
        True,
    ) * 3


def test_before_it_is_sent_again_nothing_was_asked(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.in_state("changes_requested", officer)
    assert "上次要求" not in life.reader(officer).get(f"/desk/review/{case.id}").words()
