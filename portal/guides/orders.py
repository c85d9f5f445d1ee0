"""Which papers there are, and what each shows of what it is about: facts for the press, nothing printed yet."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from sqlmodel import Session, select

from portal import i18n, press
from portal.assist import blanks
from portal.guides import codes, mine, quoted
from portal.guides import guide as guides
from portal.guides.guide import Guide
from portal.guides.mine import Tell, untold
from portal.guides.shapes import SHAPES, Book, Forms, Order
from portal.i18n import N_, Refusal, library_text
from portal.office import service as offices
from portal.press.code import Code, code
from portal.questions import service as questions
from portal.questions.models import Reason
from portal.registration import copying, papers, platform, privacy
from portal.review import papers as notices
from portal.review.models import Case

# What a paper for everybody is about when somebody who practises asks for it.
PRACTICE = "practice"
_state = SimpleNamespace(guides={}, url="")


class NoSuchPaper(Refusal):
    """There is no guide or paper of that name for that kind of seller, or not in that language."""

    msgid = N_("There is no such paper.")


class NotInThisLanguage(NoSuchPaper):
    """The guide is not written in that language."""

    msgid = N_("This guide is not written in that language. Please print it in Chinese.")


def setup(url: str) -> None:
    """Take the address that links and QR codes carry."""
    _state.url = url


def read(folder: Path, overlay: Path | None = None) -> None:
    """Take the guides of a library into use. Raises BadLibrary."""
    _state.guides = guides.read(folder, overlay)


def all_guides() -> list[Guide]:
    """The guides, in the order of their names."""
    return [_state.guides[key] for key in sorted(_state.guides)]


def guides_for(audience: str) -> list[Guide]:
    """The guides for sellers, or those for staff, in the order of their names."""
    return [guide for guide in all_guides() if guide.audience == audience]


def guide_for(name: str, kind: str) -> Guide:
    """The guide of that name if it speaks to that kind of seller. Raises NoSuchPaper."""
    found: Guide | None = _state.guides.get(name)
    if found is None or kind not in found.kinds():
        raise NoSuchPaper
    return found


def reasons() -> Mapping[str, Reason]:
    """Why applications come back, by code: the reviewers' own list."""
    return questions.library().reasons


def case_for(session: Session, case_id: str) -> Case:
    """The case that a paper is about. Raises NoSuchPaper."""
    found = session.exec(select(Case).where(Case.id == case_id)).first()
    if found is None:
        raise NoSuchPaper
    return found


def _status(case: Case) -> Code:
    return papers.status_code(_state.url, case.number)


def guide_order(
    name: str,
    kind: str,
    person: papers.Cover | None = None,
    *,
    link: str = "",
    practice: bool = False,
    shape: str = "a4",
) -> Book:
    """A guide for one kind of seller, its cover blank or a person's. Raises NoSuchPaper and NotInThisLanguage."""
    guide = guide_for(name, kind)
    if shape not in SHAPES:
        raise NoSuchPaper
    if i18n.language() not in guide.languages:
        raise NotInThisLanguage
    addressed = guide.kinds()[kind]
    return Book(
        "guides/print.html",
        {
            "guide": guide,
            "kind": addressed,
            "parts": guide.parts(kind),
            **quoted.facts(guide.parts(kind), kind, _state.guides),
            "reasons": reasons(),
            "person": person,
            "office": offices.office(),
            "code": code(link) if link else short_code(name, kind),
            "practice": practice,
        },
        f"{library_text(guide.title)} {library_text(addressed.title)}",
        shape=shape,
    )


def short_code(name: str, kind: str) -> Code:
    """The QR code of a guide's page, with the short code that people can type."""
    short = codes.code_of(name, kind)
    return code(f"{_state.url}/guides/q/{short}", short)


def _guide(session: Session, about: str) -> Order:
    name, kind, *how = about.split("/")
    return guide_order(name, kind, shape=how[0] if how else "a4", practice=PRACTICE in how)


