"""The print room: who may have which paper, asking for one, and printing it as durable work."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, or_, select, update

from portal import db, files, i18n, jobs, press, vault
from portal.accounts import limits
from portal.assist import blanks
from portal.audit import service as audit
from portal.guides import mine
from portal.guides.models import Errand, Print
from portal.guides.orders import NO_CASE, ORDERS, PRACTICE, NoSuchPaper, case_for
from portal.i18n import N_, Refusal
from portal.registration import papers, platform
from portal.review import service as review
from portal.review import trail

if TYPE_CHECKING:
    from portal.access import Actor

# Seconds after which a busy press is asked again.
LATER = 20.0
KEEP = timedelta(days=7)
# A training hall of fifty may sit behind one address.
ADDRESS: list[limits.Rule] = [(300, timedelta(hours=1))]
# Papers that are the same for everybody.
FOR_ALL = ("guide", "privacy")


class NotForNow(Refusal):
    """The paper does not fit the case as it is now: no notice of what to mend where nothing is."""

    msgid = N_("This paper does not fit how the application stands now. Open the application again.")


def is_for_all(asked: Print) -> bool:
    """Whether a print is the same for everybody: a common paper, or one to fill in by hand."""
    return asked.paper in FOR_ALL or asked.about in ("", PRACTICE)


def case_of(paper: str, about: str) -> str:
    """The id of the case that a paper is about; empty for those that are everybody's."""
    nobodys = dict.fromkeys(NO_CASE, "")
    one = {**nobodys, "my_guide": about.split("/")[1] if "/" in about else about}.get(paper, about)
    return "" if one == PRACTICE else one


def may_have(session: Session, actor: "Actor", paper: str, about: str) -> bool:
    """Whether a person may ask for and read a paper: common ones everybody, a case's those who may see the case.

    What we hold of a seller is for that seller alone.
    """
    if paper in mine.PAPERS:
        return actor.kind == "seller" and actor.id == about
    if paper == "form":
        return blanks.may_print(session, actor, about)
    case_id = case_of(paper, about)
    # Helpers read no cases, but help sellers on the platform.
    find = platform.record_for if paper == "platform" else review.case_for
    return not case_id or find(session, actor, case_id) is not None or _was_sent(session, actor, paper, case_id)


def _was_sent(session: Session, actor: "Actor", paper: str, case_id: str) -> bool:
    """Whether the seller sent this paper to a station where the asking member of staff works, and it is under way."""
    sent = select(Errand.place).where(Errand.case_id == case_id, Errand.paper == paper)
    places = session.exec(sent.where(col(Errand.state).in_(("waiting", "printed")))).all()
    return actor.kind == "staff" and any(map(actor.works_for, places))


def ask(session: Session, *, paper: str, about: str, locale: str, by_id: str = "") -> Print:
    """Ask for a paper, or with `by_id` for a table that is for this member of staff alone.

    The same, asked for again, is the same print. Raises NoSuchPaper and NotForNow.
    """
    case_id = case_of(paper, about)
    if paper not in ORDERS or locale not in i18n.LANGUAGES:
        raise NoSuchPaper
    if case_id and not papers.fits(paper, case_for(session, case_id)):
        raise NotForNow
    with i18n.speaking(locale):
        order = ORDERS[paper](session, about)
    day = db.today() if paper in mine.PAPERS else ""  # they are gone after a day
    key = hashlib.sha256(f"{paper}:{about}:{locale}:{order.edition(locale)}:{day}".encode()).hexdigest()
    _make_room(session, key)
    wanted = Print(
        paper=paper, about=about, locale=locale, title=order.title, ending=order.ending, by_id=by_id, key=key
    )
    db.insert_once(session, wanted)
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
    personal = found is not None and (found.by_id or found.paper in mine.PAPERS)
    if found is None or (personal and found.asked_at < db.now() - mine.KEEP):
        return None
    if found.by_id:
        return found if actor.kind == "staff" and actor.id == found.by_id else None
    return found if may_have(session, actor, found.paper, found.about) else None


def whose(session: Session, print_id: str) -> str:
    """Who signs in to read a print: staff for a table, the seller where it belongs to a case; nobody elsewhere."""
    found = session.get(Print, print_id)
    if found is None:
        return ""
    return "staff" if found.by_id else "seller" if case_of(found.paper, found.about) else ""


def is_practice(session: Session, asked: Print) -> bool:
    """Whether a print is about a case of practice."""
    case_id = case_of(asked.paper, asked.about)
    return bool(case_id) and case_for(session, case_id).practice


def opened(session: Session, actor: "Actor", asked: Print) -> None:
    """Write down that a member of staff takes a paper of a case, or a table, away: before its bytes leave."""
    case_id = case_of(asked.paper, asked.about)
    if actor.kind != "staff" or not (case_id or asked.by_id):
        return
    if asked.by_id:
        told = {"about": asked.title, "rows": i18n.ngettext("one row", "%(num)s rows", asked.total)}
        audit.saw(actor, "export_fetched", subject=asked.id, details=told)
    else:
        case = case_for(session, case_id)
        trail.saw(session, actor, case, "print", subject=asked.paper, details={"label": asked.title})


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
        paper = order.made(asked.locale, lambda made, total: _tell(asked, made, total))
    return {"file": files.keep(paper.pdf), "pages": paper.pages, "missing": "".join(sorted(paper.missing))}


def _tell(asked: Print, made: int, total: int) -> None:
    with db.writing() as session:
        session.execute(update(Print).where(col(Print.id) == asked.id).values(made=made, total=total))


def _note(print_id: str, **became: str | int) -> None:
    with db.writing() as session:
        asked = db.lock(session, session.get_one(Print, print_id))
        for name, value in became.items():
            setattr(asked, name, value)
        asked.done_at = db.now()
        session.add(asked)


@jobs.work("guides.sweep", schedule="5 * * * *")
def sweep(_: str) -> None:
    """Forget prints after a week, tables and what we hold of a seller after a day: printing once more takes seconds."""
    with db.writing() as session:
        session.execute(delete(Print).where(col(Print.asked_at) < db.now() - KEEP))
        personal = or_(col(Print.paper).in_(mine.PAPERS), col(Print.by_id) != "")
        old = personal, col(Print.asked_at) < db.now() - mine.KEEP
        session.execute(delete(Print).where(*old))


def kept(session: Session) -> set[str]:
    """The files that prints still name, for the sweep."""
    return set(session.exec(select(Print.file).where(col(Print.file) != "")))
