"""Many sellers from one: copies of a sent application, and printing for them in the test's own process."""

from typing import Any

from sqlmodel import Session, col, select

from portal import db, vault
from portal.access import Actor
from portal.accounts.models import Seller
from portal.guides import batches, history, printing
from portal.guides.batches import How
from portal.guides.models import PrintBatch, PrintItem
from portal.guides.recipients import Wanted
from portal.review import numbers
from portal.review.models import Case
from portal.sheets.models import Sheet, Submission

A4 = How("a4", "zh_Hans")


def copies(case: Case, count: int, **changes: Any) -> list[Case]:
    """So many sellers more, each with an application like this one; `changes` are the case's."""
    with db.writing() as session:
        return [_copy(session, case, at, changes) for at in range(count)]


def _copy(session: Session, case: Case, at: int, changes: dict[str, Any]) -> Case:
    submission = session.get_one(Submission, case.submission_id)
    seller, sheet = session.get_one(Seller, case.seller_id), session.get_one(Sheet, case.sheet_id)
    ids = {table: db.new_id() for table in (Seller, Sheet, Submission, Case)}
    sealed = vault.unseal(submission.sealed or b"", f"submission:{submission.id}:answers")
    told: dict[str, Any] = {"id": ids[Seller], "phone": b"", "phone_key": ids[Seller], "tail": f"9{at:03d}"}
    session.add(Seller(**{**seller.model_dump(), **told}))
    kept = {"id": ids[Sheet], "seller_id": ids[Seller], "once_key": None}
    session.add(Sheet(**{**sheet.model_dump(), **kept}))
    session.flush()
    sent: dict[str, Any] = {"id": ids[Submission], "sheet_id": ids[Sheet]}
    sent |= {"sealed": vault.seal(sealed, f"submission:{ids[Submission]}:answers")}
    session.add(Submission(**{**submission.model_dump(), **sent}))
    session.flush()
    made = {"seq": None, "id": ids[Case], "number": numbers.new_number(), "events": 0, "head": ""}
    made |= {"seller_id": ids[Seller], "sheet_id": ids[Sheet], "submission_id": ids[Submission]}
    copy = Case(**{**case.model_dump(), **made, "title": f"{case.title}{at}", **changes})
    session.add(copy)
    session.flush()
    return copy


def changed(case: Case, **became: Any) -> Case:
    """A case with some of its columns changed behind everybody's back."""
    with db.writing() as session:
        row = session.exec(select(Case).where(Case.id == case.id)).one()
        for name, value in became.items():
            setattr(row, name, value)
        session.add(row)
        return row


def chosen(by: Actor, wanted: Wanted, how: How = A4, key: str = "") -> PrintBatch:
    """A batch that was chosen, not begun."""
    with db.writing() as session:
        return batches.choose(session, wanted, how, by=by, key=key)


def listed(*cases: Case) -> Wanted:
    """The guide for exactly these."""
    return Wanted("open_shop", "list", cells=tuple(case.number for case in cases))


def begun(by: Actor, wanted: Wanted, how: How = A4) -> str:
    """A batch that was set going; returns its work."""
    with db.writing() as session:
        batch = batches.choose(session, wanted, how, by=by, key="")
        return batches.begin(session, batch)


def worked(work: str) -> PrintBatch:
    """Let the work be done, as the job process does it."""
    while printing.work(work) is not None:
        pass
    return now(work.partition(".")[0])


def now(batch_id: str) -> PrintBatch:
    """The batch as it is now."""
    with db.reading() as session:
        return session.get_one(PrintBatch, batch_id)


def items(batch: PrintBatch) -> list[PrintItem]:
    """What came of each, in order."""
    with db.reading() as session:
        query = select(PrintItem).where(PrintItem.batch_id == batch.id).order_by(col(PrintItem.at))
        return list(session.exec(query))


def progress(batch: PrintBatch) -> history.Progress:
    """How far it is."""
    with db.reading() as session:
        return history.progress(session, batch)
