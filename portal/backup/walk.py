"""Walks through a restored instance as people do: `python -m portal.backup.walk`, in a process of its own.

It opens every file, verifies every chain of what people did, fetches pages and prints a paper. It says what is wrong on
its last line and exits with 1; it is right to use on a copy alone, for it signs somebody in.
"""

import sys
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from portal import create_app, db, files, i18n, press, vault
from portal.accounts import service as accounts
from portal.accounts.models import Seller
from portal.audit import service as audit
from portal.config import Settings
from portal.guides import orders as guides
from portal.i18n import N_, gettext
from portal.review.models import Case


def faults(app: Flask) -> Iterator[str]:
    """What is wrong, in the order in which it is found."""
    with db.reading() as session:
        yield from _shut(session)
        yield from audit.breaks(session)
        case = session.exec(select(Case).order_by(col(Case.seq).desc())).first()
    yield from _pages(app, case)
    yield from _paper(case)


def _shut(session: Session) -> Iterator[str]:
    for name in files.named(session):
        try:
            files.read(name)
        except (files.Missing, files.Damaged):
            yield gettext(N_("the file %(name)s does not open"), name=name)
    for seller in session.exec(select(Seller)):
        try:
            accounts.number(seller)
        except vault.Unsealable:
            yield gettext(N_("a seller's phone number does not open"))


def _pages(app: Flask, case: Case | None) -> Iterator[str]:
    settings: Settings = app.extensions["settings"]
    client, paths = app.test_client(), ["/", "/desk/accounts/sign-in"]
    if case is not None:
        with db.writing() as session:
            token = accounts.open_sign_in(session, "seller", case.seller_id)
        with client.session_transaction(base_url=settings.url) as cookie:
            cookie["token"] = token
        paths.append(f"/review/cases/{case.id}")
    yield from (each for path in paths for each in _page(client, path, settings.url))


def _page(client: FlaskClient, path: str, url: str) -> Iterator[str]:
    answer = client.get(path, base_url=url)
    if answer.status_code != 200 or "<h1>" not in answer.text:
        yield gettext(N_("the page %(path)s answers %(status)s"), path=path, status=answer.status_code)


def _paper(case: Case | None) -> Iterator[str]:
    try:
        press.check()
        with db.reading() as session:
            order = guides.ORDERS["receipt" if case else "statement"](session, case.id if case else "")
        if not order.made(i18n.DEFAULT).pdf.startswith(b"%PDF"):
            yield gettext(N_("no paper comes out of the press"))
    except i18n.Refusal as refusal:
        yield refusal.text


def main() -> int:
    """Walk; returns the exit code."""
    try:
        found = list(faults(create_app()))
    except SQLAlchemyError as reason:
        found = [str(reason).splitlines()[0]]
    finally:
        press.close()
    for fault in found:
        print(fault)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
