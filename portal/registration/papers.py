"""The papers of an application: which fit it now; receipt, statement of exemption, consents and the cover of its guide,
as facts for the press.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from portal import db
from portal.i18n import N_, gettext, library_text
from portal.office import service as offices
from portal.office.known import Office
from portal.places import service as places
from portal.press.code import Code, code
from portal.questions import service as questions
from portal.questions.models import Answers, Question
from portal.registration import desks, sellers
from portal.registration.readiness import Result, judge
from portal.review import clock, numbers, remarks
from portal.review.models import Case
from portal.review.states import STATES, UNDECIDED
from portal.sheets import service as sheets
from portal.sheets.models import Submission

FILLED_IN = N_("(filled in)")
# Whose consents the blank sheet shows.
BLANK = "household"


@dataclass(frozen=True)
class Offer:
    """A paper of a case: what its button says, and while the case is at which states; empty is any.

    A `named` one only those kinds of seller have that name it; `change` ones a change of an approved shop has too. At
    the desk the button may say `desk` instead; papers without a label are the counter's alone.
    """

    name: str
    label: str
    named: bool = False
    states: tuple[str, ...] = ()
    desk: str = ""
    change: bool = False

    def fits(self, case: Case) -> bool:
        """Whether it can be printed of the case as it is now."""
        has = not self.named or self.name in sellers.kind(case.kind).papers
        return has and (self.change or not case.amends_id) and (not self.states or case.told in self.states)


OFFERS = (
    Offer("mending", N_("Notice of what to mend"), states=("changes_requested",), change=True),
    Offer("outcome", N_("Notice of the decision"), states=("approved", "rejected"), change=True),
    Offer("platform", N_("What to type where on the platform"), states=("approved",)),
    Offer("my_guide", N_("My own guide, with my number on it"), desk=N_("Guide with the seller's own cover")),
    Offer("receipt", N_("Receipt of my application"), desk=N_("Receipt of the application"), change=True),
    Offer("statement", N_("Statement that no registration is needed"), named=True),
    Offer("consents", "", states=UNDECIDED, desk=N_("Consents, to be signed on paper")),
)


@dataclass(frozen=True)
class Cover:
    """The first page of a seller's own guide; `left` are sentences in the language of the paper."""

    shop: str
    number: str
    place: str
    printed: date
    left: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """What templates/registration/paper_receipt.html shows; `lines` are (page, label, words) of what was sent.

    It `waits` until it is answered; then `due` is None where nobody looks at what comes from its place.
    """

    shop: str
    number: str
    kind: str
    place: str
    received: date
    waits: bool
    due: date | None
    lines: tuple[tuple[str, str, str], ...]
    code: Code
    office: Office

    @property
    def late(self) -> bool:
        """Whether the promised day is over without an answer."""
        return clock.late(self.due)


@dataclass(frozen=True)
class Consents:
    """What templates/registration/paper_consents.html shows; an empty shop or number is a line to write on."""

    shop: str
    number: str
    questions: tuple[Question, ...]
    withdrawing: str
    printed: date
    code: Code
    office: Office


@dataclass(frozen=True)
class Statement:
    """What templates/registration/paper_statement.html shows; `ground` is a value of the question of that key."""

    shop: str
    number: str
    place: str
    goods: str
    ground: str
    declaration: str
    printed: date
    code: Code
    office: Office


@dataclass(frozen=True)
class Readiness:
    """What templates/registration/paper_readiness.html shows; `served` is a sentence in the language of the paper."""

    found: Result
    place: str
    served: str
    printed: date
    code: Code
    office: Office


def status_code(url: str, number: str) -> Code:
    """The QR code of the open status page of a case; `url` is the portal's own address."""
    return code(f"{url}/review/status?number={numbers.shown(number)}")


def cover(session: Session, case: Case) -> Cover:
    """The cover of a seller's own guide: what is left to do in the seller's words."""
    return Cover(case.title, numbers.shown(case.number), _place(case), db.today(), _left(session, case))


