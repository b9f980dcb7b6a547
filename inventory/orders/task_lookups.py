"""What watchers and timers ask again and again: small rows, never whole orders.

Whoever needs more reads the order; most answers are that nothing has changed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, and_, exists, not_, or_, select, text

from inventory.orders.rows import ShipmentRow
from inventory.orders.states import UNPAID
from inventory.orders.tables import LEFT, offer, order, shipment
from inventory.queries import Queries

# In the very words of the partial indexes: bound values would not find them.
_TO_DO = text("shipment.state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')")
_TIMED = text("shipment.state IN ('ALLOCATED', 'ACCEPTED', 'READY')")
_LEFT = text(f"shipment.{LEFT}")
TO_A_STORE = text("shipment.to_node <> ''")
IN_TRANSIT = text("shipment.state = 'IN_TRANSIT'")
_IS_OPEN = text("offer.state = 'OPEN'")
_IS_OVER = text("offer.state IN ('WON', 'LOST')")
LEFT_MAX = 1_000
"""Shipments that left while a device was away; more is a day's work of a store."""
OFFER_US_MAX = 24 * 3600 * 1_000_000
"""No offer lasts longer."""


class Mark(NamedTuple):
    """A shipment, the version of its order and its time, which is set without a new
    version: another one of either may be another task."""

    shipment_id: str
    order_id: str
    ver: int
    due_us: int
    changed_at_us: int


class Timed(NamedTuple):
    """A shipment with its time; `is_offered` while other nodes are asked."""

    shipment: ShipmentRow
    is_offered: bool


@dataclass(frozen=True, slots=True)
class Among:
    """Shipments at some nodes, or at any others: whichever takes fewer words to say."""

    nodes: Sequence[str]
    others: bool = False

    @classmethod
    def split(cls, some: Collection[str], rest: Collection[str]) -> tuple[Self, Self]:
        """Those at `some` nodes and those at the rest, each by the shorter list."""
        if len(rest) < len(some):
            named = sorted(rest)
            return cls(named, others=True), cls(named)
        named = sorted(some)
        return cls(named), cls(named, others=True)

    def condition(self) -> ColumnElement[bool]:
        """On the table of shipments."""
        at = shipment.c.node.in_(self.nodes)
        return not_(at) if self.others else at


class TaskLookups:
    """The questions of one process."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def marks(self, node_id: str) -> tuple[Mark, ...]:
        """Everything that is to do at a node, offers too, and what comes to it."""
        here = and_(_TO_DO, shipment.c.node == node_id)
        asked = select(offer.c.shipment_id).where(_IS_OPEN, offer.c.node == node_id)
        offered = and_(_TO_DO, shipment.c.shipment_id.in_(asked))
        coming = and_(IN_TRANSIT, shipment.c.to_node == node_id)
        return await self._marks(here, offered, coming)

    async def left(self, node_id: str, *, since_us: int) -> tuple[Mark, ...]:
        """What was to do at a node and is not since then."""
        gone = and_(
            _LEFT, shipment.c.node == node_id, shipment.c.changed_at_us >= since_us
        )
        # The index knows when a node was asked: an offer ends within a day of that.
        asked = select(offer.c.shipment_id).where(
            _IS_OVER, offer.c.node == node_id, offer.c.at_us >= since_us - OFFER_US_MAX
        )
        lost = and_(
            shipment.c.shipment_id.in_(asked), order.c.changed_at_us >= since_us
        )
        came = and_(
            TO_A_STORE,
            shipment.c.to_node == node_id,
            shipment.c.state == "RECEIVED",
            shipment.c.changed_at_us >= since_us,
        )
        return await self._marks(gone, lost, came)

    async def untimed(
        self, at: Among, *, before_us: int | None = None, limit: int
    ) -> tuple[ShipmentRow, ...]:
        """Shipments that may be picked and have no time for it.

        Args:
            before_us: only those that are older than that.
        """
        which = and_(shipment.c.due_us == 0, at.condition())
        if before_us is not None:
            which = and_(which, shipment.c.changed_at_us < before_us)
        may_be_picked = and_(order.c.payment.not_in(UNPAID), order.c.gate != "REVIEW")
        of_order = shipment.join(order, shipment.c.order_id == order.c.order_id)
        wanted = (
            select(shipment)
            .select_from(of_order)
            .where(_TO_DO, which, may_be_picked)
            .limit(limit)
        )

        def query(connection: Connection) -> tuple[ShipmentRow, ...]:
            return tuple(ShipmentRow.of(tuple(r)) for r in connection.execute(wanted))

        return await self._queries.run(query)

    async def overdue(
        self, by_us: int, *, after: tuple[int, str], limit: int
    ) -> tuple[Timed, ...]:
        """Shipments whose time is over by then, the oldest time first.

        Args:
            after: time and id of the last one of the page before.
        """
        due, name = shipment.c.due_us, shipment.c.shipment_id
        is_offered = exists().where(_IS_OPEN, offer.c.shipment_id == name)
        wanted = (
            select(shipment, is_offered)
            .where(_TIMED, _TO_DO, due > 0, due <= by_us)
            .where(or_(due > after[0], and_(due == after[0], name > after[1])))
            .order_by(due, name)
            .limit(limit)
        )

        def query(connection: Connection) -> tuple[Timed, ...]:
            rows = connection.execute(wanted)
            return tuple(
                Timed(ShipmentRow.of(tuple(r[:-1])), bool(r[-1])) for r in rows
            )

        return await self._queries.run(query)

    async def _marks(self, *which: ColumnElement[bool]) -> tuple[Mark, ...]:
        """One statement for each: an OR of two indexes would use neither."""
        columns = (
            *(shipment.c.shipment_id, shipment.c.order_id),
            *(order.c.ver, shipment.c.due_us, order.c.changed_at_us),
        )
        of_order = shipment.join(order, shipment.c.order_id == order.c.order_id)
        wanted = [
            select(*columns)
            .select_from(of_order)
            .where(each)
            .order_by(order.c.changed_at_us.desc())
            .limit(LEFT_MAX)
            for each in which
        ]

        def query(connection: Connection) -> tuple[Mark, ...]:
            rows = [Mark(*row) for each in wanted for row in connection.execute(each)]
            by_id = {row.shipment_id: row for row in rows}
            return tuple(
                sorted(by_id.values(), key=lambda m: (m.changed_at_us, m.shipment_id))
            )

        return await self._queries.run(query)
