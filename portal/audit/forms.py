"""What part of the list the address asks for, and the filters as links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, request

from portal.audit import service
from portal.audit.models import GROUPS
from portal.audit.service import DAYS, PERIODS, Done, Wanted
from portal.i18n import gettext as _
from portal.i18n import ngettext

LIST = "/desk/audit/"
blueprint = Blueprint("audit", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter as a link; `count` is empty where nothing is counted."""

    label: str
    url: str
    here: bool
    count: str = ""


def wanted() -> Wanted:
    """What the address asks for; what makes no sense is left out."""
    who, what, days = (request.args.get(name, "") for name in ("who", "what", "days"))
    return Wanted(
        who=who if re.fullmatch(r"[a-z0-9-]{1,32}", who) else "",  # the demo's people have a hyphen in their ids
        what=what if what in GROUPS else "",
        days=int(days) if days in map(str, PERIODS) else DAYS,
        after=_after(request.args.get("after", "")),
    )


def _after(typed: str) -> tuple[datetime, str, int] | None:
    at, _, rest = typed.partition("~")
    chain, _, seq = rest.partition("~")
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return (moment, chain[:32], int(seq)) if seq.isascii() and len(seq) < 10 else None
    except (ValueError, OverflowError):
        return None


def address(part: Wanted, **changes: str) -> str:
    """The address of a part of the list with some of it changed."""
    facts = {"who": part.who, "what": part.what, "days": str(part.days), **changes}
    query = {key: value for key, value in facts.items() if value and (key, value) != ("days", str(DAYS))}
    return LIST + (f"?{urlencode(query)}" if query else "")


def further(part: Wanted, rows: Sequence[Done]) -> str:
    """The address of the page behind these rows."""
    at, chain, seq = rows[-1].key
    return address(part, after=f"{at.isoformat()}~{chain}~{seq}")


def period(days: int) -> str:
    """A period in words."""
    return _("today") if days == 1 else ngettext("%(num)s day", "%(num)s days", days)


def filters(part: Wanted, rows: Sequence[Done], counts: dict[str, int]) -> list[tuple[str, list[Choice]]]:
    """The filters: who, what, of how many days; counted where one person is looked at."""
    groups = dict.fromkeys(GROUPS, 0)
    for action, (group, _words) in service.actions().items():
        groups[group] += counts.get(action, 0)
    who = [Choice(_("Everybody"), address(part, who=""), not part.who)]
    if part.who:
        who.append(Choice(rows[0].who if rows else _("This person"), address(part), True))
    what = [Choice(_("All"), address(part, what=""), not part.what)]
    what += [
        Choice(_(label), address(part, what=key), part.what == key, str(groups[key]) if part.who else "")
        for key, label in GROUPS.items()
    ]
    when = [Choice(period(days), address(part, days=str(days)), part.days == days) for days in PERIODS]
    return [(_("Who"), who), (_("Did what"), what), (_("Since when"), when)]
