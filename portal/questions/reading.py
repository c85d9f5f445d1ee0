"""Reading library/: every fault of every file is told with file, page and key, and a faulty library is refused."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.i18n import N_, Refusal
from portal.questions.grammar import Read, SetReader, filled, tables, valid
from portal.questions.models import Check, Fact, Library, QuestionSet, Ready, Reason, WordList
from portal.questions.problems import Place
from portal.questions.rules import judge_reason, judge_reasons

ENGLISH = ".en.toml"
SHARED = "questions"
Raw = dict[str, Any]


class BadLibrary(Refusal):
    """The library has faults; `problems` names each with file, page and key."""

    msgid = N_("The library has %(count)s faults:\n%(problems)s")

    def __init__(self, problems: list[str]) -> None:
        """Keep the list for whoever shows it."""
        super().__init__(count=len(problems), problems="\n".join(problems))
        self.problems = problems

    def __str__(self) -> str:
        """The whole list: a start that fails shows nothing else."""
        return self.text


def read(folder: Path, overlay: Path | None = None) -> Library:
    """All TOML files of the folder, those of the overlay in their place; raises BadLibrary."""
    library, problems = look(folder, overlay)
    if problems:
        raise BadLibrary(problems)
    return library


def look(folder: Path, overlay: Path | None = None) -> tuple[Library, list[str]]:
    """The library as far as it can be read, and its faults, one sentence each."""
    return _Reader(folder, overlay).all()


def check_library(folder: Path, overlay: Path | None = None) -> list[str]:
    """The faults of a library, one sentence each; [] when it can be read."""
    return look(folder, overlay)[1]


def parsed(path: Path, place: Place) -> Raw | None:
    """What a TOML file holds, or None with what is wrong told."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        place.tell(N_("this is not TOML: %(why)s"), why=error)
        return None


def one(model: type[Read], name: str, folder: Path, overlay: Path | None) -> tuple[Read | None, Place]:
    """One file of the library as a model, that of the overlay before ours; None with what is wrong at its place."""
    own, place = overlay / name if overlay else None, Place(name)
    raw = parsed(own if own and own.exists() else folder / name, place)
    return (None if raw is None else valid(model, raw, place)), place


