"""The press: a template and facts in, a PDF for people out; it knows no noun.

WeasyPrint runs in a warm child process with limits; a web process never imports it.
"""

import atexit
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from portal.i18n import N_, Refusal
from portal.press import child, manuscript
from portal.press.code import Code, code
from portal.press.printer import PressBusy, PressFailed, PressTooLarge, Printer

__all__ = [
    "Code",
    "Paper",
    "PressBusy",
    "PressFailed",
    "PressTooLarge",
    "PressUnready",
    "check",
    "close",
    "code",
    "edition",
    "print_paper",
    "setup",
]
LIBRARY = {
    "darwin": "brew install pango harfbuzz",
    "linux": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
}


class PressUnready(Refusal):
    """Something that the press needs is not installed; the sentence names the command that installs it."""

    msgid = N_("The press lacks %(what)s. Install it with: %(command)s")


@dataclass(frozen=True)
class Paper:
    """A finished paper; `missing` are the characters that no font here can draw, printed as 〓."""

    pdf: bytes
    pages: int
    missing: frozenset[str]


_state = SimpleNamespace(printer=Printer())


def setup(printer: Printer) -> None:
    """Use another printer, such as one with other limits."""
    close()
    _state.printer = printer


def edition(template: str, facts: Mapping[str, Any], locale: str) -> str:
    """The digest of a paper before it is printed: equal digests are equal papers."""
    return manuscript.write(template, facts, locale).digest


def print_paper(template: str, facts: Mapping[str, Any], locale: str) -> Paper:
    """Print a template of templates/ with its facts, tagged as PDF/UA-1, in the language asked for.

    Raises PressBusy, PressTooLarge, PressFailed, and jinja2's errors for a template or facts that do not fit.
    """
    reply, pdf = _state.printer.work({"html": manuscript.write(template, facts, locale).html})
    lacking = frozenset(reply["missing"])
    if lacking:
        text = manuscript.write(template, facts, locale, lacking).html
        reply, pdf = _state.printer.work({"html": text})
    return Paper(pdf, reply["pages"], lacking)


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
