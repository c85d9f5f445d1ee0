"""The staff's side: the way in, the queue and its keys."""

from flask.typing import ResponseReturnValue

from portal import notes, pages
from portal.access import Actor, anyone, listed, menu, staff
from portal.accounts import staff as people
from portal.i18n import N_
from portal.review import counts, filters, forms, queue
from portal.review.forms import blueprint as review

reads = staff("reviewer", "manager", "auditor")


@review.get("/desk")
@review.get("/desk/")
@anyone
def desk(actor: Actor) -> ResponseReturnValue:
    """What people type: the desk begins where the sign-in leads, else with the first page that this person may open."""
    mine = menu(actor)
    return pages.go(people.begins(actor.roles) or (mine[0][2] if mine else filters.QUEUE))


@review.get("/desk/review/keys")
@reads
def keys(actor: Actor) -> ResponseReturnValue:
    """Which keys of the keyboard do what."""
    return pages.show("review/keys.html", keys=forms.keys())


@review.get("/desk/review/")
@listed(N_("Applications"), 1)
@reads
def waiting(actor: Actor) -> ResponseReturnValue:
    """The queue."""
    session, part = pages.session(), forms.wanted()
    stands = counts.standing(session, actor.places, part)
    rows, more = queue.page(session, actor, part)
    sieve = None if part.words else filters.sieve(actor, part, counts.counts(session, actor, part, stands))
    return pages.show(
        "review/queue.html",
        rows=rows,
        part=part,
        sieve=sieve,
        choosing=forms.choosing(actor, part, sieve.total if sieve else "" if more else str(len(rows))),
        pace=counts.pace_words(session, actor.places, stands),
        further=filters.further(queue.after(part, rows[-1])) if more else "",
        notes=notes.for_desk(session, actor),
    )
