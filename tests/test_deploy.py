import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-test.txt")
SCRIPTS = ("deploy/run", "deploy/test", "deploy/lock", "deploy/needs.sh", "deploy/fonts.sh", ".ci/run")


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
