"""What goes to the press: a template and its facts as one HTML text, in the language of the paper."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal import i18n
from portal.config import ROOT
from portal.press import child

# Printers' sign for a character that the type case lacks.
GETA = "〓"


@dataclass(frozen=True)
class Manuscript:
    """HTML ready for the press; equal digests print equal papers."""

    html: str
    digest: str


def codepoint(character: str) -> str:
    """How a character is named when it cannot be drawn: U+3402."""
    return f"U+{ord(character):04X}"


def day(value: date) -> str:
    """A date in full, in the language of the paper."""
    return format_date(value, "long", locale=i18n.language())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.filters.update(words=i18n.library_text, codepoint=codepoint, day=day)
    return environment


@cache
def _style() -> bytes:
    """Digest of what every paper shares: stylesheets and fonts."""
    shared = hashlib.sha256()
    for path in (*child.STYLES, *child.ASSETS.values()):
        shared.update(path.read_bytes())
    return shared.digest()


def write(
    template: str, facts: Mapping[str, Any], locale: str, edition: str = "a4", missing: frozenset[str] = frozenset()
) -> Manuscript:
    """Fill a paper's template in; characters of `missing` become 〓 and the paper says so."""
    told = {"practice": False, **facts}
    with i18n.speaking(locale):
        html = (
            _environment()
            .get_template(template)
            .render(told, language=i18n.language(), tag=i18n.tag(), missing=sorted(missing), edition=edition)
        )
    html = html.translate({ord(character): GETA for character in missing})
    return Manuscript(html, hashlib.sha256(_style() + edition.encode() + html.encode()).hexdigest())
