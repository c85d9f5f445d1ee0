"""What the browser sends to the office's page, and how a section is drawn."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from portal import photos
from portal.i18n import Refusal, gettext
from portal.i18n import gettext as _
from portal.office import sections
from portal.office.models import Change
from portal.office.sections import Field, Section
from portal.office.service import ADDED, LOGO, LOGO_BYTES, TAKEN_OFF, section_of

# Both sides of the room, views and desk, hang their pages on it.
blueprint = Blueprint("office", __name__)


@dataclass(frozen=True)
class Drawn:
    """One field as the page shows it: `now` is what is in force, where somebody else has just changed it."""

    field: Field
    value: str
    fault: str = ""
    now: str = ""

    @property
    def advice(self) -> str:
        """What is in force now, beside what was typed before one could know it."""
        return _("In force now: %(words)s", words=self.now) if self.now else ""

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """What can be chosen: value, words, no hint."""
        return [(value, gettext(label), "") for value, label in self.field.options]


def typed(section: Section) -> dict[str, str]:
    """What was sent for a section."""
    return sections.cleaned(section, request.form)


def seen() -> int:
    """The version of the office's page that the form on screen was made of; -1 fits none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def draw(
    section: Section, values: sections.Typed, faults: sections.Faults, now: sections.Typed | None = None
) -> list[Drawn]:
    """The fields of a section with what was typed and what is wrong with it."""
    rows = []
    for field in section.fields:
        why = " ".join(words for key, words in faults if key == field.key)
        other = now[field.key] if now and now[field.key] != values[field.key] else ""
        rows.append(Drawn(field, values[field.key], why, other))
    return rows


def told(change: Change) -> tuple[str, str]:
    """A change in words: what was changed, and which fields of it."""
    if change.section == LOGO:
        return _("The picture on top"), ""
    section = sections.SPOT if change.about else section_of(change.section)
    labels = {field.key: field.named for field in section.fields} | {ADDED: _("added"), TAKEN_OFF: _("taken off")}
    fields = _(", ").join(labels.get(key, key) for key in change.fields) if len(section.fields) > 1 else ""
    return change.about or gettext(section.title), fields


@dataclass(frozen=True)
class Picture:
    """A picture that was sent for the top of each page: clean, or why it cannot be taken."""

    photo: photos.Photo | None
    fault: str = ""


def picture() -> Picture:
    """What was sent; slow, so it comes before the transaction."""
    sent: Any = request.files.get("logo")
    if not sent or not sent.filename:
        return Picture(None, _("Choose a picture first."))
    try:
        return Picture(photos.clean(photos.received(sent.stream), small_bytes=LOGO_BYTES))
    except Refusal as refusal:
        return Picture(None, refusal.text)
