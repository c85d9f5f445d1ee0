"""A photo in, whatever phone took it -> a clean JPEG and a small one, with nothing in them but their pixels.

This file has two lives. The portal imports it and calls `clean`, which starts it apart (apart.py) as the decoding
child: a fresh one for each photo, so that no photo meets another.
"""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING or __name__ != "__main__":
    from portal import apart, turns
    from portal.i18n import N_, Refusal
else:  # the child: its refusals are bare names that the parent raises again
    N_, Refusal = str, Exception

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 10 * 2**20
# "50 megapixels" on a phone's box is up to 8192 x 6144.
MOST_PIXELS = 50 * 2**20
LONGEST, LONGEST_SMALL = 1600, 320
MOST_BYTES_SMALL = 30 * 1000
QUALITY = 82
QUALITIES_SMALL = (80, 65, 50, 35, 20, 10)
# An honest profile has 0.5 to 600 KB; more is somebody else's luggage.
MOST_BYTES_PROFILE = 2**20
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")

DECODERS, QUEUE = 2, 4
PATIENCE_SECONDS = 8.0
WALL_SECONDS, CPU_SECONDS = 30.0, 15
# Measured at 52 megapixels: a WebP needs 900 MB, PNG and HEIC 600, a JPEG 250.
MEMORY_BYTES = 1000 * 2**20

# EXIF orientation -> the names of Pillow's Transpose.
UPRIGHT = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
ORIENTATION = 0x0112


class TooHeavy(Refusal):
    """The file has more than 10 MB."""

    msgid = N_(
        "This photo is too big: it has %(size)s MB, and 10 MB is the most. "
        "Please take it again with the camera's normal setting, or choose a smaller one."
    )


class TooManyPixels(Refusal):
    """The picture has more than 50 megapixels."""

    msgid = N_(
        "This photo has too many pixels; 50 megapixels is the most. "
        "Please take it again with the camera's normal setting."
    )


class NotAPhoto(Refusal):
    """The file is none of the four kinds of picture that are taken."""

    msgid = N_(
        "This file is not a photo that we can take. "
        "Please take a photo, or choose a picture of the kind JPEG, PNG, WebP or HEIC."
    )


class Unreadable(Refusal):
    """The picture is broken, cut off, or made to hurt."""

    msgid = N_(
        "We cannot open this photo; it may have been cut off on the way. Please choose it once more, or take it again."
    )


class Busy(Refusal):
    """Too many photos at once, or the machine is too slow just now."""

    msgid = N_("Many photos are coming in just now. Please try again in a moment; all you filled in is still here.")


@dataclass(frozen=True)
class Photo:
    """A clean photo: sRGB JPEG, upright, longest side <= 1600 px; the small one <= 320 px and <= 30 KB."""

    jpeg: bytes = field(repr=False)
    small: bytes = field(repr=False)
    width: int
    height: int


# The parent: part of the portal, never imports Pillow.

_places = threading.BoundedSemaphore(DECODERS + QUEUE)
if TYPE_CHECKING or __name__ != "__main__":
    _decoders = turns.Turns(DECODERS)


def clean(raw: bytes, *, small_bytes: int = MOST_BYTES_SMALL) -> Photo:
    """Make a clean photo of what a phone sent; its small copy has `small_bytes` at most.

    Raises TooHeavy, TooManyPixels, NotAPhoto, Unreadable or Busy; call it before the transaction begins.
    """
    if len(raw) > MOST_BYTES:
        raise TooHeavy(size=f"{len(raw) / 2**20:.1f}")
    if not _looks_like_a_photo(raw):
        raise NotAPhoto
    with _turn():
        answer = _ask_child(raw, small_bytes)
    return _photo(answer)


def received(sent: IO[bytes]) -> bytes:
    """What was sent, to be cleaned; unread where it is too heavy. Raises TooHeavy."""
    size = sent.seek(0, io.SEEK_END)
    sent.seek(0)
    if size > MOST_BYTES:
        raise TooHeavy(size=f"{size / 2**20:.1f}")
    return sent.read()


def _looks_like_a_photo(raw: bytes) -> bool:
    return (
        raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")
        or (raw[4:8] == b"ftyp" and raw[8:12] in HEIF_BRANDS)
    )


