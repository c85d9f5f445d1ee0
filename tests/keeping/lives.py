"""Sellers of whom the portal holds everything it can hold, and the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.access import Actor
from portal.accounts import codes
from portal.accounts import service as accounts
from portal.guides import service as guides
from portal.review import decisions, remarks, service
from portal.review.models import Case
from tests.review.life import Life
from tests.sheets import shops

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PHONE = "13977770001"


def after(days: float) -> None:
    """Let days pass since NOON."""
    db.set_now(NOON + timedelta(days=days))


class Shop:
    """A seller whose application was looked at, sent back, mended and decided or not."""

    def __init__(self, app: Flask, phone: str = PHONE, *, decided: bool = True, **answers: Any) -> None:
        self.life = Life(app)
        self.officer = self.life.staff("reviewer", name="王丽")
        self.seller = self.life.seller(phone)
        self.sheet_id = shops.filled(self.seller.id, **answers)
        shops.send(self.sheet_id)
        with db.writing() as session:
            case = service.take(session, self.case_in(session), by=self.officer, version=1)
            service.see_phone(session, case, by=self.officer)
            remarks.remark(session, case, by=self.officer, key="shop_name", reason="SHOPNAME", words="名字太长了")
            decisions.settle(session, service.send_back(session, case, by=self.officer, version=case.version))
        shops.answer(self.sheet_id, "shop", shop_name="九潮高山好椪柑")
        shops.send(self.sheet_id)
        if decided:
            self.approve()
        with db.writing() as session:
            guides.ask(session, paper="receipt", about=self.case.id, locale="zh_Hans")
            accounts.open_sign_in(session, "seller", self.seller.id)
            codes.ask(session, phone, asker="browser", address="1.2.3.4")

    def approve(self) -> None:
        """The officer approves."""
        with db.writing() as session:
            case = self.case_in(session)
            case = service.take(session, case, by=self.officer, version=case.version)
            decisions.settle(session, service.approve(session, case, by=self.officer, version=case.version))

    def case_in(self, session: Session) -> Case:
        """The case, in a transaction."""
        return session.exec(select(Case).where(Case.sheet_id == self.sheet_id)).one()

    @property
    def case(self) -> Case:
        """The case as it is now."""
        with db.reading() as session:
            return self.case_in(session)

    @property
    def owner(self) -> Actor:
        """The seller."""
        return self.seller


def rows(model: Any) -> int:
    """How many rows a table has."""
    with db.reading() as session:
        return len(session.exec(select(model)).all())
