"""What the machine found out about an application: facts for the desk, never a verdict."""

from sqlmodel import Session

from portal.i18n import N_, gettext, library_text
from portal.places import service as places
from portal.questions import codes, words
from portal.questions import service as questions
from portal.questions.models import Answers
from portal.registration import sellers
from portal.review import expiry
from portal.review.kinds import Fact
from portal.sheets import service as sheets
from portal.sheets.models import Submission

# By key: what is said when others hold the same value, and when nobody does.
SAME = {
    "credit_code": (
        N_("%(n)s other applications have the same licence code"),
        N_("No other application has this licence code"),
    ),
    "shop_name": (
        N_("%(n)s other applications have the same shop name"),
        N_("No other application has this shop name"),
    ),
}


def found_out(session: Session, submission: Submission) -> list[Fact]:
    """Everything found out about a submission of a kind of seller."""
    answers = sheets.submitted(submission)
    wanted = questions.library().sets[submission.set_key]
    rows = [
        Fact("look", f"{library_text(wanted.questions[fault.key.split('.')[0]].label)}: {fault.text}")
        for fault in questions.faults(wanted, answers)
    ]
    return (
        rows
        + expiry.facts(wanted, answers)
        + _words(answers)
        + _code(answers)
        + _name(answers, sellers.kind(submission.set_key))
        + _alone(session, submission, answers)
    )


def _alone(session: Session, submission: Submission, answers: Answers) -> list[Fact]:
    wanted = {key: str(answers[key]) for key in SAME if answers.get(key)}
    others = sheets.others_with(session, submission.sheet_id, wanted)
    return [
        Fact("look", gettext(SAME[key][0], n=others[key])) if others[key] else Fact("ok", gettext(SAME[key][1]))
        for key in wanted
    ]


def _words(answers: Answers) -> list[Fact]:
    said = f"{answers.get('shop_name', '')} {answers.get('shop_sentence', '')}"
    hits = words.find(said)
    if not hits:
        return [Fact("ok", gettext("The shop's name and sentence hold no word of the word list"))]
    return [Fact("look", gettext("The word list knows: %(words)s", words="、".join(hit.word for hit in hits)))]


def _code(answers: Answers) -> list[Fact]:
    code = str(answers.get("credit_code", ""))
    if not code:
        return []
    right = (
        Fact("ok", gettext("The licence code's check digit is right"))
        if codes.is_credit_code(code)
        else Fact("bad", gettext("The licence code's check digit is wrong"))
    )
    region = issued_in(code)
    where = " ".join(places.path(region)) if places.exists(region) else code[2:8]
    near = str(answers.get("place", "")).startswith(region)
    return [right, Fact("ok" if near else "look", gettext("The code was issued in %(where)s", where=where))]


def issued_in(code: str) -> str:
    """The place whose office gave out a code: a county, or the city or province that it ends in zeros for."""
    region = code[2:8]
    while len(region) > 2 and region.endswith("00"):
        region = region[:-2]
    return region


def _name(answers: Answers, kind: sellers.Kind) -> list[Fact]:
    name = str(answers.get("licence_name", ""))
    if not name or not kind.names or any(word in name for word in kind.names):
        return []
    said = gettext("“%(name)s” has none of the words of such a name: %(words)s", name=name, words="、".join(kind.names))
    return [Fact("look", said)]
