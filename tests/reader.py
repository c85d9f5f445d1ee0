"""A browser without script: keeps cookies, sends forms as they stand, and checks every page it is given."""

import gzip
import re
from dataclasses import dataclass, field
from typing import Any

import tinyhtml5
from flask import Flask
from werkzeug.test import TestResponse

LONGEST_ADDRESS = 4000
LATIN_RUN = re.compile(r"[A-Za-z]{2,}(?: +[A-Za-z]{2,}){2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Form = dict[str, Any]


@dataclass
class Page:
    """A page that was fetched and checked."""

    status: int
    url: str
    text: str
    tree: Any = None
    response: TestResponse | None = None

    def words(self) -> str:
        """Everything that people read on it, in one line."""
        body = self.tree.find("body")
        return " ".join("".join(body.itertext()).split())

    def all(self, tag: str) -> list[Any]:
        """The elements of a tag, in order."""
        return list(self.tree.iter(tag))

    def one(self, ident: str) -> Any:
        """The element with that id; fails when there is none."""
        return next(element for element in self.tree.iter() if element.get("id") == ident)

    def links(self) -> list[str]:
        """Where its links lead."""
        return [link.get("href") for link in self.all("a") if link.get("href")]


@dataclass
class Reader:
    """One visitor. `secure` visits over https with the Referer that a browser sends."""

    app: Flask
    secure: bool = False
    page: Page = field(default_factory=lambda: Page(0, "", ""))

    def __post_init__(self) -> None:
        self.http = self.app.test_client()
        self.base = "https://localhost" if self.secure else "http://localhost"
        self.fetched: list[str] = []

    def get(self, path: str, **headers: str) -> Page:
        """Follow a link."""
        return self._seen(self.http.get(path, base_url=self.base, headers=self._headers(**headers)))

    def post(self, path: str, form: Form | None = None, **headers: str) -> Page:
        """Send a form, with the token of the page on screen, and follow where it leads."""
        token = (
            next((box.get("value") for box in self.page.all("input") if box.get("name") == "csrf_token"), "")
            if self.page.tree is not None
            else ""
        )
        data = {"csrf_token": token, **(form or {})}
        answer = self.http.post(path, base_url=self.base, data=data, headers=self._headers(**headers))
        return self._seen(answer, data)

    def submit(self, at: int = -1, to: str = "", /, **changes: Any) -> Page:
        """Send the page's form (the last one) as it stands on screen, with some fields changed; None leaves one out.

        `to` is where the button leads that is pressed, if elsewhere than the form.
        """
        form = self.page.all("form")[at]
        data: Form = {}
        within, name = boxes(form), form.get("id")
        for box in within + [box for box in boxes(self.page.tree) if name and box.get("form") == name]:
            if (box.get("type") in ("radio", "checkbox") and box.get("checked") is None) or not box.get("name"):
                continue
            if box.get("type") != "file":
                data.setdefault(box.get("name"), []).append(box.get("value") if box.tag == "input" else box.text or "")
        data = {key: value for key, value in {**data, **changes}.items() if value is not None}
        path = to or form.get("action") or self.page.url
        return self._seen(self.http.post(path, base_url=self.base, data=data, headers=self._headers()), data)

    def _headers(self, **headers: str) -> dict[str, str]:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return {"Referer": self.base + (self.page.url or "/"), "Accept-Encoding": "gzip", **named}

    def _seen(self, answer: TestResponse, data: Form | None = None) -> Page:
        while answer.status_code in (302, 303, 307, 308):
            target = answer.headers["Location"].removeprefix(self.base)
            again = answer.status_code == 307
            answer.request.environ["wsgi.input"].close()  # a large form lies in a file
            answer = (self.http.post if again else self.http.get)(
                target, base_url=self.base, headers=self._headers(), **({"data": data} if again else {})
            )
        raw = answer.data
        answer.close()
        if answer.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        path = answer.request.full_path.rstrip("?")
        readable = (answer.mimetype or "").startswith(("text/", "application/json"))
        text = raw.decode("utf-8", "replace") if readable else ""
        self.page = Page(answer.status_code, path, text, response=answer)
        self.fetched.append(path)
        if answer.mimetype == "text/html" and raw:
            self.page.tree = tinyhtml5.parse(raw, namespace_html_elements=False)
            check(self.page)
            self._check_ways()
        return self.page

    def _check_ways(self) -> None:
        """What a verb's own address shows is no page of it: each form says where it leads, or it leads to the verb."""
        if not self.app.url_map.bind("localhost").test(self.page.url.split("?")[0], "GET"):
            assert all(form.get("action") for form in self.page.all("form")), (self.page.url, "form leads to a verb")


def boxes(within: Any) -> list[Any]:
    """The fields within an element, in order."""
    return [element for element in within.iter() if element.tag in ("input", "textarea", "select")]


def check(page: Page) -> None:
    """What holds for every page: see the fifteen rules, number 14."""
    html = page.tree
    chinese = html.get("lang") == "zh-Hans"
    assert html.get("lang") in ("zh-Hans", "en"), page.url
    headings = [" ".join("".join(h1.itertext()).split()) for h1 in page.all("h1")]
    assert headings == [" ".join("".join(html.find("head/title").itertext()).split())], (page.url, headings)
    ids = [element.get("id") for element in html.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), (page.url, sorted(i for i in ids if ids.count(i) > 1))
    _check_boxes(page, set(ids))
    elsewhere = {part for each in html.iter() if each is not html and each.get("lang") for part in each.iter()}
    for element in html.iter():
        assert element.get("style") is None, (page.url, "style attribute")
        assert not any(str(name).startswith("on") for name in element.keys()), (page.url, "inline script")  # noqa: SIM118
        if element.tag == "img":
            assert element.get("alt") is not None, (page.url, "picture without words")
            assert element.get("width"), (page.url, "picture without size")
        if chinese and element.tag not in ("style", "script", "html", "head", "meta") and element not in elsewhere:
            found = LATIN_RUN.search(element.text or "")
            assert not found, (page.url, found and found[0])
    desk = "/desk/" in page.url
    if len(page.url) < LONGEST_ADDRESS:  # a longer one stands in the page itself, in the link to the other language
        assert len(gzip.compress(page.text.encode(), 6)) <= (14 if desk else 8) * 1024, page.url
    assert "%(" not in page.text, page.url


def _check_boxes(page: Page, ids: set[str]) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    wrapped = {id(box) for label in page.all("label") for box in label.iter()}
    for box in boxes(page.tree):
        named = (
            box.get("type") in ("hidden", "submit")
            or id(box) in wrapped
            or box.get("id") in labelled
            or box.get("aria-label")
        )
        assert named, (page.url, box.get("name"), "no label")
        for other in (box.get("aria-describedby") or "").split():
            assert other in ids, (page.url, other, "describes nothing")
    for form in page.all("form"):
        tokens = [box for box in form.iter("input") if box.get("name") == "csrf_token"]
        assert form.get("method") != "post" or len(tokens) == 1, (page.url, "form without its token")
