"""What to type where on the platform: out of the library, filled in from what was sent."""

from pathlib import Path

import pytest

from portal import db, i18n
from portal.config import ROOT
from portal.questions import service as questions
from portal.questions.models import Library
from portal.questions.reading import BadLibrary
from portal.registration import copying, platform, sellers
from portal.review.models import Case
from portal.sheets.models import Photo
from tests.reader import Reader
from tests.registration.conftest import Approve
from tests.registration.test_platform import opened, owner, tell
from tests.review.life import Life
from tests.sheets import shops

OURS = ROOT / "portal" / "library"
HEAD = '[[step]]\nkey = "one"\ntitle = "第一步"\nsource = "平台"\nas_of = 2026-11-20\n'


@pytest.fixture(scope="module")
def known() -> Library:
    """Our own sets."""
    return questions.read(OURS)


def filled(case: Case) -> dict[str, str]:
    """What is typed where, of a case."""
    with db.reading() as session:
        record = platform.of_case(session, case.id)
        assert record is not None
        return {line.row.where: line.value for it in copying.steps(record) for line in it.lines if line.value}


def test_a_trader_copies_the_licence_as_it_was_sent(approve: Approve) -> None:
    case = approve("sole_trader", licence_ends="2031-05-20")
    expected = {
        "主体类型": "个体工商户",
        "公司名称（执照上的名称）": "黎平县九潮镇高山果园",
        "统一社会信用代码": shops.CODE,
        "营业期限到哪天": "2031-05-20",
        "店铺类型": "普通店",
        "店铺名称": "九潮高山椪柑",
        "经营类目": "椪柑",
    }
    assert filled(case) == expected
    with i18n.speaking("en"):
        assert filled(case) == expected  # the platform reads Chinese
    assert filled(approve("sole_trader"))["营业期限到哪天"] == "长期"


def test_a_grower_is_asked_for_no_licence(approve: Approve) -> None:
    assert filled(approve()) == {
        "主体类型": "个人",
        "店铺类型": "普通店",
        "店铺名称": "九潮高山椪柑",
        "经营类目": "椪柑",
    }


def test_the_page_has_a_copy_button_for_every_value_and_the_photos_to_save(approve: Approve, life: Life) -> None:
    case = approve("sole_trader")
    page = life.reader(owner(case)).get("/registration/platform")
    copied = {"".join(page.one(it.get("data-copy")).itertext()) for it in page.all("button") if it.get("data-copy")}
    assert copied == set(filled(case).values())
    saved = {link.get("download"): link.get("href") for link in page.all("a") if link.get("download")}
    photos = {key: shops.known(case.sheet_id)[key] for key in ("licence_photo", "shop_picture")}
    assert saved == {
        "营业执照照片.jpg": f"/photos/{photos['licence_photo']}",
        "店铺标志.jpg": f"/photos/{photos['shop_picture']}",
    }
    assert page.words().count("平台自己要，我们从来不要") == 4


def test_photos_that_are_gone_and_shops_that_are_open_offer_nothing_to_save(approve: Approve, life: Life) -> None:
    gone, open_ = approve("sole_trader"), approve("sole_trader")
    with db.writing() as session:
        session.delete(session.get_one(Photo, shops.known(gone.sheet_id)["licence_photo"]))
    tell(open_, opened(open_))
    saved = [saving(life.reader(owner(case))) for case in (gone, open_)]
    assert saved == [["店铺标志.jpg"], []]


def saving(reader: Reader) -> list[str]:
    """The pictures that the seller's page offers to save."""
    return [link.get("download") for link in reader.get("/registration/platform").all("a") if link.get("download")]


def test_every_kind_of_seller_chooses_its_type_and_nothing_personal_is_copied(known: Library) -> None:
    assert copying.problems(known, OURS) == []
    steps = copying.setup(OURS).step
    chosen = {
        kind: next(row.type for step in steps if step.speaks_to(kind) for row in step.row if row.type)
        for kind in sellers.sets()
    }
    assert chosen == {
        "household": "个人",
        "sole_trader": "个体工商户",
        "cooperative": "企业",
        "company": "企业",
        "collective": "社会组织",
    }


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('kinds = ["bank"]', "nobody can register as this kind"),
        ('row = [{ where = "甲", from = "shop_nam" }]', "there is no question “shop_nam”"),
        ('row = [{ where = "甲", from = "called" }]', "the answer to “called” is personal and not for copying"),
        ('row = [{ where = "甲" }]', "“甲” needs one of: from, type, a hint alone"),
        ('row = [{ where = "甲", from = "shop_name", type = "乙" }]', "“甲” needs one of: from, type, a hint alone"),
    ],
)
def test_a_fault_in_the_file_is_told(known: Library, tmp_path: Path, said: str, fault: str) -> None:
    (tmp_path / "registration").mkdir()
    (tmp_path / "registration" / "platform.toml").write_text(HEAD + said + "\n", "utf-8")
    with i18n.speaking("en"):
        assert copying.problems(known, OURS, tmp_path) == [f"registration/platform.toml, key one: {fault}"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "registration").mkdir()
    (tmp_path / "registration" / "platform.toml").write_text("step = ", "utf-8")
    with pytest.raises(BadLibrary):
        copying.setup(OURS, tmp_path)


GONE = "这张我们这里已经删了：照片只留到店开好，或者审完以后一段日子。"


def test_a_picture_that_was_deleted_here_says_so_in_its_row(approve: Approve, life: Life) -> None:
    case = approve("sole_trader")
    with db.writing() as session:
        session.delete(session.get_one(Photo, shops.known(case.sheet_id)["licence_photo"]))
    own = life.reader(owner(case)).get("/registration/platform").words()
    assert (own.count(GONE), f"营业执照照片{GONE}请用您自己手机里的那张。" in own) == (1, True)
    desk = life.reader(life.staff("reviewer")).get(f"/desk/registration/platform/{case.id}").words()
    assert f"营业执照照片{GONE}这张照片在卖家自己的手机里。" in desk


def test_staff_who_may_not_see_photos_read_that_the_seller_has_them(approve: Approve, life: Life) -> None:
    case = approve("sole_trader")
    page = life.reader(life.staff("helper")).get(f"/desk/registration/platform/{case.id}")
    assert [it for it in page.all("img") if "/photos/" in it.get("src")] == []
    assert [link for link in page.links() if link.startswith("/photos/")] == []
    assert page.words().count("这张照片在卖家自己的手机里。") == 2
    reader = life.reader(life.staff("reviewer"))
    links = [link for link in reader.get(f"/desk/registration/platform/{case.id}").links() if "/photos/" in link]
    assert [reader.get(link).status for link in links] == [200, 200]
