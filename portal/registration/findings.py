"""What the machine sees in an application, in two voices: facts for the desk, never a verdict; advice for the seller.

What the question engine finds is told by both too: here is what it cannot see from one answer alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from portal import dates, db
from portal.i18n import N_, gettext, library_text
from portal.places import service as places
from portal.questions import codes, words
from portal.questions import service as questions
from portal.questions.checks import CHECKS, day
from portal.questions.models import GONE, NEVER, Answers, Fault, Finding, Question, QuestionSet
from portal.registration import sellers
from portal.review.kinds import Fact, Sign
from portal.sheets import lookover, twins
from portal.sheets import service as sheets
from portal.sheets.models import Sheet, Submission
from portal.sheets.twins import Shot, Twins

TERMS = ("licence_term", "paper_term")
WORD_CHECKS = ("shop_name", "no_forbidden_words")
# The longest side of a photo, in pixels, below which small letters cannot be read.
SMALL = 640


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing seen about an answer: as a fact for the desk, and as advice to the seller where the engine gives none.

    `fact` is a msgid, filled with `values` and with sentences of the library.
    """

    key: str
    sign: Sign
    fact: str
    values: Mapping[str, object] = field(default_factory=dict)
    library: Mapping[str, str] = field(default_factory=dict)
    advice: Finding | None = None

    @property
    def text(self) -> str:
        """The fact in the current language."""
        return gettext(
            self.fact, **self.values, **{name: library_text(sentence) for name, sentence in self.library.items()}
        )


def found_out(session: Session, submission: Submission) -> list[Fact]:
    """Everything found out about a submission of a kind of seller: what the engine says, and what else is seen."""
    answers, wanted = sheets.submitted(submission), questions.library().sets[submission.set_key]
    same, photos = twins.of(session, submission.sheet_id, wanted, answers)
    seen, shared = [*_seen(wanted, answers, photos)], [*_twins(wanted, same)]
    told = {each.key for each in (*seen, *shared) if each.sign != "ok"}
    faults = [fault for fault in questions.faults(wanted, answers) if fault.key not in told]
    said = [Fact("look", lookover.named(wanted, fault)) for fault in faults]
    said += [Fact(each.sign, each.text) for each in seen if each.fact]
    return said + [Fact(each.sign, each.text, each.key) for each in shared]


def advice(session: Session, sheet: Sheet, known: Answers) -> list[Fault]:
    """The same for the seller before sending, each at its field; nothing for sheets that are no application."""
    if sheet.set_key not in sellers.sets():
        return []
    wanted = sheets.set_of(sheet)
    seen = _seen(wanted, known, twins.shots(session, sheet.id))
    page_of = {each.key: wanted.page_of[each.key.partition(".")[0]].key for each in seen}
    return [Fault(page_of[each.key], each.key, each.advice) for each in seen if each.advice]


def _seen(wanted: QuestionSet, answers: Answers, photos: Mapping[str, Shot]) -> list[Seen]:
    return [
        *_words(wanted, answers),
        *_code(answers),
        *_name(answers, sellers.kind(wanted.key)),
        *_ends(wanted, answers),
        *_photos(wanted, answers, photos),
    ]


def _words(wanted: QuestionSet, answers: Answers) -> Iterator[Seen]:
    """The word list against the shop's name and sentence, which the engine tells, and against the goods."""
    clean = True
    for question in wanted.questions.values():
        for key, text, told in _texts(question, answers.get(question.key)):
            hits = words.find(text, "shop_name" if question.key == "shop_name" else "anywhere")
            clean = clean and not hits
            if hits:
                found = next(iter(CHECKS[WORD_CHECKS[1]].findings(text, answers)), None)
                said = None if told or found is None else replace(found, level="advise")
                listed = {"label": lookover.called(wanted, key), "words": "、".join(hit.word for hit in hits)}
                fact = N_("%(label)s: the word list knows %(words)s")
                yield Seen(key, "look", fact, listed, advice=said)
    if clean:
        yield Seen("shop_name", "ok", N_("Name, sentence and goods hold no word of the word list"))


def _texts(question: Question, value: object) -> Iterator[tuple[str, str, bool]]:
    """What is compared with the word list, in which field, and whether the engine has done so."""
    if isinstance(value, str) and {*WORD_CHECKS} & {*question.check}:
        yield question.key, value, True
    for at, row in enumerate(value if isinstance(value, list) and question.kind == "rows" else ()):
        filled = [column.key for column in question.columns if row.get(column.key)]
        yield from ((f"{question.key}.{at}.{key}", str(row[key]), False) for key in filled)


