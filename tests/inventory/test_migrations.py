"""The versions build exactly the schema that the code works with."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from inventory import tables
from inventory.database import Database, LedgerInUse, open_database
from inventory.migrations import run


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that is not there yet: nothing of it was migrated before."""
    return f"sqlite:///{tmp_path}/ledger.db"


def test_head_is_the_newest_version() -> None:
    config = Config()
    config.set_main_option("script_location", str(run.Path(run.__file__).parent))

    assert ScriptDirectory.from_config(config).get_current_head() == run.HEAD


def test_migrated_schema_is_the_one_in_the_code(ledger_url: str) -> None:
    database = open_database(ledger_url)
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
    database.close()


def test_migrated_sqlite_schema_is_the_same_text(sqlite_url: str) -> None:
    """Checks, strictness and partial indexes are not compared by alembic."""
    database = open_database(sqlite_url)
    with database.reader.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master")).all()
    database.close()
    made = {name: "".join(str(sql).split()) for name, sql in found}
    memory = create_engine("sqlite://")
    for table in tables.metadata.tables.values():
        wanted = [CreateTable(table), *map(CreateIndex, table.indexes)]
        for element in wanted:
            name = element.element.name
            expected = "".join(str(element.compile(memory)).split())
            assert sorted(made[str(name)]) == sorted(expected), name


def test_reopening_keeps_the_ledger(ledger_url: str) -> None:
    first = open_database(ledger_url)
    with first.snapshot() as connection:
        generation = connection.execute(text("SELECT generation FROM meta")).scalar()
    first.close()
    again = open_database(ledger_url)
    with again.snapshot() as connection:
        assert (
            connection.execute(text("SELECT generation FROM meta")).scalar()
            == generation
        )
    again.close()


def test_shipments_from_before_transfers_go_nowhere_and_are_due_at_no_moment(
    sqlite_url: str,
) -> None:
    engine = create_engine(sqlite_url)
    config = Config()
    config.set_main_option("script_location", str(run.Path(run.__file__).parent))
    row = "'o:1', 'o', 'N0', 'PICKING', 0, 1, 7, '', 0, 'UPS', '1Z', 8"
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.exec_driver_sql(f"INSERT INTO shipment VALUES ({row})")
        connection.commit()
    engine.dispose()

    database = open_database(sqlite_url)
    with database.snapshot() as connection:
        (found,) = connection.execute(text("SELECT * FROM shipment")).all()
    database.close()

    assert tuple(found) == (
        *("o:1", "o", "N0", "PICKING", 0, 1, 7, "", 0, "UPS", "1Z", 8),
        *("", 0),
    )


def test_price_lists_from_before_forecasts_stay_in_force(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    config = Config()
    config.set_main_option("script_location", str(run.Path(run.__file__).parent))
    row = "7, 1, 900, 2700, 259200, 5, 30, 777, 2, 9, 'fine', x'00ff'"
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        connection.exec_driver_sql(f"INSERT INTO price_list VALUES ({row})")
        connection.commit()
    engine.dispose()

    database = open_database(sqlite_url)
    with database.snapshot() as connection:
        (found,) = connection.execute(text("SELECT * FROM price_list")).all()
    database.close()

    numbers = (7, 1, 900, 2700, 259200, 5, 30, 777, 2, 9)
    assert tuple(found) == (*numbers, "fine", "", b"\x00\xff")


def test_second_process_on_one_sqlite_file_is_refused(sqlite_url: str) -> None:
    first = open_database(sqlite_url)
    with pytest.raises(LedgerInUse, match="another running process"):
        open_database(sqlite_url)
    first.close()
    open_database(sqlite_url).close()


def test_sqlite_file_is_durable_and_private(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    path = database.writer.url.database
    assert path is not None
    with database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with (
        database.reader.connect() as connection,
        pytest.raises(Exception, match="readonly"),
    ):
        connection.exec_driver_sql("DELETE FROM meta")
    assert run.Path(path).stat().st_mode & 0o777 == 0o600
    database.close()


@pytest.fixture
def database(ledger_url: str):  # type: ignore[no-untyped-def] # a plain generator
    opened = open_database(ledger_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "values",
    [
        "'A', 'N', -1, 0, 0, 0, 0, 0",
        "'A', 'N', 5, 6, 0, 0, 0, 0",
        "'A', 'N', 5, 3, 3, 0, 0, 0",
        "'A', 'N', 5, 3, 3, 2, 0, 0",
        "'A', 'N', 5, 1, 0, 1, 0, 0",
        "'A', 'N', 1000000001, 0, 0, 0, 0, 0",
    ],
)
def test_schema_refuses_a_cell_that_promises_too_much(
    database: Database, values: str
) -> None:
    with (
        pytest.raises(IntegrityError),
        database.writer.connect() as connection,
    ):
        connection.exec_driver_sql(f"INSERT INTO cell VALUES ({values})")


@pytest.mark.parametrize(
    ("held", "short", "rule"),
    [(5, 1, "only_a_count_makes_short"), (0, 0, "a_hold_claims_units")],
)
def test_schema_refuses_a_grant_that_makes_short_or_nothing(
    database: Database, held: int, short: int, rule: str
) -> None:
    columns = "sku, node, cell_ver, op_id, kind, d_on_hand, d_held, d_allocated,"
    values = f"'A', 'N', 1, 'o', 'HOLD', 0, {held}, 0, {short}, 0, 'me', '', 0"
    with (
        pytest.raises(IntegrityError, match=rule),
        database.writer.connect() as connection,
    ):
        connection.exec_driver_sql(
            f"INSERT INTO entry ({columns} d_short, d_safety, actor, reason, at_us)"
            f" VALUES ({values})"
        )


def test_no_foreign_key_points_at_a_cell(database: Database) -> None:
    names = inspect(database.writer).get_table_names()
    keys = [k for n in names for k in inspect(database.writer).get_foreign_keys(n)]
    assert keys == []


def test_sqlite_knows_all_that_the_statements_need() -> None:
    assert sqlite3.sqlite_version_info >= (3, 37)
