"""Bring the PO files up to date with the code and the library: `python translations/update.py`.

New sentences come in empty, gone ones go; tests fail while one is empty.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# The sentences of the sample office; the rest are numbers and pictures.
OFFICE = ("name", "short", "hours", "address", "station", "responsible", "responsible_contact")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
# Interface msgids are English, library sentences Chinese: each needs only the other language.
FILES = {"portal": "zh_Hans", "library": "en"}


def interface() -> Catalog:
    """Every msgid of the code and the templates."""
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(domain="portal")
    for name, _line, message, _comments, context in extract_from_dir(str(ROOT), methods, options, KEYWORDS):
        catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def library() -> Catalog:
    """Every sentence of the library: question sets, reasons, facts, guides, the office."""
    from portal.assist import wording
    from portal.guides import guide
    from portal.keeping import terms
    from portal.office import service as office
    from portal.questions.service import read, sentences
    from portal.registration import copying, privacy

    folder = ROOT / "portal" / "library"
    written = guide.read().items()
    said, (held, rules) = office.setup(folder), terms.setup(folder)
    found = [
        *sentences(read(folder)),
        *((words, f"guides.{name}") for name, it in written if "en" in it.languages for words in guide.sentences(it)),
        *((getattr(row, name), f"keeping.{row.key}") for row in held for name in ("what", "why", "ground", "until")),
        *((rule.what, f"keeping.{rule.key}") for rule in rules),
        *((words, "registration.platform") for words in guide.sentences(copying.setup(folder), copying.NO_SENTENCES)),
        *((words, "assist") for words in guide.sentences(wording.setup(folder), ())),
        *((words, "registration.privacy") for words in guide.sentences(privacy.setup(folder), privacy.NO_SENTENCES)),
        *((getattr(said, name), f"office.{name}") for name in OFFICE),
    ]
    catalogue = Catalog(domain="library")
    for sentence, place in found:
        if sentence:
            catalogue.add(sentence, locations=[(place, 0)])
    return catalogue


def known(domain: str) -> Catalog:
    """The PO file of a domain as it stands."""
    path = HERE / FILES[domain] / f"{domain}.po"
    if not path.exists():
        return Catalog(locale=FILES[domain], domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=FILES[domain], domain=domain)


def update(domain: str, fresh: Catalog) -> list[str]:
    """Write the PO file with just the sentences of `fresh`; returns those that still need a translation."""
    old = known(domain)
    made = Catalog(locale=FILES[domain], domain=domain, fuzzy=False, header_comment=f"# {domain}")
    for message in sorted((each for each in fresh if each.id), key=lambda each: each.locations[0]):
        before = old.get(message.id, message.context)
        made.add(message.id, before.string if before else None, locations=message.locations, context=message.context)
    with (HERE / FILES[domain] / f"{domain}.po").open("wb") as file:
        write_po(file, made, width=120, include_lineno=False, omit_header=False, sort_output=False)
    return [str(message.id) for message in made if message.id and not _complete(message.string)]


def _complete(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for domain, fresh in (("portal", interface()), ("library", library())):
        for missing in update(domain, fresh):
            print(f"{FILES[domain]}/{domain}.po lacks: {missing}")
