"""The guides and the print room: which papers there are, asking for one, and printing it as durable work."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, delete, select

from portal import db, files, i18n, jobs, press, vault
from portal.accounts import limits
from portal.guides import guide as guides
from portal.guides.guide import Guide
from portal.guides.models import Print
from portal.i18n import N_, Refusal, library_text
from portal.office import service as offices
from portal.press.code import code
from portal.questions import service as questions
from portal.questions.models import Reason
from portal.registration import copying, papers, platform, privacy
from portal.review import papers as notices
from portal.review import service as review
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor

# Seconds after which a busy press is asked again.
LATER = 20.0
KEEP = timedelta(days=7)
# A training hall of fifty may sit behind one address.
ADDRESS: list[limits.Rule] = [(300, timedelta(hours=1))]
_state = SimpleNamespace(guides={}, url="")


class NoSuchPaper(Refusal):
    """There is no guide or paper of that name for that kind of seller, or not in that language."""

    msgid = N_("There is no such paper.")


class NotForNow(Refusal):
    """The paper does not fit the case as it is now: no notice of what to mend where nothing is."""

    msgid = N_("This paper does not fit how the application stands now. Open the application again.")


@dataclass(frozen=True)
class Order:
    """A paper to print: its template, its facts, and the name that its file bears in the reader's language."""

    template: str
    facts: Mapping[str, Any]
    title: str


def setup(url: str) -> None:
    """Take the address that links and QR codes carry."""
    _state.url = url


def read(folder: Path, overlay: Path | None = None) -> None:
    """Take the guides of a library into use. Raises BadLibrary."""
    _state.guides = guides.read(folder, overlay)


def all_guides() -> list[Guide]:
    """The guides, in the order of their names."""
    return [_state.guides[key] for key in sorted(_state.guides)]


def guide_for(name: str, kind: str) -> Guide:
    """The guide of that name if it speaks to that kind of seller. Raises NoSuchPaper."""
    found: Guide | None = _state.guides.get(name)
    if found is None or kind not in found.kinds():
        raise NoSuchPaper
    return found


def reasons() -> Mapping[str, Reason]:
    """Why applications come back, by code: the reviewers' own list."""
    return questions.library().reasons


def guide_order(name: str, kind: str, person: papers.Cover | None = None, link: str = "") -> Order:
    """A guide for one kind of seller, its cover blank or a person's. Raises NoSuchPaper."""
    guide = guide_for(name, kind)
    addressed = guide.kinds()[kind]
    return Order(
        "guides/print.html",
        {
            "guide": guide,
            "kind": addressed,
            "parts": guide.parts(kind),
            "reasons": reasons(),
            "person": person,
            "office": offices.office(),
            "code": code(link or f"{_state.url}/registration/{kind}"),
        },
        f"{library_text(guide.title)} {library_text(addressed.title)}",
    )


def _guide(session: Session, about: str) -> Order:
    return guide_order(*about.partition("/")[::2])


def _my_guide(session: Session, about: str) -> Order:
    name, _, case_id = about.partition("/")
    case = _case(session, case_id)
    return guide_order(name, case.kind, papers.cover(session, case), papers.status_code(_state.url, case.number).url)


def _receipt(session: Session, about: str) -> Order:
    it = papers.receipt(session, _case(session, about), _state.url)
    return Order("registration/paper_receipt.html", {"it": it}, i18n.gettext("Receipt"))


def _statement(session: Session, about: str) -> Order:
    it = papers.statement(session, _case(session, about), _state.url) if about else papers.blank_statement(_state.url)
    return Order("registration/paper_statement.html", {"it": it}, i18n.gettext("Statement"))


def _consents(session: Session, about: str) -> Order:
    it = papers.consents(_case(session, about), _state.url) if about else papers.blank_consents(_state.url)
    return Order("registration/paper_consents.html", {"it": it}, i18n.gettext("Consents"))


def _privacy(_: Session, __: str) -> Order:
    it = privacy.sheet(_state.url)
    return Order("registration/paper_privacy.html", {"it": it}, library_text(it.notice.title))


def _platform(session: Session, about: str) -> Order:
    record = platform.of_case(session, about)
    if record is None:
        raise NoSuchPaper
    it = copying.copy(record, papers.status_code(_state.url, record.case.number))
    return Order("registration/paper_platform.html", {"it": it}, i18n.gettext("What to type where on the platform"))


def _mending(session: Session, about: str) -> Order:
    case = _case(session, about)
    it = notices.mending(session, case, papers.status_code(_state.url, case.number))
    return Order("review/paper_mending.html", {"it": it}, i18n.gettext("Notice of what to mend"))


def _outcome(session: Session, about: str) -> Order:
    case = _case(session, about)
    it = notices.outcome(session, case, papers.status_code(_state.url, case.number))
    return Order("review/paper_outcome.html", {"it": it}, i18n.gettext("Notice of the decision"))


def _readiness(session: Session, about: str) -> Order:
    it = papers.readiness(session, json.loads(about), _state.url)
    return Order("registration/paper_readiness.html", {"it": it}, i18n.gettext("My list of papers"))


