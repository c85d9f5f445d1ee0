"""What registration holds of a seller: how the shop stands on the platform, told to them and forgotten for them."""

from sqlmodel import Session, col, select

from portal import dates
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.keeping.service import Part, Row
from portal.questions import service as questions
from portal.registration import platform
from portal.registration.models import STANDINGS, SentBack, Shop
from portal.review import numbers
from portal.review.models import Case


def held(session: Session, seller_id: str) -> list[Part]:
    """Each shop as it stands, with every refusal that was told."""
    query = select(Case, Shop).join(Shop, col(Shop.case_id) == Case.id).where(Case.seller_id == seller_id)
    return [_part(session, case, shop) for case, shop in session.exec(query.order_by(col(Case.seq))).all()]


def _part(session: Session, case: Case, shop: Shop) -> Part:
    stands = " · ".join(filter(None, (_(STANDINGS[shop.state].label), shop.name, shop.link)))
    refused = session.exec(select(SentBack).where(SentBack.case_id == case.id).order_by(col(SentBack.version))).all()
    reasons = questions.library().reasons
    rows = [Row(_("How it stands"), stands, shop.told_at)]
    for row in refused:
        meaning = library_text(reasons[row.reason].meaning) if row.reason in reasons else row.reason
        said = " · ".join(filter(None, (meaning, platform.words_of(row))))
        rows.append(Row(_("Refused by the platform"), f"{dates.day(row.day)} {said}"))
    return Part(
        _("%(number)s: on the platform", number=numbers.shown(case.number)), tuple(rows), "/registration/platform"
    )


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Take away all that was told of a seller's shops; their cases are review's."""
    ids = session.exec(select(Case.id).where(Case.seller_id == seller_id)).all()
    platform.forget(session, ids)
