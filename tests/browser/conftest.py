"""A real server on loopback and a real Chromium."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, Page, sync_playwright

from portal import create_app, db, press
from portal.config import Settings
from portal.jobs import worker
from tests.conftest import ALL, SECRET

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@dataclass
class Served:
    """An instance that answers on loopback; the clock can be moved on, waiting work done."""

    url: str
    settings: Settings

    def later(self, minutes: float) -> None:
        """Let time pass."""
        db.set_now(db.now() + timedelta(minutes=minutes))

    def work(self) -> None:
        """Do the work that waits; in a thread of its own, since Playwright's loop runs in this one."""
        with ThreadPoolExecutor(1) as aside:
            aside.submit(worker.drain, self.settings, within=60).result()


@pytest.fixture
def served(blank_sqlite: Path, tmp_path: Path) -> Iterator[Served]:
    """A fresh instance, served as `deploy/run` does."""
    shutil.copytree(blank_sqlite, tmp_path, dirs_exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings.read({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET": SECRET, "PORTAL_URL": url})
    server = waitress.create_server(create_app(settings), host="127.0.0.1", port=port, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Served(url, settings)
    server.close()
    thread.join(10)
    press.close()
    db.set_now(None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium from the system; left out where there is none, unless all is asked for.

    It ends with the file: while it runs, its loop is in the way of other tests' jobs.
    """
    program = os.environ.get("PORTAL_TEST_CHROMIUM") or shutil.which("chromium")
    if not program and not ALL:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, url: str, *, size: dict[str, int], script: bool = True, agent: str = "") -> Page:
    """A new visitor's page; an error of the script fails the test that closes it."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="zh-CN",
        base_url=url,
        java_script_enabled=script,
        user_agent=agent or None,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page
