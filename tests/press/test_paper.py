"""A printed paper, read back."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from portal import i18n, press
from portal.registration.papers import Statement
from tests.press import reading

TEMPLATE = "registration/paper_statement.html"


def title_in(locale: str) -> str:
    with i18n.speaking(locale):
        return i18n.gettext("Statement that no registration is needed")


def test_the_fonts_are_ours_embedded_and_subset(statement: Statement, tmp_path: Path) -> None:
    paper = press.print_paper(TEMPLATE, {"it": statement}, "zh_Hans")
    assert reading.fonts(paper.pdf, tmp_path) == reading.OURS


def test_a_paper_is_a_tagged_accessible_pdf_in_its_language_with_its_title(statement: Statement) -> None:
    titles = []
    for locale, tag in (("zh_Hans", "zh-Hans"), ("en", "en")):
        document = reading.opened(press.print_paper(TEMPLATE, {"it": statement}, locale).pdf)
        root = document.trailer["/Root"]
        assert root["/Lang"] == tag  # type: ignore[index]
        assert root["/MarkInfo"]["/Marked"] == True  # type: ignore[index]  # noqa: E712  pypdf's own boolean
        assert b"pdfuaid" in root["/Metadata"].get_data()  # type: ignore[index]
        titles.append(document.metadata.title if document.metadata else None)
    assert titles == [title_in("zh_Hans"), title_in("en")]


def test_headings_tables_lists_and_pictures_have_their_tags(statement: Statement) -> None:
    elements = reading.tags(press.print_paper(TEMPLATE, {"it": statement}, "zh_Hans").pdf)
    kinds = {str(element["/S"]) for element in elements}
    wanted = "/Document /H1 /H3 /P /L /LI /LBody /Table /TR /TH /TD /Figure /Link"
    assert [kind for kind in wanted.split() if kind not in kinds] == []
    assert [element for element in elements if str(element["/S"]) == "/Figure" and "/Alt" not in element] == []


def test_the_qr_code_in_the_picture_of_the_page_leads_to_the_printed_address(
    statement: Statement, tmp_path: Path
) -> None:
    pdf = press.print_paper(TEMPLATE, {"it": statement}, "zh_Hans").pdf
    assert reading.codes(pdf, tmp_path) == ["https://haohuo.example/review/status"]
    links = [link.get_object()["/A"]["/URI"] for page in reading.opened(pdf).pages for link in page.get("/Annots", [])]
    assert links == ["https://haohuo.example/review/status"]
    assert "haohuo.example" in reading.text(pdf)


def test_a_loopback_address_is_owned_up_to_on_paper(statement: Statement) -> None:
    at_home = replace(statement, code=press.code("http://127.0.0.1:8000/"))
    chinese = reading.text(press.print_paper(TEMPLATE, {"it": at_home}, "zh_Hans").pdf)
    assert "试用，二维码打不开" in chinese


def test_every_page_has_its_number_and_language_at_the_foot(statement: Statement) -> None:
    long = replace(statement, goods="椪柑 " * 900)
    paper = press.print_paper(TEMPLATE, {"it": long}, "zh_Hans")
    feet = ["".join(page.split())[-5:] for page in reading.text(paper.pdf).split("\f") if page.strip()]
    assert feet == [f"中文{at}/{paper.pages}" for at in range(1, paper.pages + 1)]


def test_what_people_type_prints_as_text(statement: Statement) -> None:
    typed = '<b>粗</b> <img src="file:///etc/passwd"> {{ 7 * 7 }} https://evil.example/ <script>1</script>'
    text = reading.text(press.print_paper(TEMPLATE, {"it": replace(statement, shop=typed)}, "zh_Hans").pdf)
    assert "".join(typed.split()) in "".join(text.split())
    assert "root:" not in text


def test_five_thousand_characters_without_a_space_stay_on_the_page(statement: Statement) -> None:
    paper = press.print_paper(TEMPLATE, {"it": replace(statement, goods="W" * 5000)}, "zh_Hans")
    assert reading.text(paper.pdf).count("W") == 5000
    widest = max(
        int(float(word.split('xMax="')[1].split('"')[0]))
        for word in reading.run("pdftotext", "-bbox", "-", "-", stdin=paper.pdf).splitlines()
        if "WWW" in word
    )
    assert widest <= 595 - 42  # A4 is 595 pt wide, the margin at least 15 mm


def test_rare_characters_of_the_general_standard_are_there(statement: Statement, tmp_path: Path) -> None:
    paper = press.print_paper(TEMPLATE, {"it": replace(statement, shop="㛃𬱖䶮")}, "zh_Hans")
    assert (reading.fonts(paper.pdf, tmp_path), paper.missing) == (reading.OURS, frozenset())


def test_a_character_that_no_font_has_is_named_and_never_a_silent_box(
    no_system_fonts: None, statement: Statement, tmp_path: Path
) -> None:
    paper = press.print_paper(TEMPLATE, {"it": replace(statement, shop="㐂烎龘果园")}, "en")
    assert (paper.missing, reading.fonts(paper.pdf, tmp_path)) == (frozenset("㐂烎龘"), reading.OURS)
    text = reading.text(paper.pdf)
    assert "〓〓〓果园" in text
    assert "U+3402, U+70CE, U+9F98" in " ".join(text.split())


def test_a_web_process_on_sqlite_carries_nothing_heavy_that_its_pages_do_not_need(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    heavy = "weasyprint PIL dbos alembic psycopg rich segno"
    alone = f"import sys, portal; portal.create_app(); print(sorted(set(sys.modules) & set('{heavy}'.split())))"
    assert reading.run(sys.executable, "-c", alone) == "[]\n"
