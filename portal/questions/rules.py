"""What a question must be beyond its fields: options where one chooses, columns in rows, checks that exist."""

from collections import Counter
from collections.abc import Container, Iterable

from portal.config import ROOT
from portal.i18n import N_
from portal.questions.checks import CHECKS
from portal.questions.models import NO, YES, Question, Reason
from portal.questions.problems import Place

DRAWINGS = ROOT / "templates" / "drawings"
CHOICES = ("one_of", "some_of")
CHECKED = ("text", "long_text", "number", "date")
IN_ROWS = ("text", "long_text", "number", "date", "one_of", "some_of", "yes_no")
TAKEN_NAMES = ("csrf_token", "move", "once", "seen", "turn", "use")
# Addresses below a sheet that are none of its pages.
TAKEN_PAGES = ("check", "send")
# Which kinds a field is for, where it is not for all.
MEANT_FOR = {
    "options": CHOICES,
    "columns": ("rows",),
    "check": CHECKED,
    "refuse": (*CHOICES, "yes_no"),
    "advise": (*CHOICES, "yes_no"),
    "max_length": ("text", "long_text"),
    "at_least": ("text", "long_text", "number", "some_of", "rows"),
    "at_most": ("number", "some_of", "rows"),
    "unit": ("number",),
    "never": ("date",),
    "expires": ("date",),
    "drawing": ("photo",),
    "consent": ("some_of",),
    "find": CHECKED,
    "personal": (*IN_ROWS, "place", "rows"),
}


def values_of(question: Question) -> tuple[str, ...]:
    """The values that can be chosen; () where one does not choose."""
    return (YES, NO) if question.kind == "yes_no" else tuple(question.labels)


def judge(question: Question, place: Place) -> None:
    """Tell everything wrong with one question that read well."""
    for field, kinds in MEANT_FOR.items():
        if getattr(question, field) and question.kind not in kinds:
            place.tell(N_("“%(field)s” is not for the kind %(kind)s"), field=field, kind=question.kind)
    if question.key in TAKEN_NAMES:
        place.tell(N_("this key is the name of a field that every form has"))
    for name in question.check:
        if name not in CHECKS:
            place.tell(N_("there is no check “%(check)s”"), check=name)
    if question.drawing:
        judge_drawings((f"{question.drawing}_good", f"{question.drawing}_bad"), place)
    _choices(question, place)
    _rows(question, place)
    if question.tail and not question.find:
        place.tell(N_("“tail” needs “find”"))
    if question.personal and question.find == "plain":
        place.tell(N_("a personal answer cannot be found in plain; “find” can be keyed"))
    if question.personal and question.expires:
        place.tell(N_("a personal answer cannot be looked for by its date"))
    if question.at_least is not None and question.at_most is not None and question.at_least > question.at_most:
        place.tell(N_("“at_least” is more than “at_most”"))


def judge_drawings(names: Iterable[str], place: Place) -> None:
    """Tell which of these drawings are not there."""
    for name in names:
        if not (DRAWINGS / f"{name}.svg").exists():
            place.tell(N_("there is no drawing “%(name)s”"), name=name)


def judge_reasons(codes: Iterable[str], known: Container[str], place: Place) -> None:
    """Tell which of these codes the list of reasons does not have."""
    for code in codes:
        if code not in known:
            place.tell(N_("there is no reason “%(code)s”"), code=code)


def judge_reason(reason: Reason, place: Place) -> None:
    """Tell what is wrong with the pictures of a reason."""
    if bool(reason.good) != bool(reason.bad):
        place.tell(N_("a good picture needs a bad one beside it, and a bad one a good one"))
    judge_drawings(filter(None, (reason.good, reason.bad)), place)


def twice(values: Iterable[str]) -> list[str]:
    """The values that occur more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def _choices(question: Question, place: Place) -> None:
    if question.kind in CHOICES and not question.options:
        place.tell(N_("“options” are missing"))
    for value in twice(option.value for option in question.options):
        place.tell(N_("the option “%(value)s” stands twice"), value=value)
    for value in {**question.refuse, **question.advise}:
        if question.kind in MEANT_FOR["refuse"] and value not in values_of(question):
            place.tell(N_("“%(value)s” is not one of the options"), value=value)
    if question.consent and len(question.options) > 1:
        place.tell(N_("a consent has one option, its own box"))


def _rows(question: Question, place: Place) -> None:
    if question.kind == "rows" and not question.columns:
        place.tell(N_("“columns” are missing"))
    for key in twice(column.key for column in question.columns):
        place.tell(N_("the column “%(key)s” stands twice"), key=key)
    for column in question.columns:
        here = place.at(place.page, f"{place.key}.{column.key}")
        if column.kind not in IN_ROWS:
            here.tell(N_("a column cannot be of the kind %(kind)s"), kind=column.kind)
        for field in ("only_if", "find", "personal", "consent", "expires", "from_", "reasons"):
            if getattr(column, field):
                here.tell(N_("a column cannot have “%(field)s”"), field=field.strip("_"))
        judge(column, here)
