"""`flask staff`: the first people of an office, from the command line."""

import click
from sqlmodel import Session

from portal import db
from portal.accounts import areas, endings, invitations, staff
from portal.accounts.models import KINDS, ROLES, Staff
from portal.config import Settings, command
from portal.i18n import N_, gettext


def setup(settings: Settings) -> click.Group:
    """The commands for one instance: links carry its address."""
    commands.context_settings["obj"] = settings
    return commands


@click.group("staff")
def commands() -> None:
    """Let people who work for the office in."""


@commands.command("trial")
@click.pass_obj
def trial(settings: Settings) -> None:
    """Print a one-time link for the trial's own member of staff."""
    if not settings.trial:
        said = N_("Only a trial has trial staff. Use: %(command)s")
        raise click.ClickException(gettext(said, command=command("staff add")))
    with db.writing() as session:
        token = invitations.invite(session, staff.trial_staff(session))
    click.echo(_link(settings, token))


@commands.command("add")
@click.argument("name")
@click.argument("login")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)))
@click.option("--place", "places", multiple=True, required=True, help="A place's name or code; 全国 for everywhere.")
@click.pass_obj
def add(settings: Settings, name: str, login: str, roles: tuple[str, ...], places: tuple[str, ...]) -> None:
    """Add a member of staff and print a one-time link for the first sign-in."""
    with db.writing() as session:
        row = staff.add(session, name=name, login=login, roles=roles, places=areas.places_meant(" ".join(places)))
        token = invitations.invite(session, row)
    click.echo(_link(settings, token))


@commands.command("change")
@click.argument("login")
@click.option("--role", "roles", multiple=True, type=click.Choice(list(ROLES)), help="All their roles from now on.")
@click.option("--place", "places", multiple=True, help="All their places from now on: names or codes.")
@click.option("--name", default="", help="What they are called from now on.")
def change(login: str, roles: tuple[str, ...], places: tuple[str, ...], name: str) -> None:
    """Change somebody's roles, places or name; what is not named stays."""
    with db.writing() as session:
        row = _on(session, login)
        codes = areas.places_meant(" ".join(places)) if places else row.places
        staff.change(session, row, name=name or row.name, roles=roles or row.roles, places=codes)
        said = f"{row.name} · {staff.role_names(row.roles)} · {areas.place_names(row.places)}"
    click.echo(said)


@commands.command("link")
@click.argument("login")
@click.pass_obj
def link(settings: Settings, login: str) -> None:
    """Print a new one-time link for somebody who cannot get in.

    Their password, second factor and sign-ins end at once; by the link they set password and second factor anew.
    """
    with db.writing() as session:
        token = invitations.invite_anew(session, _on(session, login))
    click.echo(_link(settings, token))


@commands.command("reset")
@click.argument("login")
def reset(login: str) -> None:
    """Take somebody's second factor away; the password stays, and the next sign-in sets up a new one."""
    with db.writing() as session:
        name = staff.reset_second(session, _on(session, login)).name
    said = N_("%(name)s is signed out everywhere and sets up a new second key at the next sign-in.")
    click.echo(gettext(said, name=name))


@click.command("sign-out")
@click.argument("whom", type=click.Choice(["everybody", *KINDS]))
def sign_out(whom: str) -> None:
    """End all sign-ins at once, of sellers, of staff or of everybody; each signs in again."""
    with db.writing() as session:
        ended = endings.sign_out_everybody(session, KINDS if whom == "everybody" else (whom,))
    click.echo(gettext("Sign-ins ended: %(num)s", num=ended))


def _on(session: Session, login: str) -> Staff:
    row = staff.of_login(session, login)
    if row is None:
        raise click.ClickException(gettext("Nobody who is switched on signs in as %(login)s.", login=login))
    return row


def _link(settings: Settings, token: str) -> str:
    return f"{settings.url}/desk/accounts/first/{token}"
