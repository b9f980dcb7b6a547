"""Writes the marks that a batch moved, in the transaction of the cells."""

from sqlalchemy import Connection

from inventory.bulk import Row
from inventory.database import Database
from inventory.feeds.rows import FeedBooks, MarkRow
from inventory.feeds.tables import feed_document, feed_mark

_KEY = ("source", "node", "ver")
_VALUES = (
    *("last_seq", "digest", "as_of_us", "open_as_of_us", "is_open", "owns"),
    *("ver", "at_us"),
)


def write_feeds(
    database: Database, connection: Connection, feeds: FeedBooks, *, now_us: int
) -> None:
    """Insert and update what changed."""
    moved = [feeds.changed[key] for key in sorted(feeds.changed)]
    known = [mark for mark in moved if mark.read_ver]
    # A node has one owner at every statement: who lets go comes first.
    for owns in (0, 1):
        rows = [_change(mark, now_us) for mark in known if mark.owns == owns]
        if rows:
            database.bulk.update(connection, feed_mark, rows, by=_KEY, values=_VALUES)
    new = [mark.values(now_us) for mark in moved if not mark.read_ver]
    if new:
        database.bulk.insert(connection, feed_mark, new)
    if feeds.new_documents:
        papers: list[Row] = [(*paper, now_us) for paper in feeds.new_documents]
        database.bulk.insert(connection, feed_document, papers)


def _change(mark: MarkRow, now_us: int) -> Row:
    source, node, *values = mark.values(now_us)
    return (source, node, mark.read_ver, *values)
