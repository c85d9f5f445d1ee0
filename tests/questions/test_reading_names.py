"""What one file of the library names must stand in another: changes, reasons, checks, drawings."""

import pytest

from portal.questions.service import check_library, read
from tests.questions.test_reading import AT_Q, HEAD, PAGE, Q, Written

REASON = '[[reason]]\ncode = "BLUR"\nmeaning = "糊"\nmend = "重拍"\nsource = "县里"\nas_of = 2026-11-20\n'
CHECK = '[[check]]\nkey = "c"\nwhat = "看"\npassed = "过"\nground = "法"\nsource = "法"\nas_of = 2026-11-20\n'


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"rooms/small.toml": HEAD + PAGE + Q + 'kind = "text"\nreasons = ["BLUR", "BLURR"]\n'},
            AT_Q + "there is no reason “BLURR”",
        ),
        (
            {"questions/a.toml": '[[question]]\nkey = "q"\nkind = "text"\nlabel = "问"\nreasons = "GONE"\n'},
            "questions/a.toml, key q: there is no reason “GONE”",
        ),
        (
            {"reasons.toml": REASON + 'good = "moon"\nbad = "watermark_bad"\n'},
            "reasons.toml, key BLUR: there is no drawing “moon”",
        ),
        (
            {"reasons.toml": REASON + 'good = "licence_photo_good"\n'},
            "reasons.toml, key BLUR: a good picture needs a bad one beside it, and a bad one a good one",
        ),
        ({"rooms/checks.toml": CHECK + 'sets = "small"\nreasons = "GONE"\n'}, "there is no reason “GONE”"),
        ({"rooms/checks.toml": CHECK + 'sets = "other"\n'}, "there is no question set “other”"),
        ({"rooms/checks.toml": CHECK + 'sets = "small"\nabout = ["gone"]\n'}, "none of its sets asks “gone”"),
        ({"rooms/checks.toml": CHECK.replace("ground", "grund") + 'sets = "small"\n'}, "“ground” is missing"),
        (
            {"rooms/small.toml": HEAD + PAGE + Q + 'kind = "photo"\ndrawing = "moon"\n'},
            AT_Q + "there is no drawing “moon_good”",
        ),
    ],
)
def test_a_reason_a_check_or_a_picture_that_is_not_there_is_told(
    files: dict[str, str], problem: str, written: Written
) -> None:
    small = {"reasons.toml": REASON, "rooms/small.toml": HEAD + PAGE + Q + 'kind = "text"\nreasons = "BLUR"\n'}
    assert check_library(written(small)) == []
    assert problem in check_library(written({**small, **files}))[0]


def test_a_change_names_questions_of_its_set_and_may_be_shared(written: Written) -> None:
    shared = '[[amend]]\nkey = "name"\nlabel = "名字改了"\nquestions = ["q"]\n'
    page = PAGE + Q + 'kind = "text"\n'
    taken = page + '[[amend]]\ntake = "name"\nanew = ["q"]\n'
    folder = written({"questions/amends.toml": shared, "rooms/small.toml": HEAD + taken})
    assert [(each.key, each.label, each.questions, each.anew) for each in read(folder).sets["small"].amend] == [
        ("name", "名字改了", ("q",), ("q",))
    ]
    wrong = taken + '[[amend]]\ntake = "gone"\n' + shared.replace('"q"', '"x"') + 'anew = ["q"]\n'
    assert check_library(written({"questions/amends.toml": shared, "rooms/small.toml": HEAD + wrong})) == [
        "rooms/small.toml, page gone: there is no shared change “gone”",
        "rooms/small.toml, key name: this key stands twice",
        "rooms/small.toml, key name: there is no question “x”",
        "rooms/small.toml, key name: “q” is asked anew but not among the questions",
    ]


def test_a_county_may_change_what_a_change_opens(written: Written) -> None:
    page, amend = PAGE + Q + 'kind = "text"\n', '[[amend]]\nkey = "name"\nlabel = "改"\nquestions = ["q"]\n'
    folder, overlay = (
        written({"rooms/small.toml": HEAD + page + amend}),
        written({"rooms/small.toml": HEAD + page}, "own"),
    )
    assert (len(read(folder).sets["small"].amend), read(folder, overlay).sets["small"].amend) == (1, ())
