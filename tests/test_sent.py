"""Forms arrive as they were typed, whatever was typed."""

import io
from random import Random
from urllib.parse import parse_qsl, urlencode

import pytest
from werkzeug.test import EnvironBuilder

from portal.sent import Request

CHOSEN = "aé汉𠀀 #&=+%;\t\r\n?/\\\"'<>\u202e\ufeff"


def read(body: bytes) -> list[tuple[str, str]]:
    """The fields that a body holds."""
    builder = EnvironBuilder(method="POST", input_stream=io.BytesIO(body), content_length=len(body))
    builder.content_type = "application/x-www-form-urlencoded"
    return list(Request(builder.get_environ()).form.items(multi=True))


def test_every_field_arrives_with_what_was_typed() -> None:
    chance = Random(20261201)

    def some(most: int) -> str:
        return "".join(chance.choices(CHOSEN, k=chance.randint(0, most)))

    for _ in range(500):
        fields = [(f"q{at % 3}", some(12)) for at in range(chance.randint(0, 6))]
        assert sorted(read(urlencode(fields).encode())) == sorted(fields)


ODD = [b"", b"a", b"a=", b"=b", b"&&a=1&", b"a=b=c", b"a=%zz&b=%", b"a=#b&c=?", b"a=1\r\n2\t3", b"a=%e4%b8&b=\xff"]


@pytest.mark.parametrize("body", ODD)
def test_what_no_browser_would_send_is_read_as_python_reads_it(body: bytes) -> None:
    assert read(body) == parse_qsl(body.decode(errors="replace"), keep_blank_values=True)


def test_a_field_holds_no_nul() -> None:
    assert read(b"a%00b=%00c%00&d=%00") == [("ab", "c"), ("d", "")]
