"""What people ask of stock beside its cells: what a file would do, how far each source
has come, how long the stock lasts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from inventory.cover import Cover
from inventory.database import Database
from inventory.feeds.preview import preview
from inventory.feeds.tables import feed_mark
from inventory.instants import instant
from inventory.operations import CountStock, StockAnswer
from inventory.queries import Queries


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a source has gone at a node; `as_of` None where no file said when."""

    source: str
    node_id: str
    sequence: int
    digest: str
    is_open: bool
    is_owner: bool
    as_of: datetime | None
    at: datetime


class Feeds:
    """The questions of one process; `cover` is how long the stock lasts."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self.cover = Cover(database, queries)
        self._database = database
        self._queries = queries

    async def preview(self, operation: CountStock) -> StockAnswer:
        """What the counts would come to; nothing is changed.

        Raises:
            FeedOwned, IdReused: as the operation itself.
            StorageUnavailable: the ledger cannot be read.
        """

        def query(connection: Connection) -> StockAnswer:
            return preview(self._database, connection, operation)

        return await self._queries.run(query)

    async def marks(
        self,
        *,
        source: str = "",
        node_id: str = "",
        after: tuple[str, str] | None = None,
        limit: int,
    ) -> tuple[Mark, ...]:
        """Marks by node and source; `after` is the last one of the page before."""
        columns = feed_mark.c
        wanted = select(feed_mark).order_by(columns.node, columns.source).limit(limit)
        if source:
            wanted = wanted.where(columns.source == source)
        if node_id:
            wanted = wanted.where(columns.node == node_id)
        if after is not None:
            node, last = after
            same = (columns.node == node) & (columns.source > last)
            wanted = wanted.where(or_(columns.node > node, same))

        def query(connection: Connection) -> tuple[Mark, ...]:
            return tuple(
                Mark(
                    source=row.source,
                    node_id=row.node,
                    sequence=row.last_seq,
                    digest=row.digest,
                    is_open=bool(row.is_open),
                    is_owner=bool(row.owns),
                    as_of=instant(row.as_of_us) if row.as_of_us else None,
                    at=instant(row.at_us),
                )
                for row in connection.execute(wanted)
            )

        return await self._queries.run(query)
