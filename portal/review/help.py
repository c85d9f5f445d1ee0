"""Who filled a case in for its seller, and who gets the messages: facts for the desk, which must know it."""

from dataclasses import dataclass

from portal.accounts import contacts
from portal.accounts.models import Seller
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.sheets import service as sheets
from portal.sheets import submissions
from portal.sheets.models import Sheet, Submission


@dataclass(frozen=True, slots=True)
class Help:
    """`lines` are sentences; `paper` are the ids of the photos of the form that was filled in by hand; `by_word` says
    that no message leaves, for a station tells the seller.
    """

    lines: tuple[str, ...]
    paper: tuple[str, ...]
    by_word: bool


def help_of(sheet: Sheet, seller: Seller | None, sent: Submission) -> Help | None:
    """What is to be told of the help that a seller had; None where they did it all themselves, on their own phone."""
    lines = _typed(sheet, sent)
    if seller and (sheet.helpers or seller.contact != "own"):
        lines.append(_("Messages: %(how)s", how=contacts.told_to(seller)))
    by_word = seller is not None and seller.contact == "station"
    return Help(tuple(lines), tuple(sheet.paper), by_word) if lines else None


def _typed(sheet: Sheet, sent: Submission) -> list[str]:
    """For each helper what they typed, the rest is the seller's; of those who typed nothing that they were there."""
    if not sheet.helpers:
        return []
    typists, labels = sheets.typists(sheet), {line.key: library_text(line.label) for line in submissions.lines(sent)}
    lines = []
    for name in dict.fromkeys(sheet.helpers.values()):
        mine = [key for key in labels if typists.get(key) == name]
        if not mine:
            lines.append(_("%(who)s helped; all answers were typed by others.", who=name))
        elif len(mine) == len(labels):
            lines.append(_("%(who)s filled in everything beside the seller.", who=name))
        else:
            what = _(", ").join(labels[key] for key in mine)
            lines.append(_("%(who)s filled in beside the seller: %(what)s.", who=name, what=what))
    return lines
