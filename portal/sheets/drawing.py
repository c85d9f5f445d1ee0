"""The field of a question and the whole page, drawn once for all: only what a person typed is put into it anew.

What is kept for this holds nobody's answers: typed values are left out, choices are those of the library.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from portal import i18n

TYPED = ("text", "long_text", "number", "date")
CHOICES = ("one_of", "some_of", "yes_no")
# What stands where the value goes: a character that nobody types.
HERE = "\ufdd0"
MOST = 64


def field(draw: Callable[[Any], Markup], item: Any) -> Markup:
    """What `draw`, the templates' macro, makes of a forms.Drawn: from what is kept, where only its value differs."""
    said = item.fault or item.advice or item.offer or item.sister or item.locked
    if said or item.kind not in TYPED + CHOICES:
        return draw(item)
    chosen = tuple(value for value in (*item.question.labels, "yes", "no", "never") if value in item.chosen)
    kept, key = item.question.drawn, (i18n.language(), item.titled, chosen, item.autocomplete)
    if key not in kept:
        if len(kept) >= MOST:
            kept.clear()
        kept[key] = draw(replace(item, value=HERE if item.kind in TYPED else "", chosen=chosen))
    return Markup(kept[key].replace(HERE, escape(item.value)))


# The holes of a whole page: a name between two characters that nobody types, and the ticks.
HOLE = re.compile('\ufdd0([a-z]+|[0-9]+)\ufdd1|(" checked>)')
TICKED, NOT_TICKED = '" checked>', '">'
Hole = str | int | tuple[int, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole page without what differs from person to person: the pieces between the holes, and what fills each.

    That is a name, the place of a question on the page, or this and the value of one of its boxes.
    """

    pieces: tuple[str, ...]
    holes: tuple[Hole, ...]

    def filled(self, items: Sequence[Any], named: Mapping[str, str]) -> str:
        """The page with the values of these questions, and what stands at the named holes."""
        texts = [self.pieces[0]]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            if isinstance(hole, tuple):
                texts.append(TICKED if hole[1] in items[hole[0]].chosen else NOT_TICKED)
            else:
                texts.append(escape(items[hole].value if isinstance(hole, int) else named[hole]))
            texts.append(piece)
        return "".join(texts)


def plain(item: Any) -> bool:
    """Whether a question shows its value and nothing else that is this person's."""
    said = item.fault or item.advice or item.offer or item.sister or item.locked or item.remarks or item.note
    return not said and item.kind in TYPED + CHOICES


def hole(name: str) -> str:
    """What stands where something named goes."""
    return f"\ufdd0{name}\ufdd1"


def whole(items: Sequence[Any], draw: Callable[[list[Any]], str]) -> Whole:
    """What `draw` makes of the questions without their values; all of them are plain."""
    boxes = [(at, value) for at, item in enumerate(items) for value in _values(item)]
    blanks = [replace(item, value=_hole(at, item), chosen=_values(item)) for at, item in enumerate(items)]
    text, pieces, holes, end, ticks = draw(blanks), [], [], 0, iter(boxes)
    for found in HOLE.finditer(text):
        pieces.append(text[end : found.start()])
        end = found.end()
        name, tick = found.groups()
        holes.append(next(ticks) if tick else int(name) if name.isdigit() else name)
    return Whole((*pieces, text[end:]), tuple(holes))


def _hole(at: int, item: Any) -> str:
    return "" if item.kind in CHOICES else hole(str(at))


def _values(item: Any) -> tuple[str, ...]:
    """The values of the boxes of a question, in the order in which they stand."""
    if item.kind in CHOICES:
        return tuple(value for value, _, _ in item.options)
    return ("never",) if item.kind == "date" and item.question.never else ()
