"""Sellers in the tests: they sign in with the trial code and fill in a shop, page by page or all at once."""

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlmodel import Session, col, select

from portal import db
from portal.photos import Photo
from portal.questions import service as questions
from portal.registration import service as registration
from portal.sheets import pictures
from portal.sheets import service as sheets
from portal.sheets.models import Finding, Sheet, Submission
from portal.sheets.models import Photo as Kept
from tests.pictures import sample, written
from tests.reader import Page, Reader

Form = dict[str, Any]
Bytes = Callable[[], bytes]
Steps = Callable[[], list[tuple[str, Form]]]
CODE = "92522631MA0000007P"
TOWNSHIP = "522631105"
STEPS_TO_PLACE = ("52", "5226", "522631", TOWNSHIP)
CONSENTS = ("consents", {"consent_processing": "yes"})
DECLARATION = ("declaration", {"declaration": "yes"})


@cache
def jpeg() -> bytes:
    """A small picture as a phone takes it."""
    return written(sample(size=(800, 600)), "JPEG")


def upload(content: bytes | None = None, name: str = "IMG_0001.jpg") -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(jpeg() if content is None else content), name


def placed() -> list[tuple[str, Form]]:
    """The place, chosen in four steps."""
    return [("place", {"place": code}) for code in STEPS_TO_PLACE]


def grower() -> list[tuple[str, Form]]:
    """What a grower of fresh fruit answers: (page, form), in the order of the pages."""
    return [
        ("ground", {"ground": "own_produce"}),
        *placed(),
        ("called", {"called": "杨大姐"}),
        ("goods", {"goods_kind": "fresh", "goods.0.what": "椪柑"}),
        ("certificate", {"can_certify": "yes"}),
        ("shop", {"shop_name": "九潮高山椪柑", "shop_sentence": "自家坡上种的。", "shop_picture": upload()}),
        CONSENTS,
        DECLARATION,
    ]


def trader() -> list[tuple[str, Form]]:
    """What a sole trader who sells fresh fruit and other people's packed food answers."""
    licence = {
        "credit_code": CODE,
        "licence_name": "黎平县九潮镇高山果园",
        "licence_ends.never": "1",
        "licence_photo": upload(),
    }
    return [
        *placed(),
        ("licence", licence),
        ("called", {"called": "吴师傅"}),
        ("goods", {"goods_kind": ["fresh", "packaged"], "goods.0.what": "椪柑", "goods.0.season": "11 月到 1 月"}),
        ("certificate", {"can_certify": "yes"}),
        ("trade_paper", {"trade_paper": "filing"}),
        ("trade_paper_details", {"filing_number": "YB15226310000001", "trade_paper_photo": upload()}),
        ("shop", {"shop_name": "高山果园小店", "shop_sentence": "整箱发，坏果包赔。", "shop_picture": upload()}),
        ("consents", {"consent_processing": "yes", "consent_publishing": "yes"}),
        DECLARATION,
    ]


def sign_in(reader: Reader, phone: str = "15400000001") -> Page:
    """By phone and trial code, from the page that is on screen or else from the sign-in page."""
    if not reader.page.url.startswith("/accounts/sign-in"):
        reader.get("/accounts/sign-in")
    reader.submit(0, phone=phone)
    shown = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", "".join(reader.page.one("trial-code").itertext()))
    assert shown
    return reader.submit(0, code=shown[0])


def begin(reader: Reader, kind: str) -> str:
    """Start an application of a kind; returns its sheet's id."""
    reader.get(f"/registration/{kind}")
    return reader.submit().url.split("/")[2]


def fill(reader: Reader, steps: list[tuple[str, Form]]) -> Page:
    """Answer page after page; each must be the one that is on screen."""
    for key, form in steps:
        assert reader.page.url.partition("?")[0].split("/")[-1] == key, (reader.page.url, key)
        reader.submit(0, turn="next", **form)
    return reader.page


# The code of each kind of seller that has one: right ones that belong to nobody.
CODES = {
    "sole_trader": CODE,
    "cooperative": "93522631MA0000007L",
    "company": "91330782MA0000007R",
    "collective": "N2522631MA0000007A",
}


def held(kind: str) -> list[tuple[str, Form]]:
    """What a cooperative, a company or a collective that sells fresh fruit answers."""
    licence = {
        "credit_code": CODES[kind],
        "licence_name": "黎平县九潮镇高山椪柑专业合作社",
        "licence_ends.never": "1",
        "licence_photo": upload(),
    }
    duties = ("duties", {"can_certify": "yes", "keeps_records": "yes", "fresh_label": "loose"})
    return [
        *placed(),
        ("licence", licence),
        ("called", {"called": "杨大姐"}),
        ("goods", {"goods_kind": "fresh", "goods.0.what": "椪柑"}),
        ("certificate", {"can_certify": "yes"}) if kind == "collective" else duties,
        ("shop", {"shop_name": "九潮高山椪柑", "shop_sentence": "自家坡上种的。", "shop_picture": upload()}),
        CONSENTS,
        DECLARATION,
    ]


