"""What a guide gives its reader to say or to copy must pass the word check that it teaches."""

import re
from collections.abc import Iterator

from portal.config import ROOT
from portal.guides import guide
from portal.guides.guide import Guide
from portal.questions import service as questions
from portal.questions.words import Matcher

# The columns of a table that hold words to say or to copy, by how they are headed.
TO_SAY = re.compile(r"^(说什么|您这样回|换成|.*(?<!别)(?<!不)这样(说|写))$")


def sayings(of: Guide) -> Iterator[str]:
    """The cells below such heads, row by row."""
    for table in (part.table for part in of.part if part.table):
        for cells in table.rows:
            yield from (cell for head, cell in zip(table.columns, cells, strict=True) if TO_SAY.match(head))


def test_no_guide_gives_words_to_say_that_the_word_check_stops_at() -> None:
    check = Matcher(questions.read(ROOT / "portal" / "library").words)
    said = {key: [*sayings(of)] for key, of in guide.read().items()}
    assert [(key, hit.word, text) for key, texts in said.items() for text in texts for hit in check.find(text)] == []
    spoken = {"first_video", "first_live", "service"}
    assert {key for key in spoken if len(said[key]) < 10} == set()