def _code(answers: Answers) -> Iterator[Seen]:
    code = str(answers.get("credit_code", ""))
    if not code:
        return
    if codes.is_credit_code(code):
        yield Seen("credit_code", "ok", N_("The licence code's check digit is right"))
    else:
        yield Seen("credit_code", "bad", N_("The licence code's check digit is wrong"))
    region = issued_in(code)
    where = {"where": " ".join(places.path(region)) if places.exists(region) else code[2:8]}
    fact = N_("The code was issued in %(where)s")
    if str(answers.get("place", "")).startswith(region):
        yield Seen("place", "ok", fact, where)
        return
    said = N_("Your licence was issued in %(where)s, and you chose another place. If that is right, let it stand.")
    yield Seen("place", "look", fact, where, advice=Finding("advise", said, where, reason="PLACE"))


def issued_in(code: str) -> str:
    """The place whose office gave out a code: a county, or the city or province that it ends in zeros for."""
    region = code[2:8]
    while len(region) > 2 and region.endswith("00"):
        region = region[:-2]
    return region


def _name(answers: Answers, kind: sellers.Kind) -> Iterator[Seen]:
    name = str(answers.get("licence_name", ""))
    if name and kind.names and not any(word in name for word in kind.names):
        values = {"name": name, "words": "、".join(kind.names)}
        said = N_("Such a name mostly has one of these in it: %(words)s. You wrote “%(name)s”. Please compare it.")
        fact = N_("“%(name)s” has none of the words of such a name: %(words)s")
        yield Seen("licence_name", "look", fact, values, advice=Finding("advise", said, values, reason="NAME"))


def _ends(wanted: QuestionSet, answers: Answers) -> Iterator[Seen]:
    """Until when each licence and paper runs; what is near its end the engine tells the seller."""
    for question in wanted.questions.values():
        value, checks = str(answers.get(question.key) or ""), [CHECKS[each] for each in question.check if each in TERMS]
        if not value or not checks:
            continue
        label, ends = {"label": question.label}, day(value)
        if value == NEVER:
            yield Seen(question.key, "ok", N_("%(label)s: no end"), library=label)
        elif ends is not None:
            values = {"day": dates.day(ends), "days": abs((ends - db.today()).days)}
            near: Sign = "look" if any(True for check in checks for _ in check.findings(value, answers)) else "ok"
            over = ends < db.today()
            fact = (
                N_("%(label)s: over since %(day)s (days: %(days)s)")
                if over
                else N_("%(label)s: %(day)s (days left: %(days)s)")
            )
            yield Seen(question.key, "bad" if over else near, fact, values, label)


def _photos(wanted: QuestionSet, answers: Answers, photos: Mapping[str, Shot]) -> Iterator[Seen]:
    """Photos that are gone, small, or the same twice."""
    first: dict[str, Question] = {}
    for question in wanted.questions.values():
        if question.kind != "photo" or answers.get(question.key, GONE) in ("", GONE):
            continue
        photo, label = photos.get(str(answers[question.key])), {"label": question.label}
        if photo is None:
            said = Finding("advise", N_("This photo is no longer here. Please add it again."))
            yield Seen(question.key, "look", "", advice=said)
            continue
        size = {"width": photo.width, "height": photo.height}
        if max(photo.width, photo.height) < SMALL:
            said = Finding("advise", TOO_SMALL, size, reason="BLUR")
            yield Seen(question.key, "look", N_("%(label)s: only %(width)s × %(height)s pixels"), size, label, said)
        if photo.digest in first:
            other = {"other": first[photo.digest].label}
            said = Finding(
                "advise", N_("This is the same picture as the one for: %(other)s. Is that meant?"), words=other
            )
            yield Seen(question.key, "look", N_("%(label)s: the same picture as %(other)s"), {}, label | other, said)
        first.setdefault(photo.digest, question)


TOO_SMALL = N_(
    "This photo is small, %(width)s × %(height)s pixels: the writing on it may not be readable. "
    "Please take it again with the camera's normal setting."
)


def _twins(wanted: QuestionSet, same: Mapping[str, Twins]) -> Iterator[Seen]:
    for key, found in same.items():
        values, label = {"n": found.all, "own": found.own}, {"label": wanted.questions[key].label} if key else {}
        fact = FROM_PHONE[bool(found.own)] if key == twins.PHONE else SAME[bool(found.own), bool(found.others)]
        yield Seen(key, "look" if found.all else "ok", fact, values, label)


# Whether it sent others.
FROM_PHONE = {
    False: N_("This phone number has sent no other application"),
    True: N_("Other applications sent from this phone number: %(n)s"),
}
# Whether others from this phone number say the same, and whether those from other numbers do.
SAME = {
    (False, False): N_("%(label)s: in no other application"),
    (True, False): N_("%(label)s: other applications with the same: %(n)s, all from this phone number"),
    (False, True): N_("%(label)s: other applications with the same: %(n)s, all from other phone numbers"),
    (True, True): N_("%(label)s: other applications with the same: %(n)s, from this phone number: %(own)s"),
}
