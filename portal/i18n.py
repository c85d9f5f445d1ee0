"""The two languages: gettext for Python and Jinja, read from PO files at start; knows no flask."""

import gettext as gnu
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
LANGUAGES = {"zh_Hans": "中文", "en": "English"}
DEFAULT = "zh_Hans"
# The tags that browsers send for Chinese: werkzeug's own match knows only the first two.
CHINESE = ("zh", "zh-cn", "zh-hans", "zh-hans-cn", "zh-sg", "zh-tw", "zh-hk", "zh-hant")
_brought: dict[str, str] = {}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def N_(msgid: str) -> str:  # noqa: N802  # gettext's own name for it
    """Mark a sentence for extraction; it is translated where it is shown."""
    return msgid


class Refusal(Exception):
    """Something a person asked for that cannot be done; a subclass says which thing, in one sentence.

    A value that is itself in words comes as what says it, so that the sentence can be read in another language.
    """

    msgid = N_("This cannot be done.")
    field: str | None = None
    status = 409  # of the page that says so where no page of its own does

    def __init__(self, field: str | None = None, **values: object) -> None:
        super().__init__(self.msgid)
        self.field = field or self.field
        self.values = values

    def __str__(self) -> str:
        """The sentence: a start that fails shows nothing else."""
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the current language, with its values filled in."""
        return gettext(self.msgid, **self.said)

    @property
    def said(self) -> dict[str, object]:
        """The values in the current language."""
        return {key: value() if callable(value) else value for key, value in self.values.items()}

    @property
    def everywhere(self) -> dict[str, str]:
        """The sentence in every language, for whoever reads it later."""
        found = {}
        for code in LANGUAGES:
            with speaking(code):
                found[code] = self.text
        return found


@cache
def _catalogue(language: str, domain: str) -> gnu.NullTranslations:
    path = TRANSLATIONS / language / f"{domain}.po"
    if not path.exists():
        return gnu.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def use(language: str) -> str:
    """Make `language` the current one (an unknown one becomes the default); returns what is in force."""
    chosen = language if language in LANGUAGES else DEFAULT
    _language.set(chosen)
    return chosen


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for the length of the block."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def language() -> str:
    """The current language, as the folder in translations/ is called: zh_Hans or en."""
    return _language.get()


def tag(code: str = "") -> str:
    """The BCP 47 tag of a language (the current one): zh-Hans or en."""
    return (code or language()).replace("_", "-")


def best(accepted: list[str]) -> str:
    """The first of ours among a browser's accepted tags, in its order; else the default."""
    for accepted_tag in accepted:
        if accepted_tag.lower() in CHINESE:
            return "zh_Hans"
        if accepted_tag.lower().split("-")[0] == "en":
            return "en"
    return DEFAULT


def gettext(message: str, **values: object) -> str:
    """The message in the current language with its %(name)s values."""
    text = _catalogue(_language.get(), "portal").gettext(message) if message else ""
    return text % values if values else text


def markup(sentence: str, **values: object) -> Markup:
    """gettext for templates, as Jinja's own does it (values are escaped), in a fraction of its time."""
    return _marked(_language.get(), sentence) % values if values else _plain(_language.get(), sentence)


@lru_cache(4096)
def _marked(language: str, sentence: str) -> Markup:
    return Markup(_catalogue(language, "portal").gettext(sentence) if sentence else "")


@lru_cache(4096)
def _plain(language: str, sentence: str) -> Markup:
    return _marked(language, sentence) % {}


def plural(one: str, many: str, n: int) -> str:
    """The plural form for `n` in the current language, its values not yet filled in."""
    return _catalogue(_language.get(), "portal").ngettext(one, many, n)


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """As gettext, in the plural form that `n` asks for; %(num)s is `n`."""
    return plural(one, many, n) % {"num": n, **values}


def library_text(sentence: str) -> str:
    """A sentence of the library (Chinese) in the current language."""
    if not sentence:
        return ""
    ours = _catalogue(_language.get(), "library").gettext(sentence)
    return _brought.get(sentence, ours) if ours == sentence and _language.get() == "en" else ours


def bring_english(sentences: Mapping[str, str]) -> None:
    """Make known the English that a county's own library brings for its sentences."""
    _brought.clear()
    _brought.update(sentences)
