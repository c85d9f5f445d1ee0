"""The sentences of the library that people read, for translation."""

from collections.abc import Iterable, Iterator

from portal.questions.models import Library, Question, QuestionSet, Sourced

QUESTION_TEXTS = ("label", "hint", "example", "empty", "unit", "never", "expires")
ROW_TEXTS = (
    *("what", "how", "how_long", "lacking", "meaning", "mend"),
    *("passed", "ground", "suggestion", "text", "source"),
)


def sentences(library: Library) -> Iterable[tuple[str, str]]:
    """Every sentence with where it stands (set.page.question, or reasons.CODE), in order, repeats included."""
    found: list[tuple[str, str]] = []
    for questions in library.sets.values():
        found += _of_set(questions)
    for name, rows in _rows(library).items():
        for key, row in rows:
            found += _texts(row, ROW_TEXTS, f"{name}.{key}")
    return [(sentence, place) for sentence, place in found if sentence]


def _rows(library: Library) -> dict[str, list[tuple[str, Sourced]]]:
    return {
        "reasons": list(library.reasons.items()),
        "facts": list(library.facts.items()),
        "checks": [(row.key, row) for row in library.checks],
        "ready": [(row.key, row) for row in library.ready],
        "words": [(group.key, group) for group in library.words.group],
    }


def _of_set(questions: QuestionSet) -> Iterator[tuple[str, str]]:
    yield from _texts(questions, ("title", "short", "hint"), questions.key)
    for amend in questions.amend:
        yield from _texts(amend, ("label", "hint"), f"{questions.key}.{amend.key}")
    for page in questions.page:
        place = f"{questions.key}.{page.key}"
        yield from _texts(page, ("title", "hint"), place)
        for question in page.question:
            yield from _of_question(question, f"{place}.{question.key}")


def _of_question(question: Question, place: str) -> Iterator[tuple[str, str]]:
    yield from _texts(question, QUESTION_TEXTS, place)
    for option in question.options:
        yield from _texts(option, ("label", "hint"), f"{place}.{option.value}")
    for said in (question.refuse, question.advise):
        yield from ((sentence, f"{place}.{value}") for value, sentence in said.items())
    for column in question.columns:
        yield from _of_question(column, f"{place}.{column.key}")


def _texts(thing: object, names: tuple[str, ...], place: str) -> Iterator[tuple[str, str]]:
    for name in names:
        yield getattr(thing, name, ""), f"{place}.{name}"
