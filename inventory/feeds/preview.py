"""What a count would come to: decided as it would be, on a copy that nobody writes."""

from sqlalchemy import Connection

from inventory import tables
from inventory.books import Books, CellRow
from inventory.database import Database
from inventory.feeds.loading import load_feeds, load_movements
from inventory.operations import CountStock, StockAnswer
from inventory.shelving import count


def preview(
    database: Database, connection: Connection, operation: CountStock
) -> StockAnswer:
    """The answer that the operation would get now.

    Raises:
        FeedOwned, IdReused: as the operation itself.
    """
    books = Books(generation=0, now_us=database.now_us(connection), are_written=False)
    load_feeds(database, connection, [operation], books.feeds, lock=False)
    keys = sorted({(line.sku, line.node_id) for line in operation.counts})
    books.cells.update((key, CellRow(*key)) for key in keys)
    by_key = ("sku", "node")
    if keys:
        for row in database.bulk.select(connection, tables.cell, keys, by=by_key):
            cell = CellRow(*row)  # type: ignore[arg-type]  # the columns in their order
            books.cells[cell.sku, cell.node] = cell
    load_movements(database, connection, [operation], books)
    return count(books, operation)
