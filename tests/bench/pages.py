"""Prints the pages' budget, measured: `python -m tests.bench.pages`.

Ours, pretalx and the least that a reply can cost take turns in one run on one machine; what counts are ratios. pretalx
is installed once into --pretalx-env, an environment of its own. Loopback only; everything started here ends here.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.config import ROOT
from tests.bench import burst, cpu, many, paint
from tests.bench.cpu import Line, Subject
from tests.bench.many import Instance
from tests.bench.peer import LANDING, LIST, Peer
from tests.serving import await_answer, children, free_port, serving

PAGES = ("landing", "form", "queue", "search", "case")
Rows = list[tuple[str, str, str, bool]]


@contextmanager
def raw() -> Iterator[tuple[int, int]]:
    """The least application on the same server; yields its process and port."""
    port = free_port()
    command = [str(ROOT / ".venv" / "bin" / "waitress-serve"), "--host=127.0.0.1", f"--port={port}", "--threads=16"]
    process = subprocess.Popen([*command, "tests.bench.raw:app"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        await_answer(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


def ours(instance: Instance, pid: int, port: int, size: int) -> dict[str, Subject]:
    """What is asked of one of our instances, by name."""
    found = {
        name: Subject(f"{name} {size}", pid, cpu.get(Line(port, who), path))
        for name, (who, path) in instance.pages.items()
    }
    line = Line(port, instance.seller)
    form = many.filled_form(burst.token(line.ask("GET", instance.form)[1]))
    found["post"] = Subject(f"post {size}", pid, cpu.post(line, instance.form, form, "q0"))
    found["autosave"] = Subject(
        f"autosave {size}", pid, cpu.post(line, instance.form, form, "q0", **{"X-Autosave": "1"})
    )
    return found


def theirs(peer: Peer, pid: int) -> tuple[dict[str, Subject], tuple[str, str]]:
    """What is asked of pretalx; and the address and cookies of its form."""
    line, where, form = peer.speaker()
    acts = {
        "landing": (cpu.get(Line(peer.port), LANDING), 20),
        "form": (cpu.get(line, where), 10),
        "post": (cpu.post(line, where, form, next(iter(form))), 10),
        "queue": (cpu.get(peer.reviewer(), LIST), 3),
    }
    cookies = "; ".join(f"{name}={value}" for name, value in line.cookies.items())
    return {name: Subject(name, pid, act, times) for name, (act, times) in acts.items()}, (where, cookies)


def least(pid: int, port: int, instance: Instance, own_port: int) -> dict[str, Subject]:
    """Raw replies as large as our pages are on the wire."""
    found = {}
    for name in ("landing", "form"):
        who, path = instance.pages[name]
        size = len(Line(own_port, who).ask("GET", path)[1])
        found[name] = Subject(f"raw {name}", pid, cpu.get(Line(port), f"/{size}"), 100)
    return found


def rows_of(own: dict[int, dict[str, Subject]], peer: dict[str, Subject], least: dict[str, Subject]) -> Rows:
    """The table's lines on CPU time."""
    smallest = min(own)
    us = {name: subject.cost for name, subject in own[smallest].items()}
    rows: Rows = []
    for name, other, most, raw_most in (
        ("landing", "landing", 0.05, 5),
        ("form", "form", 0.05, 11),
        ("post", "post", 0.10, 0),
        ("autosave", "post", 0.10, 0),
        ("queue", "queue", 0.01, 0),
    ):
        ratio = us[name] / peer[other].cost
        words = f"{us[name]:.2f} ms, pretalx {peer[other].cost:.1f} ms: {ratio:.3f}x"
        rows.append((name, words, f"<= {most}x", ratio <= most))
        if raw_most:
            ratio = us[name] / least[name].cost
            words = f"{us[name]:.2f} ms, raw {least[name].cost:.3f} ms: {ratio:.1f}x"
            rows.append((name, words, f"<= {raw_most}x raw", ratio <= raw_most))
    for size in sorted(own)[1:]:
        for name in ("queue", "search", "case"):
            growth = own[size][name].cost / us[name]
            words = f"{own[size][name].cost:.2f} ms, at {smallest} {us[name]:.2f} ms: {growth:.2f}x"
            rows.append((f"{name} at {size} cases", words, "<= 1.3x", growth <= 1.3))
    return rows


