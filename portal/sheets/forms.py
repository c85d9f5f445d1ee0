"""What the browser sends for one page of a sheet, and how a page is drawn from answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, get_flashed_messages, request
from werkzeug.datastructures import FileStorage, MultiDict

from portal import i18n, photos
from portal.i18n import Refusal, library_text
from portal.office.service import office
from portal.places import service as places
from portal.questions import service as questions
from portal.questions.models import GONE, Answers, Fault, Page, Question, Reason
from portal.sheets import pictures
from portal.sheets.service import Said

Choice = tuple[str, str, str]
TURNS = ("next", "later", "back", "row", "stay")


@dataclass(frozen=True)
class Posted:
    """One page as it came in: the cleaned answers, the photos (already decoded), what was refused of them.

    `move` is the key of a sister set that the seller wants to go on in.
    """

    given: Answers
    photos: Mapping[str, pictures.Stored]
    refused: dict[str, str]
    turn: str
    seen: frozenset[str]
    move: str = ""


@dataclass
class Drawn:
    """One question as the templates draw it; they compute nothing."""

    key: str
    question: Question
    label: str
    hint: str
    # Whether the page's title says what the label says; then the label is not seen.
    titled: bool = False
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: list[Choice] = field(default_factory=list)
    inside: list[places.Place] = field(default_factory=list)
    near: list[places.Place] = field(default_factory=list)
    fault: str = ""
    advice: str = ""
    offer: str = ""
    # The set in which the answer would be right, and its name where the sheet can still move there.
    sister: str = ""
    sister_name: str = ""
    # Whether that set is not asked here at all.
    unasked: bool = False
    note: str = ""
    remarks: list[Said] = field(default_factory=list)
    # For which it is sent back most, and these in one line.
    often: list[Reason] = field(default_factory=list)
    oftenest: str = ""
    locked: bool = False
    words: str = ""
    photo: str = ""
    # What the browser may offer; nothing where many people type on one device.
    autocomplete: str = ""
    steps: list[places.Place] = field(default_factory=list)
    rows: list[list["Drawn"]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of the question, which names the macro that draws it."""
        return self.question.kind

    @property
    def never(self) -> bool:
        """Whether a date is the one without an end (长期)."""
        return "never" in self.chosen


def read(page: Page, form: MultiDict[str, str], sent: MultiDict[str, FileStorage]) -> Posted:
    """Read one page's form, decode its photos and put them on disk; no row names them yet.

    Only what the form says it asked is read, so a page of another time empties nothing. A photo that cannot be taken
    is refused by a sentence at its field; the earlier photo and all else stay. An autosave takes no photo away: the
    tick may be a slip.
    """
    asked = set(form.getlist("asked"))
    lists = {key: form.getlist(key) for key in form}
    lists.update({key[4:]: values for key, values in lists.items() if key.startswith("use.")})
    given, taken, refused = {}, {}, {}
    for question in page.question:
        key = question.key
        if key not in asked:
            continue
        if question.kind != "photo":
            given[key] = questions.parse(question, lists)
            continue
        if f"{key}.remove" in form and "X-Autosave" not in request.headers:
            given[key] = None
        files = [file for file in sent.getlist(key) if file.filename]
        try:
            if files:
                taken[key] = stored(files[0])
        except photos.Busy as busy:
            if request.headers.get("X-Script"):
                abort(503)  # our script still holds the photo: it waits and sends it again
            refused[key] = busy.text
        except Refusal as refusal:
            refused[key] = refusal.text
    return Posted(
        given=given,
        photos=taken,
        refused=refused,
        turn=_turn(form),
        seen=frozenset(form.getlist("seen")),
        move=form.get("move", ""),
    )


def _turn(form: MultiDict[str, str]) -> str:
    """What was pressed, of TURNS; taking a value that was offered stays on the page."""
    turn = "stay" if any(key.startswith("use.") for key in form) else form.get("turn", "next")
    return turn if turn in TURNS else "next"


def stored(file: FileStorage) -> pictures.Stored:
    """A photo decoded and put on disk; no row names it yet. Raises what photos refuses."""
    return pictures.store(photos.clean(photos.received(file.stream)))


def draw(
    page: Page, known: Answers, *, faults: Iterable[Fault], free: set[str], more: Mapping[str, Any]
) -> list[Drawn]:
    """The visible questions of a page; `more` holds how many rows to show at least, by key remarks and notes, the
    sister sets that the sheet can move to, and the places that whoever helps works for.
    """
    by_key: dict[str, list[Fault]] = {}
    for fault in faults:
        by_key.setdefault(fault.key, []).append(fault)
    flashed: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    refused = dict(flashed)
    title, drawn = library_text(page.title), []
    for question in questions.visible(page, known):
        item = _draw(question, question.key, known.get(question.key), by_key)
        item.titled = item.label == title
        item.fault = refused.get(f"photo:{question.key}", item.fault)
        item.remarks = list(more["remarks"].get(question.key, ()))
        item.note = more["notes"].get(question.key, "")
        if item.sister in more["sisters"]:
            item.sister_name = library_text(more["sisters"][item.sister].short or more["sisters"][item.sister].title)
        item.locked = question.key not in free
        item.autocomplete = "" if more.get("assisted") else question.autocomplete
        if item.locked and question.key in known:
            item.words = questions.shown(question, known[question.key])
        if question.kind == "place" and not item.steps:
            item.near = _near(more.get("places", ()))
        if question.kind == "rows":
            item.rows = _rows(question, known.get(question.key), by_key, more["rows"])
        drawn.append(item)
    return drawn


