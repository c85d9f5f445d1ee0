"""The kinds of seller: which there are, what is particular to each, and what each should have and know."""

from types import SimpleNamespace

from portal.i18n import N_
from portal.questions import service as questions
from portal.questions.grammar import valid
from portal.questions.models import Fact, Frozen, Library, QuestionSet, Ready, Several
from portal.questions.problems import Place

GROUP = "registration"
# Addresses of our own, which no kind of seller can be called by.
TAKEN = ("mine", "change", "check", "platform", "privacy")
_state = SimpleNamespace(kinds={})


class Kind(Frozen):
    """One kind of seller: what its question set says of it under [about]."""

    # At which place it is offered: a grower must find himself first.
    order: int
    # Papers that only some kinds have.
    papers: tuple[str, ...] = ()
    # Which dated facts of the library concern it before it starts.
    facts: Several = ()
    # Words of which one stands in the name of such a body; a name without one is told to the desk.
    names: Several = ()
    # Whether another person confirms each decision.
    second_check: bool = False
    # Whether an officer must have ticked all that there is to look at before an application passes.
    all_checks: bool = False


def sets_in(known: Library) -> dict[str, QuestionSet]:
    """The question sets of a library that are kinds of seller."""
    return {key: each for key, each in known.sets.items() if each.group == GROUP}


def sets() -> dict[str, QuestionSet]:
    """The question sets of the kinds of seller, in the order in which they are offered."""
    return {key: questions.library().sets[key] for key in _state.kinds}


def kind(key: str) -> Kind:
    """What is particular to a kind of seller."""
    return _state.kinds[key]  # type: ignore[no-any-return]


def ready(key: str) -> list[Ready]:
    """What a seller of this kind should have at hand."""
    return questions.library().ready_for(key)


def facts(key: str) -> list[Fact]:
    """The dated facts of law that a seller of this kind should know before starting."""
    return [questions.library().facts[name] for name in kind(key).facts]


def problems(known: Library) -> list[str]:
    """What is wrong with what the library says of the kinds of seller."""
    found: list[str] = []
    for key, each in sets_in(known).items():
        place = Place(f"{GROUP}/{key}.toml", found=found)
        read = valid(Kind, dict(each.about), place)
        for name in read.facts if read else ():
            if name not in known.facts:
                place.tell(N_("there is no fact “%(key)s”, and a page needs it"), key=name)
        if not each.short:
            place.tell(N_("“%(field)s” is missing"), field="short")
        if key in TAKEN:
            place.tell(N_("this key is an address that we have already"))
    return found


def setup() -> None:
    """Take the kinds of seller of the library in use."""
    read = {key: Kind.model_validate(each.about) for key, each in sets_in(questions.library()).items()}
    _state.kinds = dict(sorted(read.items(), key=lambda item: item[1].order))