def statements(instances: dict[int, Instance]) -> Rows:
    """The table's lines on statements."""
    rows: Rows = []
    for name in PAGES:
        counts = [instance.statements[name] for instance in instances.values()]
        most = 4 if name in ("landing", "form") else 6
        good = max(counts) <= most and len(set(counts)) == 1
        rows.append((f"SQL of {name}", ", ".join(map(str, counts)), f"<= {most}, constant", good))
    return rows


def phones(home: Path, library: Path, server: str, bursts: int) -> Rows:
    """64 phones at once, on SQLite and on PostgreSQL."""
    found = {}
    for kind, address in (("sqlite", ""), ("postgresql", server)):
        with burst.database(address, f"haohuo_pages_{os.getpid()}") as name:
            settings = many.settings_of(home / f"phones-{kind}", library, name)
            found[kind] = burst.saving(settings, bursts)
    lite, post = found["sqlite"], found["postgresql"]
    counted = f"{len(lite.seconds)} + {len(post.seconds)} savings"
    errors = lite.errors + post.errors
    ratio = lite.p99 / post.p99
    return [
        ("64 phones at once", f"{errors} errors in {counted}", "0 errors", not errors),
        ("64 phones, SQLite", f"p99 {lite.p99:.0f} ms", "<= 200 ms", lite.p99 <= 200),
        ("64 phones, SQLite", f"PostgreSQL p99 {post.p99:.0f} ms: {ratio:.2f}x", "<= 1.1x", ratio <= 1.1),
    ]


def measured(asked: argparse.Namespace, home: Path) -> Rows:
    """Fill, serve, measure."""
    library, instances = many.overlay(home / "library"), {}
    base = None
    for size in sorted(asked.cases):
        instances[size] = many.filled(home / str(size), library, size, base)
        base = base or instances[size]
        print(f"filled: {size} cases", file=sys.stderr)
    peer = Peer(Path(asked.pretalx_env))
    peer.build()
    with ExitStack() as stack:
        ports = {size: free_port() for size in instances}
        pids = {size: stack.enter_context(serving(each.settings, ports[size])) for size, each in instances.items()}
        other, (where, cookies) = theirs(peer, stack.enter_context(peer.serving()))
        raw_pid, raw_port = stack.enter_context(raw())
        own = {size: ours(each, pids[size], ports[size], size) for size, each in instances.items()}
        first = min(own)
        low = least(raw_pid, raw_port, instances[first], ports[first])
        every = [*other.values(), *low.values(), *(subject for each in own.values() for subject in each.values())]
        cpu.take_turns(every, asked.rounds)
        rows = rows_of(own, other, low) + statements(instances)
        workers = children(pids[first]) or [pids[first]]
        memory = [cpu.private(pid) for pid in (pids[first], *workers)]
        words = (
            f"{max(memory[1:]):.0f} MB; all {len(memory) - 1} and their parent {sum(memory):.0f} MB and what they share"
        )
        rows.append(("private memory of a web worker", words, "<= 60 MB", max(memory[1:]) <= 60))
        if asked.chromium:
            here = (f"http://127.0.0.1:{ports[first]}{instances[first].form}", instances[first].seller)
            there = (f"http://127.0.0.1:{peer.port}{where}", cookies)
            shown = paint.first_paints({"ours": here, "pretalx": there}, asked.chromium, 15)
            ratio = shown["ours"] / shown["pretalx"]
            words = f"{shown['ours']:.0f} ms, pretalx {shown['pretalx']:.0f} ms: {ratio:.2f}x"
            rows.append(("first paint of the form, slow line", words, "<= 0.3x", ratio <= 0.3))
    print("spread of the turns: " + ", ".join(f"{each.name} {each.spread:.0%}" for each in every), file=sys.stderr)
    return rows + phones(home, library, asked.postgres, asked.bursts)


def main() -> None:
    """Measure, print the table, exit 1 where the budget is not met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pretalx-env", default=str(Path(tempfile.gettempdir()) / "haohuo-pretalx"))
    parser.add_argument("--cases", type=int, nargs="+", default=[1000, 20_000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--bursts", type=int, default=20)
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="haohuo-pages-") as home:
        rows = measured(asked, Path(home))
    for what, words, target, good in rows:
        print(f"{what:36} {words:52} {target:18} {'met' if good else 'NOT MET'}")
    raise SystemExit(not all(good for *_, good in rows))


if __name__ == "__main__":
    main()
