"""What the seller is told of a case, and in which words; pages that ask before telling show the very same."""

from collections.abc import Callable, Sequence
from datetime import date

from babel.dates import format_skeleton
from sqlmodel import Session

from portal import i18n
from portal.accounts import service as accounts
from portal.i18n import N_, library_text
from portal.i18n import gettext as _
from portal.notices.service import Text
from portal.questions import service as questions
from portal.review import amendments, clock, numbers, remarks
from portal.review.models import Case, Remark
from portal.review.states import STATES


def received(session: Session, case: Case) -> None:
    """Tell the seller that we have it, and by when we answer; where nobody looks at it yet, that it waits."""
    due = clock.answers_by(session, case)
    if due is None:
        tell(session, case, "unserved", lambda: _unserved(case))
    else:
        tell(session, case, "received", lambda: _answers_by(case, due))


def _unserved(case: Case) -> str:
    said = N_(
        "We have your application %(number)s. Nobody looks at applications from your place yet: it is kept and waits."
    )
    of_change = N_(
        "We have your change %(number)s. Nobody looks at applications from your place yet: it is kept and waits."
    )
    return _(of_change if case.amends_id else said, number=numbers.shown(case.number))


def _answers_by(case: Case, due: date) -> str:
    said = N_("We have your application %(number)s and will answer by %(day)s.")
    of_change = N_("We have your change %(number)s and will answer by %(day)s.")
    return _(
        of_change if case.amends_id else said,
        number=numbers.shown(case.number),
        day=format_skeleton("MMMd", due, locale=i18n.language()),
    )


def sent_back(case: Case, made: Sequence[Remark]) -> str:
    """What is to be mended."""
    named = {"number": numbers.shown(case.number), "fields": _(", ").join(remarks.short(each) for each in made)}
    if case.amends_id:
        return i18n.ngettext(
            "Your change %(number)s needs one thing mended: %(fields)s. Sign in, mend it, send it again.",
            "Your change %(number)s needs %(num)s things mended: %(fields)s. Sign in, mend them, send it again.",
            len(made),
            **named,
        )
    return i18n.ngettext(
        "Your application %(number)s needs one thing mended: %(fields)s. Sign in, mend it, send it again.",
        "Your application %(number)s needs %(num)s things mended: %(fields)s. Sign in, mend them, send it again.",
        len(made),
        **named,
    )


def decided(case: Case, reason: str) -> str:
    """That it passed; or, with a reason of the list, that it did not."""
    if not reason:
        return amendments.approved(case)
    found = questions.library().reasons.get(reason)
    return amendments.refused(case, library_text(found.meaning) if found else reason)


def tell(session: Session, case: Case, kind: str, say: Callable[[], str]) -> None:
    """Tell the seller, in the language last used to sign in; `say` is called in it."""
    values = _values(case, kind)
    accounts.tell(session, case.seller_id, kind=kind, say=lambda: Text(say(), **values), case_id=case.id)


def _values(case: Case, kind: str) -> dict[str, str]:
    """What the template of an SMS vendor asks for, short; the templates are Chinese."""
    with i18n.speaking(i18n.DEFAULT):
        values = {"number": numbers.shown(case.number)}
        if kind == "received":
            values["day"] = format_skeleton("MMMd", case.due, locale=i18n.DEFAULT)
        elif kind == "decided":
            values["result"] = _(STATES[case.state].label)
    return values
