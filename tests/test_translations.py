"""Both languages are complete: every sentence of the code, the templates and the library."""

import re
import sys

import pytest
from babel.messages.catalog import Catalog, Message

from portal.config import ROOT

sys.path.insert(0, str(ROOT / "translations"))
import update  # the folder is no package: translators run the script


def strings(message: Message) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return list(message.string) if isinstance(message.string, list | tuple) else [str(message.string or "")]


@pytest.mark.parametrize("domain", ["portal", "library"])
def test_every_sentence_is_translated(domain: str) -> None:
    fresh: Catalog = update.interface() if domain == "portal" else update.library()
    known = update.known(domain)
    lacking = [
        message.id for message in fresh if message.id and not all(strings(known.get(message.id) or Message(message.id)))
    ]
    assert lacking == []


@pytest.mark.parametrize("domain", ["portal", "library"])
def test_no_translation_outlives_its_sentence(domain: str) -> None:
    fresh = {message.id for message in (update.interface() if domain == "portal" else update.library())}
    assert [message.id for message in update.known(domain) if message.id and message.id not in fresh] == []


@pytest.mark.parametrize("domain", ["portal", "library"])
def test_the_values_in_a_sentence_stay_in_its_translation(domain: str) -> None:
    def values(*sentences: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", " ".join(sentences)))

    told = [
        (message.id if isinstance(message.id, str) else " ".join(message.id), strings(message))
        for message in update.known(domain)
        if message.id
    ]
    assert [ident for ident, said in told if values(*said) != values(ident)] == []
