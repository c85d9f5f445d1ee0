"""Real nginx in front of the real server, with the settings that deploy/install puts down; loopback only."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlmodel import select

from portal import create_app, db, vault
from portal.accounts.models import Tally
from portal.config import ROOT, Settings
from tests.conftest import ALL
from tests.review.life import Life
from tests.serving import PATIENCE, free_port, serving
from tests.sheets import shops

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(not NGINX and not ALL, reason="no nginx")
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
FORM = "application/x-www-form-urlencoded"


@dataclass
class Front:
    """nginx on loopback: where it listens, and where the portal should be behind it."""

    plain: int
    tls: int
    web: int
    trust: ssl.SSLContext

    def ask(self, method: str, path: str, body: bytes = b"", *, here: str = "127.0.0.1", **headers: str) -> "Answer":
        """One request over TLS from an address of this machine."""
        line = http.client.HTTPSConnection(
            "localhost", self.tls, timeout=PATIENCE, context=self.trust, source_address=(here, 0)
        )
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {"Host": "localhost", **named})
            return read(line)
        finally:
            line.close()


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: http.client.HTTPMessage


def read(line: http.client.HTTPConnection) -> Answer:
    """The answer on a connection."""
    answer = line.getresponse()
    return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.headers)


def certificate(folder: Path) -> None:
    """A certificate for localhost, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))


def site(folder: Path, plain: int, tls: int, web: int) -> str:
    """The settings as installed, but for the ports and the folders of what is written."""
    text = (ROOT / "deploy" / "nginx" / "haohuo.conf.template").read_text("utf-8")
    for name, value in {"HOST": "localhost", "WEB": f"127.0.0.1:{web}", "ROOT": str(ROOT), "TLS": str(folder)}.items():
        text = text.replace(f"${{HAOHUO_{name}}}", value)
    text = re.sub(r" *listen \[::\].*\n", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443", f"listen 127.0.0.1:{tls}")
    return text.replace("/var/log/haohuo", str(folder)).replace("/var/www/haohuo", str(folder))


def configured(folder: Path, text: str) -> Path:
    """nginx's own file around a site, with all that it writes in one folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    mime = next(path for path in ("/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types") if Path(path).exists())
    path = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    path.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}\n"
        f"events {{ worker_connections 512; }}\nhttp {{ include {mime}; access_log off; {temporary}\n{text}\n}}\n"
    )
    return path


@pytest.fixture
def front(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Front]:
    """nginx, running; the portal behind it is the test's own affair. `limits` are put in place of ours."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate(folder)
    plain, tls, web = free_port(), free_port(), free_port()
    text = site(folder, plain, tls, web).replace("rate=50r/s", getattr(request, "param", "rate=50r/s"))
    command = [str(NGINX), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configured(folder, text))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE
        while not (folder / "pid").exists():
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield Front(plain, tls, web, ssl.create_default_context(cafile=str(folder / "certificate.pem")))
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def https(app: Flask, settings: Settings, front: Front) -> Iterator[Settings]:
    """The portal behind it, reached over https."""
    changed = replace(settings, url="https://localhost")
    create_app(changed)
    with serving(changed, front.web, "--proxy=127.0.0.1"):
        yield changed


def cookie_of(answer: Answer) -> str:
    """The cookie that an answer sets."""
    return str(answer.headers["Set-Cookie"]).split(";")[0]


def token_of(answer: Answer) -> str:
    """The token of the page's form."""
    return str(re.findall(r'name="?csrf_token"?[^>]* value="?([^"> ]+)', answer.text)[0])


def addresses() -> set[str]:
    """The tallies of addresses that asked for codes."""
    with db.reading() as session:
        return {key for key in session.exec(select(Tally.key)) if key.startswith("address:")}


@on_sqlite
def test_pages_come_over_https_and_the_portal_knows_it_and_who_asks(front: Front, https: Settings) -> None:
    page = front.ask("GET", "/accounts/sign-in")
    cookie = page.headers["Set-Cookie"]
    assert (page.status, page.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert cookie.startswith("__Host-haohuo=")
    assert [mark in cookie for mark in ("; Secure", "; HttpOnly", "; Path=/", "SameSite=Lax")] == [True] * 4
    body = f"csrf_token={token_of(page)}&phone=15400000001".encode()
    told = {"Cookie": cookie_of(page), "Content_Type": FORM, "Referer": "https://localhost/accounts/sign-in"}
    forged = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http", "Forwarded": "for=203.0.113.9"}
    sent = front.ask("POST", "/accounts/sign-in", body, here="127.0.0.2", **told, **forged)
    assert (sent.status, addresses()) == (303, {"address:" + vault.look_up("address", "127.0.0.2")})
    strange = front.ask("POST", "/accounts/sign-in", body, **{**told, "Referer": "https://elsewhere.example/"})
    assert strange.status == 400
    line = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE)
    line.request("GET", "/sheets/?a=b", headers={"Host": "localhost"})
    moved = read(line)
    line.close()
    assert (moved.status, moved.headers["Location"]) == (301, "https://localhost/sheets/?a=b")


@on_sqlite
def test_without_a_proxy_nobody_says_who_asks(app: Flask, settings: Settings) -> None:
    port = free_port()
    with serving(settings, port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        line.request("GET", "/accounts/sign-in")
        page = read(line)
        body = f"csrf_token={token_of(page)}&phone=15400000001"
        told = {"Cookie": cookie_of(page), "Content-Type": FORM, "X-Forwarded-For": "203.0.113.9"}
        line.request("POST", "/accounts/sign-in", body, told)
        assert read(line).status == 303
        line.close()
    assert addresses() == {"address:" + vault.look_up("address", "127.0.0.1")}


@on_sqlite
def test_a_large_photo_reaches_the_portal_and_a_larger_one_is_told_so(front: Front, https: Settings) -> None:
    life = Life(create_app(https))
    seller = life.seller()
    path = f"/sheets/{shops.filled(seller.id)}/shop"
    reader = life.reader(seller, secure=True)
    token = next(box.get("value") for box in reader.get(path).all("input") if box.get("name") == "csrf_token")
    cookie = reader.http.get_cookie("__Host-haohuo")
    assert cookie is not None
    told = {"Cookie": f"__Host-haohuo={cookie.value}", "Content_Type": "multipart/form-data; boundary=x"}
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"csrf_token": token, "turn": "later", "asked": "shop_picture"}.items()
    )
    file = '--x\r\nContent-Disposition: form-data; name="shop_picture"; filename="a.jpg"\r\n\r\n'

    def sent(megabytes: int) -> Answer:
        body = (fields + file).encode() + bytes(megabytes * 2**20) + b"\r\n--x--\r\n"
        return front.ask("POST", path, body, Referer=f"https://localhost{path}", **told)

    answer = sent(60)
    assert (answer.status, "faults" in answer.headers["Location"]) == (303, True)
    try:
        refused = sent(65)
        assert (refused.status, "照片太大了" in refused.text) == (413, True)
    except (ConnectionError, ssl.SSLError):
        pass  # closed while we still sent, as a server may


