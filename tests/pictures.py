"""Pictures for the tests: real bytes of every make."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
RED, GREEN, BLUE, GREY = (200, 40, 40), (30, 140, 60), (40, 60, 190), (128, 128, 128)
CORNERS = (RED, GREEN, BLUE, GREY)
WIDE, HIGH = 320, 240


def sample(mode: str = "RGB", size: tuple[int, int] = (WIDE, HIGH)) -> Image.Image:
    """Four coloured quarters: which corner has which colour shows what became of the picture."""
    picture = Image.new("RGB", size)
    half_wide, half_high = size[0] // 2, size[1] // 2
    for index, colour in enumerate(CORNERS):
        picture.paste(colour, (index % 2 * half_wide, index // 2 * half_high, size[0], size[1]))
    return picture.convert(mode)


def written(picture: Image.Image, kind: str, **how: object) -> bytes:
    into = io.BytesIO()
    picture.save(into, kind, **how)
    return into.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    picture.load()
    return picture


def colour_at(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    """The red, green and blue of one pixel."""
    colour = picture.convert("RGB").getpixel(at)
    assert isinstance(colour, tuple)
    return colour


def corners(jpeg: bytes) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, in reading order."""
    picture = opened(jpeg)
    quarters = [
        (x, y)
        for y in (picture.height // 4, picture.height * 3 // 4)
        for x in (picture.width // 4, picture.width * 3 // 4)
    ]
    return [colour_at(picture, at) for at in quarters]


def assert_colours(jpeg: bytes, expected: tuple[tuple[int, ...], ...], tolerance: int = 6) -> None:
    found = corners(jpeg)
    off = max(abs(a - b) for one, other in zip(found, expected, strict=True) for a, b in zip(one, other, strict=True))
    assert off <= tolerance, f"{found} are not {expected}"


def png(width: int, height: int, depth: int, colour: int, row: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG from its parts, for what Pillow does not write; every row is the same."""
    squeezed = zlib.compressobj(1)
    rows = b"".join(squeezed.compress(b"\0" + row) for _ in range(height)) + squeezed.flush()
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)),
        *more,
        (b"IDAT", rows),
        (b"IEND", b""),
    ]
    parts = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def exif(orientation: int = 1) -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x0110] = orientation, "SecretMaker", "SecretModel"
    tags[0x8825] = {1: "N", 2: (26.0, 13.0, 49.0), 3: "E", 4: (109.0, 8.0, 11.0)}
    return tags.tobytes()
