import os
import stat
from pathlib import Path

import pytest

from portal.config import Settings, Unsafe

SECRET = "s" * 32
PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET": SECRET,
    "PORTAL_URL": "https://haohuo.example",
    "PORTAL_CODES": "counter",
}


def refused(home: Path, **environ: str) -> str:
    """Why settings are refused, or an empty string."""
    try:
        Settings.read({"PORTAL_HOME": str(home), **environ})
    except Unsafe as reason:
        return str(reason)
    return ""


def test_without_any_setting_it_is_a_trial_on_loopback(tmp_path: Path) -> None:
    settings = Settings.read({"PORTAL_HOME": str(tmp_path)})
    assert (settings.mode, settings.host, settings.port, settings.url, settings.codes) == (
        "trial",
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
        "trial",
    )


def test_without_a_setting_each_core_has_a_web_worker_but_four_at_most(tmp_path: Path) -> None:
    assert Settings.read({"PORTAL_HOME": str(tmp_path)}).workers == min(len(os.sched_getaffinity(0)), 4)
    assert Settings.read({"PORTAL_HOME": str(tmp_path), "PORTAL_WORKERS": "7"}).workers == 7


@pytest.mark.parametrize("text", ["0", "17", "-1", "two", "²", "1e1", "9" * 5000])
def test_a_number_of_workers_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, PORTAL_WORKERS=text).startswith("PORTAL_WORKERS must be a number from 1 to 16, not ")


def test_the_secret_of_a_trial_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first, again = (Settings.read({"PORTAL_HOME": str(home)}).secret for _ in range(2))
    assert (first == again, len(first) >= 32) == (True, True)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (home, home / "secret")] == [0o700, 0o600]


def test_a_secret_left_empty_by_a_kill_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    (tmp_path / "secret.1a2b3c4d.part").touch()
    first, again = (Settings.read({"PORTAL_HOME": str(tmp_path)}).secret for _ in range(2))
    assert (first == again, len(first) >= 32) == (True, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "portal.example"])
def test_a_trial_is_shown_to_this_machine_alone(tmp_path: Path, host: str) -> None:
    assert refused(tmp_path, HOST=host).startswith(f"A trial instance shows its codes to everyone, so HOST={host} ")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", ""])
def test_a_trial_on_loopback_is_fine(tmp_path: Path, host: str) -> None:
    assert refused(tmp_path, HOST=host) == ""


def test_a_trial_is_shown_to_others_when_that_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path, HOST="0.0.0.0", PORTAL_TRIAL_OPEN="1") == ""
    assert refused(tmp_path, HOST="0.0.0.0", PORTAL_TRIAL_OPEN="0") != ""


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000 ", "８０００", "http", "", "9" * 5000])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert refused(tmp_path, PORT=port).startswith("PORT must be a number from 1 to 65535")


@pytest.mark.parametrize(
    "url", ["portal.example", "localhost:8000", "ftp://portal.example", "http://", "http://[", "https://a/b"]
)
def test_an_address_that_nobody_can_open_is_refused(tmp_path: Path, url: str) -> None:
    assert refused(tmp_path, PORTAL_URL=url).startswith("PORTAL_URL must be")


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"PORTAL_SECRET": ""}, "PORTAL_SECRET"),
        ({"PORTAL_SECRET": "s" * 31}, "PORTAL_SECRET"),
        ({"PORTAL_URL": ""}, "PORTAL_URL"),
        ({"PORTAL_URL": "http://haohuo.example"}, "PORTAL_URL"),
        ({"PORTAL_URL": "https://"}, "PORTAL_URL"),
        ({"PORTAL_CODES": ""}, "PORTAL_CODES"),
        ({"PORTAL_CODES": "trial"}, "PORTAL_CODES"),
        ({"PORTAL_CODES": "pigeon"}, "PORTAL_CODES"),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_the_setting(
    tmp_path: Path, changed: dict[str, str], names: str
) -> None:
    assert names in refused(tmp_path, **{**PRODUCTION, **changed})
    assert not (tmp_path / "mode").exists()


@pytest.mark.parametrize("address", ["postgres://u:pass@db/x", "mysql://u:pass@db/x", "/var/lib/x.db"])
def test_a_database_of_another_kind_is_refused_and_its_address_not_shown(tmp_path: Path, address: str) -> None:
    assert refused(tmp_path, PORTAL_DATABASE=address) == (
        "PORTAL_DATABASE must begin with postgresql://, or be empty for an encrypted SQLite file."
    )


def test_an_unknown_mode_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, PORTAL_MODE="demo").startswith("PORTAL_MODE must be one of trial, production")


def test_a_home_made_as_trial_never_starts_as_production(tmp_path: Path) -> None:
    Settings.read({"PORTAL_HOME": str(tmp_path)})
    assert refused(tmp_path, **PRODUCTION) == f"{tmp_path} was made as trial; give production its own PORTAL_HOME."


