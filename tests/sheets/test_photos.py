from contextlib import ExitStack

import pytest

from portal import db, files, photos
from portal.i18n import Refusal
from portal.sheets import pictures as sheet_pictures
from portal.sheets import service
from portal.sheets.models import Sheet
from tests.pictures import png, sample, written
from tests.reader import Reader
from tests.review.life import Life
from tests.sheets import shops


def opened(life: Life) -> tuple[Reader, str]:
    """A seller before the page of the shop; everything else is answered."""
    seller = life.seller()
    reader, sheet_id = life.reader(seller), shops.filled(seller.id)
    reader.get(f"/sheets/{sheet_id}/shop")
    return reader, sheet_id


def heavy() -> bytes:
    """A photo of 50 MB."""
    return shops.jpeg() + bytes(50 * 2**20)


def cut_off() -> bytes:
    """A HEIC that ends half-way."""
    whole = written(sample(), "HEIF")
    return whole[: len(whole) // 2]


def bomb() -> bytes:
    """A few hundred kilobytes that would be 900 megapixels."""
    return png(30000, 30000, 1, 0, bytes(3750))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (heavy, "IMG_1.jpg", photos.TooHeavy(size="50.0")),
        (lambda: b"I am a text, whatever they call me.", "photo.jpg", photos.NotAPhoto()),
        (lambda: b"", "empty.jpg", photos.NotAPhoto()),
        (cut_off, "IMG_2.HEIC", photos.Unreadable()),
        (bomb, "big.png", photos.TooManyPixels()),
    ],
    ids=["50 MB", "text", "empty", "truncated HEIC", "bomb"],
)
def test_a_photo_that_cannot_be_taken_is_told_at_its_field_and_all_else_is_kept(
    life: Life, content: "shops.Bytes", name: str, said: Refusal
) -> None:
    reader, sheet_id = opened(life)
    before = shops.known(sheet_id)["shop_picture"]
    page = reader.submit(0, turn="next", shop_name="换的名", shop_picture=shops.upload(content(), name))
    assert (page.url, shops.fault(page, "shop_picture")) == (f"/sheets/{sheet_id}/shop?faults", said.text)
    assert [link for link in page.links() if link.startswith("#shop")] == ["#shop_picture"]
    after = shops.known(sheet_id)
    assert (after["shop_name"], after["shop_picture"], shops.photos(sheet_id)) == ("换的名", before, 1)
    assert shops.fault(reader.get(f"/sheets/{sheet_id}/shop"), "shop_picture") == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_of_any_phone_becomes_a_clean_jpeg(life: Life, kind: str) -> None:
    reader, sheet_id = opened(life)
    assert reader.submit(0, turn="next", shop_picture=shops.upload(written(sample(), kind), "x.bin")).status == 200
    photo_id = shops.known(sheet_id)["shop_picture"]
    for size in ("", "?size=small"):
        answer = reader.get(f"/photos/{photo_id}{size}").response
        assert answer is not None
        assert (answer.status_code, answer.mimetype, answer.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_is_taken_away_by_its_box(life: Life) -> None:
    reader, sheet_id = opened(life)
    page = reader.submit(0, turn="next", **{"shop_picture.remove": "1"})
    assert (shops.fault(page, "shop_picture"), "shop_picture" in shops.known(sheet_id)) == (
        "请放一张图片，拍您的东西就行。",
        False,
    )


def test_a_photo_cannot_be_named_by_the_form(life: Life) -> None:
    reader, sheet_id = opened(life)
    before = shops.known(sheet_id)["shop_picture"]
    reader.submit(0, turn="next", shop_picture="another-sellers-photo")
    assert shops.known(sheet_id)["shop_picture"] == before


def test_an_application_that_is_full_of_photos_says_so_at_the_field(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_pictures, "MOST", 1)
    reader, sheet_id = opened(life)
    page = reader.submit(0, turn="next", shop_name="换的名", shop_picture=shops.upload())
    assert (page.status, shops.known(sheet_id)["shop_name"], shops.photos(sheet_id)) == (200, "换的名", 1)
    assert shops.fault(page, "shop_picture") == sheet_pictures.TooManyPhotos(most=1).text


def test_when_many_photos_come_at_once_all_else_is_kept(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "PATIENCE_SECONDS", 0.1)
    reader, sheet_id = opened(life)
    with ExitStack() as taken:
        for _ in range(photos.DECODERS):
            taken.enter_context(photos._decoders.take(5))
        page = reader.submit(0, turn="next", shop_name="换的名", shop_picture=shops.upload())
        script = reader.post(
            f"/sheets/{sheet_id}/shop", {"asked": "shop_picture", "shop_picture": shops.upload()}, X_Script="1"
        )
    assert (page.status, shops.known(sheet_id)["shop_name"]) == (200, "换的名")
    assert shops.fault(page, "shop_picture") == photos.Busy().text
    assert script.status == 503


def test_a_photo_whose_file_is_gone_is_not_found(life: Life) -> None:
    reader, sheet_id = opened(life)
    files.sweep([], older_than_hours=-1)
    assert reader.get(f"/photos/{shops.known(sheet_id)['shop_picture']}").status == 404
    assert reader.get(f"/sheets/{sheet_id}/shop").status == 200


def test_a_photo_that_is_replaced_goes_and_a_sent_one_stays(life: Life) -> None:
    reader, sheet_id = opened(life)
    for _ in range(3):
        reader.get(f"/sheets/{sheet_id}/shop")
        reader.submit(0, turn="next", shop_picture=shops.upload())
    draft = shops.photos(sheet_id)
    reader.get(f"/sheets/{sheet_id}/check")
    reader.submit()
    with db.writing() as session:
        service.reopen(session, session.get_one(Sheet, sheet_id), ["shop_picture"])
    reader.get(f"/sheets/{sheet_id}/shop")
    reader.submit(0, turn="next", shop_picture=shops.upload())
    assert (draft, shops.photos(sheet_id)) == (2, 2)
