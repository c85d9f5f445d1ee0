"""Whatever is posted to a form of this room, the Chinese page answers in Chinese: no library speaks there."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlmodel import select

from portal import db
from portal.accounts import forms
from portal.accounts.models import Staff
from tests.accounts.test_kept import sign_in
from tests.accounts.test_staff import choose_password, enter, invited, signed_in
from tests.reader import Page, Reader

# Each form's fields; what else a view reads is posted too.
FIELDS = {
    "phone", "code", "login", "password", "again", "name", "roles", "places", "active", "end", "language", "csrf",
    "list", "text", "at",
}  # fmt: skip
ODD = ("", " ", "\0", "0", "-1", "９９９", "nonsense", "9" * 5000, "<b>", "%s", "{value}", "\u202e", "१२३", "😀")
LATIN = re.compile(r"[A-Za-z]{2,}[ ,]+(?:a |of )?[A-Za-z]{2,}|\b(?:Invalid|Not a|CSRF|field|choice)\b", re.I)


def said(visitor: Reader) -> list[str]:
    """Latin words, two or more together, between the tags of a page, but for those whose language is named."""
    texts = []
    for element in visitor.page.tree.find("body").iter():
        if element.get("lang") is None and element.tag != "title":
            texts.append(element.text or "")
        texts.append(element.tail or "")
    return [found[0] for text in texts if (found := LATIN.search(text))]


def doors(app: Flask) -> Iterator[tuple[Reader, str]]:
    """Every address of the room that takes a form, with somebody who may send it."""
    visitor, seller, half, new = (Reader(app) for _ in range(4))
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    link = invited("li.qiang")
    sign_in(seller)
    visitor.get("/accounts/sign-in")
    visitor.submit(phone="13900001111")
    yield visitor, "/accounts/sign-in"
    yield visitor, "/accounts/code"
    yield visitor, "/accounts/code/again"
    yield visitor, "/desk/accounts/sign-in"
    new.get(link)
    yield new, link
    enter(half, "admin")
    yield half, "/desk/accounts/second"
    choose_password(new, link)
    yield new, "/desk/accounts/second/setup"
    for page in ("end", "withdraw", "language"):
        yield seller, f"/accounts/me/{page}"
    with db.reading() as session:
        other = session.exec(select(Staff.id).where(Staff.login == "li.qiang")).one()
    for page in ("second/setup", "second/list", "me/end", "staff/new", f"staff/{other}", f"staff/{other}/switch"):
        yield admin, f"/desk/accounts/{page}"
    for page in ("", "lists", "messages"):
        yield admin, f"/desk/counter/{page}"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_odd_value_brings_a_sentence_of_a_library_onto_a_chinese_page(app: Flask) -> None:
    found: list[object] = []
    first: dict[int, Page] = {}  # a page of theirs with a token
    for visitor, path in doors(app):
        visitor.http.get("/accounts/sign-in?lang=zh_Hans", base_url=visitor.base)
        page = first.setdefault(id(visitor), visitor.page)
        for odd in (None, *ODD, ["nonsense", "reviewer", ""]):
            visitor.page = page
            visitor.post(path, {} if odd is None else dict.fromkeys(FIELDS, odd))
            assert visitor.page.status in (200, 404, 409, 422), (path, odd)
            found += [(path, odd, words) for words in said(visitor)]
    assert found == []


def test_the_forms_have_no_fields_but_those_that_are_tried(app: Flask) -> None:
    with app.test_request_context("/"):
        named = {name for form in forms.Asked.__subclasses__() for name in form(formdata=None)._fields}
    assert named - {"csrf_token"} <= FIELDS


@pytest.mark.parametrize("roles", ["nonsense", ["reviewer", "owner"], ["reviewer", ""]])
def test_a_role_that_nobody_has_is_refused_in_our_words(app: Flask, roles: str | list[str]) -> None:
    admin, _ = signed_in(app, "admin", ("admin",), ("5226",))
    admin.get("/desk/accounts/staff/new")
    admin.submit(name="李强", login="li.qiang", roles=roles, places="黎平县")
    assert (admin.page.status, "请只选这里列出的角色" in admin.page.words()) == (422, True)
    with db.reading() as session:
        assert session.exec(select(Staff.login)).all() == ["admin"]
