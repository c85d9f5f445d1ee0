"""What the portal holds of one seller, as a paper and as a file to take away; and forgetting a seller's papers."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from portal import db, files, press
from portal.accounts import service as accounts
from portal.guides.models import Print
from portal.i18n import gettext as _
from portal.i18n import library_text
from portal.keeping import service as keeping
from portal.keeping import terms
from portal.keeping.service import Part
from portal.office import service as offices
from portal.review.models import Case

PAPERS = ("my_data", "my_copy")
KEEP = timedelta(hours=24)
# Told how many rows of how many are done.
Tell = Callable[[int, int], None]


def untold(made: int, total: int) -> None:
    """Nobody waits row by row."""


@dataclass(frozen=True)
class Parcel:
    """A file to take away: everything as JSON, with the photos beside it."""

    content: Mapping[str, Any]
    photos: Mapping[str, str]
    title: str
    ending: str = "zip"

    def edition(self, locale: str) -> str:
        """Equal editions are equal files."""
        return sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()

    def made(self, locale: str, tell: Tell = untold) -> press.Paper:
        """The ZIP; a photo whose bytes are lost is left out."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as packed:
            text = json.dumps(self.content, ensure_ascii=False, indent=2)
            packed.writestr("data.json", text, zipfile.ZIP_DEFLATED)
            for digest, name in self.photos.items():
                try:
                    packed.writestr(name, files.read(digest))
                except (files.Missing, files.Damaged):
                    continue
        return press.Paper(whole.getvalue(), 0, frozenset())


def title() -> str:
    """What both are called."""
    return _("What Haohuo knows of me")


def facts(session: Session, seller_id: str) -> dict[str, Any]:
    """What templates/guides/my_data.html shows: rooms [(title, [Held, until], [Part])], office, printed, practice."""
    return {
        "rooms": [(_(each.title), terms.held(session, each.name), each.show(session, seller_id)) for each in _rooms()],
        "office": offices.office(),
        "printed": db.today(),
        "practice": accounts.is_practice(session, seller_id),
    }


def _rooms() -> list[keeping.Keeper]:
    return [each for each in keeping.keepers() if each.name != "guides"]


def parcel(session: Session, seller_id: str) -> Parcel:
    """Everything that we hold of a seller, as a file."""
    shown = [(each, each.show(session, seller_id)) for each in _rooms()]
    digests = [row.file for _each, parts in shown for part in parts for row in part.rows if row.file]
    photos = {digest: f"photos/{at:02d}.jpg" for at, digest in enumerate(dict.fromkeys(digests), 1)}
    rooms = [
        {
            "room": each.name,
            "title": _(each.title),
            "kept": [
                {
                    "what": library_text(row.what),
                    "why": library_text(row.why),
                    "ground": library_text(row.ground),
                    "until": until,
                    "source": row.source,
                    "as_of": row.as_of.isoformat(),
                }
                for row, until in terms.held(session, each.name)
            ],
            "parts": [_part(part, photos) for part in parts],
        }
        for each, parts in shown
    ]
    return Parcel({"of": "Haohuo", "rooms": rooms}, photos, title())


def _part(part: Part, photos: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        {
            "label": row.label,
            "words": row.words,
            "at": row.at.isoformat() if row.at else None,
            "file": photos.get(row.file),
        }
        for row in part.rows
    ]
    return {"title": part.title, "rows": rows}


def held(session: Session, seller_id: str) -> list[Part]:
    """The papers that a seller has asked for."""
    rows = session.scalars(select(Print).where(_of(session, seller_id)).order_by(col(Print.asked_at)))
    return [Part(_("Papers"), tuple(keeping.Row(row.title, "", row.asked_at) for row in rows))]


def erase(session: Session, seller_id: str, wholly: bool) -> None:
    """Forget the papers of a seller and of the seller's cases; their bytes go with the next sweep of files."""
    session.execute(delete(Print).where(_of(session, seller_id)))


def _of(session: Session, seller_id: str) -> Any:
    cases = session.scalars(select(col(Case.id)).where(col(Case.seller_id) == seller_id)).all()
    of_case = [col(Print.about).endswith(case_id, autoescape=True) for case_id in cases]
    return or_(col(Print.about) == seller_id, *of_case)