class _Reader:
    """Reads all files once: facts and shared questions first, since sets need them."""

    def __init__(self, folder: Path, overlay: Path | None) -> None:
        self.problems: list[str] = []
        self.short: dict[str, str] = {}
        self.unread: set[str] = set()
        self.sets: dict[str, QuestionSet] = {}
        files = self._files(folder) | (self._files(overlay) if overlay else {})
        self.tables: dict[str, Raw] = {name: parsed(path, self._at(name)) or {} for name, path in sorted(files.items())}

    def all(self) -> tuple[Library, list[str]]:
        """The library as far as it could be read, and all that is wrong with it."""
        facts = self._rows("facts.toml", "fact", Fact, "key")
        self.short = {key: fact.short for key, fact in facts.items() if fact.short}
        self.sets = self._sets()
        words = {name: valid(WordList, raw, self._at(name)) for name, raw in self._of("words.toml")}
        library = Library(
            facts=facts,
            sets=self.sets,
            unread=frozenset(self.unread),
            reasons=self._rows("reasons.toml", "reason", Reason, "code", judge_reason),
            ready=tuple(self._rows("ready.toml", "ready", Ready, "key").values()),
            checks=tuple(self._rows("checks.toml", "check", Check, "key", self._judge_check).values()),
            words=words.get("words.toml") or WordList(),
            english=self._english(),
        )
        return library, self.problems

    def _files(self, folder: Path) -> dict[str, Path]:
        """The files of a folder by their path inside it."""
        if not folder.is_dir():
            self._at(str(folder)).tell(N_("this is not a folder"))
        return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.toml")}

    def _at(self, name: str) -> Place:
        return Place(name, found=self.problems)

    def _of(self, last: str) -> list[tuple[str, Raw]]:
        return [(name, raw) for name, raw in self.tables.items() if name.split("/")[-1] == last]

    def _rows(
        self, last: str, table: str, model: type[Read], key: str, judge: Callable[[Read, Place], None] | None = None
    ) -> dict[str, Read]:
        """The rows of every file of that name by their key, which stands once in all; `judge` tells more of a row."""
        found: dict[str, Read] = {}
        for name, raw in self._of(last):
            self._only(raw, name, table)
            for number, one in enumerate(tables(raw, table, self._at(name)), 1):
                place = self._at(name).at("", str(one.get(key) or f"#{number}"))
                if place.key in found:
                    place.tell(N_("this key stands twice"))
                row = valid(model, filled(one, self.short, place), place)
                found |= {place.key: row} if row else {}
                if row and judge:
                    judge(row, place)
        return found

    def _codes(self) -> set[str]:
        """The codes of all reasons, those that do not read well too: what is wrong with them is told elsewhere."""
        raws = [raw for _, raw in self._of("reasons.toml")]
        return {str(row.get("code")) for raw in raws for row in tables(raw, "reason", Place(""))}

    def _judge_check(self, check: Check, place: Place) -> None:
        """Sets, questions and reasons that a check names are there; a set that does not read well is told elsewhere."""
        judge_reasons(check.reasons, self._codes(), place)
        for key in {*check.sets} - self.sets.keys() - self.unread:
            place.tell(N_("there is no question set “%(key)s”"), key=key)
        if self.unread.isdisjoint(check.sets):
            asked = {key for name in check.sets if name in self.sets for key in self.sets[name].questions}
            for key in (each for each in (*check.about, *check.only_if) if each not in asked):
                place.tell(N_("none of its sets asks “%(key)s”"), key=key)

    def _only(self, raw: Raw, name: str, *known: str) -> None:
        for field in sorted(raw.keys() - {*known}):
            self._at(name).tell(N_("there is no field “%(field)s”"), field=field)

    def _shared(self, reader: SetReader) -> None:
        """Fill the reader's shared questions (one that is faulty is told once, here) and pages (told where taken)."""
        for name, raw in self.tables.items():
            if name.startswith(f"{SHARED}/") and not name.endswith(ENGLISH):
                self._only(raw, name, "question", "page", "amend")
                reader.pages |= {str(page.get("key")): page for page in tables(raw, "page", self._at(name))}
                reader.amends |= {str(one.get("key")): one for one in tables(raw, "amend", self._at(name))}
                for number, one in enumerate(tables(raw, "question", self._at(name)), 1):
                    place = self._at(name).at("", str(one.get("key") or f"#{number}"))
                    if place.key in reader.shared:
                        place.tell(N_("this key stands twice"))
                    reader.shared[place.key] = one if reader.question(one, place) else None

    def _sets(self) -> dict[str, QuestionSet]:
        reader = SetReader(self.short, self._codes())
        self._shared(reader)
        found: dict[str, QuestionSet] = {}
        for name, raw in self.tables.items():
            if is_set(name, raw):
                questions = reader.set(raw, self._at(name))
                if str(raw.get("key")) != Path(name).stem:
                    self._at(name).tell(N_("the key of a set is the name of its file"))
                elif raw["key"] in found:
                    self._at(name).tell(N_("another file has a set with this key"))
                found |= {questions.key: questions} if questions else {}
                self.unread |= set() if questions else {Path(name).stem}
        return found

    def _english(self) -> dict[str, str]:
        english: dict[str, str] = {}
        for name, raw in self.tables.items():
            if name.endswith(ENGLISH):
                for sentence, translated in raw.items():
                    if isinstance(translated, str):
                        english[sentence] = translated
                    else:
                        self._at(name).at("", sentence).tell(N_("a translation is a text"))
        return english


def is_set(name: str, raw: Raw) -> bool:
    """Whether a file is a question set: it has pages, or a key and a version; other files belong to other rooms."""
    elsewhere = name.startswith((f"{SHARED}/", "guides/")) or name.endswith(ENGLISH)
    return not elsewhere and ("page" in raw or {"key", "version"} <= raw.keys())
