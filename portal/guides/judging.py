"""Whether a guide that read well can be used: what it names is there, and each kind of seller finds its way in it."""

from collections.abc import Mapping
from pathlib import Path

from portal.guides.guide import EVERYONE, Guide, Part, Table, look
from portal.i18n import N_
from portal.questions.models import Library
from portal.questions.problems import Place
from portal.questions.rules import judge_drawings, judge_reasons, twice
from portal.registration import sellers

# Words of addresses beside which no guide, and no chapter, can stand.
TAKEN = ("q", "prints", "drawings", "refusals")
TAKEN_CHAPTERS = ("print", "text")


def problems(known: Library, folder: Path, overlay: Path | None = None) -> list[str]:
    """Every fault of every guide of a library, one sentence each; `known` has the reasons that they name."""
    guides, faults = look(folder, overlay)
    for name, guide in guides.items():
        place = Place(f"guides/{name}", found=faults)
        if guide.key != Path(name).stem:
            place.tell(N_("the key of a guide is the name of its file"))
        if guide.key in TAKEN:
            place.tell(N_("“%(key)s” is an address of ours: call the guide otherwise"), key=guide.key)
        _judge_kinds(guide, {*sellers.sets_in(known), *known.unread}, place)
        for part in guide.part:
            here = place.at("", part.key)
            _judge_part(part, guide, known, here)
            _judge_others(part, guide, {other.key: other for other in guides.values()}, here)
    return faults


def _judge_kinds(guide: Guide, known: set[str], place: Place) -> None:
    for key in twice(kind.key for kind in guide.kind):
        place.at("", key).tell(N_("this key stands twice"))
    for key in guide.kinds():
        here = place.at("", key)
        if key not in known and [*guide.kinds()] != [EVERYONE]:
            here.tell(N_("nobody can register as this kind"))
        parts = guide.parts(key)
        if not parts or not parts[0].title or parts[0].joined:
            here.tell(N_("the first part that this kind reads needs a title, and cannot be joined"))
            continue
        for chapter in (each.key for each in guide.chapters(key) if each.key in TAKEN_CHAPTERS):
            place.at("", chapter).tell(N_("“%(key)s” is an address of ours: call the chapter otherwise"), key=chapter)
        for chapter in twice(chapter.key for chapter in guide.chapters(key)):
            place.at("", chapter).tell(N_("the kind “%(kind)s” reads two chapters of this key"), kind=key)


def _judge_part(part: Part, guide: Guide, known: Library, place: Place) -> None:
    some = {key for each in (part, *part.step, *part.fact) for key in each.kinds} | {*part.fresh_for}
    for key in sorted(some - guide.kinds().keys()):
        place.tell(N_("this guide has no kind “%(key)s”"), key=key)
    if part.tick and not part.points:
        place.tell(N_("there are no points to tick off"))
    if part.words and not known.words.group:
        place.tell(N_("there is no list of words to print"))
    judge_reasons(part.reasons, known.reasons, place)
    judge_drawings((figure.drawing for figure in part.figure), place)
    if part.table:
        _judge_table(part.table, place)


def _judge_others(part: Part, guide: Guide, others: Mapping[str, Guide], place: Place) -> None:
    """A guide that another points to is one that its reader finds in the list."""
    for key in part.see:
        if key not in others or key == guide.key:
            place.tell(N_("there is no other guide “%(key)s”"), key=key)
        elif others[key].audience == "staff" and guide.audience == "seller":
            place.tell(N_("the guide “%(key)s” is for staff: sellers do not find it"), key=key)


def _judge_table(table: Table, place: Place) -> None:
    wanted = len(table.columns)
    if table.widths and len(table.widths) != wanted:
        place.tell(N_("the table has %(n)s widths for %(columns)s columns"), n=len(table.widths), columns=wanted)
    for number, row in enumerate(table.rows, 1):
        if len(row) != wanted:
            place.tell(
                N_("row %(number)s of the table has %(n)s cells for %(columns)s columns"),
                number=number,
                n=len(row),
                columns=wanted,
            )
