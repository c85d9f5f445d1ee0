"""Who gets where: every address of the portal, walked by everybody who should not be there and by those who should."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlmodel import Session, select
from werkzeug.routing import Rule

from portal import db
from portal.access import Actor
from portal.accounts import service as accounts
from portal.accounts.models import ROLES, NumberChange
from portal.counter import service as counter
from portal.counter.people import Person
from portal.guides import batches, orders
from portal.guides import service as guides
from portal.guides.batches import How
from portal.guides.models import Errand
from portal.guides.recipients import Wanted
from portal.review import choosing, phones
from portal.review.models import Case
from tests.reader import Form, Page, Reader
from tests.review.life import CONGJIANG, LIPING, Life
from tests.sheets import shops

HELPER = Actor("staff", "helper", "王丽", frozenset({"helper"}), (LIPING,))
IDS = {"sheet_id", "photo_id", "case_id", "print_id", "roll_id", "change_id", "run_id", "assist_id", "batch"}
IDS |= {"batch_id", "errand_id"}
# What may change while somebody only looks: when they were seen, and that staff saw a photo or took a file away.
ASIDE = {"sign_in", "review_event", "review_case", "audit_entry", "audit_head"}
over_http = pytest.mark.parametrize("world", ["http"], indirect=True)
FIXED = {"room": "sheets", "own": "my_data", "ending": "pdf", "done": "handed", "page": 1, "code": "none"}
FIXED |= {
    "page_key": "shop",
    "key": "shop_name",
    "verb": "take",
    "onward": "reject",
    "kind": "household",
    "name": "open_shop",
}
FIXED |= {"paper": "receipt", "to": "open", "blank": "statement", "filename": "portal.js", "section": "who"}


class World:
    """A seller with a shop in review, and everybody else."""

    def __init__(self, app: Flask, secure: bool) -> None:
        self.app, self.secure, self.life = app, secure, Life(app)
        self.owner, self.stranger, self.admin = self.life.seller(), self.life.seller(), self.life.staff("admin")
        self.sheet_id = shops.filled(self.owner.id)
        shops.send(self.sheet_id)
        with db.writing() as session:
            self.case = session.exec(select(Case).where(Case.sheet_id == self.sheet_id)).one()
            self.print_id = guides.ask(session, paper="receipt", about=self.case.id, locale="zh_Hans").id
            accounts.open_sign_in(session, "seller", self.owner.id)
            person = phones.of_seller(session, self.admin, self.owner.id)
            assert person
            phones.ask_number(session, person, by=self.admin, phone="13899990000", reason="手机丢了")
            self.change_id = session.exec(select(NumberChange.id)).one()
            self.sign_in = accounts.sign_ins(session, self.owner.id)[0].id
            self.roll_id = counter.keep(session, HELPER, [Person(2, "杨大姐", "15400000009", "九潮村")]).id
        self.known: dict[str, Any] = {
            **self.run(),
            "sheet_id": self.sheet_id,
            "photo_id": shops.known(self.sheet_id)["shop_picture"],
            "case_id": self.case.id,
            "seller_id": self.owner.id,
            "print_id": self.print_id,
            "roll_id": self.roll_id,
            "change_id": self.change_id,
            **dict.fromkeys(("assist_id", "batch", "token", "file", "number"), "nobody-has-this1"),
            **FIXED,
            "chapter": orders.guide_for("open_shop", "household").chapters("household")[0].key,
            "staff_id": self.admin.id,
            "spot_id": "new",
        }

    def run(self) -> dict[str, str]:
        """What an officer has chosen to do something with, to print, and what the seller sent to a station."""
        officer = self.life.staff("reviewer")
        with db.writing() as session:
            run = choosing.choose(session, {self.case.id: self.case.version}, by=officer, key="")
            batch_id, errand_id = printed(session, self.case)
        ids = {"run_id": run.id, "batch_id": batch_id, "errand_id": errand_id}
        return {**ids, "what": "remark", "turn": "stop"}

    def reader(self, actor: Actor | None = None) -> Reader:
        """The browser of somebody; a person is signed in, here alone."""
        if actor:
            with db.writing() as session:
                accounts.sign_out_everywhere(session, actor.id)
        return self.life.reader(actor, secure=self.secure) if actor else Reader(self.app, secure=self.secure)

    def rules(self) -> Iterable[tuple[Rule, str, str]]:
        """Every rule with its address and who may enter."""
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            known = {name: self.known[name] for name in rule.arguments}
            view = self.app.view_functions[rule.endpoint]
            path = adapter.build(rule.endpoint, known, method="GET" if "GET" in (rule.methods or ()) else "POST")
            yield rule, path, getattr(view, "enters", "anyone")

    def visits(self, actor: Actor | None = None, sent: Form | None = None) -> Iterable[tuple[Rule, str, str, Page]]:
        """Every address, got and posted to by the same person: (rule, method, who may enter, what came)."""
        reader = self.reader(actor)
        form = reader.get("/registration/")
        for rule, path, enters in self.rules():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                if method == "GET":
                    yield rule, method, enters, reader.get(path + (f"?{urlencode(sent)}" if sent else ""))
                    continue
                reader.page = form
                yield rule, method, enters, reader.post(path, sent)
                if rule.endpoint.startswith("accounts."):
                    reader = self.reader(actor)  # this one may have been signed out
                    form = reader.get("/registration/")


def printed(session: Session, case: Case) -> tuple[str, str]:
    """A guide chosen for one seller, and a paper that the seller sent to a station."""
    wanted = Wanted("open_shop", "one", case.number)
    batch = batches.choose(session, wanted, How("a4", "zh_Hans"), by=HELPER, key="")
    held: dict[str, Any] = {
        "seller_id": case.seller_id,
        "case_id": case.id,
        "practice": case.practice,
        "place": case.place,
    }
    errand = Errand(key="k", paper="receipt", locale="zh_Hans", spot_id="s", spot_name="九潮服务站", **held)
    session.add(errand)
    return batch.id, errand.id


def tables() -> dict[str, list[Any]]:
    """Every row of every table that must stay as it is while somebody looks."""
    with db.engine().connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in db.Row.metadata.tables.items()
            if name not in ASIDE
        }


@pytest.fixture(params=["http", "https"])
def world(app: Flask, request: pytest.FixtureRequest) -> World:
    """An instance with people, over http and over https."""
    return World(app, request.param == "https")


def test_a_visitor_is_shown_the_right_sign_in_page_and_comes_back(world: World) -> None:
    before = tables()
    for rule, method, enters, page in world.visits():
        door = {"seller": "/accounts/sign-in", "staff": "/desk/accounts/sign-in"}.get(enters.partition(":")[0])
        assert page.status < 500, (rule, method)
        if door is None:
            continue
        back = page.url.partition("next=")[2]
        assert (page.status, page.url.partition("?")[0], method == "POST" or bool(back)) == (200, door, True), rule
    assert {name for name, rows in tables().items() if rows != before[name]} <= {"asked", "print"}


def test_another_sellers_things_are_not_there(world: World) -> None:
    before = tables()
    for rule, method, enters, page in world.visits(world.stranger):
        if enters.startswith("staff"):
            assert page.url.partition("?")[0] == "/desk/accounts/sign-in", rule
        elif rule.arguments & IDS:
            assert page.status == 404, (rule, method)
        assert page.status < 500, (rule, method)
    changed = {name for name, rows in tables().items() if rows != before[name]}
    assert changed <= {"asked", "kept", "tally", "print", "sheet"}
    assert [rows for rows in before["sheet"] if rows not in tables()["sheet"]] == []


def test_things_that_nobody_has_are_not_there_either(world: World) -> None:
    world.known |= dict.fromkeys(IDS | {"staff_id"}, "nobody-has-this1")
    everybody = world.life.staff(*ROLES)
    for actor in (world.owner, everybody):
        for rule, method, enters, page in world.visits(actor):
            if rule.arguments & (IDS | {"staff_id"}) and enters.partition(":")[0] in (actor.kind, "anyone"):
                assert page.status == 404, (rule, method)


def test_staff_of_another_county_find_nothing_of_it(world: World) -> None:
    actor = world.life.staff(*ROLES, place=CONGJIANG)
    before = tables()
    for rule, method, enters, page in world.visits(actor):
        if rule.arguments & (IDS | {"staff_id"}) and enters != "seller":
            assert page.status == 404, (rule, method)
        assert page.status < 500, (rule, method)
    changed = {name for name, rows in tables().items() if rows != before[name]}
    assert changed <= {"asked", "listed_code", "kept", "tally", "print", "staff", "practice"}


@over_http
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_pages_and_no_others(world: World, role: str) -> None:
    for rule, method, enters, page in world.visits(world.life.staff(role)):
        if enters.startswith("staff:"):
            assert (page.status == 403) is (role not in enters.removeprefix("staff:").split(",")), (rule, method)
        assert page.status < 500, (rule, method)


OFFICER = [
    "/desk/review/",
    "/desk/registration/platform",
    "/desk/counter/",
    "/desk/assist/",
    "/desk/guides/",
    "/desk/office/",
]
BAR = {
    "reviewer": OFFICER,
    "manager": OFFICER,
    "admin": ["/desk/counter/", "/desk/accounts/staff", "/desk/guides/", "/desk/office/"],
    "auditor": ["/desk/review/", "/desk/registration/platform", "/desk/office/"],
    "helper": ["/desk/registration/platform", "/desk/counter/", "/desk/assist/", "/desk/guides/"],
}


@over_http
@pytest.mark.parametrize("role", ROLES)
def test_the_menu_of_a_role_leads_to_pages_that_open(world: World, role: str) -> None:
    reader = world.reader(world.life.staff(role))
    page = reader.get("/desk/accounts/me")
    bar = [link.get("href") for nav in page.all("nav") for link in nav.iter("a")]
    assert [url for url in bar if "?" not in url] == [*BAR[role], "/desk/accounts/me"]
    listed = [url for url in page.links() if url.startswith("/desk/")]
    assert {url: reader.get(url).status for url in listed} == dict.fromkeys(listed, 200)


NAMES = (
    "after", "again", "called", "code", "day", "desk", "faults", "kept", "kind", "language", "link", "locale", "login",
    "month", "name", "near", "next", "number", "off", "password", "phone", "place", "places", "q", "reason", "rows",
    "seen", "sent", "shop_name", "sign_in", "size", "state", "tail", "turn", "use.place", "version", "words",
    "days.photos", "leave", "no", "open", "sure", "left", "right", "left_turn", "left_large", "look", "note", "to",
    "case", "chosen", "every", "key", "show",
)  # fmt: skip
ODD = ("\0", "9" * 400)


@over_http
@pytest.mark.parametrize("odd", ODD)
def test_nothing_that_is_sent_breaks_a_page(world: World, odd: str) -> None:
    query, known = dict.fromkeys(NAMES, odd), dict(world.known)
    for actor in (None, world.owner, world.life.staff(*ROLES)):
        for ids in (known, known | dict.fromkeys(IDS | {"staff_id", "key", "token", "chapter", "page_key"}, odd)):
            world.known = ids
            for rule, method, _, page in world.visits(actor, query):
                assert page.status < 500, (rule, method, odd)


def test_looking_changes_nothing(world: World) -> None:
    draft, everybody = world.life.seller(), world.life.staff(*ROLES)
    draft_id = shops.filled(draft.id, "sole_trader")
    paths = [path for rule, path, _ in world.rules() if "GET" in (rule.methods or ())]
    paths += [f"/sheets/{id}{page}" for id in (world.sheet_id, draft_id) for page in pages(id)]
    readers = [world.reader(actor) for actor in (None, world.owner, draft, everybody)]
    before, odd = tables(), []
    for reader in readers:
        for path in paths * 2:
            page = reader.get(path)
            odd += [(path, page.status)] if page.status not in (200, 403, 404, 409) else []
    assert odd == []
    assert {name for name, rows in tables().items() if rows != before[name]} == set()


def pages(sheet_id: str) -> list[str]:
    """The addresses of a sheet's pages, with faults, rows and a place asked for."""
    keys = ("ground", "place", "called", "licence", "goods", "certificate", "shop", "consents", "declaration", "check")
    return ["", "/goods?rows=999", "/place?place=52", "/place?place=%00", *(f"/{key}?faults" for key in keys)]