@contextmanager
def _turn() -> Iterator[None]:
    """One of the decoders, after a short wait; those who would wait long are told at once."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        with _decoders.take(PATIENCE_SECONDS):
            yield
    except turns.TooLong as reason:
        raise Busy from reason
    finally:
        _places.release()


def _ask_child(raw: bytes, small_bytes: int = MOST_BYTES_SMALL) -> bytes:
    """What the child writes; b"" when it died of its limits."""
    try:
        return apart.work(__file__, raw, apart.Limits(MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS), small_bytes)
    except apart.Overdue as reason:
        raise Busy from reason
    except apart.Failed:
        return b""


def _photo(answer: bytes) -> Photo:
    """Read the child's answer; a decoder that was taken over is not believed."""
    head, _, body = answer.partition(b"\n")
    refusals: dict[bytes, type[Refusal]] = {b"TooManyPixels": TooManyPixels, b"NotAPhoto": NotAPhoto}
    try:
        word, width, height, cut = head.split()
        photo = Photo(body[: int(cut)], body[int(cut) :], int(width), int(height))
    except ValueError:
        raise refusals.get(head, Unreadable) from None
    whole = all(part.startswith(b"\xff\xd8\xff") and part.endswith(b"\xff\xd9") for part in (photo.jpeg, photo.small))
    if word != b"Photo" or not whole or not {photo.width, photo.height} <= set(range(1, LONGEST + 1)):
        raise Unreadable
    return photo


# The child: this file run by itself.


def _child() -> None:
    """Read a photo from stdin; write its sizes and the two JPEGs, or the name of a refusal, to stdout."""
    try:
        answer = _cleaned(sys.stdin.buffer.read(MOST_BYTES + 1), int(sys.argv[1]))
    except (TooManyPixels, MemoryError):
        answer = b"TooManyPixels\n"
    except Exception:  # decoders raise whatever they like at broken bytes
        answer = b"Unreadable\n"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _cleaned(raw: bytes, small_bytes: int) -> bytes:
    picture = _flat(_opened(raw))
    jpeg = _jpeg(picture, QUALITY)
    small = picture.copy()
    small.thumbnail((LONGEST_SMALL, LONGEST_SMALL))
    tries = (_jpeg(small, quality) for quality in QUALITIES_SMALL)
    light = next((one for one in tries if len(one) <= small_bytes), b"")
    return b"Photo %d %d %d\n" % (*picture.size, len(jpeg)) + jpeg + light


def _opened(raw: bytes) -> "Image.Image":
    """The picture, with its header read and its pixels counted, not yet decoded."""
    import pillow_heif
    from PIL import Image, WebPImagePlugin  # noqa: F401 - registers WebP, else Pillow loads all its plugins

    Image.MAX_IMAGE_PIXELS = None  # counted below, with one limit instead of a warning and an error
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    picture = Image.open(io.BytesIO(raw), formats=KINDS)
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    return picture


def _flat(picture: "Image.Image") -> "Image.Image":
    """No larger than wanted, sRGB, on white, upright; EXIF, comments and profiles stay behind."""
    from PIL import Image

    orientation, profile = _orientation(picture), picture.info.get("icc_profile") or b""
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode.startswith("I"):  # 16-bit grey, which convert() would clip
        picture = picture.point(lambda value: value * (1 / 257)).convert("L")
    elif picture.mode not in ("L", "RGB", "CMYK"):
        picture = picture.convert("RGB")
    share = 2 * LONGEST / max(picture.size)
    picture.draft(None, (int(picture.width * share), int(picture.height * share)))  # a JPEG is decoded at 1/2, 1/4, 1/8
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    canvas = Image.new("RGB", picture.size, "white")
    canvas.paste(_srgb(picture, profile), mask=alpha)
    return canvas.transpose(Image.Transpose[UPRIGHT[orientation]]) if orientation in UPRIGHT else canvas


def _orientation(picture: "Image.Image") -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # phones write broken EXIF; the picture is good all the same
        return 1


def _srgb(picture: "Image.Image", profile: bytes) -> "Image.Image":
    """The colours as sRGB: by the picture's own profile where it is one, else as they are."""
    from PIL import ImageCms

    if picture.mode == "RGBA":
        picture = picture.convert("RGB")
    if profile and len(profile) <= MOST_BYTES_PROFILE:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            done = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if done is not None:
                return done
    return picture.convert("RGB")


def _jpeg(picture: "Image.Image", quality: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()


if __name__ == "__main__":
    _child()
