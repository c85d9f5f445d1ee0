"""Prints the papers' budget, measured: `python -m tests.bench.press`.

Ours, warm Chromium with the same HTML and warm Typst with an equal document take turns in one run on one machine; what
counts are ratios of processor time. Typst is installed once into --typst-env, an environment of its own.
"""

import argparse
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from portal import create_app, press
from portal.config import Settings
from portal.guides import orders
from portal.press import Leaf, child, manuscript
from portal.press.printer import Printer
from portal.registration.papers import Cover
from tests.bench import typeset
from tests.bench.cpu import family

LOCALE = "zh_Hans"
Rows = list[tuple[str, str, str, bool]]


@dataclass
class Subject:
    """One way to make a guide, with the milliseconds of processor and of the clock that each turn took."""

    name: str
    pids: Callable[[], list[int]]
    act: Callable[[int], object]
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def turn(self, at: int) -> None:
        """Make one."""
        own, others, begun = time.process_time(), sum(map(spent, self.pids())), time.perf_counter()
        self.act(at)
        self.wall.append((time.perf_counter() - begun) * 1000)
        self.cpu.append(sum(map(spent, self.pids())) - others + (time.process_time() - own) * 1000)

    def said(self) -> str:
        """The medians."""
        return f"{self.name} {median(self.cpu):.0f} ms (clock {median(self.wall):.0f})"


@dataclass(frozen=True)
class Book:
    """A guide and the people whose names stand on its fronts."""

    facts: dict[str, Any]

    def person(self, at: int) -> Cover:
        """One of any number of people."""
        number, left = f"K7QM-{at:04d}", ("交：一张货的照片", "签：承诺书")
        return Cover(f"九潮高山椪柑{at}号店", number, "贵州省 黎平县 九潮镇", date(2026, 11, 29), left)

    def told(self, at: int) -> dict[str, Any]:
        """The facts of somebody's whole guide."""
        code = press.code(f"https://haohuo.example/review/status?number=K7QM-{at:04d}")
        return {**self.facts, "person": self.person(at), "code": code}

    def front(self, at: int) -> Leaf:
        """Somebody's own page."""
        return Leaf("guides/front.html", self.told(at))

    def rest(self, version: int = 1) -> Leaf:
        """The common pages of a version."""
        guide = self.facts["guide"].model_copy(update={"version": version})
        return Leaf("guides/rest.html", {**self.facts, "guide": guide})

    def as_page(self, at: int, folder: Path) -> str:
        """The address of the same HTML and stylesheet for a browser."""
        style = child.STYLES[0].read_text("utf-8")
        for name, path in child.ASSETS.items():
            style = style.replace(f"url({name})", f"url({path.as_uri()})")
        html = manuscript.write("guides/print.html", self.told(at), LOCALE).html
        file = folder / f"{at}.html"
        file.write_text(html.replace("</head>", f"<style>{style}</style></head>"), "utf-8")
        return file.as_uri()


def spent(root: int) -> float:
    """The milliseconds of processor of a process and its children, those that have ended too."""
    total = 0.0
    for pid in family(root):
        with suppress(OSError):
            ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
            total += time.clock_gettime((~pid << 3) | 2) * 1000 + sum(map(int, ended)) * 10
    return total


def child_pids() -> list[int]:
    """The press's child."""
    pid = press._state.printer.pid
    return [pid] if pid else []


