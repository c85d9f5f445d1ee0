import gzip

import pytest

from portal.packing import Packer
from tests.reader import Reader

SHARED = b"b{color:#123}" * 300


@pytest.mark.parametrize(
    "page",
    [b"", b"x", SHARED, b"<style>" + SHARED + b"</style>", SHARED[1:], b"a" + SHARED + b"b" + SHARED, b"\x00" * 70_000],
)
def test_what_is_packed_unpacks_to_the_page(page: bytes) -> None:
    assert gzip.decompress(Packer(SHARED).packed(page)) == page


def test_a_page_weighs_no_more_than_packed_in_one_piece(client: Reader) -> None:
    page = client.get("/").text.encode()
    packer = client.http.application.extensions["packer"]
    assert packer.shared in page
    assert len(packer.packed(page)) <= len(gzip.compress(page, 6)) * 1.03
