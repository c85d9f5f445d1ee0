"""Rows of the library: reasons, checks, words, what to have ready, dated facts; and what all of it is written with."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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


class Sourced(Frozen):
    """A row of law or practice: where it stands and when somebody last looked."""

    source: Words
    as_of: date
    # False: commonly said, not confirmed; it is shown as such.
    confirmed: bool = True


class Reason(Sourced):
    """Why something is sent back: what it says to the seller and how to mend it.

    `good` and `bad` are drawings of templates/drawings/ that show both.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z_]{2,20}$")]
    meaning: Words
    mend: Words
    ground: str = ""
    # Who gives it: our own desk, the platform, or either.
    where: Literal["anywhere", "desk", "platform"] = "anywhere"
    good: str = ""
    bad: str = ""
    # It says nothing by itself: the office's own words must stand beside it.
    needs_words: bool = False
    # Mending answers does not help: offered first to whoever turns an application down.
    ends: bool = False


class Check(Sourced):
    """One thing that an officer looks at: what, on which ground, and when it is right; for the sets named.

    `about` are the answers that it hangs on: while none of them changes, a tick of an earlier round holds. Without any
    it hangs on all. `reasons` are those that fit when it is not right.
    """

    key: Key
    sets: Several
    what: Words
    passed: Words
    ground: Words
    about: Several = ()
    only_if: Conditions = {}
    reasons: Several = ()


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