def _my_guide(session: Session, about: str) -> Order:
    name, case_id, *shape = about.split("/")
    case = case_for(session, case_id)
    how: dict[str, Any] = {"link": _status(case).url, "practice": case.practice, "shape": shape[0] if shape else "a4"}
    return guide_order(name, case.kind, papers.cover(session, case), **how)


def _of_case(template: str, it: object, title: str, case: Case) -> Order:
    """A paper of a case; one of practice says so on every page."""
    return Order(template, {"it": it, "practice": case.practice}, title)


def _blank(template: str, it: object, title: str, about: str) -> Order:
    """A paper that is everybody's; asked for in practice it says so on every page."""
    return Order(template, {"it": it, "practice": about == PRACTICE}, title)


def _receipt(session: Session, about: str) -> Order:
    case = case_for(session, about)
    it = papers.receipt(session, case, _state.url)
    return _of_case("registration/paper_receipt.html", it, i18n.gettext("Receipt"), case)


def _statement(session: Session, about: str) -> Order:
    template, title = "registration/paper_statement.html", i18n.gettext("Statement")
    if about in ("", PRACTICE):
        return _blank(template, papers.blank_statement(_state.url), title, about)
    case = case_for(session, about)
    return _of_case(template, papers.statement(session, case, _state.url), title, case)


def _consents(session: Session, about: str) -> Order:
    template, title = "registration/paper_consents.html", i18n.gettext("Consents")
    if about in ("", PRACTICE):
        return _blank(template, papers.blank_consents(_state.url), title, about)
    case = case_for(session, about)
    return _of_case(template, papers.consents(case, _state.url), title, case)


def _privacy(session: Session, about: str) -> Order:
    it = privacy.sheet(session, _state.url)
    return _blank("registration/paper_privacy.html", it, library_text(it.notice.title), about)


def _platform(session: Session, about: str) -> Order:
    record = platform.of_case(session, about)
    if record is None:
        raise NoSuchPaper
    it, title = copying.copy(record, _status(record.case)), i18n.gettext("What to type where on the platform")
    return _of_case("registration/paper_platform.html", it, title, record.case)


def _mending(session: Session, about: str) -> Order:
    case = case_for(session, about)
    it, title = notices.mending(session, case, _status(case)), i18n.gettext("Notice of what to mend")
    return _of_case("review/paper_mending.html", it, title, case)


def _outcome(session: Session, about: str) -> Order:
    case = case_for(session, about)
    it, title = notices.outcome(session, case, _status(case)), i18n.gettext("Notice of the decision")
    return _of_case("review/paper_outcome.html", it, title, case)


def _readiness(session: Session, about: str) -> Order:
    known = json.loads(about)
    it = papers.readiness(session, known, _state.url)
    facts = {"it": it, "practice": PRACTICE in known}
    return Order("registration/paper_readiness.html", facts, i18n.gettext("My list of papers"))


def _form(session: Session, about: str) -> Order:
    found = blanks.of_batch(session, about)
    if not found:
        raise NoSuchPaper
    it = blanks.form(session, about)
    facts = {"it": it, "practice": found[0].practice}
    return Forms("assist/paper_form.html", facts, i18n.gettext("Form: %(what)s", what=library_text(it.set.title)))


def _my_data(session: Session, about: str) -> Order:
    return Order("guides/my_data.html", mine.facts(session, about), mine.title())


class Ordered(Protocol):
    """What can be made: a paper, or a file to take away."""

    @property
    def title(self) -> str:
        """The name that its file bears."""

    @property
    def ending(self) -> str:
        """What kind of file it is: pdf, zip, xlsx, csv."""

    def edition(self, locale: str) -> str:
        """Equal editions are equal files."""

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The finished file."""


# Papers that are about no case.
NO_CASE = {"guide", "readiness", "form", *mine.PAPERS}
ORDERS: dict[str, Callable[[Session, str], Ordered]] = {
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
    "form": _form,
    "my_data": _my_data,
    "my_copy": mine.parcel,
}
