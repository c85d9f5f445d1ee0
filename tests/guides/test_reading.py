"""Guides as people read them: the list, in another language, by short code, and as plain text read aloud."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from portal import i18n, press
from portal.guides import aloud, codes, orders, reading
from portal.guides.guide import Guide
from portal.review import numbers
from tests.press import reading as printed
from tests.reader import Reader

WRONG = "短码有一位不对"


def every() -> list[tuple[Guide, str]]:
    """Each guide for each kind of seller."""
    return [(guide, kind) for guide in orders.all_guides() for kind in guide.kinds()]


def test_the_list_has_each_guide_for_sellers_once_a_kind_under_its_group(client: Reader) -> None:
    page = client.get("/guides/")
    wanted = [f"/guides/{guide.key}/{kind}" for guide, kind in every() if guide.audience == "seller"]
    assert sorted(link for link in page.links() if link in wanted) == sorted(wanted)
    titles = [" ".join("".join(h2.itertext()).split()) for h2 in page.all("h2")]
    assert titles[: len(reading.shelves())] == [i18n.gettext(title) for title, _ in reading.shelves()]
    assert "/registration/privacy" in page.links()


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_chapter_of_every_guide_is_a_page_within_its_weight(client: Reader, language: str) -> None:
    client.get(f"/guides/?lang={language}")
    chapters = {f"/guides/{guide.key}/{kind}/{it.key}" for guide, kind in every() for it in guide.chapters(kind)}
    assert {path for path in chapters if client.get(path).status != 200} == set()


def test_a_guide_for_staff_is_read_at_its_address_and_not_listed(
    client: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [guide.key for guide in orders.guides_for("staff")]
    staff = orders.guide_for("papers", "everyone").model_copy(update={"audience": "staff"})
    monkeypatch.setitem(orders._state.guides, "papers", staff)
    assert [link for link in client.get("/guides/").links() if "/guides/papers/" in link] == []
    assert client.get("/guides/papers/everyone").status == 200
    assert [guide.key for guide in orders.guides_for("staff")] == sorted([*before, "papers"])


def test_a_chinese_guide_in_the_english_pages_is_marked_and_says_so(client: Reader) -> None:
    listed = client.get("/guides/?lang=en")
    entry = next(a for a in listed.all("a") if a.get("href") == "/guides/papers/everyone")
    assert [span.get("lang") for span in entry.iter("span")] == ["zh-Hans"]
    page = client.get("/guides/papers/everyone")
    assert "written in Chinese only" in page.words()
    assert [h1.get("lang") for h1 in page.all("h1")] == ["zh-Hans"]
    assert [button.get("value") for button in page.all("button") if button.get("name") == "locale"] == ["zh_Hans"]
    chapter = client.get("/guides/papers/everyone/where")
    assert [h1.get("lang") for h1 in chapter.all("h1")] == ["zh-Hans"]
    assert client.get("/guides/open_shop/household").all("h1")[0].get("lang") is None


def test_a_guide_in_two_languages_offers_both_to_print_the_readers_first(client: Reader) -> None:
    page = client.get("/guides/open_shop/household?lang=en")
    assert [button.get("value") for button in page.all("button") if button.get("name") == "locale"] == ["en", "zh_Hans"]


def test_printing_in_a_language_that_a_guide_lacks_is_refused_with_the_sentence(client: Reader) -> None:
    client.get("/guides/papers/everyone?lang=en")
    refused = client.submit(locale="en")
    assert (refused.status, "not written in that language. Please print it in Chinese" in refused.words()) == (
        409,
        True,
    )
    client.get("/guides/papers/everyone?lang=zh_Hans")
    refused = client.submit(locale="en")
    assert (refused.status, "这本指南没有这种语言的，请选中文打印。" in refused.words()) == (409, True)
    client.get("/guides/papers/everyone")
    assert client.submit(locale="zh_Hans").url.startswith("/guides/prints/")


def test_every_guide_has_a_code_of_its_own_that_leads_to_it(client: Reader) -> None:
    found = {codes.code_of(guide.key, kind): f"/guides/{guide.key}/{kind}" for guide, kind in every()}
    assert len(found) == len(every())
    assert [client.get(f"/guides/q/{code}").url for code in found] == [*found.values()]


def test_a_code_is_the_same_for_ever_and_has_no_look_alikes() -> None:
    assert codes.code_of("papers", "everyone") == "8272YK"
    assert [set(codes.code_of("guide", str(at))) - set(numbers.LETTERS) for at in range(300)] == [set()] * 300


def test_any_wrong_character_and_any_swap_is_noticed() -> None:
    code = codes.code_of("papers", "everyone")
    wrong = {
        code[:at] + letter + code[at + 1 :]
        for at in range(len(code))
        for letter in numbers.LETTERS
        if letter != code[at]
    }
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)} - {code}
    assert [each for each in wrong | swapped if codes.typed(each)] == []
    assert codes.typed(f" {code[:3].lower()}-{code[3:]} ") == code


@pytest.mark.parametrize("typed", ["8272YX", "abc", "８２７２ＹＸ", "8272YKK", "<b>"])
def test_a_mistyped_code_is_told_in_a_sentence_with_the_field_to_try_again(client: Reader, typed: str) -> None:
    page = client.get(f"/guides/q/{typed}")
    assert (page.status, WRONG in page.words()) == (404, True)
    assert (page.one("code").get("name"), page.all("form")[-1].get("method")) == ("code", "get")


def test_a_right_code_that_no_guide_bears_is_told_otherwise(client: Reader) -> None:
    page = client.get(f"/guides/q/{codes.code_of('nothing', 'everyone')}")
    assert (page.status, "这里没有这个短码的指南" in page.words(), WRONG in page.words()) == (404, True, False)


def test_the_code_is_typed_in_the_list(client: Reader) -> None:
    client.get("/guides/")
    assert client.get("/guides/q/?code=8272-yk").url == "/guides/papers/everyone"
    assert client.get("/guides/q/").status == client.get("/guides/q/?code=..").status == 200


def test_the_cover_bears_the_code_beside_the_host_and_in_the_square(app: Flask, tmp_path: Path) -> None:
    order = orders.guide_order("papers", "everyone")
    pdf = press.print_paper("guides/front.html", order.facts, "zh_Hans").pdf
    assert printed.codes(pdf, tmp_path) == [f"{app.extensions['settings'].url}/guides/q/8272YK"]
    said = printed.text(pdf).replace(" ", "")
    host = urlsplit(app.extensions["settings"].url).netloc
    assert (said.count(host), said.count("短码8272YK")) == (1, 1)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_guide_is_read_aloud_in_whole_sentences_without_signs(app: Flask, language: str) -> None:
    with i18n.speaking(language):
        for guide, kind in every():
            if language not in guide.languages:
                continue
            lines = [line for line in reading.text(guide.key, kind).splitlines() if line]
            assert [line for line in lines if line[-1] not in aloud.ENDS] == []
            assert [line for line in lines if re.search(r"[□✓✗“”‘’《》（）•·*#_|<>{}]|%\(|  |，，|。。", line)] == []


def test_what_a_guide_says_is_in_its_text_in_order(app: Flask) -> None:
    text = reading.text("forbidden_words", "everyone")
    said = [
        "这些词，不要用。写字的、说话的都看。",
        "第一章，记住三句话。",
        "图上画的是：",
        "第一步，不说最，不说第一。",
        "第二步，吃的，不说治病。",
        "第二章，别这样写，这样写。",
        "别这样写：全国最甜的椪柑。这样写：测过 5 个果，糖度 13 到 14 度，11 月 20 日测。为什么：最字不能用。",
        "国家级、最高级、最佳。",
        "依据：广告法第九条第三项、第五十七条；截至 2026 年 11 月。",
        "周一到周五 9 点到 12 点，14 点到 17 点。",
    ]
    places = [text.find(sentence) for sentence in said]
    assert (places, -1 in places) == (sorted(places), False), [each for each in said if each not in text]


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (32, "三十二")])
def test_numbers_are_spoken(number: int, words: str) -> None:
    with i18n.speaking("zh_Hans"):
        assert aloud.spoken(number) == words
    with i18n.speaking("en"):
        assert aloud.spoken(number) == str(number)


def test_the_text_is_a_file_to_take_away_in_a_language_that_the_guide_has(client: Reader) -> None:
    client.get("/guides/papers/everyone?lang=en")
    response = client.get("/guides/papers/everyone/text").response
    assert response is not None
    assert (response.mimetype, response.headers["Content-Language"]) == ("text/plain", "zh-Hans")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="guide.txt"')
    assert client.page.text.startswith("要用的纸，到哪里办。")
    assert client.get("/guides/open_shop/household/text").text.startswith("Opening a shop")
    assert client.get("/guides/papers/nobody/text").status == 404
