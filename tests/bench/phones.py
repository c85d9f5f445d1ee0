"""Simulated phones that fill in shops over HTTP on loopback, and a ledger of what they were told is kept."""

import http.client
import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from tests.sheets import shops

FORM = "application/x-www-form-urlencoded"
TEXTS = ("called", "shop_name", "shop_sentence")


@dataclass
class Told:
    """What one application's phone was told: by field the number of the last answer sent, and of the last one kept."""

    kept: dict[str, int] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    photo: bool = False
    sent: bool = False
    prints: set[str] = field(default_factory=set)


@dataclass
class Ledger:
    """What all phones were told, by sheet; and how many answers that was."""

    sheets: dict[str, Told] = field(default_factory=dict)
    acknowledged: int = 0
    broken_off: int = 0
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, good: bool) -> None:
        """One more answer, or one that never came."""
        with self.lock:
            self.acknowledged += good
            self.broken_off += not good


class Stopped(Exception):
    """The load is over."""


class Phone(threading.Thread):
    """One phone: whatever is not answered is pressed again, as a person does."""

    def __init__(self, port: int, cookies: list[str], ledger: Ledger, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.cookies, self.ledger, self.stop = port, cookies, ledger, stop
        self.cookie = self.token = ""
        self.dice = random.Random(cookies[0])

    def run(self) -> None:
        """One seller after another, until the load is over."""
        try:
            for cookie in self.cookies:
                self.cookie = cookie
                self._shop()
        except Stopped:
            pass

    def _shop(self) -> None:
        page = self._ask("GET", "/registration/household")[1]
        self.token = re.findall(r'name="?csrf_token"?[^>]* value="?([^"> ]+)', page)[0]
        sheet_id = self._press("/registration/household", {}).split("/")[2]
        told = self.ledger.sheets[sheet_id] = Told()
        for key, form in shops.grower():
            texts = [name for name in form if name in TEXTS]
            for left in reversed(range(3 if texts else 1)):
                with_photo = {name: value for name, value in form.items() if not left or not isinstance(value, tuple)}
                self._page(sheet_id, key, with_photo, told)
        if "sent" in self._press(f"/sheets/{sheet_id}/send", {}):
            told.sent = True
        else:
            self.ledger.odd.append(f"{sheet_id} could not be sent")
        self._press(f"/sheets/{sheet_id}/send", {})
        mine = self._ask("GET", "/registration/mine")[1]
        for paper in re.findall(r"/guides/papers/receipt/[a-z0-9]{16}", mine)[:1]:
            for _ in range(2):
                told.prints.add(self._press(paper, {}).rsplit("/", 1)[-1])

    def _page(self, sheet_id: str, key: str, form: Mapping[str, object], told: Told) -> None:
        """Save one page, its texts numbered anew, so that what is kept tells which answer it is."""
        fields = {name: value for name, value in form.items() if name in TEXTS or isinstance(value, str)}
        numbers = {name: told.tried.get(name, 0) + 1 for name in fields if name in TEXTS}
        fields |= {name: f"第{number}次 {form[name]}" for name, number in numbers.items()}
        told.tried |= numbers
        photo = next((name for name, value in form.items() if isinstance(value, tuple)), "")
        asked = sorted({name.split(".")[0] for name in form})
        wanted = {"turn": "next" if photo or key != "shop" else "later", "asked": asked, **fields}
        while "faults" in self._press(f"/sheets/{sheet_id}/{key}", wanted, photo=photo):
            time.sleep(self.dice.uniform(0.5, 2))  # many photos are coming in just now: the page said so
        told.kept |= numbers
        told.photo = told.photo or bool(photo)

    def _press(self, path: str, fields: Mapping[str, object], photo: str = "") -> str:
        """Post a form until it is answered by leading on; returns where."""
        kind, body = body_of({"csrf_token": self.token, **fields}, photo)
        while True:
            status, _, target = self._ask("POST", path, body, kind)
            if status == 303:
                return target
            with self.ledger.lock:
                self.ledger.odd.append(f"{path}: {status}")
            time.sleep(0.5)

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[int, str, str]:
        """One request, sent again while nobody answers or the portal says that it cannot now."""
        while not self.stop.is_set():
            time.sleep(self.dice.uniform(0, 0.05))
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                line.request(method, path, body, {"Cookie": self.cookie, "Content-Type": kind})
                answer = line.getresponse()
                text = answer.read().decode("utf-8", "replace")
                self.cookie = (answer.headers["Set-Cookie"] or self.cookie).split(";")[0]
            except (OSError, http.client.HTTPException):
                self.ledger.count(False)
                time.sleep(self.dice.uniform(0.05, 0.3))
                continue
            finally:
                line.close()
            if answer.status < 500:
                self.ledger.count(method == "POST" and answer.status < 400)
                return answer.status, text, answer.headers.get("Location", "")
        raise Stopped


def body_of(fields: Mapping[str, object], photo: str) -> tuple[str, bytes]:
    """A form as a browser sends it, with a photo if there is one; its kind and its bytes."""
    mark, parts = uuid4().hex, []
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{each}\r\n'.encode())
    if photo:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{photo}"; filename="a.jpg"\r\n'
        parts += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", shops.jpeg(), b"\r\n"]
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, f"--{mark}--\r\n".encode()])
