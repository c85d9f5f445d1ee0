"""The settings of one instance: read once from the environment, refused at start when unsafe."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
# Where deploy/install and the container put the program; both bring the command `haohuo`.
INSTALLED = Path("/opt/haohuo")
MODES = ("trial", "production")
CODES = ("trial", "counter", "sms")
# Each SMS gateway with the settings that it cannot do without; the vendors' addresses are known.
GATEWAYS = {
    "http": ("url", "secret"),
    "tencent": ("key", "secret", "sign", "app"),
    "alibaba": ("key", "secret", "sign"),
}
VENDORS = {"tencent": "https://sms.tencentcloudapi.com", "alibaba": "https://dysmsapi.aliyuncs.com"}
# The kinds of notice whose text a vendor keeps as a template.
TEMPLATES = ("code", "received", "unserved", "sent_back", "decided", "number", "keeping", "morning", "expiry")


def command(words: str) -> str:
    """How one of our commands is typed where this program runs."""
    return f"{'haohuo' if ROOT.is_relative_to(INSTALLED) else '.venv/bin/flask --app app'} {words}"


class Unsafe(Exception):
    """The settings would expose people or their data, so the portal does not start."""


@dataclass(frozen=True)
class Sms:
    """How texts reach phones: every field is `PORTAL_SMS_` + its name in capitals, a template `…_TEMPLATE_` + its kind.

    `budget` is how many messages may leave in a day.
    """

    gateway: str
    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    sign: str
    app: str
    templates: Mapping[str, str]
    budget: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Sms":
        """Read and check these settings. Raises Unsafe."""

        def said(name: str) -> str:
            return environ.get(f"PORTAL_SMS_{name.upper()}", "").strip()

        gateway = said("gateway")
        if gateway not in GATEWAYS:
            raise Unsafe(f"PORTAL_SMS_GATEWAY must be one of {', '.join(GATEWAYS)}, not {gateway!r}.")
        sms = cls(
            gateway=gateway,
            url=(said("url") or VENDORS.get(gateway, "")).rstrip("/"),
            key=said("key"),
            secret=said("secret"),
            sign=said("sign"),
            app=said("app"),
            templates={kind: said(f"template_{kind}") for kind in TEMPLATES},
            budget=_budget(said("budget")),
        )
        _refuse_incomplete(sms)
        return sms


@dataclass(frozen=True)
class Settings:
    """One instance's settings; every field is `PORTAL_` + its name in capitals (HOST and PORT as they are)."""

    mode: str
    home: Path
    secret: str = field(repr=False)
    database: str = field(repr=False)
    url: str
    host_name: str
    library: Path | None
    files: Path
    codes: str
    host: str
    port: int
    workers: int = 1
    open_trial: bool = False
    sms: Sms | None = None

    @property
    def trial(self) -> bool:
        """Whether this is a trial instance: codes are shown on the page, links may be loopback."""
        return self.mode == "trial"

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over https."""
        return self.url.startswith("https://")

    @property
    def names(self) -> list[str]:
        """The host names under which people may ask for the portal."""
        own = [name for name in (urlsplit(self.url).hostname, self.host_name) if name]
        return [*own, "localhost", "127.0.0.1", "[::1]"]

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check the settings; makes the home of a trial instance and its secret.

        Raises Unsafe with a sentence that names the setting to mend.
        """
        mode = environ.get("PORTAL_MODE", "trial")
        if mode not in MODES:
            raise Unsafe(f"PORTAL_MODE must be one of {', '.join(MODES)}, not {mode!r}.")
        home = Path(environ.get("PORTAL_HOME") or ROOT / "instance").absolute()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        host, port = environ.get("HOST") or "127.0.0.1", _port(environ.get("PORT", "8000"))
        settings = cls(
            mode=mode,
            home=home,
            secret=environ.get("PORTAL_SECRET") or _kept_secret(home, mode),
            database=environ.get("PORTAL_DATABASE", ""),
            url=(environ.get("PORTAL_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            host_name=environ.get("PORTAL_HOST_NAME", ""),
            library=Path(environ["PORTAL_LIBRARY"]) if environ.get("PORTAL_LIBRARY") else None,
            files=Path(environ.get("PORTAL_FILES") or home / "files").absolute(),
            codes=environ.get("PORTAL_CODES", "trial" if mode == "trial" else ""),
            host=host,
            port=port,
            workers=_workers(environ.get("PORTAL_WORKERS", "")),
            open_trial=environ.get("PORTAL_TRIAL_OPEN") == "1",
        )
        _refuse_other_home(settings)
        _refuse_unsafe(settings)
        if settings.codes == "sms":
            settings = replace(settings, sms=Sms.read(environ))
        if not (home / "mode").exists():  # written again on a full disk it would be lost
            (home / "mode").write_text(mode, "ascii")
        return settings


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) < 65536:
        raise Unsafe(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _workers(text: str) -> int:
    """How many processes serve the web: one for each core, but no more than four, unless told."""
    if not text:
        return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 4)
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:3]) <= 16:
        raise Unsafe(f"PORTAL_WORKERS must be a number from 1 to 16, not {text!r}.")
    return int(text)


