"""The kinds of columns that the tables are made of, the same on both databases.

Text is compared by code point (collation "C", BINARY), the order in which Python sorts
the keys before rows are locked.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite's strict tables know INTEGER only, which is 64 bits wide there.
WHOLE = BigInteger().with_variant(Integer, "sqlite")
# SQLite would store any type anywhere, and a second b-tree for every text key.
KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

metadata = MetaData()


def text_(name: str, *, primary_key: bool = False) -> Column[str]:
    """Text that is always there."""
    return Column(name, TEXT, primary_key=primary_key, nullable=False)


def whole(name: str, *, primary_key: bool = False) -> Column[int]:
    """A whole number that is always there."""
    return Column(
        name, WHOLE, primary_key=primary_key, nullable=False, autoincrement=False
    )


def serial(name: str) -> Column[int]:
    """A number that the database gives, in the order of the rows."""
    return Column(name, WHOLE, primary_key=True, autoincrement=True)
