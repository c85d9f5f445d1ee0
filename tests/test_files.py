import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from portal import files, vault

SECRET, NEWER = "old-0123456789-abcdefghij-klmnopqrst", "new-0123456789-abcdefghij-klmnopqrst"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vault, "_rings", ())
    monkeypatch.setattr(files, "_state", SimpleNamespace(folder=None))
    vault.setup(SECRET)
    files.setup(tmp_path / "files")
    return tmp_path / "files"


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/??/*"))


def make_old(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def run_apart(folder: Path, script: str) -> str:
    """Run a script in a process of its own, with vault and files set up as here; what it printed."""
    start = f"""
        import errno, os, resource, signal, sys
        from pathlib import Path
        from portal import files, vault
        vault.setup({SECRET!r}); files.setup(Path({str(folder)!r}))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(start) + textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def test_what_is_kept_is_read_back() -> None:
    assert files.read(files.keep(b"a photo")) == b"a photo"


def test_a_file_lies_two_folders_deep_sealed_and_closed_to_others(folder: Path) -> None:
    digest = files.keep(b"a photo")
    path = folder / digest[:2] / digest[2:4] / digest
    assert kept(folder) == [path]
    assert b"a photo" not in path.read_bytes()
    assert [oct(one.stat().st_mode)[-3:] for one in (path, path.parent, folder)] == ["600", "700", "700"]


def test_the_same_content_is_written_once(folder: Path) -> None:
    first = files.keep(b"a photo")
    before = kept(folder)[0].read_bytes()
    assert files.keep(b"a photo") == first
    assert kept(folder)[0].read_bytes() == before


def test_the_name_cannot_be_worked_out_without_the_secret() -> None:
    digest = files.keep(b"a photo")
    vault.setup(NEWER)
    assert files.keep(b"a photo") != digest


def test_a_file_outlives_the_change_of_the_secret() -> None:
    digest = files.keep(b"a photo")
    vault.setup(f"{NEWER},{SECRET}")
    assert files.read(digest) == b"a photo"


@pytest.mark.parametrize("name", ["0" * 32, "", "../../etc/passwd", "A" * 32, "0" * 32 + "\n", "0" * 33])
def test_a_name_that_was_never_given_is_missing(name: str) -> None:
    with pytest.raises(files.Missing):
        files.read(name)


def test_a_changed_file_is_damaged_and_keeping_it_again_mends_it(folder: Path) -> None:
    digest = files.keep(b"a photo")
    kept(folder)[0].write_bytes(b"")
    with pytest.raises(files.Damaged):
        files.read(digest)
    assert files.keep(b"a photo") == digest
    assert files.read(digest) == b"a photo"


def test_a_file_put_under_another_name_is_damaged(folder: Path) -> None:
    one, other = files.keep(b"one"), files.keep(b"other")
    content = (folder / one[:2] / one[2:4] / one).read_bytes()
    (folder / other[:2] / other[2:4] / other).write_bytes(content)
    with pytest.raises(files.Damaged):
        files.read(other)


def test_the_sweep_takes_only_what_is_old_and_unwanted(folder: Path) -> None:
    wanted, unwanted, young = files.keep(b"wanted"), files.keep(b"unwanted"), files.keep(b"young")
    unfinished = kept(folder)[0].parent / f"{wanted}.0123{files.UNFINISHED}"
    unfinished.write_bytes(b"half")
    for path in kept(folder):
        if path.name != young:
            make_old(path, hours=25)
    assert files.sweep([wanted]) == 2
    assert {path.name for path in kept(folder)} == {wanted, young}
    with pytest.raises(files.Missing):
        files.read(unwanted)


def test_an_old_file_kept_again_is_young_again(folder: Path) -> None:
    digest = files.keep(b"a photo")
    make_old(kept(folder)[0], hours=25)
    files.keep(b"a photo")
    assert files.sweep([]) == 0
    assert files.read(digest) == b"a photo"


def test_keeping_and_sweeping_at_once_never_loses_what_was_just_kept(folder: Path) -> None:
    lost: list[str] = []

    def keep_again() -> None:
        for round_ in range(60):
            digest = files.keep(b"%d" % (round_ % 3))
            path = folder / digest[:2] / digest[2:4] / digest
            if not path.exists():
                lost.append(digest)
            make_old(path, hours=25)

    def sweep_again() -> None:
        for _ in range(100):
            files.sweep([], older_than_hours=24)

    # One keeper and one sweeper: a keeper's own file may go only after the keeper made it old.
    keeper, sweeper = threading.Thread(target=keep_again), threading.Thread(target=sweep_again)
    keeper.start()
    sweeper.start()
    keeper.join()
    sweeper.join()
    assert lost == []


KILLED_AT_EVERY_LINE = """
        def killed_at(line):
            pid = os.fork()
            if pid == 0:
                seen = 0
                def trace(frame, event, arg):
                    nonlocal seen
                    if frame.f_code.co_filename != files.__file__:
                        return None
                    if event == "line":
                        seen += 1
                        if seen == line:
                            os.kill(os.getpid(), signal.SIGKILL)
                    return trace
                sys.settrace(trace)
                files.keep(b"content %d" % line)
                sys.settrace(None)
                os._exit(0)
            return os.waitpid(pid, 0)[1] == signal.SIGKILL

        line, whole = 0, 0
        while killed_at(line := line + 1):
            content = b"content %d" % line
            try:
                whole += files.read(vault.look_up("files", content)) == content
            except files.Missing:
                pass
            assert files.read(files.keep(content)) == content
        print(line > 40, 0 < whole < line)
    """


def test_a_process_killed_at_any_line_leaves_a_whole_file_or_none(folder: Path) -> None:
    """One child a line of files.py: killed there, then the name must be whole or missing, and keeping works."""
    told = run_apart(
        folder,
        KILLED_AT_EVERY_LINE,
    )
    assert told == "True True\n"
    unfinished = [path for path in kept(folder) if path.suffix == files.UNFINISHED]
    assert unfinished
    for path in unfinished:
        make_old(path, hours=25)
    assert files.sweep([]) == len(unfinished)


def test_a_full_disk_is_refused_and_leaves_nothing_half_written(folder: Path) -> None:
    told = run_apart(
        folder,
        """
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        digest = files.keep(b"s" * 500)
        try:
            files.keep(b"x" * 5000)
        except files.NoRoom as refusal:
            print(refusal.__cause__.errno in files.FULL, refusal.msgid)
        print(files.read(digest) == b"s" * 500)
    """,
    )
    assert told == f"True {files.NoRoom.msgid}\nTrue\n"
    assert [path.stat().st_size for path in kept(folder)] == [529]


def test_files_without_a_folder_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_state", SimpleNamespace(folder=None))
    with pytest.raises(RuntimeError):
        files.keep(b"a photo")
