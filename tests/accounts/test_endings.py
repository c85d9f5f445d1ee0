"""Ending everybody's sign-ins at once, and a way back in for staff who lost theirs."""

import pytest
from flask import Flask

from portal import db
from portal.access import ANYONE
from portal.accounts import service
from portal.accounts.models import Staff
from tests.review.life import Life


@pytest.fixture
def tokens(app: Flask) -> dict[str, str]:
    """A seller and a member of staff, each signed in."""
    life = Life(app)
    people = (life.seller(), life.staff("reviewer"))
    with db.writing() as session:
        return {who.kind: service.open_sign_in(session, who.kind, who.id) for who in people}


def run(app: Flask, *command: str) -> tuple[int, str]:
    """A command's exit code and what it printed."""
    done = app.test_cli_runner().invoke(args=command)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("whom", "stay", "ended"),
    [("everybody", set(), 2), ("seller", {"staff"}, 1), ("staff", {"seller"}, 1)],
)
def test_all_sign_ins_end_at_once(app: Flask, tokens: dict[str, str], whom: str, stay: set[str], ended: int) -> None:
    assert run(app, "sign-out", whom) == (0, f"结束了 {ended} 个登录。\n")
    assert {kind for kind, token in tokens.items() if service.who(token) != ANYONE} == stay
    assert run(app, "sign-out", whom) == (0, "结束了 0 个登录。\n")


def test_somebody_who_cannot_get_in_is_given_a_new_link_which_ends_the_older_one(app: Flask) -> None:
    with db.writing() as session:
        session.add(Staff(login="wu.shen", name="吴审核", roles=["reviewer"], places=["52"]))
    links = [run(app, "staff", "link", "WU.shen ")[1].strip() for _ in range(2)]
    visitor = app.test_client()
    pages = [visitor.get(link.removeprefix("http://localhost")) for link in links]
    assert ["password" in page.get_data(as_text=True) for page in pages] == [False, True]


@pytest.mark.parametrize("login", ["nobody", "gone"])
def test_a_link_is_only_for_those_who_work_here(app: Flask, login: str) -> None:
    with db.writing() as session:
        session.add(Staff(login="gone", name="走了", active=False, roles=[], places=[]))
    assert run(app, "staff", "link", login) == (1, f"Error: 没有在用的登录名 {login}。\n")
