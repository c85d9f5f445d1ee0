"""What may be wrong with a guide of a batch, as people read it."""

from portal.i18n import N_, Refusal


class TooLongFor(Refusal):
    """What stands on a cover does not fit on it."""

    msgid = N_("The cover does not fit on its page: “%(what)s” is too long. Have it shortened, then print this one.")


class Lacking(Refusal):
    """A character that our fonts cannot draw; the guide is printed all the same."""

    msgid = N_("In “%(what)s” our fonts lack %(characters)s; the paper shows 〓. Please write it in by hand.")


class NothingPrinted(Refusal):
    """Not one guide came out."""

    msgid = N_("Not one guide could be printed. Below stands why.")
