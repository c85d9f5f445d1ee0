"""Which path a seller takes: the kinds of seller, what they should have ready, and what happens around a decision."""

from pathlib import Path

from sqlmodel import Session

from portal.i18n import N_, gettext, library_text
from portal.office import service as offices
from portal.places import service as places
from portal.questions import codes, words
from portal.questions import service as questions
from portal.questions.models import Answers, Fact, Library, QuestionSet, Ready
from portal.questions.problems import Place
from portal.registration import papers
from portal.review import kinds
from portal.review import service as review
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Sheet, Submission

GROUP = "registration"
KINDS = ("household", "sole_trader")
PROMISE_DAYS = 3
# Which dated facts of the library concern whom, on the page of things to have ready.
FACTS = {
    "household": ("no_registration", "fresh_no_licence", "show_statement"),
    "sole_trader": ("new_licence_wait", "licence_term", "fresh_no_licence"),
}


def sets() -> dict[str, QuestionSet]:
    """The question sets of the kinds of seller, in the order in which they are offered."""
    return {key: questions.library().sets[key] for key in KINDS}


def ready(kind: str) -> list[Ready]:
    """What a seller of this kind should have at hand."""
    return questions.library().ready_for(kind)


def facts(kind: str) -> list[Fact]:
    """The dated facts of law that a seller of this kind should know before starting."""
    known = questions.library().facts
    return [known[key] for key in FACTS[kind]]


def promised_days() -> int:
    """In how many working days every kind of seller has an answer."""
    return max(offices.promise(key, PROMISE_DAYS) for key in KINDS)


def called(code: str) -> str:
    """What a place is called, from the province down."""
    return "".join(places.path(code)) if places.exists(code) else ""


def problems(known: Library, _: Path, __: Path | None = None) -> list[str]:
    """The dated facts that our pages name and the library does not have."""
    place = Place("registration/facts.toml")
    for key in dict.fromkeys(key for keys in FACTS.values() for key in keys):
        if key not in known.facts:
            place.tell(N_("there is no fact “%(key)s”, and a page needs it"), key=key)
    return place.found


def begin(session: Session, *, seller_id: str, kind: str) -> Sheet:
    """The seller's application of this kind, begun when there is none; a draft of the other kind moves over."""
    return sheets.start(session, seller_id=seller_id, set_key=kind, group=GROUP)


def mine(session: Session, seller_id: str) -> tuple[Sheet, Case | None] | None:
    """The seller's newest application and its case, None when nothing was begun."""
    found = [sheet for sheet in sheets.of_seller(session, seller_id) if sheet.set_key in KINDS]
    return (found[0], review.of_sheet(session, found[0].id)) if found else None


def _title(answers: Answers) -> str:
    return str(answers.get("shop_name", ""))


def _place(answers: Answers) -> str:
    return str(answers.get("place", ""))


def found_out(session: Session, submission: Submission) -> list[kinds.Fact]:
    """What the machine found out about an application: facts for the desk, never a verdict."""
    answers = sheets.submitted(submission)
    wanted = questions.library().sets[submission.set_key]
    rows = [
        kinds.Fact("look", f"{library_text(wanted.questions[fault.key.split('.')[0]].label)}: {fault.text}")
        for fault in questions.faults(wanted, answers)
    ]
    return rows + _words(answers) + _code(answers) + _alone(session, submission, answers)


# By key: what is said when others hold the same value, and when nobody does.
SAME = {
    "credit_code": (
        N_("%(n)s other applications have the same licence code"),
        N_("No other application has this licence code"),
    ),
    "shop_name": (
        N_("%(n)s other applications have the same shop name"),
        N_("No other application has this shop name"),
    ),
}


def _alone(session: Session, submission: Submission, answers: Answers) -> list[kinds.Fact]:
    wanted = {key: str(answers[key]) for key in SAME if answers.get(key)}
    others = sheets.others_with(session, submission.sheet_id, wanted)
    return [
        kinds.Fact("look", gettext(SAME[key][0], n=others[key]))
        if others[key]
        else kinds.Fact("ok", gettext(SAME[key][1]))
        for key in wanted
    ]


def _words(answers: Answers) -> list[kinds.Fact]:
    said = f"{answers.get('shop_name', '')} {answers.get('shop_sentence', '')}"
    hits = words.find(said)
    if not hits:
        return [kinds.Fact("ok", gettext("The shop's name and sentence hold no word of the word list"))]
    return [kinds.Fact("look", gettext("The word list knows: %(words)s", words="、".join(hit.word for hit in hits)))]


def _code(answers: Answers) -> list[kinds.Fact]:
    code = str(answers.get("credit_code", ""))
    if not code:
        return []
    county = str(answers.get("place", ""))[:6]
    same = code[2:8] == county
    where = " ".join(places.path(code[2:8])) if places.exists(code[2:8]) else code[2:8]
    return [
        kinds.Fact("ok", gettext("The licence code's check digit is right"))
        if codes.is_credit_code(code)
        else kinds.Fact("bad", gettext("The licence code's check digit is wrong")),
        kinds.Fact("ok" if same else "look", gettext("The licence was issued in %(where)s", where=where)),
    ]


def _links(case: Case) -> list[tuple[str, str]]:
    told = case.state == "approved"
    return [(f"/desk/registration/platform/{case.id}", gettext("How it stands on the platform"))] if told else []


def register_kinds() -> None:
    """Make both kinds of seller known to review."""
    for key, label in (("household", N_("Household")), ("sole_trader", N_("Sole trader"))):
        kinds.register_kind(
            kinds.Kind(
                key=key,
                label=label,
                title=_title,
                place=_place,
                promise_days=PROMISE_DAYS,
                facts=found_out,
                papers=papers.offered_at_desk,
                links=_links,
            )
        )