ORDERS: dict[str, Callable[[Session, str], Order]] = {
    "guide": _guide,
    "my_guide": _my_guide,
    "receipt": _receipt,
    "statement": _statement,
    "consents": _consents,
    "privacy": _privacy,
    "platform": _platform,
    "mending": _mending,
    "outcome": _outcome,
    "readiness": _readiness,
}


def _case(session: Session, case_id: str) -> Case:
    found = session.exec(select(Case).where(Case.id == case_id)).first()
    if found is None:
        raise NoSuchPaper
    return found


def case_of(paper: str, about: str) -> str:
    """The id of the case that a paper is about; empty for those that are everybody's."""
    return {"guide": "", "readiness": "", "my_guide": about.partition("/")[2]}.get(paper, about)


def may_have(session: Session, actor: "Actor", paper: str, about: str) -> bool:
    """Whether a person may ask for and read a paper: common ones everybody, a case's those who may see the case."""
    case_id = case_of(paper, about)
    # Helpers read no cases, but help sellers on the platform.
    find = platform.record_for if paper == "platform" else review.case_for
    return not case_id or find(session, actor, case_id) is not None


def ask(session: Session, *, paper: str, about: str, locale: str) -> Print:
    """Ask for a paper; the same paper, asked for again, is the same print. Raises NoSuchPaper and NotForNow."""
    case_id = case_of(paper, about)
    if paper not in ORDERS or locale not in i18n.LANGUAGES:
        raise NoSuchPaper
    if case_id and not papers.fits(paper, _case(session, case_id)):
        raise NotForNow
    with i18n.speaking(locale):
        order = ORDERS[paper](session, about)
    edition = press.edition(order.template, order.facts, locale)
    key = hashlib.sha256(f"{paper}:{about}:{locale}:{edition}".encode()).hexdigest()
    _make_room(session, key)
    db.insert_once(session, Print(paper=paper, about=about, locale=locale, title=order.title, key=key))
    asked = session.exec(select(Print).where(Print.key == key)).one()
    if asked.state == "waiting":
        jobs.ask(session, "guides.print", asked.id)
    return asked


def _make_room(session: Session, key: str) -> None:
    """Let one that failed, or whose file is gone, give up its key: its work is over and would not be done again."""
    known = session.exec(select(Print).where(Print.key == key)).first()
    if known is None or known.state == "waiting" or (known.state == "ready" and _readable(known.file)):
        return
    known.key, known.state, known.why = known.id, "failed", known.why or press.PressFailed.msgid
    session.add(known)
    session.flush()


def _readable(name: str) -> bool:
    try:
        files.read(name)
    except (files.Missing, files.Damaged):
        return False
    return True


def count(session: Session, address: str) -> None:
    """Count one more paper of his own answers that somebody from an address asks for (db.aside). Raises TooOften."""
    limits.take(session, f"papers from {vault.look_up('address', address)}", ADDRESS)


def find(session: Session, actor: "Actor", print_id: str) -> Print | None:
    """A print that the person may read; another's is None."""
    found = session.get(Print, print_id)
    return found if found is not None and may_have(session, actor, found.paper, found.about) else None


def is_somebodys(session: Session, print_id: str) -> bool:
    """Whether there is such a print and it belongs to a case."""
    found = session.get(Print, print_id)
    return found is not None and case_of(found.paper, found.about) != ""


@jobs.work("guides.print")
def print_asked(print_id: str) -> float | None:
    """Print what was asked for; done twice it keeps the same file; what goes wrong is noted, nobody waits for ever."""
    with db.reading() as session:
        asked = session.get(Print, print_id)
    if asked is None or asked.state != "waiting":
        return None
    try:
        _note(print_id, state="ready", **_printed(asked))
    except press.PressBusy:
        return LATER
    except Refusal as refusal:
        _note(print_id, state="failed", why=refusal.msgid)
    except Exception:
        _note(print_id, state="failed", why=press.PressFailed.msgid)
        raise  # for the log
    return None


def _printed(asked: Print) -> dict[str, str | int]:
    """The paper printed and its file kept: what its row becomes."""
    with db.reading() as session, i18n.speaking(asked.locale):
        order = ORDERS[asked.paper](session, asked.about)
    paper = press.print_paper(order.template, order.facts, asked.locale)
    return {"file": files.keep(paper.pdf), "pages": paper.pages, "missing": "".join(sorted(paper.missing))}


def _note(print_id: str, **became: str | int) -> None:
    with db.writing() as session:
        asked = db.lock(session, session.get_one(Print, print_id))
        for name, value in became.items():
            setattr(asked, name, value)
        asked.done_at = db.now()
        session.add(asked)


@jobs.work("guides.sweep", schedule="10 4 * * *")
def sweep(_: str) -> None:
    """Forget prints after a week, people's data with them: printing once more takes seconds."""
    with db.writing() as session:
        session.execute(delete(Print).where(col(Print.asked_at) < db.now() - KEEP))


def kept(session: Session) -> set[str]:
    """The files that prints still name, for the sweep."""
    return set(session.exec(select(Print.file).where(col(Print.file) != "")))
