"""The rules of the house that a machine can check."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.config import ROOT

PORTAL, TEMPLATES, TESTS = ROOT / "portal", ROOT / "templates", ROOT / "tests"
ROOMS = sorted(path.parent.name for path in PORTAL.glob("*/__init__.py") if path.parent.name != "migrations")
# Addresses that belong to no room's folder: the first page and the check that the instance lives are registration's,
# photos are sheets', the dated facts of all rooms are office's.
OTHER_WORDS = {"": "registration", "healthz": "registration", "photos": "sheets", "facts": "office", "static": "static"}
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"}
PYTHON = sorted(path for folder in (PORTAL, TESTS) for path in folder.rglob("*.py") if "versions" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    """The lines of a function from `def` to its end."""
    return (function.end_lineno or 0) - function.lineno + 1


def test_a_room_bears_one_name_everywhere() -> None:
    for folder in (TEMPLATES, TESTS, PORTAL / "library"):
        names = {path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}
        others = {"parts", "drawings", "bench", "browser", *(["questions"] if folder.name == "library" else [])}
        assert names - others - set(ROOMS) == set(), folder


def test_no_file_is_called_by_a_word_that_says_nothing() -> None:
    assert [path for path in PYTHON if path.stem in FORBIDDEN_NAMES] == []


def test_files_functions_and_templates_keep_their_sizes() -> None:
    long_files = [(path.name, lines) for path in PYTHON if (lines := len(path.read_text("utf-8").splitlines())) > 300]
    long_functions = [
        (path.name, function.name, length(function))
        for path in PYTHON
        for function in functions(path)
        if length(function) > (25 if re.match(r"(views|desk)(_[a-z]+)?\.py\Z", path.name) else 40)
    ]
    templates = [
        (path.name, lines)
        for path in TEMPLATES.rglob("*.html")
        if (lines := len(path.read_text("utf-8").splitlines())) > 60
    ]
    conftests = [path for path in TESTS.rglob("conftest.py") if len(path.read_text("utf-8").splitlines()) > 100]
    assert (long_files, long_functions, templates, conftests) == ([], [], [], [])


def test_no_function_takes_more_than_six_parameters() -> None:
    def count(function: ast.FunctionDef) -> int:
        parameters = [*function.args.args, *function.args.kwonlyargs, *function.args.posonlyargs]
        return len([each for each in parameters if each.arg not in ("self", "cls")])

    assert [(path.name, each.name) for path in PYTHON for each in functions(path) if count(each) > 6] == []


def test_public_functions_have_a_docstring() -> None:
    bare = [
        (str(path.relative_to(ROOT)), each.name)
        for path in PORTAL.rglob("*.py")
        if "versions" not in path.parts
        for each in functions(path)
        if not each.name.startswith("_") and not ast.get_docstring(each) and not _inner(path, each)
    ]
    assert bare == []


def _inner(path: Path, function: ast.FunctionDef) -> bool:
    """Whether a function stands inside another one."""
    return (
        function.col_offset > 0
        and any(
            other is not function and isinstance(other, ast.FunctionDef) and function in ast.walk(other)
            for other in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(other, ast.FunctionDef)
        )
    ) or any(
        other.lineno < function.lineno <= (other.end_lineno or 0)
        for other in functions(path)
        if other.lineno != function.lineno
    )


def test_every_view_says_who_may_enter(app: Flask) -> None:
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "enters")
    ]
    assert silent == []


def test_addresses_begin_with_the_room_they_belong_to(app: Flask) -> None:
    strangers = []
    for rule in app.url_map.iter_rules():
        words = rule.rule.strip("/").split("/")
        word = words[1] if words[0] == "desk" and len(words) > 1 else words[0]
        blueprint = rule.endpoint.split(".")[0]
        if rule.rule not in ("/desk", "/desk/") and OTHER_WORDS.get(word, word) != blueprint:
            strangers.append((rule.rule, blueprint))
    assert strangers == []


def test_a_staff_address_is_for_staff_and_no_other_is(app: Flask) -> None:
    who = {rule.rule: getattr(app.view_functions[rule.endpoint], "enters", "") for rule in app.url_map.iter_rules()}
    wrong = [url for url, enters in who.items() if enters.startswith("staff") and not url.startswith("/desk")]
    assert wrong == []


def test_views_and_verbs_never_commit() -> None:
    said = [path.name for path in PORTAL.rglob("*.py") if re.search(r"\bcommit\(\)", path.read_text("utf-8"))]
    assert said == []


def test_templates_compute_nothing_and_style_nothing() -> None:
    logic = re.compile(r"\{%-? *(set|do)\b|\sstyle=|<script>|\son(click|change|input|submit|load|error)=")
    said = [(path.name, logic.search(path.read_text("utf-8"))) for path in TEMPLATES.rglob("*.html")]
    odd = [(name, found[0]) for name, found in said if found]
    assert odd == []


@pytest.mark.parametrize("command", [["lint-imports"], ["ruff", "check", "."]])
def test_the_tools_agree(command: list[str]) -> None:
    tool = Path(sys.executable).parent / command[0]
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
