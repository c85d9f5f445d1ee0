import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ALL

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-test.txt")
DEPLOY = tuple(
    f"deploy/{name}" for name in ("run", "test", "serve", "install", "haohuo", "lock", "needs.sh", "fonts.sh")
)
SCRIPTS = (*DEPLOY, ".ci/run", "tests/bench/install.sh")
UNITS = ROOT / "deploy" / "systemd"


def packages(lock: str) -> dict[str, str]:
    """Name and version of every package of a lock, with the rest of its entry."""
    entries = (ROOT / "deploy" / lock).read_text("utf-8").replace("\\\n", " ")
    return {entry.split(" ")[0]: entry for entry in entries.splitlines() if re.match(r"[a-z]", entry)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_one_version_and_its_hashes(lock: str) -> None:
    loose = [name for name, entry in packages(lock).items() if "==" not in name or "--hash=sha256:" not in entry]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / "deploy" / lock).read_text("utf-8")
    assert [word for word in ("://", "index-url", "find-links", "file:", "/opt/") if word in text] == []


def test_the_lock_of_the_tests_holds_that_of_the_portal() -> None:
    assert set(packages("requirements.txt")) - set(packages("requirements-test.txt")) == set()


def test_every_package_asked_for_is_locked() -> None:
    asked = re.findall(r"^[a-z][a-z0-9-]*", (ROOT / "deploy/requirements.in").read_text("utf-8"), re.MULTILINE)
    locked = {name.split("==")[0] for name in packages("requirements.txt")}
    assert [name for name in asked if name not in locked] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_plain_shell_reads_every_script(script: str) -> None:
    assert subprocess.run(["sh", "-n", ROOT / script], capture_output=True, text=True, check=False).stderr == ""


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ("", "say the name"),
        ("--host", "--host needs a value"),
        ("--quick", "--quick is not known"),
        ("--host https://shop.example", "a plain name"),
        ("--host shop.example:8443", "a plain name"),
        ("--host shop.example --certificate a.pem", "go together"),
        ("--host shop.example --codes pigeon", "counter or sms"),
        ("--host shop.example --codes sms", "needs root"),
    ],
)
def test_an_installation_refuses_what_it_cannot_do_before_it_does_anything(flags: str, says: str) -> None:
    nobody = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}  # so that it can never go on
    command = ["sh", "deploy/install", *flags.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **nobody)  # type: ignore[call-overload]
    assert (done.returncode, done.stdout, says in done.stderr) == (1, "", True)


@pytest.mark.skipif(not shutil.which("systemd-analyze") and not ALL, reason="no systemd")
def test_systemd_understands_every_line_of_the_units(tmp_path: Path) -> None:
    folder = shutil.copytree(UNITS, tmp_path / "units")
    for unit in folder.rglob("*.service"):
        if unit.is_file():
            unit.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", unit.read_text("utf-8")), "utf-8")
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    command = ["systemd-analyze", "verify", "--man=no", *names]
    environ = {**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "haohuo" in line] == []


def test_every_service_has_the_same_hardening() -> None:
    own = [path.read_text("utf-8") for path in UNITS.glob("haohuo-*.service")]
    assert len(own) == 4
    assert [
        line for text in own for line in text.splitlines() if re.match(r"Protect|Private|Restrict|User|No", line)
    ] == []
    shared = (UNITS / "haohuo-.service.d" / "hardening.conf").read_text("utf-8")
    wanted = ("User=haohuo", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077")
    assert [line for line in wanted if line not in shared.splitlines()] == []
