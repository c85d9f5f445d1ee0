"""One history for both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

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
    assert (migrations.standing(db.engine()), list(settings.home.glob("haohuo-*.db"))) == (migrations.newest(), [])
