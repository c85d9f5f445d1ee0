"""One history for both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal import db, migrations
from portal.config import Settings


def test_the_models_are_what_the_newest_revision_makes(app: Flask) -> None:
    migrations.tables()
    with db.engine().connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in db.Row.metadata.tables}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, db.Row.metadata) == []


def test_an_upgrade_of_what_is_up_to_date_copies_and_changes_nothing(app: Flask, settings: Settings) -> None:
    migrations.upgrade(settings)
    assert (migrations.at_head(db.engine()), list(settings.home.glob("haohuo-*.db"))) == (True, [])


EARLY, LATE = "2026-01-02 03:04:05+00:00", "2026-03-04 05:06:07+00:00"
OLD: dict[str, dict[str, object]] = {
    "seller": {"id": "s1", "phone": b"p", "phone_key": "k", "tail": "1234", "language": "en", "made_at": EARLY},
    "sheet": {"id": "h1", "seller_id": "s1", "set_key": "household", "version": 1, "answers": "{}", "typed_by": "{}"}
    | {"state": "sent", "made_at": EARLY, "changed_at": EARLY},
    "submission": {"id": "u1", "sheet_id": "h1", "round": 1, "set_key": "household", "version": 1, "language": "en"}
    | {"answers": "{}", "shown": "[]", "digest": "d", "sent_at": EARLY},
    "review_case": {"seq": 1, "id": "c1", "number": "N", "tail": "t", "sheet_id": "h1", "seller_id": "s1"}
    | {"kind": "household", "title": "T", "place": "522631105", "county": "522631", "state": "submitted"}
    | {"desk": "waiting", "version": 1, "round": 1, "submission_id": "u1", "first_sent_at": EARLY, "sent_at": EARLY}
    | {"moved_at": LATE, "due": "2026-02-02", "holder_name": "", "decided_by": "", "events": 0, "head": ""},
    "review_remark": {"id": "r1", "case_id": "c1", "submission_id": "u1", "round": 1, "page": "p", "key": "k"}
    | {"label": "l", "reason": "BLUR", "made_by": "m", "made_at": EARLY},
    "notice": {"id": "n1", "case_id": "c1", "person_id": "s1", "kind": "received", "state": "sent", "claim": ""}
    | {"tries": 1, "error": "", "made_at": EARLY, "due_at": EARLY},
}


def insert(table: str, **values: object) -> None:
    """One row, as the database itself takes it."""
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_rows_of_the_first_release_survive(app: Flask, settings: Settings) -> None:
    migrations.tables()
    with db.engine().connect().execution_options(mode="write") as connection, connection.begin():
        db.Row.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    command.upgrade(migrations._config(db.engine()), "0001")
    for table, values in OLD.items():
        insert(table, **values)
    migrations.upgrade(settings)
    with db.engine().connect() as connection:
        seller = connection.execute(text("SELECT tail, practice, active_at FROM seller")).one()
        case = connection.execute(text("SELECT title, desk, photos_gone_at FROM review_case")).one()
        others = [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in OLD]
    assert (seller.tail, bool(seller.practice), str(seller.active_at)[:16]) == ("1234", False, "2026-03-04 05:06")
    assert (tuple(case), others) == (("T", "waiting", None), [1] * len(OLD))
    for table, column in (("notice", "state"), ("notice", "kind"), ("review_case", "state"), ("review_case", "desk")):
        ids = {"id": "x"} if table == "notice" else {"id": "x", "seq": 2, "number": "M", "sheet_id": "h1"}
        with pytest.raises(IntegrityError, match=r"ck_|CHECK"):
            insert(table, **OLD[table] | ids | {column: "lost"})
