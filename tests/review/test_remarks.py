import pytest

from portal import db
from portal.review import remarks, service
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.review.life import Life


def made(case: Case) -> list[tuple[str, str, str]]:
    with db.reading() as session:
        return [(each.key, each.reason, remarks.words_of(each)) for each in remarks.of_round(session, case)]


def test_a_second_remark_on_a_field_takes_the_place_of_the_first(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="一")
    case = life.do(remarks.remark, case, reviewer, key="name", reason="NAME", words="二")
    assert made(case) == [("name", "NAME", "二")]


def test_the_same_remark_twice_is_one(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    first = life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="")
    again = life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="")
    assert (made(case), again.version) == ([("name", "BLUR", "")], first.version)


@pytest.mark.parametrize(
    ("key", "reason", "refusal"),
    [
        ("name", "", remarks.NoReason),
        ("name", "blur", remarks.NoReason),
        ("name", "OTHER", remarks.NoWords),
        ("nothing", "BLUR", remarks.NoSuchField),
        ("about", "BLUR", remarks.NoSuchField),
    ],
)
def test_a_remark_needs_a_reason_and_an_answer(life: Life, key: str, reason: str, refusal: type[Exception]) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    with pytest.raises(refusal):
        life.do(remarks.remark, case, reviewer, key=key, reason=reason, words="")
    assert made(case) == []


def test_taking_off_what_is_not_there_does_nothing(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    assert life.do(remarks.unremark, case, reviewer, key="name").version == case.version


def test_the_seller_reads_a_remark_at_its_field_only_once_it_was_sent_back(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="换一张")
    seen = []
    for verb in (None, service.send_back):
        if verb:
            life.do(verb, case, reviewer)
        with db.reading() as session:
            seen.append(dict(sheets.remarks(session, session.get_one(Sheet, case.sheet_id))))
    assert [list(each) for each in seen] == [[], ["name"]]
    said = seen[1]["name"][0]
    assert (said.lines[0], said.lines[-1]) == ("照片看不清。", "换一张")
    assert (said.good, said.bad) == ("paper_photo_good", "paper_photo_bad")


def test_own_words_are_sealed_and_have_an_end(life: Life) -> None:
    reviewer = life.staff("reviewer")
    case = life.in_state("in_review", reviewer)
    case = life.do(remarks.remark, case, reviewer, key="name", reason="BLUR", words="长" * 900)
    with db.reading() as session:
        row = remarks.of_round(session, case)[0]
        assert (len(remarks.words_of(row)), "长".encode() in (row.words or b"")) == (500, False)


def test_where_the_words_say_it_all_they_are_pointed_at_once(life: Life) -> None:
    officer = life.staff("reviewer")
    case = life.in_state("in_review", officer)
    made = life.do(remarks.remark, case, officer, key="contact", reason="OTHER", words="写全名")
    with db.reading() as session:
        said = " ".join(remarks.sentences(remarks.of_round(session, made)[0]))
    assert said.count("请看县里写的话") == 1
