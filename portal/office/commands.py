"""`flask office`: the office's page filled in from a file, looked at and checked without a browser."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from portal import db
from portal.access import Actor
from portal.i18n import gettext as _
from portal.office import holidays, sections, service
from portal.office.models import Spot
from portal.office.sections import DAYS, FOOT, SPOT, WHO, Section

TABLES = ("spot", "holiday", "promise")
# A line of [[holiday]]: from, to, name; working = true for a weekend at work.
HOLIDAY = ("from", "to", "name", "working")
WORKING = "上班"
Raw = Mapping[str, Any]
Part = tuple[Section, dict[str, str], str]


@click.group("office")
def commands() -> None:
    """The office's own page: what it is called, whom to ring, its days and stations."""


@commands.command("fill")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fill(file: Path) -> None:
    """Fill the page in from a TOML file: its fields, [promise], [[holiday]], [[spot]]; what it leaves out stays."""
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(_("%(file)s is not TOML: %(why)s", file=file.name, why=error)) from error
    by = Actor("staff", "", _("Command line"))
    with db.writing() as session:
        known = {section.key: service.values(session, section) for section in (WHO, FOOT, _promises())}
        faults = [*_strangers(raw), *(fault for part in _parts(raw, known) for fault in _faults(part))]
        if faults:
            raise click.ClickException("\n".join(faults))
        if "spot" in raw:
            _drop_others(session, raw, by)
        for section, given, _name in _parts(raw, known):
            spot_id = service.NEW if section is SPOT else ""
            version = service.page(session).version
            service.change(session, section, given, by=by, seen=version, spot_id=spot_id)
        missing = service.lacking(session)
    click.echo(_("Still empty: %(lacking)s", lacking=_(", ").join(missing)) if missing else _("The page is filled in."))


def _promises() -> Section:
    return sections.promises(service.promised())


def _parts(raw: Raw, known: Mapping[str, Mapping[str, str]]) -> Iterator[Part]:
    """What a file says, section by section: the section, what it says, and how a fault calls it."""
    for section in (WHO, FOOT):
        keys = {field.key for field in section.fields}
        if keys & raw.keys():
            said = {key: str(raw[key]) for key in keys & raw.keys()}
            yield section, sections.cleaned(section, {**known[section.key], **said}), ""
    if "promise" in raw:
        said = {key: str(value) for key, value in _table(raw["promise"]).items()}
        yield _promises(), sections.cleaned(_promises(), {**known["promises"], **said}), "[promise] "
    if "holiday" in raw:
        lines = "\n".join(_line(row) for row in _tables(raw["holiday"]))
        yield DAYS, sections.cleaned(DAYS, {"lines": lines}), "[[holiday]] "
    for number, row in enumerate(_tables(raw.get("spot")), 1):
        yield SPOT, _spot(row), f"[[spot]] {number} "


def _faults(part: Part) -> Iterator[str]:
    section, given, name = part
    for key, why in sections.faults(section, given):
        yield f"{name}{why}" if section is DAYS else f"{name}{key}: {why}"


def _table(value: object) -> Raw:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Raw]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _spot(row: Raw) -> dict[str, str]:
    """One [[spot]] as one types it on the page; without a kind it is a service station."""
    return sections.cleaned(SPOT, {"kind": "station", **{key: str(value) for key, value in row.items()}})


def _line(row: Raw) -> str:
    """One [[holiday]] as one types it on the page."""
    until = f" 至 {row['to']}" if "to" in row else ""
    name = str(row.get("name", ""))
    working = row.get("working") is True and not holidays.WORKING.search(name)
    return f"{row.get('from', '')}{until} {name}{WORKING if working else ''}".strip() or "-"


def _strangers(raw: Raw) -> Iterator[str]:
    """What a file says that the page has no field for, and tables that are none."""
    fields = [field.key for section in (WHO, FOOT) for field in section.fields]
    rooms = [
        ("", raw, (*fields, *TABLES)),
        ("[promise] ", _table(raw.get("promise")), tuple(each.key for each in service.promised())),
        *(("[[holiday]] ", row, HOLIDAY) for row in _tables(raw.get("holiday"))),
        *(("[[spot]] ", row, tuple(field.key for field in SPOT.fields)) for row in _tables(raw.get("spot"))),
    ]
    for name, table, allowed in rooms:
        for key in table.keys() - set(allowed):
            yield name + _("there is no field “%(field)s”", field=key)
    for key in ("spot", "holiday"):
        if key in raw and len(_tables(raw[key])) != (len(raw[key]) if isinstance(raw[key], list) else -1):
            yield _("“%(field)s” is written as [[%(field)s]]", field=key)
    if "promise" in raw and not isinstance(raw["promise"], dict):
        yield _("“%(field)s” is written as [%(field)s]", field="promise")


def _drop_others(session: Any, raw: Raw, by: Actor) -> None:
    """Take off the stations and points that the file does not have: it says them all."""
    wanted = [sections.settled(SPOT, _spot(row)) for row in _tables(raw["spot"])]
    for spot in [*service.spots(session)]:
        if service.values(session, SPOT, spot.id) not in wanted:
            service.take_off(session, session.get_one(Spot, spot.id), by=by, seen=service.page(session).version)


@commands.command("check")
def check() -> None:
    """Say whether the page is filled in; fails when it is not."""
    service.check()
    click.echo(_("The page is filled in."))


@commands.command("show")
def show() -> None:
    """Print the page, its days and its stations."""
    with db.reading() as session:
        for section in (WHO, FOOT, _promises()):
            for key, value in service.values(session, section).items():
                click.echo(f"{key} = {value}")
        click.echo(holidays.text(service.marked(session)))
        for spot in service.spots(session):
            said = [value for value in service.values(session, SPOT, spot.id).values() if value]
            click.echo(" · ".join(said))
