"""Over https a gateway must show a certificate that this machine trusts, for the name that was asked for."""

import datetime
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.notices import gateways
from portal.notices.post import post


class Handler(BaseHTTPRequestHandler):
    """Takes everything."""

    def do_POST(self) -> None:
        """Answer in JSON."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *told: object) -> None:
        """Say nothing."""


class Quiet(HTTPServer):
    """Says nothing of a caller who hangs up."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def certificate(folder: Path, name: x509.GeneralName) -> Path:
    """A certificate that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "gateway.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server with a certificate for `request.param`; its address and the certificate."""
    pem = certificate(tmp_path, request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/", pem
    server.shutdown()
    server.server_close()


HERE, THERE = x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("elsewhere.example")


@pytest.mark.parametrize(("served", "trusted"), [(HERE, False), (THERE, True)], indirect=["served"])
def test_a_certificate_of_a_stranger_or_for_another_name_ends_it(
    served: tuple[str, Path], trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, pem = served
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with pytest.raises(gateways.Failed, match=r"^no line$"):
        post(url, b"{}", {})


@pytest.mark.parametrize("served", [HERE], indirect=True)
def test_a_certificate_that_the_machine_trusts_is_taken(
    served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, pem = served
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert post(url, b"{}", {"Content-Type": "application/json"}) == (200, {})
