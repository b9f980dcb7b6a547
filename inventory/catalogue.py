"""Nodes, items, lanes and quotas as documents, kept beside the stock in one ledger.

The inventory does not know what the documents mean. It gives each node its number, the
slot of the packed view: dense from 0 and never given to another node.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Table, func, select, update

from inventory.database import Database
from inventory.decide import check_content
from inventory.operations import RequestKey
from inventory.queries import Queries
from inventory.tables import (
    idempotency,
    item,
    lane,
    meta,
    network_snapshot,
    node,
    quota,
)
from inventory.writer import Writer

if TYPE_CHECKING:
    from inventory.bulk import Row

Kind = Literal["node", "item", "lane", "quota"]
Document = dict[str, Any]
Change = Callable[[str, Document | None], Document]
"""From an id and the document as it is to the document as it shall be."""

_TABLES: dict[Kind, Table] = {
    "node": node,
    "item": item,
    "lane": lane,
    "quota": quota,
}


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Everything at one moment. Nodes are in the order of their numbers."""

    version: int
    nodes: tuple[tuple[int, str, Document], ...]
    items: dict[str, Document]
    lanes: dict[str, Document]
    quotas: dict[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many documents a write made and replaced, and whether it was one before."""

    created: int
    updated: int
    replayed: bool = False


class Catalogue:
    """The catalogue of one process.

    Args:
        on_upsert: awaited after every write, before its answer.
    """

    def __init__(
        self,
        database: Database,
        queries: Queries,
        writer: Writer,
        *,
        on_upsert: Callable[[], Awaitable[None]],
    ) -> None:
        self._on_upsert = on_upsert
        self._database = database
        self._queries = queries
        self._writer = writer

    async def version(self) -> int:
        """Raised by every write; whoever keeps a copy polls it."""
        return await self._queries.run(_version)

    async def load(self) -> CatalogueRows:
        """All documents, as one moment had them."""
        return await self._queries.run(_load)

    async def upsert(
        self,
        key: RequestKey,
        kind: Kind,
        rows: Sequence[tuple[str, Document]],
        *,
        keeping: Sequence[str] = (),
    ) -> Upserted:
        """Create or replace documents by id; how many of each. Idempotent by key, also
        where there are none to write: then nobody reads the catalogue anew.

        Args:
            keeping: fields that a replaced document keeps.

        Raises:
            IdReused: the request id came before with other content.
        """

        def change(name: str, old: Document | None) -> Document:
            before = old or {}
            kept = {field: before[field] for field in keeping if field in before}
            return documents[name] | kept

        documents = dict(rows)
        return await self._change(key, kind, sorted(documents), change)

    async def patch(
        self, key: RequestKey, kind: Kind, name: str, values: Document
    ) -> Upserted:
        """Replace some fields of one document; None takes a field out.

        Raises:
            IdReused: the request id came before with other content.
        """

        def change(_: str, old: Document | None) -> Document:
            changed = (old or {}) | values
            return {field: new for field, new in changed.items() if new is not None}

        return await self._change(key, kind, [name], change)

    async def _change(
        self, key: RequestKey, kind: Kind, names: Sequence[str], change: Change
    ) -> Upserted:
        upserted = await self._writer.work(
            lambda connection: self._once(
                connection,
                key,
                lambda: self._write(connection, _TABLES[kind], names, change),
            )
        )
        await self._on_upsert()
        return upserted

    async def page(
        self, kind: Kind, *, after: str, limit: int
    ) -> tuple[tuple[str, Document], ...]:
        """Documents in the order of their ids, those behind `after`."""
        table = _TABLES[kind]
        wanted = (
            select(table.c.id, table.c.document)
            .where(table.c.id > after)
            .order_by(table.c.id)
            .limit(limit)
        )

        def query(connection: Connection) -> tuple[tuple[str, Document], ...]:
            return tuple(
                (name, json.loads(document))
                for name, document in connection.execute(wanted)
            )

        return await self._queries.run(query)

    async def keep_network(self, version: str, content: bytes) -> None:
        """Keep the network that decisions were made on, for their replay."""
        if await self.network(version) is not None:
            return
        bulk = self._database.bulk
        await self._writer.work(
            lambda connection: bulk.insert_missing(
                connection, network_snapshot, [(version, content)]
            )
        )

    async def network(self, version: str) -> bytes | None:
        """The kept network of that version."""
        wanted = select(network_snapshot.c.content).where(
            network_snapshot.c.version == version
        )
        return await self._queries.run(
            lambda connection: connection.execute(wanted).scalar_one_or_none()
        )

    def _once(
        self,
        connection: Connection,
        key: RequestKey,
        write: Callable[[], tuple[int, int]],
    ) -> Upserted:
        # The row lock on meta makes writers of several processes take turns.
        _raise_version(connection, by=0)
        earlier = self._earlier(connection, key)
        if earlier is not None:
            return earlier
        created, updated = write()
        answer = json.dumps(["catalogue", created, updated])
        stored: Row = (key.principal, key.method, key.request_id, key.content_hash)
        self._database.bulk.insert(
            connection,
            idempotency,
            [(*stored, answer, self._database.now_us(connection))],
        )
        return Upserted(created, updated)

    def _earlier(self, connection: Connection, key: RequestKey) -> Upserted | None:
        rows = self._database.bulk.select(
            connection,
            idempotency,
            [(key.principal, key.method, key.request_id)],
            by=("principal", "method", "request_id"),
        )
        if not rows:
            return None
        check_content(key, str(rows[0][3]))
        _, created, updated = json.loads(str(rows[0][4]))
        return Upserted(created, updated, replayed=True)

    def _write(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        change: Change,
    ) -> tuple[int, int]:
        if not names:
            return 0, 0
        _raise_version(connection, by=1)
        bulk = self._database.bulk
        keys: list[Row] = [(name,) for name in names]
        rows = bulk.select(connection, table, keys, by=("id",))
        known = {str(row[0]): json.loads(str(row[-1])) for row in rows}
        texts = {name: json.dumps(change(name, known.get(name))) for name in names}
        new: list[Row] = [(n, text) for n, text in texts.items() if n not in known]
        old: list[Row] = [(n, text) for n, text in texts.items() if n in known]
        if new and table is node:
            first = _next_number(connection)
            new = [(n, number, t) for number, (n, t) in enumerate(new, first)]
        if new:
            bulk.insert(connection, table, new)
        if old:
            bulk.update(connection, table, old, by=("id",), values=("document",))
        return len(new), len(old)


def _next_number(connection: Connection) -> int:
    highest = connection.execute(select(func.max(node.c.number))).scalar_one()
    return 0 if highest is None else int(highest) + 1


def _raise_version(connection: Connection, *, by: int) -> None:
    connection.execute(update(meta).values(network_version=meta.c.network_version + by))


def _version(connection: Connection) -> int:
    return int(connection.execute(select(meta.c.network_version)).scalar_one())


def _load(connection: Connection) -> CatalogueRows:
    nodes = connection.execute(
        select(node.c.number, node.c.id, node.c.document).order_by(node.c.number)
    )
    return CatalogueRows(
        version=_version(connection),
        nodes=tuple((number, name, json.loads(raw)) for number, name, raw in nodes),
        items=_documents(connection, item),
        lanes=_documents(connection, lane),
        quotas=_documents(connection, quota),
    )


def _documents(connection: Connection, table: Table) -> dict[str, Document]:
    rows = connection.execute(select(table.c.id, table.c.document))
    return {name: json.loads(document) for name, document in rows}
