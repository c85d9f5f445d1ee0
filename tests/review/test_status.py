from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import db
from portal.i18n import Refusal
from portal.review import numbers, status
from tests.reader import Reader
from tests.review.life import PHONE, Life


def asked(reader: Reader, number: str, tail: str) -> tuple[int, str]:
    """The answer of the open page: how it went and what it says, without what was typed."""
    reader.get("/review/status")
    page = reader.submit(number=number, tail=tail)
    return page.status, page.words()


def test_number_and_tail_show_how_far_it_is(life: Life, client: Reader) -> None:
    case = life.sent(life.seller(PHONE), name="九潮高山椪柑")
    code, words = asked(client, numbers.shown(case.number), "5678")
    assert (code, "已收到" in words or "Received" in words, case.title in words) == (200, True, False)


def test_a_code_brings_the_number(client: Reader) -> None:
    box = client.get("/review/status?number=K7QM3XRD").one("number")
    assert box.get("value") == "K7QM3XRD"


def test_unknown_number_and_wrong_tail_get_the_same_answer(life: Life, client: Reader) -> None:
    case = life.sent(life.seller(PHONE))
    wrong, unknown = asked(client, case.number, "0000"), asked(client, numbers.new_number(), "5678")
    assert (wrong[0], wrong[1]) == unknown


def test_after_five_wrong_tails_even_the_right_one_waits_an_hour(life: Life, client: Reader) -> None:
    now = db.now()
    db.set_now(now)
    case = life.sent(life.seller(PHONE))
    codes = [asked(client, case.number, f"000{at}")[0] for at in range(5)]
    refused = asked(client, case.number, "5678")
    db.set_now(now + timedelta(minutes=61))
    assert (codes, refused[0], asked(client, case.number, "5678")[0]) == ([422] * 5, 422, 200)


def test_an_unknown_number_is_closed_after_five_tries_too(client: Reader) -> None:
    number, other = numbers.new_number(), numbers.new_number()
    answers = [asked(client, number, "0000")[1] for _ in range(6)]
    assert (len(set(answers[:5])), answers[5] == answers[0]) == (1, False)
    assert asked(client, other, "0000")[1] == answers[0]


def test_right_answers_do_not_use_up_the_tries(life: Life, client: Reader) -> None:
    case = life.sent(life.seller(PHONE))
    assert [asked(client, case.number, "5678")[0] for _ in range(8)] == [200] * 8


def test_many_at_once_get_five_tries_and_no_more(life: Life) -> None:
    case = life.sent(life.seller(PHONE))

    def guess(at: int) -> str:
        try:
            return str(status.ask(case.number, f"{at:04}"))
        except Refusal as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(40)))
    assert (outcomes.count("NoMatch"), outcomes.count("TooManyTails")) == (5, 35)


@pytest.mark.parametrize(
    ("number", "tail", "field"),
    [
        ("", "5678", "number"),
        ("K7QM3XR0", "5678", "number"),
        ("K7QM-3XRD", "", "tail"),
        ("K7QM-3XRD", "567", "tail"),
        ("K7QM-3XRD", "56789", "tail"),
        ("K7QM-3XRD", "五六七八", "tail"),
        ("x" * 5000, "y" * 5000, "number"),
        ("K7QM-3XRD", "٥٦٧٨", "tail"),
    ],
)
def test_a_slip_of_the_finger_is_named_at_its_field(client: Reader, number: str, tail: str, field: str) -> None:
    client.get("/review/status")
    page = client.submit(number=number, tail=tail)
    faulty = [box.get("name") for box in page.all("input") if box.get("aria-invalid")]
    assert (page.status, faulty, page.one("tail").get("value")) == (422, [field], tail[:10])


def test_slips_do_not_count_as_tries(life: Life, client: Reader) -> None:
    case = life.sent(life.seller(PHONE))
    for _ in range(7):
        asked(client, case.number, "56")
    assert asked(client, case.number, "５６７８")[0] == 200


def test_the_number_is_read_however_it_is_typed(life: Life, client: Reader) -> None:
    case = life.sent(life.seller(PHONE))
    assert asked(client, f" {case.number[:4].lower()} － {case.number[4:].lower()}", " 5 678 ")[0] == 200


def test_each_state_says_what_it_may_and_no_more(life: Life, client: Reader) -> None:
    reviewer = life.staff("reviewer")
    for at, state in enumerate(
        ("submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn")
    ):
        case = life.in_state(state, reviewer, life.seller(f"1380000567{at}"))
        code, words = asked(client, case.number, f"567{at}")
        secrets = ("九潮高山椪柑", "换好的名字", "换一个", "办不了", "王丽", "吴大姐", "1380000567")
        assert (code, [secret for secret in secrets if secret in words]) == (200, []), state


def test_one_address_does_not_go_through_the_numbers(life: Life) -> None:
    for _ in range(300):
        with pytest.raises(status.NoMatch):
            status.ask(numbers.new_number(), "5678", "192.0.2.1")
    with pytest.raises(status.TooManyTails):
        status.ask(numbers.new_number(), "5678", "192.0.2.1")
    with pytest.raises(status.NoMatch):
        status.ask(numbers.new_number(), "5678", "192.0.2.2")
