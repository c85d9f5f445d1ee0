"""Which pages and questions a seller sees, by what was answered before."""

from collections.abc import Mapping

from portal.questions.models import Answers, Page, Question, QuestionSet


def holds(only_if: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    """Whether each key has one of the wanted values; of several chosen, one is enough."""
    for key, wanted in only_if.items():
        given = answers.get(key)
        if not (given in wanted if isinstance(given, str) else isinstance(given, list) and _any(given, wanted)):
            return False
    return True


def visible_pages(questions: QuestionSet, answers: Answers) -> list[Page]:
    """The pages to fill in, in order; a page without a visible question is left out."""
    return [page for page in questions.page if visible(page, answers)]


def visible(page: Page, answers: Answers) -> list[Question]:
    """The questions of a page that are asked."""
    if page.only_if and not holds(page.only_if, answers):
        return []
    return [question for question in page.question if not question.only_if or holds(question.only_if, answers)]


def _any(given: list[object], wanted: tuple[str, ...]) -> bool:
    return any(value in wanted for value in given)
