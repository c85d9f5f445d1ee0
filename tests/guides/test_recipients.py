"""For whom a guide is printed: who is found, who is left out, and what is said before anything begins."""

from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.access import Actor
from portal.guides import recipients
from portal.guides.batches import How
from portal.guides.recipients import Wanted, cells_of, sorting
from portal.i18n import Refusal
from portal.keeping import service as keeping
from portal.review import numbers
from portal.review.models import Case
from tests.guides.conftest import Send
from tests.guides.villagers import A4, changed, chosen, copies, items, listed

LIPING, JIUCHAO, ZHAOXING = "522631", "522631105", "522631111"
COUNTY = Actor("staff", "county", "王丽", frozenset({"reviewer"}), (LIPING,))
TOWN = Actor("staff", "town", "石磊", frozenset({"helper"}), (JIUCHAO,))
ELSEWHERE = Actor("staff", "other", "李强", frozenset({"manager"}), ("522633",))


def found(by: Actor, wanted: Wanted) -> list[str]:
    """The numbers of those who are found, in order."""
    with db.reading() as session:
        return [case.number for case in recipients.found(session, by, wanted)]


def refused(by: Actor, wanted: Wanted, how: How = A4) -> Refusal:
    """What is said instead."""
    with pytest.raises(Refusal) as raised:
        chosen(by, wanted, how)
    return raised.value


@pytest.fixture
def village(send: Send) -> list[Case]:
    """Three sellers in two towns, and one in another county."""
    first = send(place=JIUCHAO)
    near = copies(first, 1, title="阿婆腊肉")
    far = copies(first, 1, place=ZHAOXING)
    copies(first, 1, place="522633101", county="522633")
    return [first, *near, *far]


def test_a_place_is_sorted_by_town_and_another_county_never_appears(village: list[Case]) -> None:
    first, near, far = (case.number for case in village)
    whole = Wanted("open_shop", "place", LIPING)
    assert found(COUNTY, whole)[:2] in ([first, near], [near, first])
    assert found(COUNTY, whole)[2:] == [far]
    assert set(found(TOWN, Wanted("open_shop", "place", "黎平县"))) == {first, near}
    assert type(refused(ELSEWHERE, whole)) is recipients.NotYours
    assert type(refused(TOWN, listed(village[2]))) is recipients.UnknownNumbers


def test_who_withdrew_or_was_rejected_is_left_out_of_a_place_but_not_of_a_list(village: list[Case]) -> None:
    gone = changed(village[1], state="withdrawn", desk="done")
    assert gone.number not in found(COUNTY, Wanted("open_shop", "place", JIUCHAO))
    assert found(COUNTY, listed(gone)) == [gone.number]


def test_one_seller_with_two_applications_is_one_guide_with_the_newest(village: list[Case]) -> None:
    newer = copies(village[0], 1, seller_id=village[0].seller_id)[0]
    assert found(COUNTY, Wanted("open_shop", "place", JIUCHAO)).count(newer.number) == 1
    assert village[0].number not in found(COUNTY, Wanted("open_shop", "place", JIUCHAO))


def test_one_seller_is_found_by_number_or_by_the_end_of_the_phone(village: list[Case]) -> None:
    first = village[0]
    shown = numbers.shown(first.number).lower()
    assert [found(COUNTY, Wanted("open_shop", "one", typed)) for typed in (shown, "０００１")] == [[first.number]] * 2
    several = refused(COUNTY, Wanted("open_shop", "one", "9000"))
    assert (type(several), numbers.shown(village[1].number) in several.text) == (recipients.Several, True)


def test_a_list_names_what_is_unknown_and_reads_whole_rows(village: list[Case]) -> None:
    first, near, far = village
    rows = [["姓名", "编号"], ["杨大姐", numbers.shown(first.number)], [near.number.lower(), "13800000000"], ["", ""]]
    cells = cells_of(rows)
    assert found(COUNTY, Wanted("open_shop", "list", cells=cells)) == found(COUNTY, listed(first, near))
    wrong = refused(COUNTY, Wanted("open_shop", "list", cells=(*cells, "K7QM-3XRX", "龙阿公")))
    assert (wrong.field, [word in wrong.text for word in ("K7QM-3XRX", "龙阿公", far.number)]) == (
        "list",
        [True, True, False],
    )


