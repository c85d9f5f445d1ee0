"""Who a person is: sellers by phone, sign-ins and their tokens; and telling a seller something."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, bindparam, func, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from portal import db, i18n, jobs, vault
from portal.access import ANYONE, Actor
from portal.accounts import codes, handed, kept
from portal.accounts.consents import agree_again as agree_again
from portal.accounts.consents import give as give
from portal.accounts.consents import held as held
from portal.accounts.consents import last as last
from portal.accounts.consents import on_given as on_given
from portal.accounts.consents import on_withdrawn as on_withdrawn
from portal.accounts.consents import withdraw as withdraw
from portal.accounts.models import Seller, SignIn, Staff, Tally
from portal.notices import service as notices
from portal.notices.models import Notice

SELLER_LIVES = timedelta(days=60)
STAFF_LIVES = timedelta(hours=12)
STAFF_IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
# How long a member of staff may take between the password and the second factor.
PASSWORD_LIVES = timedelta(minutes=10)
# How many of their sign-ins a person can end one by one; ending all is always offered.
SHOWN = 20


def phone_kind(practice: bool) -> str:
    """The kind of look-up of a number: the same number is another person in practice."""
    return "practice phone" if practice else "phone"


def with_phone(session: Session, phone: str, *, practice: bool = False) -> Seller | None:
    """The seller of a phone number, if there is one."""
    keys = vault.look_ups(phone_kind(practice), phone)
    return session.exec(select(Seller).where(col(Seller.phone_key).in_(keys))).first()


def seller_of(session: Session, phone: str, language: str, *, practice: bool = False) -> Seller:
    """The seller of a phone number, made at the first sign-in, whose language is theirs until they choose another."""
    seller = with_phone(session, phone, practice=practice)
    if seller is None:
        id = db.new_id()
        # Two tabs may sign in with a new number at once: one of them makes the row, both find it.
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(
            insert(Seller)
            .values(
                id=id,
                phone=vault.seal(phone.encode(), f"seller:{id}:phone"),
                phone_key=vault.look_up(phone_kind(practice), phone),
                tail=phone[-4:],
                language=language,
                practice=practice,
                contact="own",
                made_at=db.now(),
                active_at=db.now(),
            )
            .on_conflict_do_nothing()
        )
        seller = with_phone(session, phone, practice=practice)
        assert seller is not None
    return seller


def seller(session: Session, id: str) -> Seller | None:
    """A seller by id."""
    return session.get(Seller, id)


def is_practice(session: Session, seller_id: str) -> bool:
    """Whether a seller is one of practice's own."""
    return session.get_one(Seller, seller_id).practice


def phone(session: Session, seller_id: str) -> str:
    """A seller's whole number. Whoever shows it to staff writes that down first."""
    return number(session.get_one(Seller, seller_id))


def number(seller: Seller) -> str:
    """The whole number in a seller's row; raises vault.Unsealable."""
    return vault.unseal(seller.phone, f"seller:{seller.id}:phone").decode()


def speak(session: Session, seller_id: str, language: str) -> None:
    """Tell this seller everything in `language` from now on."""
    session.get_one(Seller, seller_id).language = language


def masked(tail: str) -> str:
    """A number of which only the last four digits show."""
    return f"••• •••• {tail}"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """The block's sentences are in `language`."""
    before = i18n.language()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


def tell(
    session: Session, seller_id: str, *, kind: str, say: Callable[[], str], case_id: str | None = None, number: str = ""
) -> Notice:
    """Tell a seller something, mostly about a case; `say` makes the text and is called in the seller's language.

    It goes to the seller's number, or to `number`; in practice, and where a station tells the seller, it is written and
    never sent. That we keep too long is no reason to keep longer, nor that a paper runs out: any other kind counts as
    activity.
    """
    row = session.get_one(Seller, seller_id)
    if kind not in ("keeping", "expiry"):
        row.active_at = db.now()
    with speaking(row.language):
        text = say()
    to = number or ("" if row.contact == "station" else phone(session, seller_id))
    return notices.tell(
        session, kind=kind, person=seller_id, number=None if row.practice else to, text=text, case_id=case_id
    )


