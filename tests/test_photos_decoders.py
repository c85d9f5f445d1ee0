"""The house around the decoding child: what it sees, what it may do, how many there are."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from portal import photos
from portal.i18n import Refusal
from tests.pictures import WIDE, sample, written

ROOT = Path(photos.__file__).resolve().parent.parent


def test_the_portal_itself_never_loads_pillow() -> None:
    script = (
        "import io, sys; from portal import photos; "
        "photo = photos.clean(open(sys.argv[1], 'rb').read()); "
        "print(photo, [name for name in ('PIL', 'pillow_heif') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "/dev/stdin"],
        input=written(sample(), "PNG"),
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b"Photo(width=320, height=240) []\n"


def replace_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    (tmp_path / "child.py").write_text(script)
    monkeypatch.setattr(photos, "__file__", str(tmp_path / "child.py"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"Photo\n",
        b"Photo 1 1 4\nnot a jpeg",
        b"Photo 99999 1 4\n",
        b"Photo x y z\n",
        b"<script>\n",
        b"Photo -1 -1 5\n\xff\xd8\xff\xff\xd9\xff\xd8\xff\xff\xd9",
        b"Other 1 1 5\n\xff\xd8\xff\xff\xd9\xff\xd8\xff\xff\xd9",
    ],
)
def test_a_child_that_answers_nonsense_is_not_believed(
    answer: bytes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    replace_child(monkeypatch, tmp_path, f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r})")
    with pytest.raises(photos.Unreadable):
        photos.clean(written(sample(), "PNG"))


def test_a_child_that_hangs_is_ended_and_the_seller_told_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    replace_child(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(photos, "WALL_SECONDS", 0.3)
    with pytest.raises(photos.Busy):
        photos.clean(written(sample(), "PNG"))


def at_once(count: int, job: Callable[[], object]) -> list[str]:
    """Run a job in many threads; what came of each, by name."""
    outcomes: list[str] = []

    def one() -> None:
        try:
            outcomes.append(type(job()).__name__)
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_decode_four_wait_and_the_seventh_is_told_to_come_back() -> None:
    raw = written(sample(size=(4000, 3000)), "PNG")
    assert at_once(7, lambda: photos.clean(raw)) == ["Busy"] + ["Photo"] * 6


def test_who_waits_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "PATIENCE_SECONDS", 0.01)
    raw = written(sample(size=(4000, 3000)), "PNG")
    assert at_once(4, lambda: photos.clean(raw)) == ["Busy"] * 2 + ["Photo"] * 2


def test_after_a_refusal_the_decoders_are_free_again() -> None:
    for _ in range(photos.DECODERS + photos.QUEUE + 1):
        with pytest.raises(photos.Unreadable):
            photos.clean(b"\xff\xd8\xff" + bytes(100))
    assert photos.clean(written(sample(), "PNG")).width == WIDE
