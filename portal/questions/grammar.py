"""One question set out of its TOML: shared questions taken in, facts filled in, conditions made complete."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from portal.i18n import N_
from portal.questions.models import Frozen, Page, Question, QuestionSet
from portal.questions.problems import Place
from portal.questions.rules import TAKEN_PAGES, judge, judge_reasons, twice, values_of

Raw = dict[str, Any]
Needs = dict[str, tuple[str, ...]]
Read = TypeVar("Read", bound=Frozen)
FACT = re.compile(r"\{([^{}]*)\}")


class SetReader:
    """Reads sets with the same shared questions (None: one that is there but faulty), pages, facts and reasons."""

    def __init__(self, facts: Mapping[str, str], reasons: Container[str]) -> None:
        """Take what all sets share."""
        self.shared: dict[str, Raw | None] = {}
        self.pages: dict[str, Raw] = {}
        self.amends: dict[str, Raw] = {}
        self.facts = facts
        self.reasons = reasons
        self._start([])

    def _start(self, keys: list[str]) -> None:
        self.keys = keys
        self.seen: dict[str, Question | None] = {}
        self.needs: dict[str, Needs] = {}

    def set(self, raw: Raw, place: Place) -> QuestionSet | None:
        """The set, or None with everything told that is wrong."""
        before = len(place.found)
        raws = [page for one in tables(raw, "page", place) if (page := self._whole(one, self.pages, place))]
        amends = [one for each in tables(raw, "amend", place) if (one := self._whole(each, self.amends, place))]
        self._start([self._key(one) for page in raws for one in tables(page, "question", place.at(_name(page)))])
        for key in twice(_name(page) for page in raws):
            place.at(key).tell(N_("this page stands twice"))
        pages = [self._page(page, place.at(_name(page, number))) for number, page in enumerate(raws, 1)]
        self._judge_amends(amends, place)
        head = filled({key: value for key, value in raw.items() if key != "page"}, self.facts, place)
        whole = valid(QuestionSet, {**head, "page": pages, "amend": amends}, place)
        return whole if len(place.found) == before else None

    def question(self, raw: Raw, place: Place) -> Question | None:
        """One question that stands for itself, or None with everything told that is wrong."""
        before = len(place.found)
        taken = self._taken(raw, place)
        if taken is None:
            return None
        question = valid(Question, filled(taken, self.facts, place), place)
        if question:
            judge(question, place)
            judge_reasons(question.reasons, self.reasons, place)
        return question if len(place.found) == before else None

    def _whole(self, raw: Raw, shared: Mapping[str, Raw], place: Place) -> Raw | None:
        """A page or a change as it stands, or a shared one with what this set says otherwise."""
        own = {key: value for key, value in raw.items() if key != "take"}
        name = str(raw.get("take", ""))
        if "take" in raw and name not in shared:
            missing = N_("there is no shared page “%(key)s”"), N_("there is no shared change “%(key)s”")
            place.at(name).tell(missing[shared is self.amends], key=name)
            return None
        return {**shared.get(name, {}), **own}

    def _judge_amends(self, amends: list[Raw], place: Place) -> None:
        """Each change is called otherwise, and opens questions that this set asks."""
        for key in twice(_name(one) for one in amends):
            place.at("", key).tell(N_("this key stands twice"))
        for one in amends:
            named, opened = place.at("", _name(one)), one.get("questions", ())
            for key in [key for key in opened if key not in self.seen]:
                named.tell(N_("there is no question “%(key)s”"), key=key)
            for key in [key for key in one.get("anew", ()) if key not in opened]:
                named.tell(N_("“%(key)s” is asked anew but not among the questions"), key=key)

    def _page(self, raw: Raw, place: Place) -> Page:
        page = Page.model_construct(only_if={})
        head = filled({key: value for key, value in raw.items() if key != "question"}, self.facts, place)
        stand_in = Question.model_construct(key="x", kind="text", label="x")
        page = valid(Page, {**head, "question": (stand_in,)}, place) or page
        if place.page in TAKEN_PAGES:
            place.tell(N_("this key is an address that every sheet has"))
        needs = self._closed(page.only_if, place)
        questions = []
        for number, one in enumerate(tables(raw, "question", place), 1):
            question = self._asked(one, needs, place.at(place.page, self._key(one) or f"#{number}"))
            questions += [question] if question else []
        if not raw.get("question"):
            place.tell(N_("“%(field)s” is missing"), field="question")
        return page.model_copy(update={"only_if": needs, "question": tuple(questions)})

    def _asked(self, raw: Raw, page_needs: Needs, place: Place) -> Question | None:
        if place.key in self.seen:
            place.tell(N_("this key stands twice"))
        question = self.question(raw, place)
        self.seen[place.key] = question
        if question is None:
            return None
        needs = self._closed(question.only_if, place)
        self.needs[place.key] = self._joined([page_needs, needs], place)
        return question.model_copy(update={"only_if": needs})

    def _closed(self, only_if: Mapping[str, tuple[str, ...]], place: Place) -> Needs:
        """The conditions and all that they hang on themselves: what hides a question hides those after it."""
        for key, wanted in only_if.items():
            self._judge_condition(key, wanted, place)
        return self._joined([dict(only_if), *(self.needs.get(key, {}) for key in only_if)], place)

    def _joined(self, several: Iterable[Needs], place: Place) -> Needs:
        joined: Needs = {}
        for needs in several:
            for key, wanted in needs.items():
                joined[key] = self._both(key, joined[key], wanted, place) if key in joined else wanted
        return joined

    def _both(self, key: str, one: tuple[str, ...], other: tuple[str, ...], place: Place) -> tuple[str, ...]:
        """Two conditions on one question as one condition."""
        both = tuple(value for value in one if value in other)
        question = self.seen.get(key)
        # Where several can be chosen, "one of these and one of those" is one condition only if those hold these.
        if not both or (question and question.kind == "some_of" and len(both) < min(len(one), len(other))):
            place.tell(N_("the conditions on “%(key)s” do not go together"), key=key)
        return both

    def _judge_condition(self, key: str, wanted: tuple[str, ...], place: Place) -> None:
        if key not in self.seen or key == place.key:
            later = N_("only_if: “%(key)s” is not asked before this")
            place.tell(later if key in self.keys else N_("only_if: there is no question “%(key)s”"), key=key)
            return
        question = self.seen[key]
        if question and not values_of(question):
            place.tell(N_("only_if: nothing is chosen in “%(key)s”"), key=key)
        elif question:
            for value in wanted:
                if value not in values_of(question):
                    place.tell(N_("only_if: “%(value)s” is not an option of “%(key)s”"), key=key, value=value)

    def _taken(self, raw: Raw, place: Place) -> Raw | None:
        taken = {key: value for key, value in raw.items() if key != "take"}
        if "take" in raw:
            name = str(raw["take"])
            if name not in self.shared:
                place.tell(N_("there is no shared question “%(key)s”"), key=name)
                return None
            shared = self.shared[name]
            if shared is None:
                return None
            taken = {**shared, **taken}
        return taken

    def _key(self, raw: Raw) -> str:
        return str(raw.get("key") or raw.get("take") or "")


def filled(value: Any, facts: Mapping[str, str], place: Place) -> Any:
    """The same with {fact} in each text replaced by the fact's short words; an unknown fact is told."""
    if isinstance(value, dict):
        return {key: filled(inner, facts, place) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, facts, place) for inner in value]
    if not isinstance(value, str):
        return value
    for key in FACT.findall(value):
        if key not in facts:
            place.tell(N_("there is no fact “%(key)s” with a short text"), key=key)
    return FACT.sub(lambda found: facts.get(found[1], ""), value)


def tables(raw: Raw, name: str, place: Place) -> list[Raw]:
    """The tables of [[name]] in a file; told when they are written otherwise."""
    found = raw.get(name, [])
    if isinstance(found, list) and all(isinstance(table, dict) for table in found):
        return found
    place.tell(N_("“%(field)s” is written as [[%(field)s]]"), field=name)
    return []


def _name(page: Raw, number: int = 0) -> str:
    return str(page.get("key") or (f"#{number}" if number else ""))


def valid(model: type[Read], raw: Raw, place: Place) -> Read | None:
    """The model filled from the TOML table, or None with everything told that is wrong."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        place.explain(error)
        return None
