"""The press: a template and facts in, a PDF for people out; it knows no noun.

WeasyPrint runs in a warm child process with limits; a web process never imports it.
"""

import atexit
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from portal.i18n import N_, Refusal
from portal.press import child, manuscript
from portal.press.code import Code, code
from portal.press.printer import PressBusy, PressFailed, PressTooLarge, Printer

__all__ = [
    "EDITIONS",
    "Code",
    "FrontFailed",
    "FrontTooLong",
    "Leaf",
    "Paper",
    "PressBusy",
    "PressFailed",
    "PressTooLarge",
    "PressUnready",
    "TooManyPages",
    "bind",
    "check",
    "close",
    "code",
    "digest",
    "gather",
    "print_fronts",
    "print_paper",
    "print_rest",
    "setup",
    "weigh",
]
EDITIONS = ("a4", "large", "booklet")
# What one file for the printer may hold: more makes files that printers choke on.
MOST_DOCUMENTS = 600
MOST_PAGES = 15_000
LIBRARY = {
    "darwin": "brew install pango harfbuzz",
    "linux": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
}


class PressUnready(Refusal):
    """Something that the press needs is not installed; the sentence names the command that installs it."""

    msgid = N_("The press lacks %(what)s. Install it with: %(command)s")


class FrontTooLong(PressFailed):
    """Fronts that do not fit their one page: `every` are their places in what was asked for, `at` the first."""

    msgid = N_("This paper's first page holds too much. Please shorten what it says.")

    def __init__(self, *every: int) -> None:
        super().__init__()
        self.every = every
        self.at = every[0] if every else 0


class FrontFailed(FrontTooLong):
    """Fronts that cannot be laid out at all."""

    msgid = PressFailed.msgid


class TooManyPages(Refusal):
    """More than one file for the printer may hold."""

    msgid = N_("One file for the printer holds at most %(documents)s guides and %(pages)s pages. Please choose fewer.")


@dataclass(frozen=True)
class Paper:
    """A finished paper; `missing` are the characters that no font here can draw, printed as 〓."""

    pdf: bytes
    pages: int
    missing: frozenset[str]


@dataclass(frozen=True)
class Leaf:
    """A part of a paper: a template of templates/ and its facts."""

    template: str
    facts: Mapping[str, Any]


_state = SimpleNamespace(printer=Printer())


def setup(printer: Printer) -> None:
    """Use another printer, such as one with other limits."""
    close()
    _state.printer = printer


def digest(template: str, facts: Mapping[str, Any], locale: str, edition: str = "a4") -> str:
    """The digest of a paper before it is printed: equal digests are equal papers."""
    return manuscript.write(template, facts, locale, edition).digest


def print_paper(template: str, facts: Mapping[str, Any], locale: str, *, edition: str = "a4") -> Paper:
    """Print a template with its facts in the language asked for: tagged as PDF/UA-1, or as sheets to fold.

    Raises PressBusy, PressTooLarge, PressFailed, and jinja2's errors for a template or facts that do not fit.
    """
    leaf = Leaf(template, facts)
    return _printed(
        lambda lacking: {"do": "print", "edition": edition, "html": _html(leaf, locale, edition, lacking).html}
    )


def bind(front: Leaf, rest: Leaf, locale: str, *, edition: str = "a4") -> Paper:
    """A paper of one page that is somebody's own and of common pages, which are laid out once however often asked for.

    Raises FrontTooLong and what print_paper raises.
    """

    def request(lacking: frozenset[str]) -> dict[str, Any]:
        common = _html(rest, locale, edition, lacking)
        own = _html(front, locale, edition, lacking).html
        return {"do": "bind", "edition": edition, "front": own, "rest": common.html, "digest": common.digest}

    return _printed(request)


def print_fronts(fronts: Sequence[Leaf], locale: str, *, edition: str = "a4", total: int = 1) -> Paper:
    """Print fronts for `gather`, one page each in their order, untagged; `total` is what their feet count in all.

    Raises FrontTooLong or FrontFailed, which name all that cannot be printed, and what print_paper raises.
    """

    def request(lacking: frozenset[str]) -> dict[str, Any]:
        texts = [_html(front, locale, edition, lacking).html for front in fronts]
        return {"do": "fronts", "edition": edition, "fronts": texts, "total": total}

    return _printed(request, items=len(fronts))


def print_rest(rest: Leaf, locale: str, *, edition: str = "a4") -> Paper:
    """Print the common pages for `gather`: untagged, a booklet's pages one by one. Raises what print_paper raises."""

    def request(lacking: frozenset[str]) -> dict[str, Any]:
        common = _html(rest, locale, edition, lacking)
        return {"do": "rest", "edition": edition, "html": common.html, "digest": common.digest}

    return _printed(request)


def gather(pieces: Sequence[bytes], documents: Sequence[Sequence[tuple[int, int]]], *, edition: str = "a4") -> Paper:
    """One file for the printer: each document is a list of (piece, page) and begins on a front side.

    A page used many times is in the file once. Booklets are imposed two to a side of A4, each by itself.
    Raises TooManyPages and what print_paper raises.
    """
    pages = sum(map(len, documents))
    weigh(len(documents), pages)
    request = {"do": "gather", "edition": edition, "documents": documents}
    reply, pdf = _state.printer.work(request, pieces, items=len(documents))
    return Paper(pdf, reply["pages"], frozenset())


def weigh(documents: int, pages: int) -> None:
    """See whether so many documents of so many pages in all may be one file. Raises TooManyPages."""
    if documents > MOST_DOCUMENTS or pages > MOST_PAGES:
        raise TooManyPages(documents=MOST_DOCUMENTS, pages=MOST_PAGES)


def _html(leaf: Leaf, locale: str, edition: str, lacking: frozenset[str]) -> manuscript.Manuscript:
    """The text of a leaf; characters that no font has are owned up to on those leaves alone that have them."""
    text = manuscript.write(leaf.template, leaf.facts, locale, edition)
    here = frozenset(each for each in lacking if each in text.html)
    return manuscript.write(leaf.template, leaf.facts, locale, edition, here) if here else text


def _printed(request: Callable[[frozenset[str]], dict[str, Any]], *, items: int = 0) -> Paper:
    """What a request prints; printed anew where characters turn out to be lacking."""
    lacking: frozenset[str] = frozenset()
    while True:
        reply, pdf = _state.printer.work(request(lacking), items=items)
        if reply.get("failed"):
            raise FrontFailed(*reply["failed"])
        if reply.get("long"):
            raise FrontTooLong(*reply["long"])
        found = frozenset(reply["missing"]) - lacking
        if not found:
            return Paper(pdf, reply["pages"], lacking)
        lacking |= found


def check() -> None:
    """See whether the press can print. Raises PressUnready with the command that installs what it lacks."""
    if not all(path.exists() for path in child.ASSETS.values()):
        raise PressUnready(what="NotoSansSC", command="sh deploy/fonts.sh")
    command = LIBRARY.get(sys.platform, LIBRARY["linux"])
    try:
        reply, _ = _state.printer.work({})
    except PressFailed as failed:
        raise PressUnready(what="Pango", command=command) from failed
    if not reply["subset"]:
        raise PressUnready(what="HarfBuzz-Subset", command=command)


def close() -> None:
    """End the child process; the next paper starts a new one."""
    _state.printer.close()


atexit.register(close)
