"""What a link to a page shows elsewhere, and what WeChat is told on pages with something to print."""

import struct
from typing import Any

import pytest
from flask import Flask

from portal.config import ROOT
from portal.guides import orders
from tests.reader import Page, Reader
from tests.review.life import Life
from tests.sheets import shops

OFFICE = {"zh_Hans": "好货 · 黎平县", "en": "Haohuo · Liping County"}
CARD = "http://localhost/static/card.png"
PUBLIC = (
    "/",
    "/registration/",
    "/registration/household",
    "/registration/check/kind",
    "/registration/privacy",
    "/office/",
    "/office/practice",
    "/review/status",
    "/review/status?number=K7QM-3XRD",
    "/guides/",
    "/guides/open_shop/household",
    "/guides/q/",
)
WECHAT = {
    "Android": "Mozilla/5.0 (Linux; Android 13; PEGM00 Build/TP1A.220905.001; wv) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240301 MMWEBID/5087 "
    "MicroMessenger/8.0.48.2580(0x28003036) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64",
    "iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.48(0x18003030) NetType/WIFI Language/zh_CN",
    "wxwork": "Mozilla/5.0 (Linux; Android 12; ELS-AN00; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/108.0.0.0 Mobile Safari/537.36 wxwork/4.1.22 MicroMessenger/7.0.1 NetType/4G Language/zh Lang/zh",
}
ELSEWHERE = (
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)
WAY_OUT = "点右上角 ···，选“在浏览器打开”。"


def card(page: Page) -> dict[str, Any]:
    """What the head of a page says for a link to it."""
    metas = [meta for meta in page.all("meta") if meta.get("content")]
    named = {meta.get("property") or meta.get("name"): meta.get("content") for meta in metas}
    return {key: named[key] for key in named if key == "description" or str(key).startswith("og:")}


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_public_page_gives_title_sentence_and_picture(client: Reader, language: str) -> None:
    client.get(f"/?lang={language}")
    for path in PUBLIC:
        page = client.get(path)
        shown = card(page)
        title = " ".join("".join(page.tree.find("head/title").itertext()).split())
        assert (shown.pop("og:title"), shown.pop("og:image")) == (f"{title} · {OFFICE[language]}", CARD), path
        assert shown == {"description": shown["og:description"], "og:description": shown["description"]}, path
        assert len(shown["description"]) > 5, path
        assert [meta.get("content") for meta in page.all("meta") if meta.get("itemprop") == "image"] == [CARD], path
        assert "K7QM" not in str(shown), path


def test_every_chapter_of_a_guide_gives_one_too(client: Reader) -> None:
    for chapter in orders.guide_for("open_shop", "household").chapters("household"):
        assert "og:image" in card(client.get(f"/guides/open_shop/household/{chapter.key}"))


def test_a_personal_page_gives_none(app: Flask) -> None:
    life = Life(app)
    seller = life.seller()
    sheet_id = shops.filled(seller.id)
    shops.send(sheet_id)
    reader, visitor = life.reader(seller), Reader(app)
    paths = ("/registration/mine", "/accounts/me", f"/sheets/{sheet_id}")
    assert [card(reader.get(path)) for path in paths] == [{}] * 3
    assert [card(visitor.get(path)) for path in ("/accounts/sign-in", "/no-such-page")] == [{}] * 2


def test_the_picture_is_small_and_square(client: Reader) -> None:
    answer = client.get("/static/card.png").response
    assert answer is not None
    width, height = struct.unpack(">II", (ROOT / "portal/static/card.png").read_bytes()[16:24])
    assert (answer.mimetype, width == height >= 300, int(answer.headers["Content-Length"]) <= 60 * 1024) == (
        "image/png",
        True,
        True,
    )


@pytest.mark.parametrize("agent", [*WECHAT.values(), ELSEWHERE], ids=[*WECHAT, "elsewhere"])
def test_only_wechat_is_told_the_way_out_and_only_where_something_prints(app: Flask, agent: str) -> None:
    life = Life(app)
    seller = life.seller()
    shops.send(shops.filled(seller.id))
    reader = life.reader(seller)
    prints = ["/registration/mine", "/registration/privacy", "/guides/", "/guides/open_shop/household", "/keeping/"]
    with reader.http.session_transaction() as cookie:
        cookie["check"] = {"kind": "household", "ground": "own_produce", "goods_kind": ["fresh"], "place": "522631105"}
    prints.append("/registration/check/result")
    reader.get("/guides/open_shop/household", User_Agent=agent)
    prints.append(reader.submit().url)
    said = {path: WAY_OUT in reader.get(path, User_Agent=agent).words() for path in [*prints, "/", "/accounts/me"]}
    assert said == dict.fromkeys(prints, agent != ELSEWHERE) | {"/": False, "/accounts/me": False}


def test_the_desk_is_told_the_way_out_too_where_it_opens_or_prints_files(app: Flask) -> None:
    desk = Life(app).reader(Life(app).staff("manager", "helper"))
    desk.get("/desk/counter/", User_Agent=WECHAT["iPhone"])
    prints = ["/desk/guides/print/open_shop"]
    said = {path: WAY_OUT in desk.get(path, User_Agent=WECHAT["iPhone"]).words() for path in [*prints, "/desk/guides/"]}
    assert said == dict.fromkeys(prints, True) | {"/desk/guides/": False}
    desk.get("/desk/counter/")
    desk.submit(phone="15400000001")
    form = {box.get("name"): box.get("value") for box in desk.get("/desk/counter/").all("input")}
    page = desk.post("/desk/counter/", {**form, "phone": "15400000001"}, User_Agent=WECHAT["iPhone"])
    assert WAY_OUT in page.words()


def test_what_differs_by_browser_says_so_to_caches(client: Reader) -> None:
    for headers in ({}, {"Accept_Encoding": "identity"}):
        answer = client.get("/guides/", **headers).response
        assert answer is not None
        assert answer.headers["Vary"] == "Accept-Encoding, Accept-Language, Cookie, User-Agent"
