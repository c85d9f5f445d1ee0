"""The staff's side of deciding: remarks, sending back, approving or not, undoing, and the second person."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, staff
from portal.i18n import Refusal
from portal.notices import service as notices
from portal.review import decisions, dossier, forms, remarks
from portal.review.forms import blueprint as review
from portal.review.models import Case

decides = staff("reviewer", "manager")


@review.get("/desk/review/<case_id>/remark/<key>")
@decides
def remark_page(actor: Actor, case_id: str, key: str) -> ResponseReturnValue:
    """Asks what is to be mended at one field."""

    def ask(it: dossier.Dossier) -> ResponseReturnValue:
        made = remarks.on_field(pages.session(), it.case, key)
        said = forms.Said(made.reason, remarks.words_of(made)) if made else forms.Said("", "")
        return _remark_page(it, key, said, made=made is not None)

    return forms.asking(actor, case_id, "remark", ask)


def _remark_page(it: dossier.Dossier, key: str, said: forms.Said, **facts: Any) -> ResponseReturnValue:
    row = it.row(key)
    if row is None or row.gone:
        abort(404)
    facts = {"fault": None, "made": False, **facts}
    reasons, others = forms.reasons_at(it.case, key, said.reason)
    return pages.show(
        "review/remark.html",
        422 if facts["fault"] else 200,
        it=it,
        row=row,
        said=said,
        reasons=reasons,
        others=others,
        **facts,
    )


@review.post("/desk/review/<case_id>/remark/<key>")
@decides
def remark(actor: Actor, case_id: str, key: str) -> ResponseReturnValue:
    """Remark on a field, or take the remark off."""
    said, session, to = forms.said(), pages.session(), f"#at-{key}"
    if "off" in request.form:
        return forms.do(actor, case_id, lambda found: remarks.unremark(session, found, by=actor, key=key), to=to)
    try:
        return forms.do(
            actor,
            case_id,
            lambda found: remarks.remark(session, found, by=actor, key=key, reason=said.reason, words=said.words),
            to=to,
        )
    except (remarks.NoReason, remarks.NoWords) as fault:
        return _remark_page(forms.found(actor, case_id), key, said, fault=fault)


@review.get("/desk/review/<case_id>/send_back")
@decides
def send_back_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Shows what the seller will read, and asks whether to send it back."""

    def ask(it: dossier.Dossier) -> ResponseReturnValue:
        sends = notices.sends() and not it.case.practice
        return pages.show("review/send_back.html", it=it, reads=forms.mending_read(it), sends=sends)

    return forms.asking(actor, case_id, "send_back", ask)


@review.post("/desk/review/<case_id>/send_back")
@decides
def send_back(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Send it back to be mended."""
    version = forms.version()
    return forms.do(
        actor, case_id, lambda found: decisions.send_back(pages.session(), found, by=actor, version=version)
    )


@review.get("/desk/review/<case_id>/reject")
@decides
def reject_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks why it is turned down."""
    return forms.asking(actor, case_id, "reject", lambda it: _reject_page(it, forms.Said("", "")))


def _reject_page(
    it: dossier.Dossier, said: forms.Said, fault: Refusal | None = None, *, preview: bool = False
) -> ResponseReturnValue:
    reads = forms.refusal_read(it, said) if preview else None
    first, others = forms.reasons_to_reject(it.case, said.reason)
    facts: dict[str, Any] = {"it": it, "said": said, "fault": fault, "reads": reads, "reasons": first, "others": others}
    return pages.show("review/reject.html", 422 if fault else 200, **facts)


@review.post("/desk/review/<case_id>/reject")
@decides
def reject(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Show what the seller will read; or turn it down."""
    said, version = forms.said(), forms.version()

    def made(found: Case) -> None:
        facts = {"reason": said.reason, "words": said.words}
        decisions.reject(pages.session(), found, by=actor, version=version, **facts)

    try:
        if "look" in request.form:
            decisions.complete(said.reason, said.words)
            return forms.asking(actor, case_id, "reject", lambda it: _reject_page(it, said, preview=True))
        return forms.do(actor, case_id, made)
    except (remarks.NoReason, remarks.NoWords) as fault:
        return _reject_page(forms.found(actor, case_id), said, fault)


@review.get("/desk/review/<case_id>/disagree")
@decides
def disagree_page(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Asks the second person why not."""

    def ask(it: dossier.Dossier) -> ResponseReturnValue:
        return pages.show("review/disagree.html", it=it, words="", fault=None)

    return forms.asking(actor, case_id, "disagree", ask)


@review.post("/desk/review/<case_id>/disagree")
@decides
def disagree(actor: Actor, case_id: str) -> ResponseReturnValue:
    """Say no to a colleague's proposal."""
    words, version = forms.said().words, forms.version()

    def made(found: Case) -> None:
        decisions.disagree(pages.session(), found, by=actor, version=version, words=words)

    try:
        return forms.do(actor, case_id, made)
    except remarks.NoWords as fault:
        return pages.show("review/disagree.html", 422, it=forms.found(actor, case_id), words=words, fault=fault)
