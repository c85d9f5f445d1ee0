"""The word check: words that draw trouble, found however they are spaced or dressed up."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from portal.questions.models import WordGroup, WordList

# Carries meaning in 100%, 90%的人; every other mark is looked through.
MEANT = "%"


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found: as it is written, from where to where, and the group it belongs to."""

    word: str
    start: int
    end: int
    group: WordGroup


class Matcher:
    """The words of a list by their first character, longest first."""

    def __init__(self, words: WordList) -> None:
        """Precompute; a phrase that is allowed has no group."""
        entries: dict[str, WordGroup | None] = {plain(word): group for group in words.group for word in group.words}
        entries |= {plain(phrase): None for phrase in words.allow}
        self.by_first: dict[str, list[tuple[str, WordGroup | None]]] = {}
        for word in sorted(entries, key=len, reverse=True):
            if word:
                self.by_first.setdefault(word[0], []).append((word, entries[word]))

    def find(self, text: str, where: Literal["anywhere", "shop_name"] = "anywhere") -> Iterator[Hit]:
        """The words in the order of the text, longest match first, none inside another."""
        letters, places = _letters(text)
        at = 0
        while at < len(letters):
            found = self._at(letters, at, text, places)
            if not found:
                at += 1
                continue
            word, group = found
            start, end = places[at], places[at + len(word) - 1] + 1
            if group and group.where in ("anywhere", where):
                yield Hit(text[start:end], start, end, group)
            at += len(word)

    def _at(self, letters: str, at: int, text: str, places: list[int]) -> tuple[str, WordGroup | None] | None:
        for word, group in self.by_first.get(letters[at], ()):
            if letters.startswith(word, at) and not _inside(text, places[at], places[at + len(word) - 1] + 1):
                return word, group
        return None


_matcher = Matcher(WordList())


def setup(words: WordList) -> None:
    """Make this list the one that is checked against."""
    global _matcher
    _matcher = Matcher(words)


def find(text: str, where: Literal["anywhere", "shop_name"] = "anywhere") -> list[Hit]:
    """Every word of the list in use that stands in the text."""
    return list(_matcher.find(text, where))


def plain(text: str) -> str:
    """The letters and digits of a text, NFKC and without case."""
    return _letters(text)[0]


def _letters(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, typed in enumerate(text):
        if meant := _letter(typed):
            letters.append(meant)
            places.extend([place] * len(meant))
    return "".join(letters), places


@lru_cache(maxsize=8192)
def _letter(typed: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", typed).casefold() if char.isalnum() or char in MEANT)


def _inside(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or number goes on beside the match: VX in BVX9 is not the word VX."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return _goes_on(before, text[start]) or _goes_on(text[end - 1], after)


def _goes_on(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
