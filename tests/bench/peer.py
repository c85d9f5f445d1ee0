"""pretalx beside us: the best-kept peer with a submission form and a review desk, as shipped, one gunicorn worker.

It lives in an environment of its own, built once; its event has 20 questions on one page, a reviewer and the
submissions of its own test data.
"""

import os
import re
import subprocess
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.cpu import Line
from tests.serving import free_port

VERSION = "2025.2.2"
PASSWORD = "only-for-benches-1234"
LANDING, SUBMIT, LIST = "/democon/", "/democon/submit/", "/orga/event/democon/submissions/"
# As many of each kind of question as tests/bench/form.toml asks.
KINDS = {"string": 8, "text": 3, "date": 2, "number": 2, "choices": 2, "multiple_choice": 2, "boolean": 1}
ANSWERS = {
    "string": "九潮高山椪柑",
    "text": "自家坡上种的，现摘现发。",
    "date": "2030-12-31",
    "number": "12",
    "boolean": "on",
}
SCRIPT = """
from datetime import timedelta
from django.utils.timezone import now
from django_scopes import scope
from pretalx.event.models import Event, Team
from pretalx.person.models import User
from pretalx.submission.models import AnswerOption, Question
event = Event.objects.get(slug="democon")
with scope(event=event):
    event.cfp.deadline = now() + timedelta(days=30)
    event.cfp.save()
    kinds = [kind for kind, many in KINDS.items() for _ in range(many)]
    for at, kind in enumerate(kinds):
        question = Question.objects.create(
            event=event, variant=kind, target="submission", position=at, question_required="optional",
            question=f"Question number {at}", help_text="What helps to answer this one.",
        )
        for n in range(4 if "choice" in kind else 0):
            AnswerOption.objects.create(question=question, answer=f"Option {n}", position=n)
    reviewer = User.objects.create_user(name="Reviewer", email="reviewer@example.org", password=PASSWORD)
    team = Team.objects.create(
        name="Reviewers", organiser=event.organiser, is_reviewer=True, can_change_submissions=True, all_events=True
    )
    team.members.add(reviewer)
"""


class Peer:
    """pretalx in its environment."""

    def __init__(self, folder: Path) -> None:
        """Nothing is built yet."""
        self.folder, self.port = folder.resolve(), free_port()
        self.python, self.data = str(self.folder / "bin" / "python"), self.folder / "data"
        paths = {f"PRETALX_FILESYSTEM_{name}": str(self.data / name.lower()) for name in ("MEDIA", "STATIC", "LOGS")}
        self.told = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **paths,
            "PRETALX_DB_NAME": str(self.data / "db.sqlite3"),
            "PRETALX_SITE_URL": "http://127.0.0.1",
            "DJANGO_SUPERUSER_EMAIL": "admin@example.org",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "PRETALX_INIT_ORGANISER_NAME": "Organiser",
            "PRETALX_INIT_ORGANISER_SLUG": "organiser",
        }

    def build(self) -> None:
        """Install it and fill it, unless that was done."""
        done = self.folder / "filled"
        if done.exists():
            return
        venv.create(self.folder, with_pip=True)
        wanted = [f"pretalx=={VERSION}", "gunicorn", "faker", "freezegun"]
        self._run("-m", "pip", "install", "--quiet", *wanted)
        for folder in ("media", "static", "logs"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        for command in (["migrate"], ["rebuild"], ["init", "--no-input"]):
            self._pretalx(*command)
        self._pretalx("create_test_event", "--stage", "cfp", "--seed", "1")
        words = f"KINDS, PASSWORD = {KINDS!r}, {PASSWORD!r}\n{SCRIPT}"
        self._pretalx("shell", "--unsafe-disable-scopes", "-c", words)
        done.touch()

    def _pretalx(self, *words: str) -> None:
        self._run("-m", "pretalx", *words)

    def _run(self, *words: str) -> None:
        done = subprocess.run([self.python, *words], env=self.told, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"pretalx: {' '.join(words)[:60]}: {done.stdout[-800:]}{done.stderr[-800:]}")

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Serve it with one worker; yields the process."""
        command = [self.python, "-m", "gunicorn", "pretalx.wsgi", "-w", "1", "-b", f"127.0.0.1:{self.port}"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self.told, cwd=self.folder, stdout=quiet, stderr=quiet)
        try:
            self._await()
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)

    def _await(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if Line(self.port).ask("GET", LANDING)[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("pretalx did not start")

    def reviewer(self) -> Line:
        """A reviewer's browser, signed in."""
        line = Line(self.port)
        page = line.ask("GET", "/orga/login/")[1]
        form = {"login_email": "reviewer@example.org", "login_password": PASSWORD, "csrfmiddlewaretoken": token(page)}
        status = line.ask("POST", "/orga/login/", form)[0]
        if status != 302:
            raise SystemExit(f"pretalx lets no reviewer in: {status}")
        return line

    def speaker(self) -> tuple[Line, str, dict[str, object]]:
        """A browser at the page of 20 questions, answered once: the line, the page and the form."""
        line = Line(self.port)
        info = urlsplit(line.ask("GET", SUBMIT)[2]["Location"]).path
        page = line.ask("GET", info)[1]
        kind = re.findall(r'name="?submission_type.*?value="?([0-9]+)', page.decode(), re.S)[0]
        form = {"title": "九潮高山椪柑", "submission_type": kind, "abstract": "…", "csrfmiddlewaretoken": token(page)}
        answer = line.ask("POST", info, form)
        where = urlsplit(answer[2]["Location"] or "").path
        page = line.ask("GET", where)[1]
        filled = {**answers(page.decode()), "csrfmiddlewaretoken": token(page)}
        if line.ask("POST", where, filled)[0] != 302:
            raise SystemExit("pretalx takes no answers")
        return line, where, filled


def token(page: bytes) -> str:
    """The token of a form."""
    return str(re.findall(r'csrfmiddlewaretoken"?[^>]*value="?([A-Za-z0-9]+)', page.decode())[0])


def answers(page: str) -> dict[str, object]:
    """An answer to each of the questions, by the names of their fields."""
    kinds = [kind for kind, many in KINDS.items() for _ in range(many)]
    names = list(dict.fromkeys(re.findall(r'name="?(question_[0-9]+)', page)))
    assert len(names) == len(kinds), names
    return {name: ANSWERS.get(kind) or _chosen(page, name, kind) for name, kind in zip(names, kinds, strict=True)}


def _chosen(page: str, name: str, kind: str) -> list[str]:
    """The first option, or the first two where several may be chosen."""
    if kind == "choices":
        options = re.findall(rf'name="?{name}[" >].*?value="?([0-9]+)', page, re.S)
        return options[:1]
    return re.findall(rf'<input[^>]*name="?{name}[" ][^>]*value="?([0-9]+)', page)[:2]
