"""Whoever applies anew finds the applications before, and their papers."""

from flask import Flask

from portal.review import numbers
from portal.review import service as review
from tests.review.life import Life
from tests.sheets import shops


def test_a_refused_application_is_found_from_my_shop_after_another_was_begun_and_sent(app: Flask) -> None:
    life = Life(app)
    seller, officer = life.seller(), life.staff("reviewer")
    reader = life.reader(seller)
    case = life.send(shops.filled(seller.id, "company"), {})
    assert "以前的申请" not in reader.get("/registration/mine").words()
    life.do(review.reject, life.do(review.take, case, officer), officer, reason="TYPE", words="是合作社")
    reader.get("/registration/company")
    begun = reader.submit().url.split("/")[2]
    row = f"{numbers.shown(case.number)} · 办到哪一步了，和那次的纸没有通过"
    page = reader.get("/registration/mine")
    links = [link.get("href") for link in page.all("a")]
    assert (page.url, row in page.words()) == ("/registration/mine", True)
    assert (f"/sheets/{begun}" in links, f"/review/cases/{case.id}" in links) == (True, True)
    words = reader.get("/guides/station").words()
    assert ("您还没有交申请" in words, "您县里还没有服务站" in words) == (False, True)
    assert shops.filled(seller.id, "company") == begun
    life.send(begun, {})
    page = reader.get("/registration/mine")
    assert (row in page.words(), f"/review/cases/{case.id}" in [link.get("href") for link in page.all("a")]) == (
        True, True,
    )  # fmt: skip


def test_whoever_has_sent_nothing_goes_on_filling_in_and_has_no_paper(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id, "company")
    assert reader.get("/registration/mine").url == f"/sheets/{sheet_id}"
    assert "您还没有交申请，所以还没有您自己的纸可打" in reader.get("/guides/station").words()
