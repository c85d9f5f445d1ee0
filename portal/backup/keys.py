"""The sheet to lock away: PORTAL_SECRET in lines that a person can type back, and the proof that they open the data.

Letters and digits that look alike are left out or taken for each other, and a check word ends each line, so that a slip
is found by its line: one wrong character, or two changed about, never pass. The words are those of BIP 39: plain, and
told apart by their first four letters.
"""

import codecs
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from portal import db, files, sealed, vault
from portal.backup import restoring
from portal.config import Settings, command
from portal.i18n import N_, Refusal, gettext

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans("OILU", "011V")
WIDTH, GROUP = 16, 4
# The greatest prime below the number of words: no one wrong character, and no two changed about, leave the remainder.
PRIME = 2039


class WrongLine(Refusal):
    """A line is not as it stands on the sheet."""

    msgid = N_("Line %(number)s is not right. Compare it with the sheet once more, character by character.")


class LinesMissing(Refusal):
    """The sheet has more or fewer lines than were typed."""

    msgid = N_("The sheet has %(wanted)s lines, and %(given)s were typed.")


class NothingTyped(Refusal):
    """There is no line at all."""

    msgid = N_("Nothing is typed in here. Type the lines of the key sheet, each on a line of its own.")


class NotASecret(Refusal):
    """The lines are right, but what they say is no secret of the portal."""

    msgid = N_("These lines are whole, but what they hold is no PORTAL_SECRET.")


def lines(secret: str) -> list[str]:
    """The lines of the sheet, without their numbers."""
    content = secret.encode()
    letters = _letters(len(content).to_bytes(2, "big") + content)
    parts = [letters[at : at + WIDTH] for at in range(0, len(letters), WIDTH)]
    return [f"{_grouped(part)} {_check(number, part)}" for number, part in enumerate(parts, start=1)]


def typed(number: int, text: str) -> str:
    """The letters of one line as somebody typed it, without spaces, its number and its check word. Raises WrongLine."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[\s-]", "", re.sub(r"^\s*[0-9]+\s*[:)]", "", text))
    ends = [len(text) - size for size in range(3, 9) if text[-size:] in _words()]
    parts = {end: text[:end].upper().translate(ALIKE) for end in ends}
    for end, part in parts.items():
        if 0 < len(part) <= WIDTH and not set(part) - set(LETTERS) and text[end:] == _check(number, part):
            return part
    raise WrongLine(number=number)


def count(first: str) -> int:
    """How many lines the sheet has, by its first one."""
    size = int.from_bytes(_content(first)[:2], "big") + 2
    return -(-size * 8 // (5 * WIDTH))


def text_of(content: bytes) -> str:
    """What is in a typed file: editors on Windows put a mark before it, or save it as UTF-16."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", "replace")


def secret_of(text: str) -> str:
    """The secret on a sheet that was typed in, one line for each.

    Raises NothingTyped, WrongLine, LinesMissing, NotASecret.
    """
    given = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not given:
        raise NothingTyped
    parts = [typed(number, line) for number, line in enumerate(given, start=1)]
    wanted = count(parts[0])
    if wanted != len(parts):
        raise LinesMissing(wanted=wanted, given=len(parts))
    content = _content("".join(parts))
    try:
        return content[2 : 2 + int.from_bytes(content[:2], "big")].decode()
    except UnicodeDecodeError:
        raise NotASecret from None


class NotHere(Refusal):
    """The sheet would go where it stays: into a pipe, a log, a file that others can read."""

    msgid = N_("The sheet is shown on a terminal only. Into a file: --out sheet.pdf, which nobody but you can read.")


class NotThere(Refusal):
    """The sheet would lie beside the data that it opens, or over another file."""

    msgid = N_("%(path)s is no place for the sheet: name a new file outside PORTAL_HOME.")


@dataclass(frozen=True)
class KeySheet:
    """What templates/backup/paper_keys.html shows; `names` are the fingerprints of the secrets, newest first.

    `command` proves it.
    """

    lines: list[str]
    names: tuple[str, ...]
    printed: date
    command: str


