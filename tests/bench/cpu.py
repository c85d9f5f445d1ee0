"""What a request costs: CPU milliseconds of the server's processes, read from /proc; subjects take turns in one run."""

import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.serving import children

Answer = tuple[int, bytes, http.client.HTTPMessage]
IDLE = 5.0
FORM = "application/x-www-form-urlencoded"


class Line:
    """A browser's connection to one server, kept open where the server keeps it; it holds the cookies."""

    def __init__(self, port: int, cookies: str = "") -> None:
        """Nothing is sent yet."""
        self.port, self.http = port, http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.used = 0.0
        self.cookies = dict(part.split("=", 1) for part in cookies.split("; ") if part)

    def ask(self, method: str, path: str, form: object = None, **more: str) -> Answer:
        """One request as a browser sends it; returns status, body as on the wire, and headers."""
        told = {"Accept-Encoding": "gzip", "Referer": f"http://127.0.0.1:{self.port}{path}", **more}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form, doseq=True).encode() if form else None  # type: ignore[arg-type]
        if body is not None:
            told["Content-Type"] = FORM
        if time.monotonic() - self.used > IDLE:
            self.http.close()  # the server may have closed it; the request opens it anew
        self.http.request(method, path, body, told)
        answer = self.http.getresponse()
        content, self.used = answer.read(), time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content, answer.headers


@dataclass
class Subject:
    """One kind of request to one server, with what each turn of it cost."""

    name: str
    pid: int
    act: Callable[[], None]
    times: int = 40
    turns: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """CPU milliseconds of one request: the median of the turns."""
        return median(self.turns)

    @property
    def spread(self) -> float:
        """How far the turns lie apart, as a part of the cost."""
        return (max(self.turns) - min(self.turns)) / self.cost


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def spent(pid: int) -> float:
    """The CPU milliseconds that a process and its children have used, all threads together."""
    files = [file for each in family(pid) for file in Path(f"/proc/{each}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def private(pid: int) -> float:
    """The private memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def take_turns(subjects: Iterable[Subject], rounds: int) -> None:
    """Let all subjects work, a short turn each, round after round: a noisy moment hits all of them alike."""
    every = list(subjects)
    for subject in every:
        for _ in range(5):
            subject.act()
    for _ in range(rounds):
        for subject in every:
            time.sleep(0.02)
            before = spent(subject.pid)
            for _ in range(subject.times):
                subject.act()
            subject.turns.append((spent(subject.pid) - before) / subject.times)


def get(line: Line, path: str) -> Callable[[], None]:
    """Fetch a page again and again; anything but 200 ends the bench."""

    def act() -> None:
        status, content, _ = line.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status} {content[:200]!r}")

    return act


def post(line: Line, path: str, form: Mapping[str, object], field: str, **more: str) -> Callable[[], None]:
    """Send a form again and again, each time with another value in a field, so that there is something to write.

    Anything but leading on, or the short answer to a script, ends the bench.
    """
    numbers = count()

    def act() -> None:
        status, content, _ = line.ask("POST", path, {**form, field: f"第 {next(numbers)} 次"}, **more)
        if not (status in (302, 303) or (status == 200 and not content)):
            raise SystemExit(f"{path}: {status} {content[:200]!r}")

    return act
