"""Reads and locks what a batch touches of feeds: behind answers, before the cells."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from inventory.books import Books
from inventory.bulk import Row
from inventory.database import Database
from inventory.feeds.movements import movements
from inventory.feeds.rows import CellMoment, FeedBooks, MarkRow
from inventory.feeds.tables import feed_document, feed_mark
from inventory.operations import AdjustStock, CountStock, Operation


def load_feeds(
    database: Database,
    connection: Connection,
    operations: Sequence[Operation],
    feeds: FeedBooks,
    *,
    lock: bool = True,
) -> None:
    """The marks and documents that the operations name."""
    fed = [o for o in operations if isinstance(o, CountStock) and o.feed]
    if fed:
        sources = {o.feed.source for o in fed if o.feed and o.feed.ends}
        nodes = {line.node_id for o in fed for line in o.counts}
        for by, names in (("source", sources), ("node", nodes)):
            keys: list[Row] = [(name,) for name in sorted(names)]
            if keys:
                rows = database.bulk.select(
                    connection, feed_mark, keys, by=(by,), lock=lock
                )
                _add_marks(rows, feeds)
    adjusting = (o for o in operations if isinstance(o, AdjustStock))
    papers = {o.document for o in adjusting if o.document is not None}
    if papers:
        keys = sorted((p.source, p.document_id) for p in papers)
        by_key = ("source", "document_id")
        rows = database.bulk.select(connection, feed_document, keys, by=by_key)
        for source, document_id, content, _ in rows:
            feeds.documents[str(source), str(document_id)] = str(content)


def _add_marks(rows: Iterable[Row], feeds: FeedBooks) -> None:
    for row in rows:
        mark = MarkRow.of(row)
        if (mark.source, mark.node) not in feeds.marks:
            feeds.add(mark)


def load_movements(
    database: Database,
    connection: Connection,
    operations: Iterable[Operation],
    books: Books,
) -> None:
    """What happened in the cells since they were counted, where a count says when."""
    versions: dict[CellMoment, int] = {}
    for operation in operations:
        if isinstance(operation, CountStock):
            for line in operation.counts:
                cell = books.cells.get((line.sku, line.node_id))
                if line.as_of_us and cell is not None:
                    moment = (line.sku, line.node_id, line.as_of_us)
                    versions[moment] = cell.ver
    books.feeds.movements = movements(database, connection, versions)
