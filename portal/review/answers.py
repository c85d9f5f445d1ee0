"""The answers of a case as the desk compares them: each in words, what changed, and what stands remarked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.questions.models import GONE
from portal.review import remarks
from portal.review.models import Remark
from portal.sheets import submissions
from portal.sheets.models import Submission
from portal.sheets.submissions import Line


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its words now and, where they changed, before; `photo` and `photo_before` are ids.

    `changed` since the last sending; `amended` is what a change has changed of what was approved, whenever. `asked` is
    what was remarked on the answer before, `remark` what is now.
    """

    key: str
    label: str
    words: str
    photo: str
    changed: bool = False
    amended: bool = False
    before: str = ""
    photo_before: str = ""
    gone: bool = False
    remark: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def stands_out(self) -> bool:
        """Whether it is not as it was, or something is or was remarked on it."""
        return bool(self.changed or self.amended or self.remark or self.asked)

    @property
    def untouched(self) -> bool:
        """Whether it was to be mended and was sent again as it was."""
        return bool(self.asked) and not self.changed


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one page, in the seller's order."""

    title: str
    rows: list[Row]


def parts(sent: Sequence[Submission], said: Sequence[Remark], *, kept: set[str] | None) -> list[Part]:
    """The newest of some submissions beside the one before; of a change beside what was approved too.

    `said` are the remarks on the newest and on the one before.
    """
    differs = submissions.changed(sent[1], sent[0]) if len(sent) > 1 else {}
    amended = submissions.changed(sent[-1], sent[0]) if len(sent) > 2 else differs
    now, asked = (
        {each.key: remarks.sentences(each) for each in said if (each.round == sent[0].round) is newest}
        for newest in (True, False)
    )
    gone = [before for before, after in {**differs, **amended}.values() if before and after is None]
    found: dict[str, Part] = {}
    for line in [*submissions.lines(sent[0]), *gone]:
        part = found.setdefault(line.page, Part(library_text(line.page_title), []))
        row = _row(line, amended.get(line.key) or differs.get(line.key))
        row = replace(row, changed=line.key in differs, amended=line.key in amended)
        row = replace(row, remark=now.get(line.key, []), asked=asked.get(line.key, []))
        part.rows.append(row if line.kind != "photo" or row.gone else _pictured(row, kept))
    return list(found.values())


def split(every: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """The answers that are not as they were, or are remarked on, and the others; pages without any are left out."""
    sides: tuple[list[Part], list[Part]] = ([], [])
    for part in every:
        for at, side in enumerate(sides):
            rows = [row for row in part.rows if row.stands_out == (at == 0)]
            side += [Part(part.title, rows)] if rows else []
    return sides


def _pictured(row: Row, kept: set[str] | None) -> Row:
    """The answer of a photo, as far as it and the one before are still there."""
    here, before = (kept is None or photo in kept for photo in (row.photo, row.photo_before))
    if row.photo == GONE or not here:
        row = replace(row, photo="", words=_("(photo deleted)"))
    return row if before else replace(row, photo_before="", before="")


def _row(line: Line, change: tuple[Line | None, Line | None] | None) -> Row:
    before, after = change or (None, line)
    return Row(
        key=line.key,
        label=library_text(line.label),
        words=line.words if after else "",
        photo=_photo(after),
        gone=after is None,
        before=before.words if before else "",
        photo_before=_photo(before),
    )


def _photo(line: Line | None) -> str:
    return str(line.value) if line and line.kind == "photo" else ""
