"""What a guide prints that is not written in it: the office's own rows, the word list, other guides."""

import pytest
import tinyhtml5
from flask import Flask

from portal import i18n
from portal.guides import orders, quoted
from portal.office import sections
from portal.press import manuscript
from portal.questions import service as questions
from tests.office import conftest as office
from tests.reader import Reader

COUNTER = {
    "kind": "issuer",
    "name": "县市场监管局登记窗口",
    "place": "522631",
    "address": "政务大厅 2 楼",
    "phone": "0855-6621111",
    "hours": "周一到周五 9:00-17:00",
    "price": "不收钱",
    "papers": "营业执照",
    "takes": "3 个工作日",
}


def add(**changes: str) -> None:
    """Put a station, a point or a counter on the office's list."""
    office.put(sections.SPOT, {**COUNTER, **changes}, spot_id="new")


def printed(name: str) -> str:
    """All that a guide says on paper, in the order of reading."""
    order = orders.guide_order(name, "everyone")
    html = manuscript.write(order.template, order.facts, i18n.DEFAULT).html
    return "".join(tinyhtml5.parse(html.encode(), namespace_html_elements=False).find("body").itertext())


def test_a_guide_prints_the_counters_of_the_office(app: Flask, client: Reader) -> None:
    add()
    add(kind="station", name="九潮镇服务站", papers="", takes="")
    text, page = printed("papers"), client.get("/guides/papers/everyone/where")
    said = ["营业执照", "县市场监管局登记窗口", "政务大厅 2 楼", "0855-6621111", "3 个工作日", "不收钱"]
    assert [words for words in said if words not in text or words not in page.words()] == []
    assert ("九潮镇服务站" in text, "办公室还没有填这张表" in text) == (True, False)
    assert "tel:0855-6621111" in page.links()


def test_an_office_that_has_none_leaves_lines_to_write_on(app: Flask, client: Reader) -> None:
    text = printed("papers")
    assert text.count("办公室还没有填这张表。请打电话问了，写在空格里。") == 2
    page = client.get("/guides/papers/everyone/where")
    assert "办公室还没有填这张表。请打电话问：" in page.words()


def test_points_are_listed_by_kind_and_a_kind_without_any_is_left_out(app: Flask) -> None:
    add(kind="cold", name="城关冷库", papers="", takes="", price="每吨每天 8 元")
    add(kind="courier", name="城关快递点", papers="", takes="")
    found = quoted.listings("points")
    assert [(listing.title, [line.name for line in listing.lines]) for listing in found] == [
        ("Parcel points", ["城关快递点"]),
        ("Cold stores", ["城关冷库"]),
    ]
    assert [listing.blank for listing in quoted.listings("packing")] == [quoted.FEW]


def test_the_word_list_is_printed_whole_with_its_grounds(app: Flask) -> None:
    text = printed("forbidden_words")
    groups = questions.library().words.group
    said = [words for group in groups for words in (*group.words, group.suggestion, group.ground)]
    assert [words for words in said if words not in text] == []
    assert [text.count(title) for title in ("用了，货会下架", "用了容易惹麻烦", "手里有证书才用")] == [1, 1, 1]


def test_the_word_list_is_a_page_too(client: Reader) -> None:
    words = client.get("/guides/forbidden_words/everyone/list").words()
    assert [each for group in questions.library().words.group for each in group.words if each not in words] == []


def test_a_guide_leads_to_others_as_they_speak_to_the_same_reader(client: Reader) -> None:
    links = client.get("/guides/forbidden_words/everyone/help").links()
    assert {"/guides/papers/everyone", "/guides/#open_shop"} <= set(links)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"papers": ""}, "请写在这里办什么，例如：营业执照。"),
        ({"kind": "courier"}, "只有“发证件的地方”才填办什么。请在上面选它，或者把这一格空着。"),
    ],
)
def test_a_counter_says_what_it_issues_and_a_parcel_point_issues_nothing(changes: dict[str, str], fault: str) -> None:
    i18n.use(i18n.DEFAULT)
    given = sections.cleaned(sections.SPOT, {**COUNTER, **changes})
    assert sections.faults(sections.SPOT, given) == [("papers", fault)]
