"""Connections to the ledger: who may write, how durable, whose clock.

SQLite: one process owns the file (a lock file says so), one connection of it writes and
checkpoints, readers are read-only. PostgreSQL: any number of processes; the database
refuses to wait long for locks and drops idle transactions by itself.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from inventory.bulk import Bulk, PostgresBulk
from inventory.bulk_sqlite import SqliteBulk
from inventory.driver import driver_of, execute
from inventory.instants import Clock, microseconds
from inventory.migrations.run import migrate

READERS = 4  # read connections of a process

# A commit flushes the log; NORMAL would lose the last ones at a power loss.
_SQLITE_WRITER = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "busy_timeout=5000",
    # Pages, about 128 MB of log: a checkpoint stops less than one batch in a hundred.
    "wal_autocheckpoint=32000",
    "cache_size=-131072",  # KiB
    "temp_store=MEMORY",
)
_SQLITE_READER = ("busy_timeout=5000", "query_only=ON", "cache_size=-32768")

# One statement may wait 300 ms for a rival's lock; the batch is then run again.
_POSTGRES_WRITER = {
    "lock_timeout": "300ms",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "synchronous_commit": "on",
    "default_transaction_isolation": r"read\ committed",
    # A batch looks up a few hundred keys. Plans that were made while a table was small
    # would read it whole for ever.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
_POSTGRES_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_POSTGRES_READER = {
    "statement_timeout": "30s",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": r"repeatable\ read",
}
_POSTGRES_CONNECT = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "prepare_threshold": 1,
}


class LedgerInUse(RuntimeError):
    """Another process owns this SQLite file."""


@dataclass(slots=True)
class Database:
    """One ledger: its engines, its bulk statements and its clock.

    `clock` None means the database's own clock, which on SQLite is the host's.
    """

    url: URL
    writer: Engine
    reader: Engine
    bulk: Bulk
    clock: Clock | None = None
    _lock: IO[str] | None = field(default=None, repr=False)

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    def now_us(self, connection: Connection) -> int:
        """The deciding clock, microseconds since 1970. Ask after the locks are held."""
        if self.clock is not None:
            return microseconds(self.clock())
        if self.is_sqlite:
            return microseconds(datetime.now(UTC))
        return int(connection.exec_driver_sql(f"SELECT {_POSTGRES_NOW}").scalar_one())

    def moment(self, connection: Connection) -> tuple[int, int]:
        """The ledger's generation and `now_us`, in one round trip."""
        if self.clock is not None or self.is_sqlite:
            text = "SELECT generation FROM meta"
            generation = execute(connection, text).fetchone()[0]
            return int(generation), self.now_us(connection)
        text = f"SELECT generation, {_POSTGRES_NOW} FROM meta"
        generation, now_us = execute(connection, text).fetchone()
        return int(generation), int(now_us)

    def begin(self, connection: Connection) -> None:
        """Start a transaction that may write."""
        if self.is_sqlite:
            # A reading transaction that wants to write later is refused at once.
            execute(connection, "BEGIN IMMEDIATE")
        elif not connection.in_transaction():
            connection.begin()

    def commit(self, connection: Connection) -> None:
        if self.is_sqlite:
            execute(connection, "COMMIT")
        else:
            connection.commit()

    def rollback(self, connection: Connection) -> None:
        """End the transaction, if there is one, without effect."""
        if not self.is_sqlite:
            connection.rollback()
        elif in_transaction(connection):
            connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A read-only connection on which every statement sees the same moment."""
        with snapshot(self.reader) as connection:
            yield connection

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def in_transaction(connection: Connection) -> bool:
    """Whether SQLite still has a transaction open; an error may have ended it."""
    return bool(driver_of(connection).in_transaction)


@contextmanager
def snapshot(reader: Engine) -> Iterator[Connection]:
    """One moment of the ledger, for as long as the block runs."""
    with reader.connect() as connection:
        is_sqlite = reader.dialect.name == "sqlite"
        if is_sqlite:
            connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            if not is_sqlite:
                connection.rollback()
            elif in_transaction(connection):
                connection.exec_driver_sql("ROLLBACK")


def open_database(ledger_url: str, *, clock: Clock | None = None) -> Database:
    """Open for writing: own the file (SQLite) and bring the schema up to date."""
    url = make_url(ledger_url)
    if url.get_backend_name() == "sqlite":
        database = _open_sqlite(url)
    else:
        database = _open_postgres(url)
    database.clock = clock
    with ExitStack() as undo:
        undo.callback(database.close)
        migrate(database.writer)
        undo.pop_all()
    return database


def open_reader(ledger_url: str) -> Engine:
    """Read-only access beside a running process, for the audit."""
    url = make_url(ledger_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite_reader(Path(_sqlite_path(url)))
    return _postgres_engine(url, _POSTGRES_READER, size=READERS)


def _open_sqlite(url: URL) -> Database:
    path = Path(_sqlite_path(url)).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _own(path)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    writer = create_engine(
        URL.create("sqlite", database=str(path)),
        # The driver would begin transactions by itself, and not IMMEDIATE ones.
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    _on_connect(writer, _SQLITE_WRITER)
    return Database(url, writer, _sqlite_reader(path), SqliteBulk(), _lock=lock)


def _sqlite_path(url: URL) -> str:
    if not url.database or url.database == ":memory:":
        raise ValueError("The ledger needs a file: sqlite:////path/to/ledger.db")
    return url.database


def demand_free(ledger_url: str) -> None:
    """Say before anything is started that a file belongs to another process.

    Raises:
        LedgerInUse: it does, now.
    """
    url = make_url(ledger_url)
    if url.get_backend_name() == "sqlite":
        path = Path(_sqlite_path(url)).resolve()
        if path.exists():
            _own(path).close()


def _own(path: Path) -> IO[str]:
    lock = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise LedgerInUse(f"{path} belongs to another running process") from error
    return lock


def _sqlite_reader(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///file:{path.resolve()}?mode=ro&uri=true",
        isolation_level="AUTOCOMMIT",
        pool_size=READERS,
        max_overflow=0,
        connect_args={"check_same_thread": False, "cached_statements": 256},
    )
    _on_connect(engine, _SQLITE_READER)
    return engine


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def _set(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _open_postgres(url: URL) -> Database:
    writer = _postgres_engine(url, _POSTGRES_WRITER, size=1)
    reader = _postgres_engine(url, _POSTGRES_READER, size=READERS)
    return Database(url, writer, reader, PostgresBulk())


def _postgres_engine(url: URL, settings: dict[str, str], *, size: int) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={**_POSTGRES_CONNECT, "options": options},
    )