@contextmanager
def browsing(program: str) -> Iterator[tuple[Page, list[int]]]:
    """A page of a warm Chromium, and its processes."""
    before = set(family(os.getpid()))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto("about:blank")
        driver_and_all = set(family(os.getpid())) - before
        exe = {pid: os.readlink(f"/proc/{pid}/exe") for pid in driver_and_all}
        roots = [pid for pid, path in exe.items() if "chrom" in path]
        roots = [pid for pid in roots if _parent(pid) not in roots]
        yield page, roots
        chromium.close()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def memory(pid: int) -> float:
    """The most that a process has had in memory, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def turns(book: Book, asked: argparse.Namespace, folder: Path) -> tuple[Rows, float]:
    """Ours, Chromium and Typst by turns: guides of a batch and first ones; and what Chromium took, in ms."""
    with browsing(asked.chromium) as (page, roots), typeset.running(Path(asked.typst_env)) as process:

        def chromium(at: int) -> object:
            page.goto(book.as_page(at, folder))
            return page.pdf(prefer_css_page_size=True, tagged=True, outline=True)

        batch = Subject("ours", child_pids, lambda at: press.bind(book.front(at), book.rest(), LOCALE))
        first = Subject("ours", child_pids, lambda at: press.bind(book.front(at), book.rest(100 + at), LOCALE))
        other = Subject("Chromium", lambda: roots, chromium)
        typst = Subject(
            "Typst", lambda: [process.pid],
            lambda at: typeset.typeset(process, typeset.written(book.facts, book.person(at))),
        )  # fmt: skip
        for subject in (batch, first, other, typst):
            subject.turn(0)
            subject.cpu.clear()
            subject.wall.clear()
        for at in range(1, asked.rounds + 1):
            for subject in (batch, other, first, typst):
                subject.turn(at)
    rows = []
    for what, subject, most in (("personal guide in a batch", batch, 0.9), ("first, uncached guide", first, 2.2)):
        ratio = median(subject.cpu) / median(other.cpu)
        words = f"{ratio:.2f}x: {subject.said()}, {other.said()}, {typst.said()}"
        rows.append((what, words, f"<= {most}x Chromium", ratio <= most))
    return rows, median(other.cpu)


def print_file(book: Book, many: int) -> tuple[float, int, float]:
    """One file for the printer by a new child: ms of processor a guide, bytes, and MB of the child at most."""
    press.setup(Printer())
    press.check()
    gc.collect()
    own, others = time.process_time(), sum(map(spent, child_pids()))
    rest = press.print_rest(book.rest(), LOCALE)
    fronts = press.print_fronts([book.front(at) for at in range(many)], LOCALE, total=rest.pages + 1)
    documents = [[(0, at), *((1, page) for page in range(rest.pages))] for at in range(many)]
    paper = press.gather([fronts.pdf, rest.pdf], documents)
    used = sum(map(spent, child_pids())) - others + (time.process_time() - own) * 1000
    return used / many, len(paper.pdf), memory(child_pids()[0])


def per_seller(book: Book, many: int) -> tuple[float, float]:
    """A guide each by a new child, replaced after so many: ms of processor a guide, and MB of a child at most."""
    press.setup(Printer())
    press.check()
    own, last, most = time.process_time(), child_pids()[0], 0.0
    begun, used = spent(last), 0.0
    for at in range(many):
        press.bind(book.front(at), book.rest(), LOCALE)
        now = child_pids()[0]
        at_all = spent(now)
        used += at_all - (begun if now == last else 0)
        last, begun, most = now, at_all, max(most, memory(now))
    return (used + (time.process_time() - own) * 1000) / many, most


def files(book: Book, few: int, many: int, chromium: float) -> Rows:
    """The file for the printer, and batches: speed, size, memory, growth; `chromium` is ms of one guide there."""
    one, small, large = (print_file(book, size) for size in (1, few, many))
    each = (large[1] - one[1]) / (many - 1) / 1024
    less, more = per_seller(book, few), per_seller(book, many)
    return [
        ("print file",
         f"{1000 / large[0]:.0f} guides/s and core, {large[0]:.0f} ms, {large[0] / chromium:.2f}x Chromium",
         ">= 25", large[0] <= 40),
        ("print file, each guide after the first", f"{each:.1f} KB, all {large[1] / 1e6:.1f} MB", "<= 25", each <= 25),
        (f"print file of {many}, memory", f"{large[2]:.0f} MB", "<= 350 MB", large[2] <= 350),
        (f"print file, {many} against {few}", f"{large[0] / small[0]:.2f}x", "<= 1.1x", large[0] <= 1.1 * small[0]),
        ("per-seller batch, memory", f"{more[1]:.0f} MB", "<= 130 MB", more[1] <= 130),
        (f"per-seller batch, {many} against {few}", f"{more[0] / less[0]:.2f}x ({more[0]:.0f} ms)", "<= 1.1x",
         more[0] <= 1.1 * less[0]),
    ]  # fmt: skip


def main() -> None:
    """Measure, print the table, exit 1 where the budget is not met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--typst-env", default=str(Path(tempfile.gettempdir()) / "haohuo-typst"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--few", type=int, default=50)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--chromium", default=shutil.which("chromium") or "")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="haohuo-press-") as home:
        create_app(Settings.read({"PORTAL_HOME": home}))
        book = Book(dict(orders.guide_order("open_shop", "household").facts))
        rows, chromium = turns(book, asked, Path(home))
        rows += files(book, asked.few, asked.many, chromium)
    press.close()
    for what, words, target, good in rows:
        print(f"{what:38} {words:110} {target:18} {'met' if good else 'NOT MET'}")
    raise SystemExit(not all(good for *_, good in rows))


if __name__ == "__main__":
    main()
