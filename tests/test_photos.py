"""What is taken: every kind, make and turn of picture goes through the real child and comes out a clean JPEG."""

import io
import struct

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from portal import photos
from tests.pictures import (
    CORNERS,
    GREEN,
    GREY,
    HIGH,
    RED,
    WIDE,
    assert_colours,
    colour_at,
    exif,
    opened,
    png,
    sample,
    written,
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_becomes_a_jpeg_of_the_same_colours(kind: str) -> None:
    photo = photos.clean(written(sample(), kind, quality=95))
    assert (photo.width, photo.height) == (WIDE, HIGH) == opened(photo.jpeg).size
    assert_colours(photo.jpeg, CORNERS)
    assert_colours(photo.small, CORNERS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_comes_out_upright(kind: str, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera held that way stores an upright scene
    stored = sample() if orientation == 1 else sample().transpose(Image.Transpose(undo[orientation]))
    photo = photos.clean(written(stored, kind, exif=exif(orientation), quality=95))
    assert (photo.width, photo.height) == (WIDE, HIGH)
    assert_colours(photo.jpeg, CORNERS)
    assert_colours(photo.small, CORNERS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_place_maker_and_every_other_remark_are_gone(kind: str) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "SecretComment")
    how = {"exif": exif(), "xmp": b"<x:xmpmeta>SecretXmp</x:xmpmeta>", "comment": b"SecretComment", "pnginfo": texts}
    raw = written(sample(), kind, **how)
    assert b"SecretM" in raw
    photo = photos.clean(raw)
    for jpeg in (photo.jpeg, photo.small):
        assert b"Secret" not in jpeg
        left = opened(jpeg)
        assert dict(left.getexif()) == {}
        assert sorted(left.info) == ["jfif", "jfif_density", "jfif_unit", "jfif_version", "progression", "progressive"]


def test_broken_exif_does_not_cost_the_photo() -> None:
    raw = written(sample(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12broken", quality=95)
    assert_colours(photos.clean(raw).jpeg, CORNERS)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (2000, 90), (1600, 1600)])
@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_a_large_photo_is_made_smaller_in_its_shape(size: tuple[int, int], kind: str) -> None:
    photo = photos.clean(written(sample(size=size), kind, quality=90))
    share = 1600 / max(size)
    assert (photo.width, photo.height) == (round(size[0] * share), round(size[1] * share))
    small = 320 / max(size)
    assert opened(photo.small).size == (round(size[0] * small), max(round(size[1] * small), 1))
    assert_colours(photo.jpeg, CORNERS)


def test_the_small_one_is_light_even_of_noise() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((2000, 2000), 120) for _ in range(3)])
    photo = photos.clean(written(noise, "JPEG", quality=80))
    assert max(opened(photo.small).size) == 320
    assert len(photo.small) <= 30_000


@pytest.mark.parametrize("size", [(1, 1), (1, 65535), (65535, 1), (1, 5000)])
def test_a_line_or_a_dot_is_no_trouble(size: tuple[int, int]) -> None:
    photo = photos.clean(written(Image.new("RGB", size, RED), "PNG"))
    assert (photo.width, photo.height) == (min(size[0], 1600), min(size[1], 1600))


# Colours of every make.


def test_what_is_clear_becomes_white() -> None:
    picture = sample("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, WIDE // 2, HIGH))
    for kind in ("PNG", "WEBP", "HEIF"):
        photo = photos.clean(written(picture, kind, quality=95))
        assert_colours(photo.jpeg, ((255, 255, 255), GREEN, (255, 255, 255), GREY))


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P"])
def test_grey_black_and_palette_pictures_are_taken(mode: str) -> None:
    black = sample("L").convert("1", dither=Image.Dither.NONE)
    picture = {"1": black, "P": sample().quantize(4)}.get(mode, sample(mode))
    expected = tuple(colour_at(picture, at) for at in ((9, 9), (300, 9), (9, 200), (300, 200)))
    assert_colours(photos.clean(written(picture, "PNG")).jpeg, expected)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_one_colour_named_as_clear_becomes_white(mode: str) -> None:
    picture = Image.new(mode, (64, 64), 0 if mode != "RGB" else (0, 0, 0))
    raw = written(picture, "PNG", transparency=0 if mode != "RGB" else (0, 0, 0))
    assert_colours(photos.clean(raw).jpeg, ((255, 255, 255),) * 4)


@pytest.mark.parametrize(
    ("colour", "row", "expected"),
    [
        (0, b"\xc8\x12", (200, 200, 200)),
        (2, b"\xc8\x12\x28\x12\x14\x12", (200, 40, 20)),
        (4, b"\xc8\x12\xff\xff", (200, 200, 200)),
        (6, b"\xc8\x12\x28\x12\x14\x12\x00\x00", (255, 255, 255)),
    ],
)
def test_16_bits_a_colour_keep_their_brightness(colour: int, row: bytes, expected: tuple[int, ...]) -> None:
    photo = photos.clean(png(2000, 100, 16, colour, row * 2000))
    assert (photo.width, photo.height) == (1600, 80)
    assert_colours(photo.jpeg, (expected,) * 4)


def test_a_10_bit_heic_is_taken() -> None:
    deep = pillow_heif.from_bytes("RGB;16", (64, 64), struct.pack("<3H", 200 << 8, 40 << 8, 20 << 8) * 64 * 64)
    into = io.BytesIO()
    deep.save(into, quality=95)
    assert_colours(photos.clean(into.getvalue()).jpeg, ((200, 40, 20),) * 4, tolerance=8)


def test_a_cmyk_jpeg_is_taken() -> None:
    assert_colours(photos.clean(written(sample("CMYK"), "JPEG", quality=95)).jpeg, CORNERS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_in_another_colour_space_looks_the_same_in_srgb(kind: str) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    swapped = bytearray(lab.tobytes())  # sRGB with red and blue changed places: any wrong reading shows at once
    red, blue = swapped.index(b"rXYZ"), swapped.index(b"bXYZ")
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    picture = Image.merge("RGB", sample().split()[::-1])
    raw = written(picture, kind, icc_profile=bytes(swapped), quality=95)
    assert_colours(photos.clean(raw).jpeg, CORNERS, tolerance=10)


@pytest.mark.parametrize("profile", [b"not a profile", b"x" * 3_000_000])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF"])
def test_a_broken_or_huge_profile_is_left_out(kind: str, profile: bytes) -> None:
    photo = photos.clean(written(sample(), kind, icc_profile=profile, quality=95))
    assert_colours(photo.jpeg, CORNERS)
    assert "icc_profile" not in opened(photo.jpeg).info


def test_of_several_pictures_in_one_file_the_first_is_taken() -> None:
    others = [Image.new("RGB", (WIDE, HIGH)) for _ in range(3)]
    for kind in ("MPO", "PNG", "WEBP", "HEIF"):
        photo = photos.clean(written(sample(), kind, save_all=True, append_images=others, quality=95))
        assert_colours(photo.jpeg, CORNERS)


def test_50_megapixels_of_a_phone_are_taken() -> None:
    photo = photos.clean(written(sample(size=(8192, 6144)), "JPEG", quality=50))
    assert (photo.width, photo.height) == (1600, 1200)
