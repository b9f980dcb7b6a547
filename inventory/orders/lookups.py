"""What people ask of orders after their commit: one whole, lists, tasks, what waits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    or_,
    select,
    text,
    true,
    union_all,
)

from inventory.ordering import unknown_order
from inventory.orders.reading import WholeOrder, whole_orders
from inventory.orders.rows import order_of_shipment
from inventory.orders.tables import (
    allocation,
    cell_flag,
    offer,
    order,
    shipment,
)
from inventory.orders.task_lookups import IN_TRANSIT
from inventory.orders.turn import unknown_shipment
from inventory.queries import Queries

IN_NEED = text("state IN ('PENDING', 'REVIEW', 'BACKORDERED')")
TO_DO = text("state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')")
OPEN_UNITS = text("state IN ('ALLOCATED', 'PICKED')")
AT_RISK_MAX = 100
Place = tuple[int, str]
"""Where a page ends: an instant and an id."""


class OrderLookups:
    """The questions of one process."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def whole(self, order_id: str, *, owner: str | None = None) -> WholeOrder:
        """
        Args:
            owner: None where any may ask, a store's device.

        Raises:
            OrderNotFound: no such order of this owner.
        """

        def query(connection: Connection) -> WholeOrder:
            is_it = order.c.order_id == order_id
            if owner is not None:
                is_it &= order.c.owner == owner
            found = whole_orders(connection, select(order).where(is_it))
            if not found:
                raise unknown_order(order_id)
            return found[0]

        return await self._queries.run(query)

    async def version(self, order_id: str, *, owner: str) -> int:
        """Counts the changes of an order. Raises OrderNotFound."""
        wanted = select(order.c.ver).where(
            order.c.order_id == order_id, order.c.owner == owner
        )

        def query(connection: Connection) -> int:
            found = connection.execute(wanted).scalar()
            if found is None:
                raise unknown_order(order_id)
            return int(found)

        return await self._queries.run(query)

    async def of_shipment(self, shipment_id: str) -> WholeOrder:
        """The order of a shipment. Raises ShipmentNotFound."""

        def query(connection: Connection) -> WholeOrder:
            wanted = select(order).where(
                order.c.order_id == order_of_shipment(shipment_id)
            )
            found = whole_orders(connection, wanted)
            if not found or shipment_id not in found[0].book.shipments:
                raise unknown_shipment(shipment_id)
            return found[0]

        return await self._queries.run(query)

    async def listed(
        self,
        owner: str,
        *,
        states: Sequence[str] = (),
        customer_ref: str = "",
        before: Place | None = None,
        limit: int,
    ) -> tuple[WholeOrder, ...]:
        """Newest first; `before` is the place of the last one of the page before."""
        wanted = select(order).where(order.c.owner == owner)
        if states:
            wanted = wanted.where(order.c.state.in_(states))
        if customer_ref:
            is_named = text("customer_ref <> ''")
            wanted = wanted.where(order.c.customer_ref == customer_ref, is_named)
        if before is not None:
            wanted = wanted.where(
                _earlier(order.c.created_at_us, order.c.order_id, before)
            )
        newest = order.c.created_at_us.desc(), order.c.order_id.desc()
        wanted = wanted.order_by(*newest).limit(limit)
        return await self._queries.run(lambda c: whole_orders(c, wanted))

    async def in_need(
        self, *, after: Place | None = None, limit: int
    ) -> tuple[WholeOrder, ...]:
        """Orders that somebody or something must help, the longest waiting first."""
        wanted = select(order).where(IN_NEED)
        return await self._oldest(
            wanted, order.c.changed_at_us, order.c.order_id, after=after, limit=limit
        )

    async def allocated(
        self,
        *,
        owner: str | None = None,
        nodes: Sequence[str] = (),
        after: Place | None = None,
        limit: int,
    ) -> tuple[WholeOrder, ...]:
        """Orders with a node for every unit that nobody has begun, the longest
        unchanged first.

        Args:
            owner: None: of anybody.
            nodes: with a shipment at one of these; none: at any.
        """
        open_there = text("shipment." + TO_DO.text), shipment.c.state == "ALLOCATED"
        names = select(shipment.c.order_id).where(*open_there)
        if nodes:
            names = names.where(shipment.c.node.in_(nodes))
        wanted = select(order).where(
            order.c.order_id.in_(names), order.c.state == "ALLOCATED"
        )
        if owner is not None:
            wanted = wanted.where(order.c.owner == owner)
        return await self._oldest(
            wanted, order.c.changed_at_us, order.c.order_id, after=after, limit=limit
        )

    async def late(self, by_us: int, *, limit: int) -> tuple[WholeOrder, ...]:
        """Orders with a shipment whose present step should be done by then."""
        is_due = and_(shipment.c.due_us > 0, shipment.c.due_us <= by_us)
        parts = [
            select(shipment.c.order_id)
            .where(which, is_due)
            .order_by(shipment.c.due_us)
            .limit(limit)
            for which in (TO_DO, IN_TRANSIT)
        ]
        due = [order.c.order_id.in_(part) for part in parts]
        wanted = select(order).where(or_(*due))
        return await self._queries.run(lambda c: whole_orders(c, wanted))

    async def tasks(
        self, node_id: str, *, after: Place | None = None, limit: int
    ) -> tuple[WholeOrder, ...]:
        """Orders with work at a node, offers too, the longest unchanged first."""
        asked = select(offer.c.shipment_id).where(
            text("offer.state = 'OPEN'"), offer.c.node == node_id
        )
        to_do, is_here = text("shipment." + TO_DO.text), shipment.c.node == node_id
        offered = and_(~is_here, shipment.c.shipment_id.in_(asked))
        coming = and_(IN_TRANSIT, shipment.c.to_node == node_id)
        place = shipment.c.changed_at_us, shipment.c.shipment_id
        columns = shipment.c.order_id, *place
        later = _later(*place, after) if after is not None else true()
        # One statement for each: an OR of two indexes would use neither.
        parts = [
            select(*columns).where(*which, later).order_by(*place).limit(limit)
            for which in ((to_do, is_here), (to_do, offered), (coming,))
        ]
        both = union_all(*(select(part.subquery()) for part in parts)).subquery()
        names = select(both.c.order_id)
        names = names.order_by(both.c.changed_at_us, both.c.shipment_id).limit(limit)

        def query(connection: Connection) -> tuple[WholeOrder, ...]:
            ids = [str(row[0]) for row in connection.execute(names)]
            found = whole_orders(
                connection, select(order).where(order.c.order_id.in_(ids))
            )
            by_id = {each.order.order_id: each for each in found}
            return tuple(by_id[name] for name in dict.fromkeys(ids) if name in by_id)

        return await self._queries.run(query)

    async def at_risk(self, sku: str, node_id: str) -> tuple[str, ...]:
        """Orders that count on units of this cell that nobody has picked."""
        wanted = (
            select(allocation.c.order_id)
            .where(
                OPEN_UNITS,
                allocation.c.state == "ALLOCATED",
                allocation.c.sku == sku,
                allocation.c.node == node_id,
            )
            .distinct()
            .limit(AT_RISK_MAX)
        )

        def query(connection: Connection) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in connection.execute(wanted))

        return await self._queries.run(query)

    async def recounts(
        self, skus: Sequence[str]
    ) -> dict[tuple[str, str], tuple[str, str, int]]:
        """Shelves to be counted, by SKU and node: the reason, of which order, since
        when."""
        wanted = select(cell_flag).where(cell_flag.c.sku.in_(skus))

        def query(connection: Connection) -> Any:
            return {
                (sku, node): (reason, order_id, at_us)
                for sku, node, order_id, reason, at_us in connection.execute(wanted)
            }

        found: dict[tuple[str, str], tuple[str, str, int]]
        found = await self._queries.run(query)
        return found

    async def _oldest(
        self,
        wanted: Any,
        at: ColumnElement[int],
        name: ColumnElement[str],
        *,
        after: Place | None,
        limit: int,
    ) -> tuple[WholeOrder, ...]:
        if after is not None:
            wanted = wanted.where(_later(at, name, after))
        wanted = wanted.order_by(at, name).limit(limit)
        return await self._queries.run(lambda c: whole_orders(c, wanted))


def _earlier(
    at: ColumnElement[int], name: ColumnElement[str], place: Place
) -> ColumnElement[bool]:
    return or_(at < place[0], and_(at == place[0], name < place[1]))


def _later(
    at: ColumnElement[int], name: ColumnElement[str], place: Place
) -> ColumnElement[bool]:
    return or_(at > place[0], and_(at == place[0], name > place[1]))
