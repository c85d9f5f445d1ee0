"""The states of a case, whose turn it is in each, what they are called, and the allowed moves: one table."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from portal.i18n import N_

Group = Literal["waiting", "seller", "done"]


@dataclass(frozen=True, slots=True)
class State:
    """One state of a case: who has to act, and what it is called for the seller as for the staff."""

    key: str
    group: Group
    label: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can happen to a case: who does it, from which states, and where it leads.

    `to` is empty when the state stays; `later` is where it leads from the second round on.
    """

    action: str
    by: Literal["seller", "staff"]
    froms: tuple[str, ...]
    to: str
    label: str
    later: str = ""

    def leads(self, state: str, round_: int) -> str:
        """The state after the move."""
        return (self.later if round_ > 1 and self.later else self.to) or state


GROUPS: dict[str, str] = {
    "waiting": N_("To look at"),
    "seller": N_("With the seller"),
    "done": N_("Decided"),
    "practice": N_("Practice"),
}
# Where real cases stand.
DESKS = ("waiting", "seller", "done")
# Where a case stands whose seller is forgotten: nowhere that anybody looks.
ERASED = "erased"
# Where it stands while its seller does not let the office look at it, by where it stood.
SHUT = {**dict.fromkeys(DESKS, "shut"), "practice": "shut_practice"}
HIDDEN = (ERASED, *sorted({*SHUT.values()}))
STATES = {
    state.key: state
    for state in (
        State("submitted", "waiting", N_("Received")),
        State("in_review", "waiting", N_("Being looked at")),
        State("changes_requested", "seller", N_("To be mended")),
        State("resubmitted", "waiting", N_("Mended and sent again")),
        State("approved", "done", N_("Approved")),
        State("to_approve", "waiting", N_("Approval waits for a second person")),
        State("to_reject", "waiting", N_("Refusal waits for a second person")),
        State("rejected", "done", N_("Not approved")),
        State("withdrawn", "done", N_("Withdrawn")),
    )
}
UNDECIDED = tuple(key for key, state in STATES.items() if state.group != "done")
# Proposed by one person, to be confirmed by another: for the seller still looked at.
PROPOSED = ("to_approve", "to_reject")
# Within this time a decision can be undone; only then the seller learns of it, and it has its consequences.
SETTLES_AFTER = timedelta(minutes=10)
MOVES = {
    move.action: move
    for move in (
        Move("receive", "seller", ("", "changes_requested"), "submitted", N_("Sent"), later="resubmitted"),
        Move("take", "staff", ("submitted", "resubmitted"), "in_review", N_("Taken to look at")),
        Move("release", "staff", ("in_review",), "submitted", N_("Put back into the queue"), later="resubmitted"),
        Move("hand_over", "staff", ("submitted", "resubmitted", "in_review"), "in_review", N_("Handed to a colleague")),
        Move("remark", "staff", ("in_review",), "", N_("Remarked on")),
        Move("unremark", "staff", ("in_review",), "", N_("Remark taken off")),
        Move("tick", "staff", ("in_review",), "", N_("Looked at and ticked")),
        Move("untick", "staff", ("in_review",), "", N_("Tick taken off")),
        Move("send_back", "staff", ("in_review",), "changes_requested", N_("Sent back to be mended")),
        Move("propose_approval", "staff", ("in_review",), "to_approve", N_("Proposed to approve")),
        Move("propose_rejection", "staff", ("in_review",), "to_reject", N_("Proposed not to approve")),
        Move("disagree", "staff", PROPOSED, "in_review", N_("The second person says no")),
        Move("approve", "staff", ("in_review", "to_approve"), "approved", N_("Approved")),
        Move("reject", "staff", ("in_review", "to_reject"), "rejected", N_("Not approved")),
        Move("undo", "staff", ("changes_requested", "approved", "rejected", *PROPOSED), "in_review", N_("Undone")),
        Move("withdraw", "seller", UNDECIDED, "withdrawn", N_("Withdrawn by the seller")),
    )
}
# What approve and reject are where the kind asks for a second person.
PROPOSES = {"approve": "propose_approval", "reject": "propose_rejection"}
# What the seller is told of, once it is settled.
DECISIONS = ("send_back", "approve", "reject")
# What is noted but moves nothing; notes are for colleagues alone.
NOTES = {"note": N_("Note for colleagues")}
SIGHTINGS = {
    "see_phone": N_("Phone number looked at"),
    "see_photo": N_("Photo looked at"),
    "print": N_("Paper opened or printed"),
}
# What is noted beside the decision, or after it by the seller or in the seller's name; it moves nothing either.
NOTED = {
    "number_asked": N_("New phone number asked for"),
    "number_changed": N_("Phone number changed"),
    "number_refused": N_("New phone number turned down"),
    "told": N_("Told what came of it"),
    "amended": N_("Changed, as approved"),
    "filled_in": N_("Filled in by a helper, read out to the seller and sent"),
}
