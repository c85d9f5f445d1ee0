"""What was sent: made once from a sheet, read without its question set, compared with the round before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from portal import db, i18n, vault
from portal.questions import service as questions
from portal.questions.models import GONE, Answers, QuestionSet
from portal.sheets.models import Submission


@dataclass(frozen=True)
class Line:
    """One answer as it was sent: where it stands, what was asked, and the answer in words."""

    page: str
    page_title: str
    key: str
    label: str
    kind: str
    words: str
    value: Any


def unseal(sealed: bytes | None, place: str) -> dict[str, Any]:
    """What seal() hid; nothing sealed is an empty dict."""
    return json.loads(vault.unseal(sealed, place)) if sealed else {}


def seal(content: Mapping[str, Any], place: str) -> bytes | None:
    """Personal answers as one sealed blob, None when there are none."""
    return vault.seal(json.dumps(content, ensure_ascii=False).encode(), place) if content else None


def make(sheet_id: str, wanted: QuestionSet, known: Answers, *, round_: int) -> Submission:
    """A submission in words that need no library: labels and shown values stand in the library's own Chinese."""
    asked = [(wanted.page_of[key], wanted.questions[key]) for key in known]
    with i18n.speaking(i18n.DEFAULT):
        words = {question.key: questions.shown(question, known[question.key]) for _, question in asked}
    secret = {question.key for _, question in asked if question.personal}
    rows = [
        {
            "page": page.key,
            "page_title": page.title,
            "key": question.key,
            "label": question.label,
            "kind": question.kind,
            "words": "" if question.personal else words[question.key],
        }
        for page, question in asked
    ]
    plain = {key: value for key, value in known.items() if key not in secret}
    personal = {"answers": {key: known[key] for key in secret}, "words": {key: words[key] for key in secret}}
    new_id = db.new_id()
    sealed = seal(personal if secret else {}, f"submission:{new_id}:answers")
    whole = json.dumps([sheet_id, round_, plain, rows], sort_keys=True).encode() + (sealed or b"")
    return Submission(
        id=new_id,
        sheet_id=sheet_id,
        round=round_,
        set_key=wanted.key,
        version=wanted.version,
        language=i18n.language(),
        answers=plain,
        shown=rows,
        sealed=sealed,
        digest=hashlib.sha256(whole).hexdigest(),
    )


def newest(session: Session, sheet_id: str) -> Submission | None:
    """The newest submission of a sheet."""
    query = select(Submission).where(Submission.sheet_id == sheet_id).order_by(col(Submission.round).desc())
    return session.exec(query.limit(1)).first()


def of_round(session: Session, sheet_id: str, round_: int) -> Submission | None:
    """The submission of one round of a sheet."""
    return session.exec(select(Submission).where(Submission.sheet_id == sheet_id, Submission.round == round_)).first()


def submitted(submission: Submission) -> Answers:
    """All answers of a submission, the personal ones unsealed."""
    return {**submission.answers, **unseal(submission.sealed, f"submission:{submission.id}:answers").get("answers", {})}


def unchanged(latest: Submission | None, known: Answers) -> bool:
    """Whether answers that were never sent are just what was approved."""
    return latest is not None and latest.round == 0 and submitted(latest) == known


def lines(submission: Submission) -> list[Line]:
    """A submission's answers in the order of the set, in words; old sets are not needed."""
    opened = unseal(submission.sealed, f"submission:{submission.id}:answers")
    words, values = opened.get("words", {}), {**submission.answers, **opened.get("answers", {})}
    now = questions.library().sets.get(submission.set_key)
    current = now.questions if now and now.version == submission.version else {}

    def said(row: Mapping[str, str]) -> str:
        question = current.get(row["key"])
        if question and i18n.language() != i18n.DEFAULT:
            return questions.shown(question, values[row["key"]])
        return words.get(row["key"]) or row["words"]

    return [
        Line(
            page=row["page"],
            page_title=row["page_title"],
            key=row["key"],
            label=row["label"],
            kind=row["kind"],
            words=said(row),
            value=values[row["key"]],
        )
        for row in submission.shown
    ]


def changed(old: Submission, new: Submission) -> dict[str, tuple[Line | None, Line | None]]:
    """What differs between two submissions, by key: the line before and the line after.

    A photo whose time had come is no difference.
    """
    before, after = ({line.key: line for line in lines(each)} for each in (old, new))
    return {
        key: (before.get(key), after.get(key))
        for key in [*after, *(before.keys() - after.keys())]
        if (before[key].value if key in before else None) != (after[key].value if key in after else None)
        and not (key in after and after[key].kind == "photo" and after[key].value == GONE)
    }