def test_those_approved_in_the_last_seven_days(village: list[Case]) -> None:
    new, old, _ = village
    changed(new, state="approved", desk="done", decided_at=db.now() - timedelta(days=6))
    changed(old, state="approved", desk="done", decided_at=db.now() - timedelta(days=8))
    assert found(COUNTY, Wanted("open_shop", "week")) == [new.number]
    assert type(refused(ELSEWHERE, Wanted("open_shop", "week"))) is recipients.NobodyThisWeek


def test_practice_and_real_never_mix(village: list[Case]) -> None:
    real, played, _ = village
    changed(played, desk="practice")
    for practice, numbers_ in ((False, [real.number]), (True, [played.number])):
        assert found(COUNTY, Wanted("open_shop", "place", JIUCHAO, practice=practice)) == numbers_
    assert type(refused(COUNTY, listed(real, played))) is recipients.Mixed
    assert chosen(COUNTY, listed(played)).practice is True


@pytest.mark.parametrize(
    ("wanted", "how", "name"),
    [
        (Wanted("nothing", "week"), A4, "NoSuchPaper"),
        (Wanted("open_shop", "place", JIUCHAO), How("a3", "zh_Hans"), "NoSuchPaper"),
        (Wanted("open_shop", "place", JIUCHAO), How("a4", "de"), "NotInThisLanguage"),
        (Wanted("open_shop", "place", "522631107"), A4, "NoSellers"),
        (Wanted("open_shop", "place", "无此地"), A4, "UnknownName"),
        (Wanted("open_shop", "place", ""), A4, "NoPlace"),
        (Wanted("open_shop", "one", ""), A4, "NoNumber"),
        (Wanted("open_shop", "one", "<b>" + "9" * 400), A4, "NobodyThere"),
        (Wanted("open_shop", "list"), A4, "NoList"),
        (Wanted("open_shop", "list", cells=("字" * 5000,)), A4, "UnknownNumbers"),
        (Wanted("open_shop", "week"), A4, "NobodyThisWeek"),
    ],
)
def test_what_cannot_be_printed_is_said_before_anything_begins(
    village: list[Case], wanted: Wanted, how: How, name: str
) -> None:
    said = refused(COUNTY, wanted, how)
    assert (type(said).__name__, len(said.text) < 200) == (name, True)


def test_too_many_sellers_and_too_many_single_files_are_refused(
    village: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.guides.batches.MOST_SINGLES", 2)
    said = refused(COUNTY, Wanted("open_shop", "place", LIPING), How("a4", "zh_Hans", zipped=True))
    assert (type(said).__name__, "按村" in said.text) == ("TooManySingles", True)
    monkeypatch.setattr(recipients, "MOST", 2)
    assert type(refused(COUNTY, Wanted("open_shop", "place", LIPING))) is recipients.TooManySellers


def test_the_same_form_sent_twice_is_one_batch_and_another_form_is_another(village: list[Case]) -> None:
    whole = Wanted("open_shop", "place", LIPING)
    one, again, other = (chosen(COUNTY, whole, key=key) for key in ("a" * 16, "a" * 16, "b" * 16))
    assert (one.id == again.id, one.id == other.id, len(items(one))) == (True, False, 3)


def test_names_are_sorted_by_their_sound() -> None:
    assert sorted(["杨", "吴", "石", "潘", "陆", "龙"], key=sorting) == ["龙", "陆", "潘", "石", "吴", "杨"]


def test_nothing_is_left_of_a_batch_that_names_somebody_forgotten(app: Flask, village: list[Case]) -> None:
    batch = chosen(COUNTY, listed(*village[:2]))
    with db.writing() as session:
        keeping.erase(session, village[0].seller_id)
    assert [item.case_id for item in items(batch)] == [village[1].id]
