"""A seller's first day against an installation that runs here, over https through nginx: for tests/bench/install.sh.

`begin` fills in and sends a shop with a photo, and has its receipt printed; `look` finds it all again. Run with the
installation's own settings, by its own user: the sign-in is made by the verbs, everything else goes through the front.
"""

import http.client
import re
import ssl
import sys
import time
from urllib.parse import urlsplit

from sqlmodel import select

from portal import create_app, db
from portal.accounts import service as accounts
from portal.config import Settings
from portal.review.models import Case
from portal.sheets.models import Photo
from tests.bench.phones import body_of
from tests.sheets import shops

PHONE = "13800005678"


class Browser:
    """A signed-in seller's browser."""

    def __init__(self) -> None:
        """Sign in by the verbs."""
        settings = Settings.read()
        app = create_app(settings)
        self.url = settings.url
        self.host = urlsplit(settings.url).hostname or ""
        with db.writing() as session:
            token = accounts.open_sign_in(session, "seller", accounts.seller_of(session, PHONE, "zh_Hans").id)
        client = app.test_client()
        with client.session_transaction(base_url=settings.url) as cookie:
            cookie["token"] = token
        found = client.get_cookie("__Host-haohuo", domain=self.host)
        assert found is not None
        self.cookie, self.token = f"__Host-haohuo={found.value}", ""

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> tuple[int, bytes, str]:
        """One request; returns status, body and where it leads."""
        line = http.client.HTTPSConnection(self.host, timeout=60, context=ssl._create_unverified_context())
        told = {"Cookie": self.cookie, "Content-Type": kind, "Referer": f"{self.url}/"}
        line.request(method, path, body, told)
        answer = line.getresponse()
        content = answer.read()
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).split(";")[0]
        line.close()
        return answer.status, content, answer.headers.get("Location", "")

    def press(self, path: str, fields: dict[str, object], photo: str = "") -> str:
        """Send a form; returns where it leads."""
        kind, body = body_of({"csrf_token": self.token, **fields}, photo)
        status, content, target = self.ask("POST", path, body, kind)
        assert (status, "faults" in target) == (303, False), (path, status, target, content[:300])
        return target


def begin(browser: Browser) -> None:
    """Fill in, send, print."""
    page = browser.ask("GET", "/registration/household")[1].decode()
    browser.token = re.findall(r'name="?csrf_token"?[^>]* value="?([^"> ]+)', page)[0]
    sheet = browser.press("/registration/household", {}).split("/")[2]
    for key, form in shops.grower():
        photo = next((name for name, value in form.items() if isinstance(value, tuple)), "")
        asked = sorted({name.split(".")[0] for name in form})
        fields = {name: value for name, value in form.items() if name != photo}
        browser.press(f"/sheets/{sheet}/{key}", {"turn": "next", "asked": asked, **fields}, photo=photo)
    assert "sent" in browser.press(f"/sheets/{sheet}/send", {})
    mine = browser.ask("GET", "/registration/mine")[1].decode()
    receipt = re.findall(r"/guides/papers/receipt/[a-z0-9]{16}", mine)[0]
    place = browser.press(receipt, {})
    until = time.monotonic() + 120
    while (paper := browser.ask("GET", f"{place}.pdf"))[0] != 200:
        assert time.monotonic() < until, "the receipt was not printed"
        time.sleep(1)
    assert paper[1].startswith(b"%PDF")


def look(browser: Browser) -> None:
    """The shop, its number and its photo are there."""
    with db.reading() as session:
        case, photo = session.exec(select(Case)).one(), session.exec(select(Photo.id)).first()
    mine = browser.ask("GET", "/registration/mine")
    assert mine[0] == 200
    assert f"{case.number[:4]}-{case.number[4:]}" in mine[1].decode()
    status, content, _ = browser.ask("GET", f"/photos/{photo}")
    assert (status, content[:2]) == (200, b"\xff\xd8")


if __name__ == "__main__":
    {"begin": begin, "look": look}[sys.argv[1]](Browser())
    print(f"    {sys.argv[1]}: well")
