from pathlib import Path

import pytest

from portal import apart

ENOUGH = apart.Limits(memory=2**30, processor=10, clock=30.0)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Where a script may stand."""
    return tmp_path / "script.py"


def test_what_comes_in_goes_out_changed(script: Path) -> None:
    script.write_text("import sys\nif __name__ == '__main__': print(sys.stdin.read().upper(), sys.argv[1:])")
    assert apart.work(str(script), b"goods", ENOUGH, 3, "x") == b"GOODS ['3', 'x']\n"


def test_it_knows_nothing_of_the_portal_and_its_secret(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET", "very secret")
    script.write_text(
        "import os, sys\n"
        "here = [name for name in ('portal', 'portal.apart') if name in sys.modules]\n"
        "print(sorted({*os.environ} - {'LC_CTYPE'}), os.getcwd(), here)"
    )
    assert apart.work(str(script), b"", ENOUGH) == b"['MALLOC_ARENA_MAX'] / []\n"


def test_it_cannot_take_more_memory_than_its_limit(script: Path) -> None:
    script.write_text("try: bytearray(2 * 2**30)\nexcept MemoryError: print('refused')")
    assert apart.work(str(script), b"", ENOUGH) == b"refused\n"


def test_it_cannot_write_a_file(script: Path, tmp_path: Path) -> None:
    into = tmp_path / "left behind"
    write = f"open({str(into)!r}, 'wb', buffering=0).write(b'x' * 99)"
    script.write_text(f"try: {write}\nexcept OSError as reason: print(reason.strerror)")
    assert (apart.work(str(script), b"", ENOUGH), into.read_bytes()) == (b"File too large\n", b"")


def test_it_is_ended_when_it_computes_for_ever(script: Path) -> None:
    script.write_text("while True: pass")
    with pytest.raises(apart.Failed) as failed:
        apart.work(str(script), b"", apart.Limits(memory=2**30, processor=1, clock=30.0))
    assert failed.type is apart.Failed


def test_it_is_ended_when_it_hangs(script: Path) -> None:
    script.write_text("import time\ntime.sleep(60)")
    with pytest.raises(apart.Overdue):
        apart.work(str(script), b"", apart.Limits(memory=2**30, processor=10, clock=0.3))


def test_an_error_of_its_own_is_a_failure(script: Path) -> None:
    script.write_text("print('half')\nraise ValueError")
    with pytest.raises(apart.Failed):
        apart.work(str(script), b"", ENOUGH)
