"""Where people work: places as they are typed, shown and ticked."""

import re
import unicodedata
from collections.abc import Sequence

from portal.i18n import N_, Refusal
from portal.i18n import gettext as _
from portal.places import service as places

EVERYWHERE, EVERYWHERE_WORD = "", "全国"
# How many places are offered for a word.
OFFERED = 8


class NoPlace(Refusal):
    """No place was entered."""

    msgid = N_("Enter at least one place, for example 黎平县.")
    field = "places"


class UnknownName(Refusal):
    """No place has this name or code."""

    msgid = N_("We know no place called %(word)s. Enter its full name or its code.")
    field = "places"


class ManyPlaces(Refusal):
    """Several places have this name."""

    msgid = N_("Several places are called %(word)s. Enter the code: %(listed)s")
    field = "places"


def places_meant(typed: str, within: Sequence[str] = ()) -> list[str]:
    """The codes of places that were typed by name or code, with spaces or commas between.

    Of several that bear a name, those that lie within some places are meant, where any do.

    Raises NoPlace, UnknownName, ManyPlaces.
    """
    words = _words(typed)
    if not words:
        raise NoPlace
    return [_place(word, within) for word in words]


def _words(typed: str) -> list[str]:
    return [word for word in re.split(r"[\s,，、;；]+", unicodedata.normalize("NFKC", typed)) if word]


def _place(word: str, within: Sequence[str] = ()) -> str:
    if word == EVERYWHERE_WORD:
        return EVERYWHERE
    if code := places.coded(word):
        return code
    found = places.find(word)
    same = [place for place in found if place.name == word] or found[:OFFERED]
    same = [place for place in same if place.code.startswith(tuple(within))] or same
    if not same:
        raise UnknownName(word=word)
    if len(same) > 1:
        raise ManyPlaces(word=word, listed="; ".join(f"{''.join(places.path(it.code))} {it.code}" for it in same))
    return same[0].code


def place_words(codes: Sequence[str]) -> str:
    """Places as places_meant() takes them back: by name, or by code where several bear the name."""
    return " ".join(_word(code) for code in codes)


def _word(code: str) -> str:
    if code == EVERYWHERE:
        return EVERYWHERE_WORD
    try:
        name = places.name(code)
        return name if _place(name) == code else code
    except Refusal:
        return code


def place_names(codes: Sequence[str]) -> str:
    """Places for people, by their whole names."""
    return _(", ").join(_("everywhere") if code == EVERYWHERE else "".join(places.path(code)) for code in codes)


def ticked(code: str) -> str:
    """A place as the value of a box to tick; places_meant() takes it back."""
    return code or EVERYWHERE_WORD


def offered(typed: str) -> list[str]:
    """The codes of all places that typed words may mean, the likeliest first; none for words that mean nothing."""
    try:
        return places_meant(typed)
    except ManyPlaces:
        words = _words(typed)
    except Refusal:
        return []
    return list(dict.fromkeys(code for word in words for code in _offered(word)))


def _offered(word: str) -> list[str]:
    try:
        return [_place(word)]
    except Refusal:
        return [place.code for place in places.find(word, limit=OFFERED)]
