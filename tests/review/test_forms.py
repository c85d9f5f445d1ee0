"""A page that asks before something is done: what would be refused after its button is refused at once."""

import pytest

from tests.reader import Page
from tests.review.life import Life


def refused(page: Page) -> tuple[int, str]:
    """The refusal above a case."""
    return page.status, " ".join("".join(each.itertext()) for each in page.all("div") if each.get("role") == "alert")


@pytest.mark.parametrize("what", ["remark/name", "send_back", "reject", "hand_over"])
def test_what_is_refused_after_the_press_is_not_asked_for_before(life: Life, what: str) -> None:
    reviewer, other = life.staff("reviewer"), life.staff("reviewer", name="石磊")
    case, reader = life.in_state("in_review", reviewer), life.reader(other)
    before = refused(reader.get(f"/desk/review/{case.id}/{what}"))
    form = {"reason": "BLUR", "words": "", "version": str(case.version), "to": other.id}
    pressed = refused(reader.post(f"/desk/review/{case.id}/{what}", form))
    assert (before, before[0], "王丽" in before[1]) == (pressed, 409, True)
