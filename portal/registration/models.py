"""What the question set of a kind of seller says of that kind, under [about]; registration has no tables."""

from typing import Literal

from portal.questions.models import Frozen, Several

Paper = Literal["my_guide", "receipt", "statement"]


class Kind(Frozen):
    """One kind of seller."""

    # At which place it is offered: a grower must find himself first.
    order: int
    # What of a case can be printed.
    papers: tuple[Paper, ...] = ("my_guide", "receipt")
    # Which dated facts of the library concern it before it starts.
    facts: Several = ()
    # Words of which one stands in the name of such a body; a name without one is told to the desk.
    names: Several = ()
