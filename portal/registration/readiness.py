"""The readiness check (体检): six plain questions before any sign-in, and what follows from the answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal import db
from portal.i18n import N_
from portal.questions import codes
from portal.questions import service as questions
from portal.questions.checks import day
from portal.questions.conditions import holds
from portal.questions.models import Answers, Fault, Library, Page, QuestionSet, Ready
from portal.questions.problems import Place
from portal.review import days

SET = "readiness"
# What a seller answers who has a paper and cannot tell of which kind it is: then the code tells.
BY_CODE = "by_code"
# And where it is none of those that the question names.
OTHER = "other"


@dataclass(frozen=True)
class Thing:
    """One thing to get ready; it counts from `day` on where it has to wait."""

    row: Ready
    day: date | None = None


@dataclass(frozen=True)
class Result:
    """What the check found: for which kind of seller (None: none that we take), what to get in which order, what is
    fine already, what is only good to know, what would be refused later, and what is only to be looked at.
    """

    kind: QuestionSet | None
    todo: tuple[Thing, ...]
    fine: tuple[Ready, ...]
    remarks: tuple[Ready, ...]
    refused: tuple[Fault, ...]
    look: tuple[Fault, ...]

    @property
    def lacking(self) -> list[Ready]:
        """What is to be got ready and would be refused without."""
        return [thing.row for thing in self.todo if thing.row.lacking]

    @property
    def waiting(self) -> list[Thing]:
        """What has to wait for a day that has not come."""
        return [thing for thing in self.todo if thing.day]


def questions_asked() -> QuestionSet:
    """The question set of the check."""
    return questions.library().sets[SET]


def told(answers: Answers) -> Answers:
    """The answers once a right code has told the kind of seller: then they are those of whoever could tell it."""
    code = str(answers.get("credit_code", ""))
    if answers.get("kind") != BY_CODE or not codes.is_credit_code(code):
        return answers
    kind = codes.credit_kind(code)
    return {**answers, "kind": kind if kind in questions_asked().questions["kind"].labels else OTHER}


def added(answers: Answers, given: Answers) -> Answers:
    """The answers with those of one page; a code is forgotten when another kind than it told is chosen."""
    changed = given.get("kind", answers.get("kind")) != answers.get("kind")
    return {**answers, **({"credit_code": None} if changed else {}), **given}


def _kind(answers: Answers) -> QuestionSet | None:
    """The kind of seller that the answers tell of; None where it is none that we take, or not known yet."""
    kind = questions.library().sets.get(str(answers.get("kind", "")))
    return kind if kind is not None and kind.group else None


def pages(answers: Answers) -> list[Page]:
    """The pages of the check, in order: no more than the first for somebody who is of no kind that we take."""
    asked = questions.visible_pages(questions_asked(), answers)
    return asked if _kind(answers) else asked[:1]


def stopping(answers: Answers, page: Page | None = None) -> list[Fault]:
    """What has to be answered or mended before the check can say anything, on one page or on all of them."""
    return [fault for fault in _faults(answers, page) if fault.level == "refuse"]


def _faults(answers: Answers, page: Page | None = None) -> list[Fault]:
    asked = {each.key for each in pages(answers)}
    return [each for each in questions.faults(questions_asked(), answers, page=page) if each.page in asked]


def judge(answers: Answers) -> Result:
    """What follows from the answers."""
    known = questions.library()
    asked = {
        question.key: answers[question.key]
        for page in pages(answers)
        for question in questions.visible(page, answers)
        if question.key in answers
    }
    kind = _kind(asked)
    said, had = _faults(asked), _had(asked)
    refused = tuple(fault for fault in said if fault.key not in had)
    wrong = {fault.key for fault in refused}
    wanted = [row for row in known.ready_for(kind.key) if holds(row.only_if, asked)] if kind else []
    fine = tuple(row for row in wanted if _is_fine(row, asked, wrong))
    return Result(
        kind=kind,
        todo=tuple(Thing(row, _day(row, asked)) for row in wanted if row not in fine and not row.remark),
        fine=fine,
        remarks=tuple(row for row in wanted if row.remark),
        refused=refused,
        look=tuple(fault for fault in said if fault.key in had),
    )


def _had(answers: Answers) -> set[str]:
    """The questions whose answer says that something is there already: what is said of it refuses nothing."""
    return {key for row in questions.library().ready if holds(row.done_if, answers) for key in row.done_if}


def _is_fine(row: Ready, answers: Answers, wrong: set[str]) -> bool:
    """Whether something is there already."""
    settled = row.settled_by in answers and row.settled_by not in wrong
    return settled or (bool(row.done_if) and holds(row.done_if, answers))


def _day(row: Ready, answers: Answers) -> date | None:
    """From which day on something counts; None when that day has come, or it need not wait."""
    since = day(str(answers.get(row.wait.since, ""))) if row.wait else None
    number = questions.library().facts[row.wait.fact].number if row.wait else None
    ready = days.after(since, number) if since and number else None
    return ready if ready and ready > db.today() else None


def problems(known: Library, kinds: Iterable[str]) -> list[str]:
    """What is wrong with the check of a library that has these kinds of seller."""
    found: list[str] = []
    asked, place = known.sets.get(SET), Place(f"registration/{SET}.toml", found=found)
    if asked is None:
        if SET not in known.unread:
            place.tell(N_("this set is missing, and a page needs it"))
        return found
    question = asked.questions.get("kind")
    for key in kinds:
        if question is None or key not in question.labels:
            place.at("", "kind").tell(N_("the kind of seller “%(key)s” is not among the options"), key=key)
    _judge_rows(known, asked, Place("registration/ready.toml", found=found))
    return found


def _judge_rows(known: Library, asked: QuestionSet, place: Place) -> None:
    for row in known.ready:
        here = place.at("", row.key)
        for key in row.sets:
            if key not in known.sets and key not in known.unread:
                here.tell(N_("there is no set “%(key)s”"), key=key)
        named = {*row.only_if, *row.done_if, row.settled_by, row.wait.since if row.wait else ""} - {""}
        for key in sorted(named):
            if key not in asked.questions:
                here.tell(N_("the readiness check does not ask “%(key)s”"), key=key)
        if row.wait and (row.wait.fact not in known.facts or not known.facts[row.wait.fact].number):
            here.tell(N_("there is no fact “%(key)s” with a number"), key=row.wait.fact)
