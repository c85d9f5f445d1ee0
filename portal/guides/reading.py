"""The guides as people read them: on which shelf, by which short code, in which language, and as plain text."""

from collections.abc import Sequence

from portal import i18n
from portal.guides import aloud, codes, orders, quoted
from portal.guides.guide import EVERYONE, Guide, Part
from portal.i18n import N_
from portal.office import service as offices

# The shelves of the list, by the word in a guide's `group`.
GROUPS = {
    "opening": N_("Opening the shop"),
    "pictures": N_("Taking pictures, saying what you sell"),
    "sending": N_("Sending goods, and service"),
    "selling": N_("Ways of selling"),
}


def shelves() -> list[tuple[str, list[Guide]]]:
    """The guides for sellers as the list has them: group by group, each with its title (a msgid)."""
    found = [
        (title, [it for it in orders.guides_for("seller") if it.group == group]) for group, title in GROUPS.items()
    ]
    return [(title, rows) for title, rows in found if rows]


def by_code(short: str) -> tuple[Guide, str] | None:
    """The guide and the kind of seller that a short code means; None where a character is wrong.

    Raises NoSuchPaper where the code is right and no guide here bears it.
    """
    code = codes.typed(short)
    if code is None:
        return None
    found = (
        (guide, kind)
        for guide in orders.all_guides()
        for kind in guide.kinds()
        if codes.code_of(guide.key, kind) == code
    )
    both = next(found, None)
    if both is None:
        raise orders.NoSuchPaper
    return both


def text(name: str, kind: str, *, practice: bool = False) -> str:
    """A guide as plain text to be read aloud, in the language in use. Raises NoSuchPaper and NotInThisLanguage."""
    guide = orders.guide_for(name, kind)
    if i18n.language() not in guide.languages:
        raise orders.NotInThisLanguage
    shown = quoted_by(guide, kind, guide.parts(kind))
    return aloud.text(guide, kind, shown, orders.reasons(), offices.office(), practice=practice)


def spoken(guide: Guide) -> str:
    """The language in which a reader gets a guide: the one in use, else the first that it is written in."""
    return i18n.language() if i18n.language() in guide.languages else guide.languages[0]


def begins(guide: Guide, kind: str) -> str:
    """Where its reader fills something in: a guide for one kind of seller leads to the registration of that kind."""
    return "" if kind == EVERYONE else f"/registration/{kind}"


def quoted_by(guide: Guide, kind: str, parts: Sequence[Part]) -> quoted.Quoted:
    """What these parts of a guide show of the office, of the word list and of other guides."""
    return quoted.quoted(parts, kind, {guide.key: guide for guide in orders.all_guides()})
