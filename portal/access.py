"""Who is asking, and who may enter: exactly one of @anyone @seller @staff(...) stands on every view."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Flask, abort, current_app, g, session
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from portal import db

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
ActorView = Callable[Concatenate["Actor", P], ResponseReturnValue]


@dataclass(frozen=True)
class Actor:
    """The person who asks: a seller, a member of staff, or anyone at all."""

    kind: str = "anyone"
    id: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    session_id: str = ""
    practice: bool = False
    # Who types for this seller, who stands beside them: the id and the name of a member of staff. `places` are theirs.
    helper: str = ""
    helper_name: str = ""

    @property
    def typist(self) -> str:
        """The id of whoever types."""
        return self.helper or self.id

    def works_for(self, place: str) -> bool:
        """Whether a place code lies within those that this member of staff works for."""
        return any(place.startswith(scope) for scope in self.places)


ANYONE = Actor()
# In the cookie: the sheet that this browser's member of staff fills in now. It goes at "done" and at signing out.
HELPS = "helps"


Who = Callable[[str, Connection | None], Actor]


def connect(app: Flask, *, who: Who, door: Callable[[str], ResponseReturnValue]) -> None:
    """Give access its look-up of the person behind a session token, and the way to the right sign-in page."""
    app.extensions["access"] = (who, door)


def connect_helpers(
    app: Flask, *, stand_in: Callable[[Actor, str], Actor | None], closed: Callable[[Actor], ResponseReturnValue]
) -> None:
    """Give access its look-up of the seller for whom a member of staff may fill a sheet in now, and what they see when
    there is none.
    """
    app.extensions["stand_in"] = stand_in, closed


def connect_office(app: Flask, county: Callable[[], str]) -> None:
    """Give access its look-up of the county whose office this is."""
    app.extensions["county"] = county


def at_home(actor: Actor) -> bool:
    """Whether somebody works for the whole county whose office this is, if that is said by now.

    What holds for everybody here, only they change: whoever works in a part of it or elsewhere does not.
    """
    county = current_app.extensions["county"]()
    return not county or actor.works_for(county)


def current(*, on_line: bool = False) -> Actor:
    """The actor of this request, looked up once; with `on_line` in a transaction that the request then reads on in."""
    if "actor" not in g:
        who, _ = current_app.extensions["access"]
        token = session.get("token", "")
        g.actor = who(token, line() if on_line else None) if token else ANYONE
    return g.actor  # type: ignore[no-any-return]


def line() -> Connection:
    """A read transaction for what a request looks up first. A view whose actor is looked up here writes nothing aside:
    what it reads afterwards is of the same moment.
    """
    if "line" not in g:
        g.looking = db.looking()
        g.line = g.looking.__enter__()
    return g.line  # type: ignore[no-any-return]


def hang_up() -> None:
    """End that transaction: before the request writes, and at its end."""
    if g.pop("line", None) is not None:
        g.pop("looking").__exit__(None, None, None)


def practising() -> bool:
    """Whether this browser practises: it entered practice, or a practice seller is signed in."""
    return current().practice or bool(session.get("practice"))


def door(kind: str) -> ResponseReturnValue:
    """The way to the sign-in page of sellers or staff, and back; call it before the request's transaction begins."""
    _, way = current_app.extensions["access"]
    return way(kind)  # type: ignore[no-any-return]


def anyone(view: ActorView[P]) -> View[P]:
    """Let everybody in; the view still learns who it is."""

    @wraps(view)
    def entered(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(current(), *args, **kwargs)

    entered.enters = "anyone"  # type: ignore[attr-defined]
    return entered


def seller(view: ActorView[P]) -> View[P]:
    """Let signed-in sellers in; others are shown the sign-in page and come back afterwards."""

    @wraps(view)
    def entered(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        helped = getattr(view, "helped", False)
        actor = current(on_line=helped)
        if helped and actor.kind != "seller":
            sheet_id = str(kwargs["sheet_id"])
            if actor.kind == "staff":
                found = _beside(actor, sheet_id)
                if found is None:
                    return current_app.extensions["stand_in"][1](actor)  # type: ignore[no-any-return]
                actor = found
            elif session.get(HELPS) == sheet_id:
                return door("staff")
        return view(actor, *args, **kwargs) if actor.kind == "seller" else door("seller")

    entered.enters = "seller"  # type: ignore[attr-defined]
    return entered


def helped(view: ActorView[P]) -> ActorView[P]:
    """Let in, besides its seller, the member of staff who fills this sheet in for them; it goes below @seller.

    The view is given the seller, with the helper's id and name.
    """
    view.helped = True  # type: ignore[attr-defined]
    return view


def _beside(actor: Actor, sheet_id: str) -> Actor | None:
    """The seller for whom this member of staff fills this very sheet in, in this browser and now."""
    if session.get(HELPS) != sheet_id:
        return None
    found: Actor | None = current_app.extensions["stand_in"][0](actor, sheet_id)
    return found if found and found.practice == bool(session.get("practice")) else None


def staff(*roles: str, home: bool = False) -> Callable[[ActorView[P]], View[P]]:
    """Let staff with one of the roles in; a member of staff without it gets 403, others the staff sign-in.

    With `home` the page is there only for who works for the whole county of this office (see at_home), else 404.
    """

    def guarded(view: ActorView[P]) -> View[P]:
        @wraps(view)
        def entered(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            actor = current()
            if actor.kind != "staff":
                return door("staff")
            if not actor.roles & set(roles):
                abort(403)
            if home and not at_home(actor):
                abort(404)
            return view(actor, *args, **kwargs)

        entered.enters = "staff:" + ",".join(roles)  # type: ignore[attr-defined]
        return entered

    return guarded


def listed(label: str, at: int) -> Callable[[View[P]], View[P]]:
    """Put a page of the staff into the desk's menu, for whoever may enter it; below 10 it stands on top of every page.

    It goes above @staff; `label` is a msgid, `at` the place in the menu.
    """

    def marked(view: View[P]) -> View[P]:
        view.listed = (at, label)  # type: ignore[attr-defined]
        return view

    return marked


def menu(actor: Actor) -> list[tuple[int, str, str]]:
    """What the desk's menu holds for a person, in order: (place, label, address)."""
    app = current_app
    if "menu" not in app.extensions:
        marked = {name: view for name, view in app.view_functions.items() if hasattr(view, "listed")}
        urls = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        roles = {name: set(getattr(view, "enters", "")[6:].split(",")) for name, view in marked.items()}
        rows = [(*getattr(view, "listed"), urls[name], roles[name]) for name, view in marked.items()]  # noqa: B009
        app.extensions["menu"] = sorted(rows, key=lambda row: row[0])
    return [(at, label, url) for at, label, url, roles in app.extensions["menu"] if roles & actor.roles]
