"""What the library may say: question sets and their questions, and the rows beside them; all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from portal.i18n import gettext, library_text
from portal.questions.rows import Check as Check
from portal.questions.rows import Conditions as Conditions
from portal.questions.rows import Fact as Fact
from portal.questions.rows import Frozen as Frozen
from portal.questions.rows import Key as Key
from portal.questions.rows import Ready as Ready
from portal.questions.rows import Reason as Reason
from portal.questions.rows import Several as Several
from portal.questions.rows import Sourced as Sourced
from portal.questions.rows import Wait as Wait
from portal.questions.rows import WordGroup as WordGroup
from portal.questions.rows import WordList as WordList
from portal.questions.rows import Words as Words

Answers = dict[str, Any]
Kind = Literal["text", "long_text", "number", "date", "one_of", "some_of", "yes_no", "photo", "place", "rows"]
Level = Literal["refuse", "advise"]
State = Literal["empty", "part", "done"]

# A msgid that is nothing but a sentence of the library.
WORDS = "%(words)s"
NEVER = "never"
GONE = "gone"  # stands for a photo whose time had come: it need not be given again
YES, NO = "yes", "no"
MOST_CHARACTERS = {"text": 100, "long_text": 2000, "number": 20, "date": 20}
MOST_ROWS = 30


class Option(Frozen):
    """One thing to choose: `value` is kept, `label` is read."""

    value: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    label: Words
    hint: str = ""


class Question(Frozen):
    """One question; `only_if` holds all conditions it hangs on, `expires` names the paper that runs out on its date."""

    key: Key
    kind: Kind
    label: Words
    hint: str = ""
    example: str = ""
    # What is said when it is left out; else a sentence made from the label.
    empty: str = ""
    required: bool = True
    only_if: Conditions = Field(default_factory=dict)
    options: tuple[Option, ...] = ()
    check: Several = ()
    # By value: what is said when it is chosen, and whether one can pass.
    refuse: Mapping[str, Words] = {}
    advise: Mapping[str, Words] = {}
    personal: bool = False
    find: Literal["plain", "keyed"] | None = None
    tail: Annotated[int, Field(ge=0, le=8)] = 0
    from_: str = Field(default="", alias="from", pattern=r"^([a-z_]+\.[a-z_]+)?$")
    max_length: Annotated[int, Field(ge=1, le=10_000)] | None = None
    # number: the value; text: characters; some_of: how many are chosen; rows: how many rows.
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    unit: str = ""
    never: str = ""
    columns: tuple["Question", ...] = ()
    consent: str = ""
    autocomplete: str = ""
    inputmode: Literal["", "text", "numeric", "decimal", "tel", "email", "url"] = ""
    drawing: str = ""
    expires: str = ""
    # Codes of the reasons for which this answer is sent back most.
    reasons: Several = ()

    @cached_property
    def drawn(self) -> dict[tuple[str, bool, tuple[str, ...]], str]:
        """What its field looks like without a value: kept by whoever draws it."""
        return {}

    @cached_property
    def blanks(self) -> dict[tuple[str, str], Any]:
        """The question as it is drawn, without an answer: kept by whoever draws it."""
        return {}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each option by its value."""
        return {option.value: option.label for option in self.options}

    @cached_property
    def ticked(self) -> bool:
        """Whether it is one sentence to tick: somebody agrees to it or says that it is true, in its very words."""
        return self.kind == "some_of" and len(self.options) == 1

    @cached_property
    def longest(self) -> int:
        """How many characters the answer may have."""
        return self.max_length or MOST_CHARACTERS.get(self.kind, 100)

    @cached_property
    def most_rows(self) -> int:
        """How many rows the answer may have."""
        return MOST_ROWS if self.at_most is None else int(self.at_most)


