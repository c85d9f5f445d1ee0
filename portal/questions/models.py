"""What the library may say: question sets, shared questions, reasons, words and dated facts; all frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from portal.i18n import gettext, library_text

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


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _conditions(value: object) -> object:
    return {key: _several(wanted) for key, wanted in value.items()} if isinstance(value, dict) else value


Several = Annotated[tuple[str, ...], BeforeValidator(_several)]
Conditions = Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_conditions)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1)]


class Frozen(BaseModel):
    """What is read once at start and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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
    only_if: Conditions = {}
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

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each option by its value."""
        return {option.value: option.label for option in self.options}

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
    only_if: Conditions = {}
    question: Annotated[tuple[Question, ...], Field(min_length=1)]


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
    def page_of(self) -> dict[str, Page]:
        """The page on which a question stands, by the question's key."""
        return {question.key: page for page in self.page for question in page.question}


class Sourced(Frozen):
    """A row of law or practice: where it stands and when somebody last looked."""

    source: Words
    as_of: date
    # False: commonly said, not confirmed; it is shown as such.
    confirmed: bool = True


class Reason(Sourced):
    """Why something is sent back: what it says to the seller and how to mend it."""

    code: Annotated[str, Field(pattern=r"^[A-Z_]{2,20}$")]
    meaning: Words
    mend: Words
    ground: str = ""
    # Who gives it: our own desk, the platform, or either.
    where: Literal["anywhere", "desk", "platform"] = "anywhere"


class WordGroup(Sourced):
    """Words that draw trouble, all on one ground: `block` must go, `warn` should, `prove` needs a paper."""

    key: Key
    tier: Literal["block", "warn", "prove"]
    ground: Words
    suggestion: Words
    where: Literal["anywhere", "shop_name"] = "anywhere"
    words: Annotated[tuple[str, ...], Field(min_length=1)]


class WordList(Frozen):
    """The word check: groups of words, and phrases that contain one and are fine."""

    group: tuple[WordGroup, ...] = ()
    allow: tuple[str, ...] = ()


class Wait(Frozen):
    """How long something takes to count: working days (the number of a fact) from the date answered to `since`."""

    since: Key
    fact: Key


class Ready(Sourced):
    """One thing to have ready for the sets named, in the order in which to get them."""

    key: Key
    sets: Several
    what: Words
    how: Words
    how_long: str = ""
    # By the answers of the readiness check: who needs it, who has it already, and which answer settles it when right.
    only_if: Conditions = {}
    done_if: Conditions = {}
    settled_by: str = ""
    wait: Wait | None = None
    # What would be refused later without it.
    lacking: str = ""
    # Good to know, nothing to get.
    remark: bool = False


class Fact(Sourced):
    """A fact of law or of a platform; `short` may stand in a question as {key}, `number` is what we count with."""

    key: Key
    text: Words
    short: str = ""
    number: Annotated[int, Field(ge=1)] | None = None


class Library(Frozen):
    """All that was read, overlay included; `english` is what an overlay brought in its *.en.toml files.

    `unread` are the keys of sets that are there but faulty: what is wrong with them is told once.
    """

    sets: Mapping[str, QuestionSet] = {}
    unread: frozenset[str] = frozenset()
    reasons: Mapping[str, Reason] = {}
    words: WordList = WordList()
    ready: tuple[Ready, ...] = ()
    facts: Mapping[str, Fact] = {}
    english: Mapping[str, str] = {}

    def reasons_at(self, where: Literal["desk", "platform"]) -> dict[str, Reason]:
        """The reasons that are given there, by code."""
        return {code: reason for code, reason in self.reasons.items() if reason.where in ("anywhere", where)}

    def ready_for(self, set_key: str) -> list[Ready]:
        """What the sellers of one set should have at hand, in the file's order."""
        return [row for row in self.ready if set_key in row.sets]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of a value: a msgid, its values, sentences of the library that fill it, a better value.

    `sister` is the key of the set in which the value would be right.
    """

    level: Level
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    offer: str | None = None
    sister: str = ""


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
