"""The field of a question, drawn once for all: only what a person typed is put into it anew.

What is kept for this holds nobody's answers: typed values are left out, choices are those of the library.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from portal import i18n

# What stands where the value goes; a date's field is of another type when it holds no date.
HOLES = {"text": "\ufdd0", "long_text": "\ufdd0", "number": "\ufdd0", "date": "0000-00-00"}
CHOICES = ("one_of", "some_of", "yes_no")
MOST = 64


def field(draw: Callable[[Any, bool], Markup], item: Any, only: bool) -> Markup:
    """What `draw`, the templates' macro, makes of a forms.Drawn: from what is kept, where only its value differs."""
    hole = HOLES.get(item.kind)
    said = item.fault or item.advice or item.offer or item.sister or item.locked
    odd = not item.plain_date if item.kind == "date" else hole is None and item.kind not in CHOICES
    if said or odd:
        return draw(item, only)
    chosen = tuple(value for value in (*item.question.labels, "yes", "no", "never") if value in item.chosen)
    kept, key = item.question.drawn, (i18n.language(), only, chosen, item.autocomplete)
    if key not in kept:
        if len(kept) >= MOST:
            kept.clear()
        kept[key] = draw(replace(item, value=hole or "", chosen=chosen), only)
    return Markup(kept[key].replace(hole, escape(item.value)) if hole else kept[key])
