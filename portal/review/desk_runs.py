"""The staff's side of runs: choose many cases, say what is to be done, read it once more, and watch it being done."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from portal import pages
from portal.access import Actor, listed, staff
from portal.accounts import serving
from portal.i18n import N_, Refusal, ngettext
from portal.review import choosing, filters, forms, runs
from portal.review.forms import blueprint as review
from portal.review.models import ITEMS, RUNS, Run

FEW = 5
decides = staff("reviewer", "manager")


@review.get("/desk/review/runs")
@listed(N_("Many at once"), 15)
@decides
def my_runs(actor: Actor) -> ResponseReturnValue:
    """What the person has begun with many cases at once."""
    return _runs(actor)


def _runs(actor: Actor, fault: Refusal | None = None) -> ResponseReturnValue:
    rows = runs.of(pages.session(), actor)
    facts = {"labels": choosing.DEEDS, "states": RUNS, "back": filters.address(forms.wanted()), "fault": fault}
    return pages.show("review/runs.html", 422 if fault else 200, rows=rows, **facts)


@review.post("/desk/review/runs")
@decides
def choose(actor: Actor) -> ResponseReturnValue:
    """Keep the choice: the ticked rows, or all that the filters choose."""
    session = pages.session()
    every = "every" in request.form
    chosen = choosing.every(session, actor, forms.wanted()) if every else forms.chosen()
    try:
        run = choosing.choose(session, chosen, by=actor, key=forms.form_key())
    except choosing.NothingChosen:
        return pages.go(forms.back_to_list())
    except Refusal as fault:
        return _runs(actor, fault)
    return pages.go(f"{forms.RUNS}/{run.id}")


@review.get("/desk/review/runs/<run_id>")
@decides
def run(actor: Actor, run_id: str) -> ResponseReturnValue:
    """A run: what can be done with the chosen cases, or how far it is and what came of each."""
    return _run(_mine(actor, run_id))


def _run(run: Run, status: int = 200, fault: Refusal | None = None) -> ResponseReturnValue:
    session = pages.session()
    done = runs.progress(session, run)
    if run.state == "chosen":
        few = runs.result(session, run, "waiting", limit=FEW)[0]
        return pages.show("review/run_choose.html", status, run=run, done=done, few=few, fault=fault)
    part, after = forms.outcome(done.skipped)
    lines, more = runs.result(session, run, part, after)
    facts: dict[str, Any] = {"labels": choosing.DEEDS, "states": RUNS, "parts": ITEMS}
    facts |= {"told": choosing.told(session, run), "lines": lines, "more": more, "fault": fault}
    facts["why"] = runs.read(run.why)
    facts["undoable"] = len(choosing.undoable(session, run)) if run.state != "running" and done.done else 0
    return pages.show("review/run.html", status, run=run, done=done, part=part, **facts)


def _mine(actor: Actor, run_id: str) -> Run:
    return runs.mine(pages.session(), actor, run_id) or abort(404)


@review.get("/desk/review/runs/<run_id>/<any(remark, send_back, hand_over):what>")
@decides
def plan_page(actor: Actor, run_id: str, what: str) -> ResponseReturnValue:
    """Asks on which answer and why, or who is to look at them."""
    run = _mine(actor, run_id)
    said = choosing.planned(run)
    return _plan_page(actor, run, said if said.action == what else choosing.Plan(what))


def _plan_page(actor: Actor, run: Run, said: choosing.Plan, missing: Sequence[Refusal] = ()) -> ResponseReturnValue:
    session = pages.session()
    facts: dict[str, Any] = {"people": [], "answers": [], "reasons": []}
    if said.action == "hand_over":
        facts["people"] = serving.colleagues(session, actor)
    else:
        facts |= {"answers": choosing.answers(session, run), "reasons": forms.reasons()}
    facts |= {"title": choosing.DEEDS[said.action], "done": runs.progress(session, run)}
    faults = {each.field: each.text for each in missing}
    return pages.show("review/run_plan.html", 422 if faults else 200, run=run, said=said, faults=faults, **facts)


@review.post("/desk/review/runs/<run_id>/<any(approve, remark, send_back, hand_over):what>")
@decides
def plan(actor: Actor, run_id: str, what: str) -> ResponseReturnValue:
    """Keep what is to be done, and go on to reading it once more."""
    run, said, session = _mine(actor, run_id), forms.plan(what), pages.session()
    missing = choosing.missing(session, run, said, by=actor)
    if missing and run.state == "chosen":
        return _plan_page(actor, run, said, missing)
    choosing.plan(session, run, said, by=actor)
    return pages.go(f"{forms.RUNS}/{run_id}/confirm")


@review.get("/desk/review/runs/<run_id>/confirm")
@decides
def confirm(actor: Actor, run_id: str) -> ResponseReturnValue:
    """Says how many, shows the first few and what the sellers will read, and asks."""
    run, session = _mine(actor, run_id), pages.session()
    if run.state != "chosen" or not run.action:
        return pages.go(f"{forms.RUNS}/{run_id}")
    done, told = runs.progress(session, run), choosing.told(session, run)
    few = runs.result(session, run, "waiting", limit=FEW)[0]
    title = _question(run.action, done.total, told.to)
    takes_over = run.action == "hand_over" and "manager" in actor.roles
    return pages.show(
        "review/run_confirm.html", run=run, done=done, told=told, few=few, title=title, takes_over=takes_over
    )


def _question(action: str, many: int, to: str) -> str:
    """What the page asks before a run begins."""
    asked = {
        "approve": ngettext("Approve this one?", "Approve %(num)s applications?", many),
        "remark": ngettext("Remark on this one?", "Remark on %(num)s applications?", many),
        "send_back": ngettext("Send this one back to be mended?", "Send %(num)s applications back to be mended?", many),
        "hand_over": ngettext("Hand this one to %(who)s?", "Hand %(num)s applications to %(who)s?", many, who=to),
        "undo": ngettext("Undo this one?", "Undo %(num)s decisions?", many),
    }
    return asked[action]


@review.get("/desk/review/runs/<run_id>/chosen")
@decides
def chosen(actor: Actor, run_id: str) -> ResponseReturnValue:
    """All that were chosen and are still to do."""
    run, session = _mine(actor, run_id), pages.session()
    lines, more = runs.result(session, run, "waiting", forms.outcome(0)[1])
    return pages.show("review/run_chosen.html", run=run, done=runs.progress(session, run), lines=lines, more=more)


@review.post("/desk/review/runs/<run_id>/undo")
@decides
def undo(actor: Actor, run_id: str) -> ResponseReturnValue:
    """Ask whether to take back all that a run decided and of which no seller was told yet."""
    run = _mine(actor, run_id)
    try:
        made = choosing.undoing(pages.session(), run, by=actor)
    except Refusal as fault:
        return _run(run, 409, fault)
    return pages.go(f"{forms.RUNS}/{made.id}/confirm")


@review.post("/desk/review/runs/<run_id>/<any(start, stop, go_on):turn>")
@decides
def turn(actor: Actor, run_id: str, turn: str) -> ResponseReturnValue:
    """Begin it, stop it, or continue it."""
    run, session = _mine(actor, run_id), pages.session()
    try:
        if turn == "start":
            runs.ask(session, run, by=actor, version=forms.version())
        else:
            {"stop": runs.stop, "go_on": runs.go_on}[turn](session, run)
    except Refusal as fault:
        return _run(run, 409, fault)
    return pages.go(f"{forms.RUNS}/{run_id}")
