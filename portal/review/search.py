"""Looking a case up: by the shop's name, its number, a phone or its last four digits, or the code of a licence.

One field takes them all; what was typed says which of them it may be. Nothing sealed is opened: a phone is found by
its keyed hash, the digits are those that the seller's account shows, the code is public.
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlmodel import col

from portal import vault
from portal.accounts import codes
from portal.accounts import service as accounts
from portal.accounts.models import Seller
from portal.i18n import N_, Refusal
from portal.questions import service as questions
from portal.review import numbers
from portal.review.models import Case
from portal.sheets.models import Finding

# The surest first.
MATCHES = {
    "number": N_("by its number"),
    "code": N_("by the code of the licence"),
    "whole_phone": N_("by the phone number"),
    "phone": N_("by the end of the phone number"),
    "shop": N_("by the shop's name"),
}
CHECK = "credit_code"


def ways(words: str) -> dict[str, ColumnElement[bool]]:
    """The conditions on a case by which these words may find it."""
    text = unicodedata.normalize("NFKC", words).strip()
    bare = re.sub(r"[\s\-]", "", text).upper()
    found: dict[str, ColumnElement[bool]] = {}
    if number := numbers.typed(text):
        found["number"] = col(Case.number) == number
    if re.fullmatch(r"[0-9A-Z]{15}|[0-9A-Z]{18}", bare):
        held = select(col(Finding.sheet_id)).where(col(Finding.key).in_(_code_keys()), col(Finding.value) == bare)
        found["code"] = col(Case.sheet_id).in_(held)
    if re.fullmatch(r"[0-9]{4}", bare):
        found["phone"] = col(Case.seller_id).in_(select(col(Seller.id)).where(col(Seller.tail) == bare))
    if phone := _phone(text):
        keys = vault.look_ups(accounts.phone_kind(False), phone)
        found["whole_phone"] = col(Case.seller_id).in_(select(col(Seller.id)).where(col(Seller.phone_key).in_(keys)))
    found["shop"] = and_(true(), *(col(Case.title).icontains(word, autoescape=True) for word in text.split()))
    return found


def _phone(text: str) -> str:
    """The digits of a whole mobile number; else empty."""
    try:
        return codes.phone_number(text)
    except Refusal:
        return ""


def _code_keys() -> list[str]:
    """The questions of all sets that ask for the code of a licence."""
    every = (question for each in questions.library().sets.values() for question in each.questions.values())
    return sorted({question.key for question in every if question.find == "plain" and CHECK in question.check})


def any_of(words: str) -> ColumnElement[bool]:
    """Whether any of them finds a case."""
    return or_(*ways(words).values())
