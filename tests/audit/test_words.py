"""Everything that is ever noted in a chain has words in both languages."""

import ast
from collections.abc import Iterator

from flask import Flask

from portal import i18n
from portal.audit import service
from portal.config import ROOT
from portal.review.states import MOVES

# What writes a link of a chain, as it is called in the code: of the office's or of a case's.
NOTING = {"audit.note", "audit.saw", "events.append", "trail.saw", "moves.make", "staff.note"}
# In this room also by names of its own.
OWN = {"accounts": {"note", "_note"}}


def noted() -> Iterator[str]:
    """Every action that the code names where it notes one."""
    for path in (ROOT / "portal").rglob("*.py"):
        names = NOTING | OWN.get(path.parent.name, set())
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in names:
                for part in (part for each in call.args for part in ast.walk(each)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_everything_that_is_noted_has_words_in_both_languages(app: Flask) -> None:
    by_sellers = {key for key, move in MOVES.items() if move.by == "seller"}
    known, found = service.actions(), {*noted()} - by_sellers
    assert {"note", "filled_in", "take", "see_photo", "filling_begun", "staff_added", "cards_opened"} <= found
    assert found - known.keys() == set()
    assert {key for key, move in MOVES.items() if move.by == "staff"} - known.keys() == set()
    with i18n.speaking("zh_Hans"):
        assert [label for _, label in known.values() if i18n.gettext(label) == label] == []
    assert [key for key, (_, label) in known.items() if label == key] == []
