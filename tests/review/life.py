"""What happens around a case in the tests: people come, send, mend and sign in."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlmodel import Session, select

from portal import db, vault
from portal.access import Actor
from portal.accounts import service as accounts
from portal.accounts.models import Staff
from portal.i18n import Refusal
from portal.review import decisions, remarks, service
from portal.review.models import Case
from portal.sheets import service as sheets
from portal.sheets.models import Sheet
from tests.reader import Reader

LIPING, CONGJIANG = "522631", "522633"
PHONE = "13800005678"


class Life:
    """Makes people and moves cases; every step is a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.place = "522631105"
        self.after: list[tuple[str, str]] = []
        self._phones = 0

    def seller(self, phone: str = "") -> Actor:
        """A seller of a new number."""
        self._phones += 1
        with db.writing() as session:
            row = accounts.seller_of(session, phone or f"139{self._phones:08}", "zh_Hans")
            return Actor("seller", row.id, "")

    def staff(self, *roles: str, place: str = LIPING, name: str = "王丽") -> Actor:
        """A member of staff with these roles."""
        with db.writing() as session:
            row = Staff(login=db.new_id(), name=name, roles=list(roles), places=[place])
            row.totp = vault.seal(b"set up", f"staff:{row.id}:totp")
            session.add(row)
            return Actor("staff", row.id, name, frozenset(roles), (place,))

    def sent(self, seller: Actor | None = None, **answers: Any) -> Case:
        """A case that somebody has just sent."""
        seller = seller or self.seller()
        with db.writing() as session:
            sheet = sheets.start(session, seller_id=seller.id, set_key="stall")
        return self.send(sheet.id, {"name": "九潮高山椪柑", "contact": "吴大姐", **answers})

    def send(self, sheet_id: str, answers: dict[str, Any]) -> Case:
        """Fill in what may be filled in, and send."""
        with db.writing() as session:
            sheet = session.get_one(Sheet, sheet_id)
            free = sheets.changeable(sheet, sheets.answers(sheet))
            for page in sheets.set_of(sheet).page:
                if any(question.key in free for question in page.question):
                    given = {**sheets.answers(sheet), **answers}
                    sheets.answer(session, sheet, page=page, given=given, by=sheet.seller_id)
            sheets.send(session, sheet, by=sheet.seller_id, as_it_is=True)
            return session.exec(select(Case).where(Case.sheet_id == sheet_id)).one()

    def do(self, verb: Callable[..., Any], case: Case, by: Actor, *, settled: bool = True, **more: Any) -> Case:
        """Let somebody do something to a case as it is now; where that decides it, its ten minutes are over at once."""
        with db.writing() as session:
            now = session.exec(select(Case).where(Case.id == case.id)).one()
            if verb not in (remarks.remark, remarks.unremark, service.withdraw):
                more.setdefault("version", now.version)
            verb(session, now, by=by, **more)
        return self.settle(case) if settled else self.now(case)

    def settle(self, case: Case) -> Case:
        """Let the seller be told of a decision."""
        with db.writing() as session:
            decisions.settle(session, session.exec(select(Case).where(Case.id == case.id)).one())
        return self.now(case)

    def now(self, case: Case) -> Case:
        """The case as it is now."""
        with db.reading() as session:
            return session.exec(select(Case).where(Case.id == case.id)).one()

    def in_state(self, state: str, by: Actor, seller: Actor | None = None) -> Case:
        """A case in a state, moved there by one reviewer."""
        case = self.sent(seller)
        if state in ("submitted", "withdrawn"):
            owner = Actor("seller", case.seller_id)
            return case if state == "submitted" else self.do(service.withdraw, case, owner)
        case = self.do(service.take, case, by)
        if state in ("changes_requested", "resubmitted"):
            self.do(remarks.remark, case, by, key="name", reason="BLUR", words="换一个")
            case = self.do(service.send_back, case, by)
            return case if state == "changes_requested" else self.send(case.sheet_id, {"name": "换好的名字"})
        if state == "approved":
            return self.do(service.approve, case, by)
        return self.do(service.reject, case, by, reason="BLUR", words="办不了") if state == "rejected" else case

    def reader(self, actor: Actor, *, secure: bool = False) -> Reader:
        """A browser in which somebody is signed in."""
        with db.writing() as session:
            token = accounts.open_sign_in(session, actor.kind, actor.id)
        reader = Reader(self.app, secure=secure)
        with reader.http.session_transaction(base_url=reader.base) as cookie:
            cookie["token"] = token
        return reader


def tried(session: Session, verb: Callable[..., Any], case: Case, by: Actor, **more: Any) -> str:
    """What comes of trying something: the new state, or the name of the refusal; nothing stays."""
    before = session.begin_nested()
    try:
        verb(session, case, by=by, **more)
        return case.state
    except Refusal as refusal:
        return type(refusal).__name__
    finally:
        before.rollback()
