"""The staff's side: how long we keep what, what the next run takes away, and what past runs took."""

from flask.typing import ResponseReturnValue

from portal import access, pages
from portal.access import Actor, listed, staff
from portal.i18n import N_, Refusal
from portal.keeping import retention, terms
from portal.keeping.forms import blueprint, typed

reads = staff("admin", "auditor")
sets = staff("admin", home=True)


@blueprint.get("/desk/keeping/")
@listed(N_("What we keep, and how long"), 11)
@reads
def rules(actor: Actor) -> ResponseReturnValue:
    """The rules, the preview of the next run, and the reports."""
    return _rules(actor, {}, None)


@blueprint.post("/desk/keeping/")
@sets
def change(actor: Actor) -> ResponseReturnValue:
    """Set the days of the rules: all of them, or none when one is no number."""
    session, given = pages.session(), typed()
    try:
        for length in terms.lengths():
            if length.key in given:
                terms.change(session, length.key, given[length.key], by=actor)
    except Refusal as refusal:
        return _rules(actor, given, refusal)
    return pages.go("/desk/keeping/")


def _rules(actor: Actor, given: dict[str, str], fault: Refusal | None) -> ResponseReturnValue:
    session, ours = pages.session(), access.at_home(actor)
    planned, own = retention.steps(session), terms.own(session)
    return pages.show(
        "keeping/rules.html",
        422 if fault else 200,
        may_name=ours,
        may_change=ours and "admin" in actor.roles,
        rows=[(each, given.get(each.key), own.get(each.key)) for each in terms.lengths()],
        plans=retention.summary(planned),
        names={each.key: each.what for each in terms.lengths()},
        reports=retention.reports(session),
        fault=fault,
    )