def sheet(secret: str) -> KeySheet:
    """The sheet of the secret in use."""
    return KeySheet(lines(secret), vault.fingerprints(), db.today(), command("keys check"))


def as_text(it: KeySheet) -> str:
    """The sheet for a terminal or a text file; what begins with # is not typed back."""
    said = (
        gettext(N_("Haohuo: the key of all data (PORTAL_SECRET), number %(name)s, %(day)s")),
        gettext(N_("It opens the database, phone numbers, photos and every backup. Without it nobody opens anything.")),
        gettext(N_("Keep it locked away, twice, in two houses, and never beside the computer or a backup.")),
        gettext(N_("Each line ends with a check word. Prove a sheet with: %(command)s"), command=it.command),
    )
    facts = {"name": ", ".join(it.names), "day": it.printed.isoformat()}
    told = [f"# {line}" for line in said]
    rows = [f"{at}: {line}" for at, line in enumerate(it.lines, start=1)]
    return "\n".join([told[0] % facts, *told[1:], *rows, ""])


@dataclass(frozen=True)
class Part:
    """What one secret of a sheet opens; `things` counts the sealed rows and files that were tried."""

    fingerprint: str
    database: bool
    things: int


@dataclass(frozen=True)
class Proof:
    """What the secrets of a sheet open, newest first; `whole` when nothing that was tried stayed shut."""

    parts: list[Part]
    tried: int
    whole: bool


def prove(settings: Settings, secret: str) -> Proof:
    """Try a secret, part by part, on the database, on sealed rows and on sealed files. Raises NotASecret."""
    parts = [part.strip() for part in secret.split(",")]
    try:
        with _using(settings, secret):
            opens, things = _sealed(settings)
        found, left = [], set(range(len(things)))
        for part in parts:
            with _using(settings, part):
                opened = {at for at, thing in enumerate(things) if sealed.opens(thing)}
                ours = not settings.database and _sealed(settings)[0]
                found.append(Part(vault.fingerprints()[0], ours, len(opened)))
                left -= opened
    except vault.WeakSecret:
        raise NotASecret from None
    return Proof(found, len(things), opens and not left)


@contextmanager
def _using(settings: Settings, secret: str) -> Iterator[None]:
    """The vault, with another secret for a while."""
    try:
        vault.setup(secret)
        yield
    finally:
        vault.setup(settings.secret)


def _sealed(settings: Settings) -> tuple[bool, list[sealed.Sealed]]:
    """Whether the database opens, and what to try of its sealed values and files."""
    try:
        with restoring.opened(settings) as engine, Session(engine) as session:
            values, names = sealed.samples(session.connection()), sorted(files.named(session))
    except DatabaseError:
        if settings.database:
            raise  # PostgreSQL knows nothing of the secret: it is away
        return False, []
    return True, [*values, *(partial(files.read, name) for name in [*names[:1], *names[-1:]])]


def _letters(content: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in content)
    return "".join(LETTERS[int(bits[at : at + 5].ljust(5, "0"), 2)] for at in range(0, len(bits), 5))


def _content(letters: str) -> bytes:
    bits = "".join(f"{LETTERS.index(letter):05b}" for letter in letters)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


@cache
def _words() -> list[str]:
    from mnemonic import Mnemonic  # a web process need not carry it

    return Mnemonic("english").wordlist


def _check(number: int, part: str) -> str:
    value = number
    for letter in part:
        value = (value * len(LETTERS) + LETTERS.index(letter)) % PRIME
    return _words()[value]


def _grouped(letters: str) -> str:
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


if __name__ == "__main__":  # before there is an instance: what PORTAL_SECRET has to be, from a sheet on standard input
    try:
        print(secret_of(text_of(sys.stdin.buffer.read())))
    except Refusal as refusal:
        sys.exit(refusal.text)
