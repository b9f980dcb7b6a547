"""Brings a ledger's schema up to date when it is opened, whatever the database.

The versions ship inside the package, so no working directory and no ini file matters.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

HEAD = "0014"  # the newest version; a test compares it with the scripts
_LOCK = 0x5348_4950  # "SHIP": processes that start together migrate one at a time


def migrate(engine: Engine) -> None:
    """Run every version that the ledger has not seen."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
        try:
            if _version(connection) != HEAD:
                _upgrade(connection)
        finally:
            if engine.dialect.name != "sqlite":
                connection.rollback()
                connection.execute(
                    text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK}
                )
                connection.commit()


def _version(connection: Connection) -> str | None:
    known = inspect(connection).has_table("alembic_version")
    found = None
    if known:
        found = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar_one_or_none()
    if connection.in_transaction():
        connection.rollback()
    return found


def _upgrade(connection: Connection) -> None:
    # Imported here: an opened ledger is nearly always up to date, and this is slow.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        # A version is done or not: a crash must not leave half of its tables.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(config, "head")
    connection.commit()
