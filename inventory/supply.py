"""What is announced, and when it serves whom: the most urgent first, then first come.

Nothing is reserved of supply that is not there. When an order's units will come follows
from the announcements and from who waits before it, each time that somebody asks, so a
late delivery moves every date behind it without a write.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)

from inventory.orders.tables import allocation, incoming, order, order_line, shipment
from inventory.orders.task_lookups import IN_TRANSIT, TO_A_STORE
from inventory.queries import Queries
from inventory.reserved import BACKORDER, backorder_sku
from inventory.supply_rows import IncomingRow
from inventory.tables import cell

Place = tuple[int, str]
"""Where a page ends: an expected instant and an id."""


class Turn(NamedTuple):
    """An order's place among those that wait. `order_id` '' comes behind its equals."""

    priority: int
    created_at_us: int
    order_id: str = ""


class Limit(NamedTuple):
    """Units of a cell that may wait, and those that do."""

    units: int
    waiting: int


class Supply:
    """The questions of one process."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def named(self, ids: Sequence[str]) -> dict[str, IncomingRow]:
        """Announcements by id; those that nobody made, or that were withdrawn, lack."""
        wanted = select(incoming).where(incoming.c.incoming_id.in_(ids))
        rows = await self._queries.run(lambda c: _rows(c, wanted))
        return {row.incoming_id: row for row in rows}

    async def listed(
        self,
        *,
        sku: str = "",
        node_id: str = "",
        with_received: bool = False,
        after: Place | None = None,
        limit: int,
    ) -> tuple[IncomingRow, ...]:
        """The soonest first."""
        at, name = incoming.c.expected_us, incoming.c.incoming_id
        wanted = select(incoming).order_by(at, name).limit(limit)
        if sku:
            wanted = wanted.where(incoming.c.sku == sku)
        if node_id:
            wanted = wanted.where(incoming.c.node == node_id)
        if not with_received:
            wanted = wanted.where(incoming.c.received < incoming.c.qty)
        if after is not None:
            later = or_(at > after[0], and_(at == after[0], name > after[1]))
            wanted = wanted.where(later)
        return await self._queries.run(lambda c: _rows(c, wanted))

    async def is_awaited(self, sku: str) -> bool:
        """Whether units of the SKU are announced, between nodes or waited for."""
        waits = exists().where(text("order_line.unrouted > 0"), order_line.c.sku == sku)
        comes = exists().where(
            incoming.c.sku == sku, incoming.c.received < incoming.c.qty
        )
        # Inside the shipments: SQLite would begin with the units of all orders.
        has_it = exists().where(
            allocation.c.order_id == shipment.c.order_id,
            allocation.c.shipment_id == shipment.c.shipment_id,
            allocation.c.sku == sku,
        )
        coming = exists().select_from(shipment).where(TO_A_STORE, IN_TRANSIT)
        moves = coming.where(has_it.correlate(shipment))
        wanted = select(or_(waits, comes, moves))
        return await self._queries.run(lambda c: bool(c.execute(wanted).scalar_one()))

    async def at_hand(self) -> dict[str, int]:
        """Free units by SKU, of those SKUs that orders wait for."""
        asked = select(order_line.c.sku).join(order, _SAME_ORDER).where(*_WAITS)
        free = cell.c.on_hand - cell.c.held - cell.c.allocated - cell.c.safety_stock
        wanted = select(cell.c.sku, func.sum(free)).where(
            cell.c.sku.in_(asked), free > 0
        )
        wanted = wanted.group_by(cell.c.sku)

        def query(connection: Connection) -> dict[str, int]:
            return {str(sku): int(n) for sku, n in connection.execute(wanted)}

        return await self._queries.run(query)

    async def queue(
        self, skus: Sequence[str], *, after: Turn | None = None, limit: int
    ) -> tuple[Turn, ...]:
        """Orders that wait for these SKUs, in the order in which they are served."""
        ids = select(order_line.c.order_id).where(
            text("order_line.unrouted > 0"), order_line.c.sku.in_(skus)
        )
        at = (order.c.priority.desc(), order.c.created_at_us, order.c.order_id)
        wanted = select(order.c.priority, order.c.created_at_us, order.c.order_id)
        wanted = wanted.where(order.c.order_id.in_(ids), _WAITS[1])
        if after is not None:
            wanted = wanted.where(_behind(after))
        wanted = wanted.order_by(*at).limit(limit)

        def query(connection: Connection) -> tuple[Turn, ...]:
            return tuple(Turn(*row) for row in connection.execute(wanted))

        return await self._queries.run(query)

    async def room(self, skus: Sequence[str]) -> dict[str, dict[str, int]]:
        """Units of each SKU that may still wait, by node; a SKU that no node limits
        lacks. What a node is short of already is taken off."""
        names = [backorder_sku(sku) for sku in skus]
        limit, there = cell.alias("limits"), cell.alias("there")
        same = and_(there.c.node == limit.c.node, there.c.sku == _plain(limit.c.sku))
        free = limit.c.on_hand - limit.c.held - limit.c.allocated
        wanted = select(
            limit.c.sku, limit.c.node, free - func.coalesce(there.c.short, 0)
        )
        wanted = wanted.select_from(limit.outerjoin(there, same))
        wanted = wanted.where(limit.c.sku.in_(names))

        def query(connection: Connection) -> dict[str, dict[str, int]]:
            found: dict[str, dict[str, int]] = {}
            for name, node, units in connection.execute(wanted):
                sku = str(name).removeprefix(BACKORDER)
                found.setdefault(sku, {})[str(node)] = int(units)
            return found

        return await self._queries.run(query)

    async def limits(self, skus: Sequence[str]) -> dict[tuple[str, str], Limit]:
        """Limits and what waits of them, by SKU and node."""
        if not skus:
            return {}
        names = [backorder_sku(sku) for sku in skus]
        waits = cell.c.held + cell.c.allocated
        wanted = select(cell.c.sku, cell.c.node, cell.c.on_hand, waits)
        wanted = wanted.where(cell.c.sku.in_(names))

        def query(connection: Connection) -> dict[tuple[str, str], Limit]:
            return {
                (str(name).removeprefix(BACKORDER), str(node)): Limit(int(n), int(w))
                for name, node, n, w in connection.execute(wanted)
            }

        return await self._queries.run(query)

    async def expected(self, units: Mapping[str, int], turn: Turn) -> dict[str, int]:
        """When the units of each SKU will be there, in microseconds.

        SKUs that no announcement covers lack. Stock that is free already is not
        counted: those who wait are served of it within seconds.
        """
        if not units:
            return {}
        wanted = select(incoming).where(
            incoming.c.sku.in_(list(units)), incoming.c.received < incoming.c.qty
        )
        wanted = wanted.order_by(incoming.c.expected_us, incoming.c.incoming_id)

        def query(connection: Connection) -> dict[str, int]:
            before = _units_before(connection, list(units), turn)
            supply = _rows(connection, wanted)
            found = {
                sku: covered_us(supply, sku, before.get(sku, 0) + wanted_units)
                for sku, wanted_units in units.items()
            }
            return {sku: at_us for sku, at_us in found.items() if at_us is not None}

        return await self._queries.run(query)


_SAME_ORDER = order.c.order_id == order_line.c.order_id
_WAITS = (text("order_line.unrouted > 0"), order.c.state == "BACKORDERED")
"""In the very words of the partial indexes: a bound value would not find them."""


def _plain(name: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(name, len(BACKORDER) + 1)


def _behind(turn: Turn) -> ColumnElement[bool]:
    """Orders that are served after that one."""
    later = order.c.created_at_us > turn.created_at_us
    same = and_(
        order.c.created_at_us == turn.created_at_us, order.c.order_id > turn.order_id
    )
    equal = and_(order.c.priority == turn.priority, or_(later, same))
    return or_(order.c.priority < turn.priority, equal)


def covered_us(supply: Sequence[IncomingRow], sku: str, units: int) -> int | None:
    """When so many units of a SKU will have arrived; `supply` is the soonest first."""
    for row in supply:
        units -= row.open if row.sku == sku else 0
        if units <= 0:
            return row.expected_us
    return None


def _rows(connection: Connection, wanted: Select[Any]) -> tuple[IncomingRow, ...]:
    return tuple(IncomingRow.of(tuple(row)) for row in connection.execute(wanted))


def _units_before(
    connection: Connection, skus: Sequence[str], turn: Turn
) -> dict[str, int]:
    """Units by SKU that wait with more urgent or earlier orders."""
    earlier = order.c.created_at_us < turn.created_at_us
    same = and_(
        order.c.created_at_us == turn.created_at_us, order.c.order_id < turn.order_id
    )
    if not turn.order_id:
        earlier = order.c.created_at_us <= turn.created_at_us
    equal = and_(order.c.priority == turn.priority, or_(earlier, same))
    found = connection.execute(
        select(order_line.c.sku, func.sum(order_line.c.unrouted))
        .join(order, _SAME_ORDER)
        .where(*_WAITS, order_line.c.sku.in_(skus))
        .where(or_(order.c.priority > turn.priority, equal))
        .group_by(order_line.c.sku)
    )
    return {str(sku): int(units) for sku, units in found}