@on_sqlite
def test_while_bodies_stall_others_are_served(front: Front, https: Settings) -> None:
    head = f"POST /accounts/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: {FORM}\r\n\r\n"
    stalled = [socket.create_connection(("127.0.0.1", front.tls), timeout=PATIENCE) for _ in range(40)]
    wrapped = [front.trust.wrap_socket(line, server_hostname="localhost") for line in stalled]
    for line in wrapped:
        line.sendall(head.encode() + b"phone=")
    assert [front.ask("GET", "/").status for _ in range(5)] == [200] * 5
    for line in wrapped:
        line.close()


def test_while_the_portal_is_down_people_are_told_so_and_static_files_still_come(front: Front) -> None:
    down, static = front.ask("GET", "/"), front.ask("GET", "/static/portal.js", Accept_Encoding="gzip")
    assert (down.status, "正在维护" in down.text, "We are mending something" in down.text) == (502, True, True)
    assert (down.headers["Retry-After"], down.headers["Cache-Control"]) == ("60", "no-store")
    assert (static.status, static.headers["Content-Encoding"], static.headers["Cache-Control"]) == (
        200,
        "gzip",
        "max-age=31536000",
    )
    assert front.ask("GET", "/-/down.html").status == 404


@pytest.mark.parametrize("front", ["rate=1r/m"], indirect=True)
def test_a_hall_of_fifty_phones_is_let_in_and_a_flood_is_not(front: Front) -> None:
    line = http.client.HTTPSConnection("localhost", front.tls, timeout=PATIENCE, context=front.trust)
    answers = []
    for _ in range(420):
        line.request("GET", "/", headers={"Host": "localhost"})
        answers.append(read(line))
    line.close()
    assert {answer.status for answer in answers[:400]} == {502}
    assert (answers[-1].status, "来的人太多了" in answers[-1].text) == (429, True)
