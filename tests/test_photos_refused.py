"""What is refused, and in which words."""

import io
import zlib

import pytest
from PIL import Image

from portal import photos
from tests.pictures import png, sample, written


def test_more_than_10_mb_are_refused_before_anything_is_decoded() -> None:
    with pytest.raises(photos.TooHeavy) as refusal:
        photos.clean(b"\xff\xd8\xff" + bytes(50 * 2**20))
    assert refusal.value.values == {"size": "50.0"}
    assert "%(size)s MB" in refusal.value.msgid


def test_of_what_is_too_big_its_own_size_is_said_and_nothing_is_read() -> None:
    sent = io.BytesIO(bytes(13 * 2**20))
    with pytest.raises(photos.TooHeavy) as refusal:
        photos.received(sent)
    assert (refusal.value.values, sent.tell()) == ({"size": "13.0"}, 0)


def test_more_than_50_megapixels_are_refused_though_the_file_is_small() -> None:
    bomb = png(50_000, 50_000, 1, 0, bytes(6250))
    assert len(bomb) < 2_000_000
    with pytest.raises(photos.TooManyPixels):
        photos.clean(bomb)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_one_row_too_high_is_refused(kind: str) -> None:
    if kind == "WEBP":  # its sides end at 16383
        raw = written(Image.new("L", (16_000, 3_277)), kind, quality=1, method=0)
    else:
        raw = written(Image.new("L", (8_192, 6_401)), kind, quality=1)
    with pytest.raises(photos.TooManyPixels):
        photos.clean(raw)


OTHERS = {
    "nothing": b"",
    "text called .jpg": "这不是照片".encode() * 99,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "gif": written(sample(), "GIF"),
    "tiff": written(sample(), "TIFF"),
    "bmp": written(sample(), "BMP"),
    "jpeg 2000": written(sample(), "JPEG2000"),
    "avif": written(sample(), "AVIF"),
    "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("raw", OTHERS.values(), ids=OTHERS.keys())
def test_other_files_are_refused_with_the_kinds_that_are_taken(raw: bytes) -> None:
    with pytest.raises(photos.NotAPhoto) as refusal:
        photos.clean(raw)
    assert "JPEG, PNG, WebP or HEIC" in refusal.value.text or "JPEG、PNG、WebP、HEIC" in refusal.value.text


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_that_was_cut_off_is_refused(kind: str, share: float) -> None:
    noise = Image.effect_noise((600, 400), 90).convert("RGB")
    raw = written(noise, kind, quality=80)
    with pytest.raises(photos.Unreadable):
        photos.clean(raw[: max(int(len(raw) * share), 16)])


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP", b"\0\0\0\x18ftypheic"])
def test_a_good_beginning_and_rubbish_after_it_is_refused(start: bytes) -> None:
    with pytest.raises(photos.Unreadable):
        photos.clean(start + bytes(range(256)) * 40)


def test_a_profile_that_unpacks_to_a_gigabyte_is_refused_or_left_out() -> None:
    packed = b"x\0\0" + zlib.compress(bytes(2**28), 9)
    with pytest.raises(photos.Unreadable):
        photos.clean(png(8, 8, 8, 2, b"\x20" * 24, (b"iCCP", packed)))
