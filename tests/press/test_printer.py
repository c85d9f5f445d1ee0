"""The child process: warm, limited, replaced."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from portal import press
from portal.press.printer import PressBusy, PressFailed, PressTooLarge, Printer

SMALL = {"do": "print", "edition": "a4", "html": '<html lang="zh-Hans"><title>小</title><p>小'}
LARGE = {"do": "print", "edition": "a4", "html": '<html lang="zh-Hans"><title>大</title>' + "<p>一段话。" * 60000}


@pytest.fixture
def printer() -> Iterator[Printer]:
    printer = Printer()
    yield printer
    printer.close()


def test_one_child_prints_paper_after_paper(printer: Printer) -> None:
    first, pid = printer.work(SMALL), printer.pid
    assert (printer.work(SMALL)[0], printer.pid) == (first[0], pid)


def test_a_killed_child_is_replaced_and_the_next_paper_comes_out(printer: Printer) -> None:
    printer.work(SMALL)
    pid = printer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert printer.work(SMALL)[0] == {"ok": True, "pages": 1, "missing": []}
    assert printer.pid != pid


@pytest.mark.parametrize("limits", [{"wall": 6}, {"cpu": 2}, {"memory": 420 << 20}], ids=["time", "cpu", "memory"])
def test_a_paper_beyond_its_limits_is_refused_and_the_next_one_comes_out(limits: dict[str, int]) -> None:
    printer = Printer(**limits)
    printer.work(SMALL)
    with pytest.raises(PressTooLarge):
        printer.work(LARGE)
    assert printer.work(SMALL)[0]["ok"] is True
    printer.close()


def test_a_paper_that_would_wait_too_long_is_refused() -> None:
    printer = Printer(queue=0.1, wall=6)
    printer.work(SMALL)

    def large() -> None:
        with pytest.raises(PressTooLarge):
            printer.work(LARGE)

    other = threading.Thread(target=large)
    other.start()
    while not printer.busy:
        pass
    with pytest.raises(PressBusy):
        printer.work(SMALL)
    other.join()
    printer.close()


def test_papers_asked_for_by_several_threads_all_come_out(printer: Printer) -> None:
    pages: list[int] = []
    threads = [threading.Thread(target=lambda: pages.append(printer.work(SMALL)[0]["pages"])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pages == [1] * 6


def test_the_child_knows_no_secret_of_ours(printer: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET", "x" * 40)
    printer.work(SMALL)
    with open(f"/proc/{printer.pid}/environ", "rb") as environ:
        assert b"PORTAL_" not in environ.read()


def test_only_our_own_assets_are_fetched(printer: Printer) -> None:
    for url in ("file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png;base64,iVBORw0KGgo=", "press:other"):
        bad = {
            "do": "print",
            "edition": "a4",
            "html": f'<html lang="en"><title>x</title><link rel="stylesheet" href="{url}"><img alt="x" src="{url}">',
        }
        _, pdf = printer.work(bad)
        assert (b"/XObject" in pdf, b"root:" in pdf) == (False, False)


def test_the_check_names_the_command_when_the_fonts_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.press import child

    press.check()
    monkeypatch.setattr(child, "ASSETS", {"press:regular": child.HERE / "nothing.ttf"})
    with pytest.raises(press.PressUnready) as refused:
        press.check()
    assert refused.value.values == {"what": "NotoSansSC", "command": "sh deploy/fonts.sh"}


def test_a_failed_paper_says_so_in_one_sentence() -> None:
    assert PressFailed().text != ""
