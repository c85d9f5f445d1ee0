"""What a noun tells review about itself: review knows sheets, not nouns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlmodel import Session

from portal.questions.models import Answers, Check
from portal.review.models import Case
from portal.sheets.models import Submission

Sign = Literal["ok", "look", "bad"]
Decision = Literal["approved", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What the machine found out about a submission: a sentence in the current language; never a verdict.

    `same` is the key of an answer where it tells of others that say the same.
    """

    sign: Sign
    text: str
    same: str = ""


def no_facts(session: Session, submission: Submission) -> list[Fact]:
    """Nothing found out."""
    return []


def nothing_after(session: Session, case: Case, decision: Decision) -> None:
    """Nothing follows from a decision."""


def nothing_of(case: Case) -> list[tuple[str, str]]:
    """No paper and no page of the noun's own."""
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case. `key` is the key of its question set, `label` a sentence of the library.

    `promise_days` are working days. `facts` may ask the database once. `checks` are what an officer looks at; with
    `all_checks` nothing passes before all of them are ticked. `after` runs when the decision is settled. Where
    `second_check` is on, another person confirms each decision. `same` are the answers (marked `find`) by which cases
    belong together, each with words for it. `papers` (name, words) are those that fit a case now, `own_papers` those
    of its seller, `links` (address, words) the noun's own pages.
    """

    key: str
    label: str
    title: Callable[[Answers], str]
    place: Callable[[Answers], str]
    roles: frozenset[str] = frozenset({"reviewer", "manager"})
    promise_days: int = 3
    facts: Callable[[Session, Submission], list[Fact]] = no_facts
    checks: tuple[Check, ...] = ()
    all_checks: bool = False
    second_check: bool = False
    same: Mapping[str, str] = field(default_factory=dict)
    after: Callable[[Session, Case, Decision], None] = nothing_after
    papers: Callable[[Case], list[tuple[str, str]]] = nothing_of
    own_papers: Callable[[Case], list[tuple[str, str]]] = nothing_of
    links: Callable[[Case], list[tuple[str, str]]] = nothing_of


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Make a kind of case known; sheets of its question set become cases when they are sent."""
    _kinds[kind.key] = kind
    return kind


def kinds() -> dict[str, Kind]:
    """All kinds by key."""
    return _kinds


def kind_of(case_or_set: str) -> Kind | None:
    """The kind of that key, None for question sets that nobody decides on."""
    return _kinds.get(case_or_set)
