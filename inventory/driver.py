"""A batch's statements go straight to the driver, on SQLAlchemy's connection.

Its own way to a plain text statement costs as much as the statement of a small batch.
Connecting, pooling and what an error means stay with it: errors are its errors.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error)


def driver_of(connection: Connection) -> Any:
    """The driver's own connection: `sqlite3.Connection` or `psycopg.Connection`."""
    return connection.connection.driver_connection


def execute(connection: Connection, text: str, values: Sequence[object] = ()) -> Any:
    """Run one statement; the driver's cursor.

    Raises:
        DBAPIError: as from SQLAlchemy; a lost connection is invalidated.
    """
    driver = driver_of(connection)
    try:
        return driver.execute(text, values)
    except DRIVER_ERRORS as error:
        raise wrapped(connection, error, text) from error


def wrapped(connection: Connection, error: Exception, text: str) -> BaseException:
    """The driver's error as SQLAlchemy's, after which a lost connection is let go."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type] # psycopg's and sqlite3's errors are DBAPI errors
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