KNOWN: Form = {
    "ground": "own_produce",
    "place": TOWNSHIP,
    "called": "杨大姐",
    "goods_kind": ["fresh"],
    "goods": [{"what": "椪柑"}],
    "can_certify": "yes",
    "keeps_records": "yes",
    "fresh_label": "loose",
    "shop_name": "九潮高山椪柑",
    "shop_sentence": "自家坡上种的。",
    "consent_processing": ["yes"],
    "declaration": ["yes"],
    "credit_code": CODE,
    "licence_name": "黎平县九潮镇高山果园",
    "licence_ends": "never",
}


def filled(seller_id: str, kind: str = "household", **known: Any) -> str:
    """A draft with every page answered, made by the verbs; returns the sheet's id."""
    answers = {**KNOWN, "credit_code": CODES.get(kind), **known}
    with db.writing() as session:
        sheet = registration.begin(session, seller_id=seller_id, kind=kind)
        wanted = sheets.set_of(sheet)
        for at, page in enumerate(questions.visible_pages(wanted, answers)):
            given = {question.key: answers.get(question.key) for question in page.question}
            for question in page.question:
                if question.kind == "photo" and question.required:
                    given[question.key] = pictures.add(session, sheet, question.key, pictures.store(photo(at)))
            sheets.answer(session, sheet, page=page, given=given, by=seller_id)
        return sheet.id


def photo(at: int = 0) -> Photo:
    """A clean photo, another for each number."""
    return Photo(jpeg=jpeg() + bytes(at), small=jpeg() + bytes(at), width=800, height=600)


def answer(sheet_id: str, page: str, **given: Any) -> None:
    """Answer one page by the verb."""
    with db.writing() as session:
        sheet = session.get_one(Sheet, sheet_id)
        known = sheets.answers(sheet)
        of_page = sheets.set_of(sheet).pages[page]
        kept = {question.key: known.get(question.key) for question in of_page.question}
        sheets.answer(session, sheet, page=of_page, given={**kept, **given}, by=sheet.seller_id)


def send(sheet_id: str) -> Submission:
    """Send by the verb."""
    with db.writing() as session:
        sheet = session.get_one(Sheet, sheet_id)
        return sheets.send(session, sheet, by=sheet.seller_id, as_it_is=True)


def reopen(sheet_id: str, *keys: str) -> None:
    """Send back for these answers."""
    with db.writing() as session:
        sheets.reopen(session, session.get_one(Sheet, sheet_id), keys)


def known(sheet_id: str) -> Form:
    """The answers of a sheet as they are kept."""
    with db.reading() as session:
        return sheets.answers(session.get_one(Sheet, sheet_id))


def photos(sheet_id: str) -> int:
    """How many photos are kept of a sheet, old ones included."""
    with db.reading() as session:
        return len(session.exec(select(Kept.id).where(Kept.sheet_id == sheet_id)).all())


def submissions(sheet_id: str) -> list[Submission]:
    """What was sent of a sheet, oldest first."""
    with db.reading() as session:
        return list(_sent(session, sheet_id))


def _sent(session: Session, sheet_id: str) -> list[Submission]:
    query = select(Submission).where(Submission.sheet_id == sheet_id).order_by(col(Submission.round))
    return list(session.exec(query))


def finds(sheet_id: str) -> Form:
    """What a sheet is found by."""
    with db.reading() as session:
        rows = session.exec(select(Finding).where(Finding.sheet_id == sheet_id))
        return {row.key: row.value for row in rows}


def fault(page: Page, key: str) -> str:
    """The sentence at a field, or an empty string."""
    return _words(page, f"{key}-why")


def advice(page: Page, key: str) -> str:
    """The advice at a field, or an empty string."""
    return _words(page, f"{key}-advice")


def value(page: Page, key: str) -> str:
    """What stands in a field."""
    return str(page.one(key).get("value"))


def offers(page: Page, key: str) -> list[str]:
    """The values that a field's button offers."""
    return [button.get("value") for button in page.all("button") if button.get("name") == f"use.{key}"]


def _words(page: Page, ident: str) -> str:
    found = [element for element in page.tree.iter() if element.get("id") == ident]
    return "".join(found[0].itertext()).strip() if found else ""
