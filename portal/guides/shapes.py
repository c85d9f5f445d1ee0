"""What the press is given for one paper, and the shapes that a guide is made in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal import press
from portal.guides.mine import Tell, untold
from portal.i18n import N_
from portal.press import Leaf

# By the words of press.EDITIONS: how each is called, and whom it is for.
SHAPES = {
    "a4": (N_("A4"), N_("the usual one")),
    "large": (N_("Large print"), N_("letters of 16 points, for weak eyes; more sheets")),
    "booklet": (N_("Booklet"), N_("A5, two pages side by side: print on both sides, fold, staple")),
}


@dataclass(frozen=True)
class Order:
    """A paper to print: its template, its facts, and the name that its file bears in the reader's language."""

    template: str
    facts: Mapping[str, Any]
    title: str
    ending: str = "pdf"

    def edition(self, locale: str) -> str:
        """Equal editions are equal papers."""
        return press.digest(self.template, self.facts, locale)

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The finished paper."""
        return press.print_paper(self.template, self.facts, locale)


@dataclass(frozen=True)
class Book(Order):
    """A guide in one of its shapes (press.EDITIONS): a cover, and pages that are the same for all of its readers."""

    shape: str = "a4"

    @property
    def leaves(self) -> tuple[Leaf, Leaf]:
        """The cover, and all that follows it."""
        common = {key: value for key, value in self.facts.items() if key not in ("person", "code")}
        return Leaf("guides/front.html", self.facts), Leaf("guides/rest.html", common)

    def edition(self, locale: str) -> str:
        """Equal editions are equal papers."""
        return press.digest(self.template, self.facts, locale, self.shape)

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The finished guide; laid out as a whole where so much is left to do that the cover takes two pages."""
        try:
            return press.bind(*self.leaves, locale, edition=self.shape)
        except press.FrontTooLong:
            return press.print_paper(self.template, self.facts, locale, edition=self.shape)


@dataclass(frozen=True)
class Forms(Order):
    """Forms to fill in by hand: each counts its own pages, so one is laid out first to count them."""

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The finished forms."""
        it = self.facts["it"]
        alone = press.print_paper(self.template, {**self.facts, "it": replace(it, ones=it.ones[:1])}, locale)
        return press.print_paper(self.template, {**self.facts, "it": replace(it, total=alone.pages)}, locale)
