"""Which path a seller takes: the kinds of seller, what they should have ready, and who gets what they send."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from sqlmodel import Session

from portal.accounts.serving import who_serves
from portal.i18n import N_, gettext
from portal.office.service import office
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.grammar import valid
from portal.questions.models import Answers, Fact, Library, QuestionSet, Ready
from portal.questions.problems import Place
from portal.registration import findings, readiness
from portal.registration.models import Kind
from portal.review import kinds as cases
from portal.review import service as review
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

GROUP = "registration"
PROMISE_DAYS = 3
# Addresses of our own, which no kind of seller can be called by.
TAKEN = ("mine", "check")
_state = SimpleNamespace(kinds={})


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


def problems(known: Library, _: Path, __: Path | None = None) -> list[str]:
    """What is wrong with what the library says of the kinds of seller, and with the readiness check."""
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
    return found + readiness.problems(known, {*sets_in(known)})


def setup(_: Path, __: Path | None = None) -> None:
    """Take the kinds of seller of the library in use, and make each known to those who review."""
    read = {key: Kind.model_validate(each.about) for key, each in sets_in(questions.library()).items()}
    _state.kinds = dict(sorted(read.items(), key=lambda item: item[1].order))
    for key, each in sets().items():
        cases.register_kind(
            cases.Kind(
                key=key,
                label=each.short,
                title=lambda answers: str(answers.get("shop_name", "")),
                place=lambda answers: str(answers.get("place", "")),
                promise_days=PROMISE_DAYS,
                facts=lambda session, submission: findings.found_out(session, submission, kind(submission.set_key)),
            )
        )


def begin(session: Session, *, seller_id: str, kind: str) -> Sheet:
    """The seller's application of this kind, begun when there is none; a draft of another kind moves over."""
    return sheets.start(session, seller_id=seller_id, set_key=kind)


def begin_checked(session: Session, *, seller_id: str, answers: Answers) -> Sheet | None:
    """The application that the readiness check leads to, with what was answered there; None when it leads to none.

    Only what the set asks is taken over, and only into a draft that was never sent.
    """
    kind = readiness.kind_of(answers)
    if kind not in sets():
        return None
    sheet = begin(session, seller_id=seller_id, kind=kind)
    if sheet.state != "draft" or sheet.open_keys is not None:
        return sheet
    brought = questions.move(answers, readiness.questions_asked(), sheets.set_of(sheet))
    for page in sheets.set_of(sheet).page:
        given = {question.key: brought[question.key] for question in page.question if question.key in brought}
        if given:
            sheets.answer(session, sheet, page=page, given=given, by=seller_id)
    return sheet


def mine(session: Session, seller_id: str) -> tuple[Sheet, Case | None] | None:
    """The seller's newest application and its case, None when nothing was begun."""
    found = [sheet for sheet in sheets.of_seller(session, seller_id) if sheet.set_key in sets()]
    return (found[0], review.of_sheet(session, found[0].id)) if found else None


def served(session: Session, place: str) -> str:
    """Who gets what comes from a place, where that is not its own county's desk; "" where it is, or no county is known.

    A desk for everywhere is the own one of the county whose office this is.
    """
    county = place[:6]
    if len(county) < 6 or not places.exists(county):
        return ""
    desk = who_serves(session, place)
    if desk is None:
        return gettext(
            "Nobody serves %(county)s yet: your application would wait. Ring %(phone)s before you send it.",
            county=places.name(county),
            phone=office().phone,
        )
    if len(desk) >= len(county) or (not desk and county == office().county):
        return ""
    if not desk:
        return gettext(
            "%(county)s has no desk of its own: the desk for the whole country gets it.", county=places.name(county)
        )
    return gettext(
        "%(county)s has no desk of its own: the desk of %(place)s gets it.",
        county=places.name(county),
        place=places.name(desk),
    )


def notes(session: Session, sheet: Sheet, known: Answers) -> Mapping[str, str]:
    """What is said beside the answers of an application: who gets it, at its place."""
    said = served(session, str(known.get("place", ""))) if sheet.set_key in sets() else ""
    return {"place": said} if said else {}
