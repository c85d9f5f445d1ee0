import gzip

import pytest
from flask import Flask

from portal.packing import Packer
from tests.listener import SCRIPT
from tests.review.life import Life

SHARED = b"b{color:#123}" * 300
MORE = SHARED + b"i{color:#456}" * 200
PAGES = [
    b"",
    b"x",
    SHARED,
    b"<style>" + SHARED + b"</style>",
    b"a" + MORE + b"b",
    b"a" + SHARED + b"b" + MORE + b"c",
    b"a" + MORE + b"b" + SHARED,
    SHARED[1:],
    b"a" + SHARED + b"b" + SHARED,
    b"\x00" * 70_000,
]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_packed_unpacks_to_the_page(page: bytes) -> None:
    assert gzip.decompress(Packer(MORE, SHARED).packed(page)) == page


@pytest.mark.parametrize("staff", [False, True])
def test_a_page_weighs_no_more_than_packed_in_one_piece(app: Flask, staff: bool) -> None:
    life = Life(app)
    page = life.reader(life.staff("reviewer") if staff else life.seller()).get("/").text.encode()
    packer = app.extensions["packer"]
    assert [shared in page for shared, _ in packer.shared] == [staff, True, False]
    assert len(packer.packed(page)) <= len(gzip.compress(page, 6)) * 1.03


def test_the_script_is_at_most_3_kb_on_the_wire(app: Flask) -> None:
    with app.test_client().get("/static/portal.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(answer.data) == SCRIPT.read_bytes()
        assert len(answer.data) <= 3072
