"""What is done about a step's time: set it, warn, end an offer, move, put back.

The request of each is named after what it is about, so that it has one effect however
many routers ask for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allocation.node import Node, NodeKind
from allocation.open_hours import Hours, after_open_days, after_open_time
from allocation.promise import ship_day
from inventory.instants import instant, microseconds
from inventory.orders import actions
from inventory.orders.actions import Action, Routes
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.orders.states import is_stopped
from inventory.orders.times import Time
from inventory.requests import RequestKey
from router.orders.rerouting import Rerouter
from router.stores.desk import COLLECT_DAYS
from router.stores.failed import Failed, asked_of, need_of

ACCEPT, PACK = timedelta(minutes=15), timedelta(hours=2)
LIMITS = {"ALLOCATED": ACCEPT, "ACCEPTED": PACK, "PICKING": PACK}
"""Open hours that a store may take for its next step."""
COLLECT_MAX = timedelta(days=30)
"""A pickup at a store without any open day."""
UNKNOWN = timedelta(days=1)
"""For a node that is gone, or never ships."""
TIMED_OUT = "TIMED_OUT"
PRINCIPAL = "timer"


def is_store(node: Node | None) -> bool:
    """Whether its times count open hours, and its tasks move on without it."""
    return node is not None and node.kind is NodeKind.STORE


@dataclass(frozen=True, slots=True)
class TimedSteps:
    """The steps that nobody asks for."""

    rerouter: Rerouter
    now: Callable[[], datetime]

    def time_of(self, row: ShipmentRow) -> Time:
        """By when the present step should be done."""
        return Time(row.shipment_id, row.state, microseconds(self._due(row)))

    async def warn(self, row: ShipmentRow) -> None:
        """Tell others that little time is left."""
        whole = await self._read(row)
        action = actions.Warn(row.shipment_id, row.state, row.due_us)
        if _is_still(whole, row):
            await self._take(whole, action, _named("warn", row))

    async def end_offer(self, row: ShipmentRow) -> None:
        """Nobody accepted: the shipment's own node has to send it, in its own time."""
        whole = await self._read(row)
        due_us = microseconds(self._due(row))
        if _is_still(whole, row):
            action = actions.Offer(row.shipment_id, (), due_us)
            await self._take(whole, action, _named("end", row))

    async def no_show(self, row: ShipmentRow) -> None:
        """Nobody came for a pickup."""
        whole = await self._read(row)
        if _is_still(whole, row):
            action = actions.NoShow(row.shipment_id)
            await self._take(whole, action, _named("no-show", row))

    async def move(self, row: ShipmentRow) -> None:
        """A store let its time pass: another node, or a person."""
        whole = await self._read(row)
        order, name = whole.order, row.shipment_id
        if not _is_still(whole, row) or is_stopped(order.payment, order.gate):
            return

        def act(routes: Routes | None) -> Action:
            return actions.Reroute((name,), TIMED_OUT, "", routes)

        need = need_of(whole, Failed(name, TIMED_OUT, "", "", act))
        key = _key(_named("move", row))
        need = asked_of(whole, need)
        await self.rerouter.carry_out(key, whole, act, need=need, deadline=None)

    def _due(self, row: ShipmentRow) -> datetime:
        """By open hours in a store; anywhere else, when its plan says that it leaves.

        No order is read for it: a rush sets thousands of times.
        """
        node, now = self.rerouter.networks.snapshot.nodes.get(row.node), self.now()
        if row.state == "READY" and row.code:
            hours = Hours.of(node) if node else None
            ends = after_open_days(hours, now, COLLECT_DAYS) if hours else None
            return ends or now + COLLECT_MAX
        due = None
        if node is not None and is_store(node) and row.state in LIMITS:
            due = after_open_time(Hours.of(node), now, LIMITS[row.state])
        if due is None and node is not None:
            due = _leaves(node, row)
        return due or now + UNKNOWN

    async def _read(self, row: ShipmentRow) -> WholeOrder:
        return await self.rerouter.stock.order_books.of_shipment(row.shipment_id)

    async def _take(self, whole: WholeOrder, action: Action, name: str) -> None:
        await self.rerouter.take(_key(name), whole, action, deadline=None)


def _leaves(node: Node, row: ShipmentRow) -> datetime | None:
    """As planned, however many steps it took since; of a row of before, when the next
    carrier comes."""
    if row.ship_by_us:
        return instant(row.ship_by_us)
    leaves = ship_day(node.calendar, instant(row.changed_at_us))
    return leaves.ship_by if leaves else None


def _is_still(whole: WholeOrder, row: ShipmentRow) -> bool:
    """Whether the time is still that of the present step."""
    now = whole.book.shipments[row.shipment_id]
    return (now.state, now.due_us) == (row.state, row.due_us)


def _named(what: str, row: ShipmentRow) -> str:
    return f"{what}/{row.shipment_id}/{row.due_us}"


def _key(name: str) -> RequestKey:
    return RequestKey(PRINCIPAL, "KeepTime", name, "")
