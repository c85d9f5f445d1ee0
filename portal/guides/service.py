"""The guides and the print room: which papers there are, asking for one, and printing it as durable work."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, delete, select

from portal import db, files, i18n, jobs, press
from portal.guides import guide as guides
from portal.guides import mine
from portal.guides.guide import Guide
from portal.guides.models import Print
from portal.i18n import N_, Refusal, library_text
from portal.office import service as offices
from portal.press.code import code
from portal.questions import service as questions
from portal.questions.models import Reason
from portal.registration import papers
from portal.review import service as review
from portal.review.models import Case

if TYPE_CHECKING:
    from portal.access import Actor

# Seconds after which a busy press is asked again.
LATER = 20.0
KEEP = timedelta(days=7)
_state = SimpleNamespace(guides={}, url="")


class NoSuchPaper(Refusal):
    """There is no guide or paper of that name for that kind of seller, or not in that language."""

    msgid = N_("There is no such paper.")


@dataclass(frozen=True)
class Order:
    """A paper to print: its template, its facts, and the name that its file bears in the reader's language."""

    template: str
    facts: Mapping[str, Any]
    title: str

    def edition(self, locale: str) -> str:
        """Equal editions are equal papers."""
        return press.edition(self.template, self.facts, locale)

    def made(self, locale: str) -> press.Paper:
        """The finished paper."""
        return press.print_paper(self.template, self.facts, locale)


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


def guide_order(
    name: str, kind: str, person: papers.Cover | None = None, *, link: str = "", practice: bool = False
) -> Order:
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
            "practice": practice,
        },
        f"{library_text(guide.title)} {library_text(addressed.title)}",
    )


def _guide(session: Session, about: str) -> Order:
    return guide_order(*about.partition("/")[::2])


def _my_guide(session: Session, about: str) -> Order:
    name, _, case_id = about.partition("/")
    case = _case(session, case_id)
    link = papers.status_code(_state.url, case.number).url
    return guide_order(name, case.kind, papers.cover(session, case), link=link, practice=case.practice)


def _receipt(session: Session, about: str) -> Order:
    case = _case(session, about)
    facts = {"it": papers.receipt(session, case, _state.url), "practice": case.practice}
    return Order("registration/paper_receipt.html", facts, i18n.gettext("Receipt"))


def _statement(session: Session, about: str) -> Order:
    case = _case(session, about) if about else None
    it = papers.statement(session, case, _state.url) if case else papers.blank_statement(_state.url)
    facts = {"it": it, "practice": case is not None and case.practice}
    return Order("registration/paper_statement.html", facts, i18n.gettext("Statement"))


ORDERS: dict[str, Callable[[Session, str], Order | mine.Parcel]] = {
    "guide": _guide,
    "my_guide": _my_guide,
    "receipt": _receipt,
    "statement": _statement,
    "my_data": lambda session, about: Order("guides/my_data.html", mine.facts(session, about), mine.title()),
    "my_copy": mine.parcel,
}


def _case(session: Session, case_id: str) -> Case:
    found = session.exec(select(Case).where(Case.id == case_id)).first()
    if found is None:
        raise NoSuchPaper
    return found


def case_of(paper: str, about: str) -> str:
    """The id of the case that a paper is about; empty for those that are everybody's."""
    return {"guide": "", "my_guide": about.partition("/")[2]}.get(paper, about)


def may_have(session: Session, actor: "Actor", paper: str, about: str) -> bool:
    """Whether a person may ask for and read a paper: common ones everybody, a case's those who may see the case.

    What we hold of a seller is for that seller alone.
    """
    if paper in mine.PAPERS:
        return actor.kind == "seller" and actor.id == about
    case_id = case_of(paper, about)
    return not case_id or review.case_for(session, actor, case_id) is not None


def ask(session: Session, *, paper: str, about: str, locale: str) -> Print:
    """Ask for a paper; the same paper, asked for again, is the same print. Raises NoSuchPaper."""
    if paper not in ORDERS or locale not in i18n.LANGUAGES:
        raise NoSuchPaper
    with i18n.speaking(locale):
        order = ORDERS[paper](session, about)
    day = db.today() if paper in mine.PAPERS else ""  # they are gone after a day
    key = hashlib.sha256(f"{paper}:{about}:{locale}:{order.edition(locale)}:{day}".encode()).hexdigest()
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


def find(session: Session, actor: "Actor", print_id: str) -> Print | None:
    """A print that the person may read; another's is None."""
    found = session.get(Print, print_id)
    if found is None or (found.paper in mine.PAPERS and found.asked_at < db.now() - mine.KEEP):
        return None
    return found if may_have(session, actor, found.paper, found.about) else None


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
    with i18n.speaking(asked.locale):
        paper = order.made(asked.locale)
    return {"file": files.keep(paper.pdf), "pages": paper.pages, "missing": "".join(sorted(paper.missing))}


def _note(print_id: str, **became: str | int) -> None:
    with db.writing() as session:
        asked = db.lock(session, session.get_one(Print, print_id))
        for name, value in became.items():
            setattr(asked, name, value)
        asked.done_at = db.now()
        session.add(asked)


@jobs.work("guides.sweep", schedule="5 * * * *")
def sweep(_: str) -> None:
    """Forget prints after a week, what we hold of a seller after a day: printing once more takes seconds."""
    with db.writing() as session:
        session.execute(delete(Print).where(col(Print.asked_at) < db.now() - KEEP))
        old = col(Print.paper).in_(mine.PAPERS), col(Print.asked_at) < db.now() - mine.KEEP
        session.execute(delete(Print).where(*old))


def kept(session: Session) -> set[str]:
    """The files that prints still name, for the sweep."""
    return set(session.exec(select(Print.file).where(col(Print.file) != "")))
