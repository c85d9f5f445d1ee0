"""What stands on the queue, drawn once as long as it says the same: most of a page stood on the page before, too."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from portal import db, i18n
from portal.office import service as offices
from portal.review.filters import Sieve
from portal.review.queue import Waiting

MOST = 1000
_kept: dict[tuple[Any, ...], Markup] = {}


def line(draw: Callable[[Waiting, bool, bool], Markup], row: Waiting, choosing: Any) -> Markup:
    """What `draw`, the templates' macro, makes of a row; its age goes by the day and by the office's working days."""
    ticks, ticked = choosing is not None, choosing is not None and choosing.ticked
    key = (row, ticks, ticked, i18n.language(), db.today(), offices.in_force().version)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[key] = draw(row, ticks, ticked)
    return found


def sieve(draw: Callable[[Sieve], Markup], it: Sieve) -> Markup:
    """What `draw`, the templates' macro, makes of the filters, which are made anew when a count is another."""
    if not it.drawn:
        it.drawn.append(draw(it))
    return it.drawn[0]