class Page(Frozen):
    """One topic: its title is what is asked."""

    key: Key
    title: Words
    hint: str = ""
    only_if: Conditions = Field(default_factory=dict)
    question: Annotated[tuple[Question, ...], Field(min_length=1)]

    @cached_property
    def drawn(self) -> dict[Any, Any]:
        """What the page looks like without values: kept by whoever draws it."""
        return {}


class Amend(Frozen):
    """One change that can be asked for after approval, the questions that it opens, and those that it asks anew."""

    key: Key
    label: Words
    hint: str = ""
    questions: Annotated[tuple[Key, ...], Field(min_length=1)]
    anew: tuple[Key, ...] = ()


class QuestionSet(Frozen):
    """Everything that is asked for one purpose, in order."""

    key: Key
    version: Annotated[int, Field(ge=1)]
    title: Words
    # What it is called where there is little room.
    short: str = ""
    # Whom it is for, in plain words.
    hint: str = ""
    once: bool = False
    # The room whose sister sets these are: a seller has one open sheet of a group, and a draft moves between them.
    group: str = ""
    # What that room wants to know of the set besides; it reads this itself and names the faults of it.
    about: Mapping[str, Any] = {}
    amend: tuple[Amend, ...] = ()
    page: Annotated[tuple[Page, ...], Field(min_length=1)]

    @cached_property
    def pages(self) -> dict[str, Page]:
        """The pages by key."""
        return {page.key: page for page in self.page}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions of all pages by key."""
        return {question.key: question for page in self.page for question in page.question}

    @cached_property
    def findable(self) -> tuple[Question, ...]:
        """The questions by whose answers something is found."""
        return tuple(each for each in self.questions.values() if each.find or each.expires)

    @cached_property
    def page_of(self) -> dict[str, Page]:
        """The page on which a question stands, by the question's key."""
        return {question.key: page for page in self.page for question in page.question}


class Library(Frozen):
    """All that was read, overlay included; `english` is what an overlay brought in its *.en.toml files.

    `unread` are the keys of sets that are there but faulty: what is wrong with them is told once.
    """

    sets: Mapping[str, QuestionSet] = {}
    unread: frozenset[str] = frozenset()
    reasons: Mapping[str, Reason] = {}
    words: WordList = WordList()
    ready: tuple[Ready, ...] = ()
    checks: tuple[Check, ...] = ()
    facts: Mapping[str, Fact] = {}
    english: Mapping[str, str] = {}

    def reasons_at(self, where: Literal["desk", "platform"]) -> dict[str, Reason]:
        """The reasons that are given there, by code."""
        return {code: reason for code, reason in self.reasons.items() if reason.where in ("anywhere", where)}

    def ready_for(self, set_key: str) -> list[Ready]:
        """What the sellers of one set should have at hand, in the file's order."""
        return [row for row in self.ready if set_key in row.sets]

    def checks_for(self, set_key: str) -> tuple[Check, ...]:
        """What an officer looks at in the applications of one set, in the file's order."""
        return tuple(row for row in self.checks if set_key in row.sets)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of a value: a msgid, its values, sentences of the library that fill it, a better value.

    `sister` is the key of the set in which the value would be right, `reason` the code of the reason for which such a
    value is sent back.
    """

    level: Level
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    offer: str | None = None
    sister: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding at its place; `key` is the name of the form field: goods, or goods.0.what in rows."""

    page: str
    key: str
    finding: Finding

    @property
    def level(self) -> Level:
        """`refuse` stops the sending, `advise` is shown and can be passed."""
        return self.finding.level

    @property
    def offer(self) -> str | None:
        """The value that was probably meant."""
        return self.finding.offer

    @property
    def sister(self) -> str:
        """The key of the set in which the value would be right."""
        return self.finding.sister

    @property
    def text(self) -> str:
        """The sentence in the current language."""
        shown = {name: library_text(sentence) for name, sentence in self.finding.words.items()}
        if self.finding.msgid == WORDS:
            return shown["words"]
        return gettext(self.finding.msgid, **self.finding.values, **shown)