def receipt(session: Session, case: Case, url: str) -> Receipt:
    """The receipt of what was sent last; personal answers are said to be filled in, never printed."""
    submission = session.get_one(Submission, case.submission_id)
    return Receipt(
        shop=case.title,
        number=numbers.shown(case.number),
        place=_place(case),
        kind=questions.library().sets[case.kind].title,
        received=case.sent_at.astimezone(db.CHINA).date(),
        waits=STATES[case.told].group == "waiting",
        due=clock.answers_by(session, case),
        lines=_lines(submission),
        code=status_code(url, case.number),
        office=offices.office(),
    )


def statement(session: Session, case: Case, url: str) -> Statement:
    """The statement that a seller needs no registration, filled in from what was sent."""
    submission = session.get_one(Submission, case.submission_id)
    answers = sheets.submitted(submission)
    said = {line.key: line.words for line in sheets.lines(submission)}
    return Statement(
        shop=case.title,
        number=numbers.shown(case.number),
        place=_place(case),
        goods=said.get("goods", ""),
        ground=str(answers.get("ground", "")),
        declaration=said.get("declaration", ""),
        printed=db.today(),
        code=status_code(url, case.number),
        office=offices.office(),
    )


def readiness(session: Session, answers: Answers, url: str) -> Readiness:
    """The personal list that the readiness check led to, for somebody who need not be signed in."""
    found, place = judge(answers), str(answers.get("place", ""))
    kind = found.kind.key if found.kind else ""
    return Readiness(
        found=found,
        place=" ".join(places.path(place)) if places.exists(place) else "",
        served=desks.served(session, place),
        printed=db.today(),
        code=code(f"{url}/registration/{kind}"),
        office=offices.office(),
    )


def blank_statement(url: str) -> Statement:
    """The statement to fill in by hand."""
    return Statement("", "", "", "", "", "", db.today(), code(f"{url}/registration/"), offices.office())


def consents(case: Case, url: str) -> Consents:
    """The consents that are asked for in an application, to be signed on paper where somebody else types it in."""
    return _consents(case.kind, case.title, numbers.shown(case.number), status_code(url, case.number))


def blank_consents(url: str) -> Consents:
    """The same before there is an application: the consents are those of every set."""
    return _consents(BLANK, "", "", code(f"{url}/registration/privacy"))


def _consents(kind: str, shop: str, number: str, link: Code) -> Consents:
    library = questions.library()
    asked = tuple(question for question in library.sets[kind].questions.values() if question.consent)
    return Consents(shop, number, asked, library.facts["withdraw_consent"].text, db.today(), link, offices.office())


def offered(case: Case) -> list[tuple[str, str]]:
    """The papers that fit the case as it is now, for its seller: name and what the button says."""
    return [(offer.name, gettext(offer.label)) for offer in OFFERS if offer.label and offer.fits(case)]


def offered_at_desk(case: Case) -> list[tuple[str, str]]:
    """The same for the staff, with the papers of the counter."""
    return [(offer.name, gettext(offer.desk or offer.label)) for offer in OFFERS if offer.fits(case)]


def fits(paper: str, case: Case) -> bool:
    """Whether a paper can be printed of the case as it is now."""
    return any(offer.name == paper and offer.fits(case) for offer in OFFERS)


def _place(case: Case) -> str:
    return " ".join(places.path(case.place))


def _lines(submission: Submission) -> tuple[tuple[str, str, str], ...]:
    personal = {row["key"] for row in submission.shown if not row["words"]}
    return tuple(
        (line.page_title, line.label, gettext(FILLED_IN) if line.key in personal else line.words)
        for line in sheets.lines(submission)
    )


def _left(session: Session, case: Case) -> tuple[str, ...]:
    """What the seller has to do now, by the state of the case."""
    if case.told == "changes_requested":
        return tuple(
            gettext("Mend: %(field)s", field=library_text(remark.label)) for remark in remarks.of_round(session, case)
        )
    if case.told == "approved":
        return (gettext("Open the shop on the platform, as this guide says"), gettext("List the first product"))
    if case.told in ("rejected", "withdrawn"):
        return (gettext("Ring the office and ask what you can do now"),)
    return (gettext("Wait for the county's answer; nothing to do until then"),)
