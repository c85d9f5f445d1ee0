"""Instances with many cases: a demo of a thousand by the verbs, its rows repeated for more; and a form of 20 fields."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Table, text
from sqlmodel import SQLModel, col, select

from portal import create_app, db, demo
from portal.access import Actor
from portal.config import Settings
from portal.migrations import upgrade
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Finding, Sheet
from tests.bench.peer import KINDS
from tests.review.life import Life
from tests.statements import statements

SECRET = "only-for-benches-only-for-benches-only-for-benches"
BASE = 1000
# The first cases of the base are what is repeated.
REPEATED = 800
OURS = {"string": "text", "choices": "one_of", "multiple_choice": "some_of", "boolean": "yes_no", "text": "long_text"}
ANSWERS: Mapping[str, object] = {
    "text": "九潮高山椪柑",
    "long_text": "自家坡上种的，现摘现发。",
    "date": "2030-12-31",
    "number": "12",
    "one_of": "a",
    "some_of": ["a", "b"],
    "yes_no": "yes",
}


@dataclass
class Instance:
    """A filled instance: who signs in, what they look at, and the statements of these pages."""

    settings: Settings
    seller: str
    staff: str
    sheet_id: str
    case_id: str
    statements: dict[str, int]

    @property
    def form(self) -> str:
        """The address of the page of 20 fields."""
        return f"/sheets/{self.sheet_id}/all"

    @property
    def pages(self) -> dict[str, tuple[str, str]]:
        """What is measured: the cookie of who looks, and the address."""
        return {
            "landing": ("", "/"),
            "form": (self.seller, self.form),
            "queue": (self.staff, "/desk/review/"),
            "search": (self.staff, "/desk/review/?words=%E6%A4%AA%E6%9F%91"),
            "case": (self.staff, f"/desk/review/{self.case_id}"),
        }


def kinds() -> list[str]:
    """The kinds of the 20 questions, as pretalx's page has them."""
    return [OURS.get(kind, kind) for kind, many in KINDS.items() for _ in range(many)]


def overlay(folder: Path) -> Path:
    """A library's folder that adds the set of one page with these questions."""
    lines = ['key = "bench"', "version = 1", 'title = "二十问"', "[[page]]", 'key = "all"', 'title = "二十个问题"']
    for at, kind in enumerate(kinds()):
        lines += ["[[page.question]]", f'key = "q{at}"', f'kind = "{kind}"', f'label = "第 {at} 个问题"']
        lines += ['hint = "照实填就好。"', "required = false"]
        if kind in ("one_of", "some_of"):
            options = ", ".join(f'{{ value = "{each}", label = "选项 {each}" }}' for each in "abcd")
            lines.append(f"options = [{options}]")
    (folder / "bench").mkdir(parents=True, exist_ok=True)
    (folder / "bench" / "bench.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def filled_form(token: str) -> dict[str, object]:
    """The form of 20 fields with an answer in each, as a browser sends it."""
    answers = {f"q{at}": ANSWERS[kind] for at, kind in enumerate(kinds())}
    return {"csrf_token": token, "turn": "stay", "asked": list(answers), **answers}


def settings_of(home: Path, library: Path, database: str = "") -> Settings:
    """The settings of an instance of the bench."""
    told = {"PORTAL_HOME": str(home), "PORTAL_URL": "http://localhost", "PORTAL_SECRET": SECRET}
    return Settings.read({**told, "PORTAL_LIBRARY": str(library), "PORTAL_DATABASE": database})


def filled(home: Path, library: Path, cases: int, base: Instance | None = None) -> Instance:
    """An instance with so many cases: made by the verbs, or from the base, whose rows are repeated."""
    if base:
        shutil.copytree(base.settings.home, home)
    settings = settings_of(home, library)
    app = create_app(settings)
    if not base:
        upgrade(settings)
        demo.furnish()
        demo.run(BASE)
    repeat(cases)
    made = _people(app, settings)
    db.engine().dispose()
    return made


def _people(app: Flask, settings: Settings) -> Instance:
    life = Life(app)
    seller, staff = life.seller(), life.staff("reviewer", "manager")
    with db.writing() as session:
        sheet = sheets.start(session, seller_id=seller.id, set_key="bench")
        given = {f"q{at}": ANSWERS[kind] for at, kind in enumerate(kinds())}
        sheets.answer(session, sheet, page=sheets.set_of(sheet).page[0], given=given, by=seller.id)
        case_id = session.exec(select(Case.id).where(Case.state == "submitted").order_by(col(Case.seq))).first()
    made = Instance(settings, cookie(life, seller), cookie(life, staff), sheet.id, case_id or "", {})
    for name, (who, path) in made.pages.items():
        client = app.test_client()
        if who:
            client.set_cookie("haohuo", who.partition("=")[2])
        with statements() as seen:
            assert client.get(path).status_code == 200, path
        made.statements[name] = len(seen)
    return made


def cookie(life: Life, actor: Actor) -> str:
    """The cookie of somebody who is signed in."""
    found = life.reader(actor).http.get_cookie("haohuo")
    assert found is not None
    return f"haohuo={found.value}"


def repeat(cases: int) -> None:
    """Repeat the cases until there are so many: each with a bare sheet and what it is found by (SQLite)."""
    with db.engine().connect().execution_options(mode="write") as line, line.begin():
        here = line.execute(text("SELECT count(*) FROM review_case")).scalar_one()
        while here < cases:
            mark, limit = f"{here:x}".rjust(5, "0"), min(REPEATED, cases - here)
            new = f"'{mark}' || substr({{}}, 6)"
            some = f"(SELECT sheet_id FROM review_case WHERE seq <= {limit})"
            bare = {"id": new.format("id"), "once_key": "NULL", "answers": "'{}'", "sealed": "NULL"}
            copies = (
                (Sheet, bare, f"id IN {some}"),
                (Finding, {"sheet_id": new.format("sheet_id")}, f"sheet_id IN {some}"),
                (Case, {"sheet_id": new.format("sheet_id"), **_case(new, mark)}, f"sheet_id IN {some} ORDER BY seq"),
            )
            for model, changed, which in copies:
                line.execute(text(_copy(model, changed, which)))
            here += limit


def _case(new: str, mark: str) -> dict[str, str]:
    return {"seq": "NULL", "id": new.format("id"), "number": f"number || '{mark}'"}


def _copy(model: type[SQLModel], changed: Mapping[str, str], which: str) -> str:
    table: Table = model.__table__  # type: ignore[attr-defined]
    columns = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} WHERE {which}"