def test_production_starts_where_the_office_hands_out_codes(tmp_path: Path) -> None:
    settings = Settings.read({"PORTAL_HOME": str(tmp_path), **PRODUCTION})
    assert (settings.mode, settings.codes, settings.sms, settings.secure) == ("production", "counter", None, True)


def test_a_trial_may_practise_with_codes_of_the_office_but_sends_nothing(tmp_path: Path) -> None:
    assert refused(tmp_path, PORTAL_CODES="counter") == ""
    assert refused(tmp_path, PORTAL_CODES="sms").startswith("A trial sends nothing, so PORTAL_CODES=sms is refused")


TEMPLATES = {
    f"PORTAL_SMS_TEMPLATE_{kind}": "100"
    for kind in ("CODE", "RECEIVED", "UNSERVED", "SENT_BACK", "DECIDED", "NUMBER", "KEEPING", "MORNING", "EXPIRY")
}
SMS = {**PRODUCTION, "PORTAL_CODES": "sms", "PORTAL_SMS_BUDGET": "500"}
OWN = {"PORTAL_SMS_GATEWAY": "http", "PORTAL_SMS_URL": "https://sms.example/send", "PORTAL_SMS_SECRET": "k" * 32}
VENDOR = {"PORTAL_SMS_KEY": "id", "PORTAL_SMS_SECRET": "key", "PORTAL_SMS_SIGN": "黎平电商", **TEMPLATES}
TENCENT = {**VENDOR, "PORTAL_SMS_GATEWAY": "tencent", "PORTAL_SMS_APP": "1400006666"}
ALIBABA = {**VENDOR, "PORTAL_SMS_GATEWAY": "alibaba"}


@pytest.mark.parametrize(
    ("gateway", "url"),
    [
        (OWN, "https://sms.example/send"),
        (TENCENT, "https://sms.tencentcloudapi.com"),
        (ALIBABA, "https://dysmsapi.aliyuncs.com"),
    ],
)
def test_production_starts_with_a_gateway_that_is_whole(tmp_path: Path, gateway: dict[str, str], url: str) -> None:
    sms = Settings.read({"PORTAL_HOME": str(tmp_path), **SMS, **gateway}).sms
    assert sms is not None
    assert (sms.gateway, sms.url, sms.budget) == (gateway["PORTAL_SMS_GATEWAY"], url, 500)
    assert (gateway["PORTAL_SMS_SECRET"] in repr(sms), "key=" in repr(sms)) == (False, False)


@pytest.mark.parametrize("gateway", [OWN, TENCENT, ALIBABA])
def test_a_gateway_that_lacks_a_setting_is_refused_by_its_name(tmp_path: Path, gateway: dict[str, str]) -> None:
    for name in [*gateway, "PORTAL_SMS_BUDGET"]:
        reason = refused(tmp_path, **{**SMS, **gateway, name: ""})
        assert (name, name in reason) == (name, True)
    assert not (tmp_path / "mode").exists()


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({"PORTAL_SMS_GATEWAY": "pigeon"}, "PORTAL_SMS_GATEWAY must be one of http, tencent, alibaba, not 'pigeon'."),
        ({"PORTAL_SMS_URL": "http://sms.example/send"}, "PORTAL_SMS_URL must be an https:// address"),
        ({"PORTAL_SMS_URL": "sms.example"}, "PORTAL_SMS_URL must be an https:// address"),
        ({"PORTAL_SMS_URL": "https://sms.example:x/"}, "PORTAL_SMS_URL must be an https:// address"),
        ({"PORTAL_SMS_SECRET": "k" * 31}, "PORTAL_SMS_SECRET is too short"),
        ({"PORTAL_SMS_BUDGET": "0"}, "PORTAL_SMS_BUDGET must be how many"),
        ({"PORTAL_SMS_BUDGET": "many"}, "PORTAL_SMS_BUDGET must be how many"),
        ({"PORTAL_SMS_BUDGET": "1000000"}, "PORTAL_SMS_BUDGET must be how many"),
    ],
)
def test_a_gateway_setting_that_makes_no_sense_is_refused(tmp_path: Path, changed: dict[str, str], begins: str) -> None:
    assert refused(tmp_path, **{**SMS, **OWN, **changed})[: len(begins)] == begins


def test_a_gateway_on_this_machine_needs_no_certificate(tmp_path: Path) -> None:
    assert refused(tmp_path, **{**SMS, **OWN, "PORTAL_SMS_URL": "http://127.0.0.1:9000/send"}) == ""


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = Settings.read(
        {"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET": SECRET, "PORTAL_DATABASE": "postgresql://u:hidden@x/y"}
    )
    assert (SECRET in repr(settings), "hidden" in repr(settings)) == (False, False)