def _kept_secret(home: Path, mode: str) -> str:
    """A trial instance makes its own secret once; production must be given one."""
    if mode == "production":
        raise Unsafe("PORTAL_SECRET is empty: set it to at least 32 random characters and keep a copy locked away.")
    path = home / "secret"
    if not path.exists() or path.stat().st_size == 0:
        beside = home / f"secret.{secrets.token_hex(4)}.part"  # renamed when whole: a kill leaves no half secret
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    return path.read_text("ascii").strip()


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def _address(url: str) -> bool:
    parts = _parts(url)
    return parts is not None and bool(parts.hostname) and not parts.path + parts.query + parts.fragment


def _budget(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) < 10**6:
        raise Unsafe(f"PORTAL_SMS_BUDGET must be how many messages may leave in a day, for example 500, not {text!r}.")
    return int(text)


def _refuse_incomplete(sms: Sms) -> None:
    needed = {name: getattr(sms, name) for name in GATEWAYS[sms.gateway]}
    if sms.gateway in VENDORS:
        needed |= {f"template_{kind}": template for kind, template in sms.templates.items()}
    empty = [f"PORTAL_SMS_{name.upper()}" for name, value in needed.items() if not value]
    if empty:
        raise Unsafe(f"{', '.join(empty)} must be set for PORTAL_SMS_GATEWAY={sms.gateway}.")
    parts = _parts(sms.url)
    if parts is None or not parts.hostname or (parts.scheme != "https" and not _loopback(parts.hostname)):
        raise Unsafe(f"PORTAL_SMS_URL must be an https:// address (http:// on this machine only), not {sms.url!r}.")
    if sms.gateway == "http" and len(sms.secret) < 32:
        raise Unsafe("PORTAL_SMS_SECRET is too short: it needs at least 32 random characters.")


def _refuse_unsafe(settings: Settings) -> None:
    if not _address(settings.url):
        raise Unsafe(f"PORTAL_URL must be the http:// or https:// address that people type, not {settings.url!r}.")
    if settings.database and not settings.database.startswith("postgresql://"):  # not shown: it may hold a password
        raise Unsafe("PORTAL_DATABASE must begin with postgresql://, or be empty for an encrypted SQLite file.")
    if settings.codes and settings.codes not in CODES:
        raise Unsafe(f"PORTAL_CODES must be one of {', '.join(CODES)}, not {settings.codes!r}.")
    if len(settings.secret) < 32:
        raise Unsafe("PORTAL_SECRET is too short: it needs at least 32 random characters.")
    if settings.trial and settings.codes == "sms":
        raise Unsafe("A trial sends nothing, so PORTAL_CODES=sms is refused; trial and counter can be tried.")
    if settings.trial:
        if not _loopback(settings.host) and not settings.open_trial:
            raise Unsafe(
                f"A trial instance shows its codes to everyone, so HOST={settings.host} is refused; "
                "set PORTAL_TRIAL_OPEN=1 to show it to others all the same."
            )
        return
    if not settings.secure:
        raise Unsafe("PORTAL_URL must be the https:// address that people type; links and QR codes come from it.")
    if settings.codes in ("", "trial"):
        raise Unsafe("No way for codes: production needs an SMS gateway or PORTAL_CODES=counter.")


def _refuse_other_home(settings: Settings) -> None:
    """A home made as trial never starts as production: its codes and secret were open."""
    mark = settings.home / "mode"
    made = mark.read_text("ascii").strip() if mark.exists() else settings.mode
    if made != settings.mode:
        raise Unsafe(f"{settings.home} was made as {made}; give {settings.mode} its own PORTAL_HOME.")