def open_sign_in(session: Session, kind: str, person_id: str, *, device: str = "", stage: str = "full") -> str:
    """Sign a person in; returns the token for the cookie, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    lives = PASSWORD_LIVES if stage == "password" else SELLER_LIVES if kind == "seller" else STAFF_LIVES
    session.add(
        SignIn(
            token_hash=_hash(token),
            kind=kind,
            person_id=person_id,
            device=device,
            stage=stage,
            ends_at=db.now() + lives,
        )
    )
    session.flush()
    return token


def device(agent: str) -> str:
    """What kind of device a browser says it runs on, as far as its owner will know it again."""
    platforms = ("HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    found = next((platform for platform in platforms if platform in agent), "")
    return f"{found} · WeChat" if "MicroMessenger" in agent else found


def half_signed_in(session: Session, token: str) -> str | None:
    """The id of the member of staff who has shown a password here and not yet the second factor."""
    return session.exec(
        select(SignIn.person_id).where(
            SignIn.token_hash == _hash(token),
            SignIn.stage == "password",
            col(SignIn.revoked_at).is_(None),
            col(SignIn.ends_at) > db.now(),
        )
    ).first()


def who(token: str, line: Connection | None = None) -> Actor:
    """The person behind a token: one short read, and at most once a minute a short write of when they were seen.

    The read is on the `line` where there is one; it begins anew after that write.
    """
    now = db.now()
    with nullcontext(line) if line is not None else db.looking() as look:
        row = look.execute(_who(), {"token": _hash(token), "now": now, "idle": now - STAFF_IDLE}).first()
    if row is None or (row.tail is None and row.name is None):
        return ANYONE
    if row.seen_at < now - SEEN_EVERY:
        if line is not None:
            line.rollback()
        with db.aside() as session:
            session.execute(update(SignIn).where(col(SignIn.id) == row.id).values(seen_at=now))
            session.execute(update(Seller).where(col(Seller.id) == row.person_id).values(active_at=now))
    if row.kind == "seller":
        return Actor("seller", row.person_id, masked(row.tail), session_id=row.id, practice=row.practice)
    return Actor("staff", row.person_id, row.name, frozenset(row.roles), tuple(row.places), row.id)


@cache
def _who() -> Executable:
    """Made once: every page of somebody who is signed in asks it, and making it took longer than the answer."""
    query = select_columns(
        col(SignIn.id),
        col(SignIn.kind),
        col(SignIn.person_id),
        col(SignIn.seen_at),
        col(Seller.tail),
        col(Seller.practice),
        col(Staff.name),
        col(Staff.roles),
        col(Staff.places),
    ).select_from(SignIn)
    query = query.outerjoin(Seller, and_(col(SignIn.kind) == "seller", col(Seller.id) == col(SignIn.person_id)))
    same = and_(col(SignIn.kind) == "staff", col(Staff.id) == col(SignIn.person_id), col(Staff.active))
    alive = _alive(bindparam("now", type_=db.Moment), bindparam("idle", type_=db.Moment))
    return query.outerjoin(Staff, same).where(col(SignIn.token_hash) == bindparam("token"), alive)


def sign_ins(session: Session, person_id: str, *, here: str = "") -> Sequence[SignIn]:
    """Where a person is signed in now: the sign-in `here` first, then those last seen, SHOWN at most."""
    return session.exec(
        select(SignIn)
        .where(col(SignIn.person_id) == person_id, _alive())
        .order_by((col(SignIn.id) == here).desc(), col(SignIn.seen_at).desc())
        .limit(SHOWN)
    ).all()


def sign_in_count(session: Session, person_id: str) -> int:
    """In how many browsers a person is signed in now."""
    counted = select(func.count()).select_from(SignIn).where(col(SignIn.person_id) == person_id, _alive())
    return session.exec(counted).one()


def sign_out(session: Session, person_id: str, sign_in_id: str) -> bool:
    """End one sign-in of a person; returns whether there was one."""
    row = session.get(SignIn, sign_in_id)
    if row is None or row.person_id != person_id:
        return False
    row.revoked_at = row.revoked_at or db.now()
    return True


def drop(session: Session, token: str) -> None:
    """End the sign-in of a token, if it is one."""
    session.execute(
        update(SignIn)
        .values(revoked_at=db.now())
        .where(col(SignIn.token_hash) == _hash(token), col(SignIn.revoked_at).is_(None))
    )


def sign_out_everywhere(session: Session, person_id: str) -> None:
    """End all sign-ins of a person."""
    session.execute(
        update(SignIn)
        .values(revoked_at=db.now())
        .where(col(SignIn.person_id) == person_id, col(SignIn.revoked_at).is_(None))
    )


@jobs.work("accounts.sweep", schedule="* * * * *")
def sweep(_: str) -> None:
    """Wipe codes that are over, kept forms after a day, tallies after two and sign-ins a month after their end."""
    with db.writing() as session:
        codes.sweep(session)
        handed.sweep(session)
        kept.sweep(session)
        for model, moment, days in ((Tally, Tally.changed_at, 2), (SignIn, SignIn.ends_at, 30)):
            for row in session.exec(select(model).where(col(moment) < db.now() - timedelta(days=days)).limit(1000)):
                session.delete(row)


def _hash(token: str) -> str:
    return vault.look_up("token", token)


def _alive(now: Any = None, idle: Any = None) -> ColumnElement[bool]:
    """What a sign-in that still counts fulfils, now or at what is given later."""
    now = db.now() if now is None else now
    idle = now - STAFF_IDLE if idle is None else idle
    return and_(
        col(SignIn.stage) == "full",
        col(SignIn.revoked_at).is_(None),
        col(SignIn.ends_at) > now,
        or_(col(SignIn.kind) == "seller", col(SignIn.seen_at) > idle),
    )