def _near(codes: Iterable[str]) -> list[places.Place]:
    """The places that are offered before the provinces: those that a helper works for, then the office's county."""
    return [step for code in dict.fromkeys((*codes, office().county)) for step in places.steps(code)[-1:]]


def with_places(page: Page, known: Answers, asked: Mapping[str, str]) -> Answers:
    """The answers with the places that a "change" link asks to choose from again; nothing is saved by it."""
    return {
        **known,
        **{
            question.key: asked[question.key]
            for question in page.question
            if question.kind == "place" and question.key in asked
        },
    }


def _draw(question: Question, name: str, value: Any, faults: Mapping[str, list[Fault]]) -> Drawn:
    item = Drawn.__new__(Drawn)
    item.__dict__.update(_blank(question, name, i18n.language()).__dict__)
    mine = faults.get(name)
    if mine:
        item.fault = " ".join(dict.fromkeys(fault.text for fault in mine if fault.level == "refuse"))
        item.advice = " ".join(dict.fromkeys(fault.text for fault in mine if fault.level == "advise"))
        item.offer = next((fault.offer for fault in mine if fault.offer), "")
        item.sister = next((fault.sister for fault in mine if fault.sister), "")
        item.unasked = bool(item.sister) and item.sister not in questions.library().sets
    item.chosen = tuple(value) if isinstance(value, list) and question.kind == "some_of" else (str(value or ""),)
    item.value = value if isinstance(value, str) else ""
    if question.kind == "date" and value == "never":
        item.value = ""
    if question.kind == "photo":
        item.photo = "" if item.value == GONE else item.value
    if question.kind == "place":
        item.steps = places.steps(item.value)
        item.inside = places.children(item.steps[-1].code if item.steps else "")
    return item


def _blank(question: Question, name: str, language: str) -> Drawn:
    """A question before anybody answers it, made once for a language; of rows each cell has a name of its own."""
    kept: dict[tuple[str, str], Drawn] = question.blanks
    if (name, language) not in kept:
        known = questions.library().reasons
        often = [known[code] for code in question.reasons if code in known]
        kept[name, language] = Drawn(
            key=name,
            question=question,
            label=library_text(question.label),
            hint=_hint(question),
            options=_options(question),
            often=often,
            oftenest=i18n.gettext("; ").join(library_text(reason.meaning) for reason in often),
        )
    return kept[name, language]


def _hint(question: Question) -> str:
    """What helps to answer, with the example where there is one."""
    hint = library_text(question.hint)
    if not question.example:
        return hint
    return i18n.gettext("%(hint)s For example: %(words)s", hint=hint, words=library_text(question.example)).strip()


def _options(question: Question) -> list[Choice]:
    if question.kind == "yes_no":
        return [("yes", i18n.gettext("Yes"), ""), ("no", i18n.gettext("No"), "")]
    return [(option.value, library_text(option.label), library_text(option.hint)) for option in question.options]


def _rows(question: Question, value: Any, faults: Mapping[str, list[Fault]], least: int) -> list[list[Drawn]]:
    rows = value if isinstance(value, list) else []
    count = min(max(len(rows), least, 1), question.most_rows)
    return [
        [
            _draw(
                column,
                f"{question.key}.{at}.{column.key}",
                (rows[at] if at < len(rows) else {}).get(column.key),
                faults,
            )
            for column in question.columns
        ]
        for at in range(count)
    ]


def summary(drawn: Iterable[Drawn]) -> list[tuple[str, str]]:
    """The faults of a page as (field, sentence), for the list on top."""
    rows = []
    for item in drawn:
        cells = [cell for row in item.rows for cell in row]
        rows += [(each.key, each.fault) for each in [item, *cells] if each.fault]
    return rows


def rows_asked(page: Page, known: Answers) -> int:
    """How many rows to show after a press of "one more row"."""
    counts = (len(known.get(question.key) or ()) for question in page.question if question.kind == "rows")
    return max(counts, default=0) + 1


def goes_on_here(page: Page, before: Answers, known: Answers) -> bool:
    """Whether the page itself asks for more: a place chosen half-way, or questions that an answer has brought."""
    for question in page.question:
        value = known.get(question.key)
        if question.kind == "place" and value != before.get(question.key) and value and places.children(str(value)):
            return True
    asked = {question.key for question in questions.visible(page, known)}
    return bool(asked - {question.key for question in questions.visible(page, before)} - known.keys())
