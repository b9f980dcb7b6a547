"""Orders a day: which cells tell a node's room, what a plan claims of it, and that the
cells of the days ahead are there.

A ship day's capacity is stock of that day (`inventory/reserved.py`), so the ledger
grants it, the view shows it and a hold gives it back, like anything else. A network
without limited nodes reads, claims and writes nothing of this.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple, Protocol
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from allocation.network import Network, Node
from allocation.plan import Plan
from allocation.problem import UNLIMITED, Problem
from allocation.promise import Calendar, Schedule
from allocation.slots import coming_slots
from inventory.operations import (
    Answer,
    Count,
    CountStock,
    HoldLine,
    Operation,
    RequestKey,
)
from inventory.reserved import capacity_sku
from router.paging import digest
from router.snapshot import Snapshot

DAYS_AHEAD = 14
"""Days beyond a node's present ship day whose cells are written: a service that was
down for so long still finds room when it comes back."""
LOOK_AGAIN_SECONDS = 60.0
"""So often the cells are compared although nothing changed: a restored ledger may lack
some."""
CELLS_A_COUNT = 500
PRINCIPAL = "shipfrom"
REASON = "orders_per_day"

Units = NDArray[np.int64]


class Slotted(NamedTuple):
    """A node with slots, its ship day, and the row that tells the room of each slot."""

    node: Node
    day: date
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """The cells that tell the room of limited nodes, until the next cut-off.

    The room of node `nodes[i]` is in row `rows[i]` of a reading of `skus`.
    """

    skus: tuple[str, ...]
    nodes: Units
    rows: Units
    slotted: tuple[Slotted, ...] = ()

    def of(self, available: Units) -> Units | None:
        """Orders that each node still takes, from the reading of `skus`, one column a
        node; None where no node counts its orders."""
        if not self.skus:
            return None
        room = np.full(available.shape[1], UNLIMITED, dtype=np.int64)
        room[self.nodes] = available[self.rows, self.nodes]
        return room

    def into(
        self, available: Units, room: Units | None, now: datetime
    ) -> dict[int, int] | None:
        """The slot of each node with slots that an order of this moment goes into: the
        first one with room. `room` becomes that of all slots to come."""
        if room is None or not self.slotted:
            return None
        chosen = {}
        for node, day, rows in self.slotted:
            left = [
                (place, int(available[rows[place], node.number]))
                for place, _ in coming_slots(node, day, now)
            ]
            room[node.number] = sum(units for _, units in left)
            first = next((place for place, units in left if units > 0), None)
            if first is not None:
                chosen[node.number] = first
        return chosen


NO_ROOMS = Rooms((), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Booked(Protocol):
    """The stock whose books have the cells."""

    async def on_hand(self, skus: Sequence[str]) -> dict[tuple[str, str], int]: ...
    async def submit(self, operation: Operation) -> Answer: ...


class Present(Protocol):
    """The network as it is now."""

    @property
    def snapshot(self) -> Snapshot: ...
    async def refresh(self) -> bool: ...


class Capacity:
    """The ship days of limited nodes, for one process."""

    def __init__(
        self, stock: Booked, networks: Present, *, now: Callable[[], datetime]
    ) -> None:
        self._stock = stock
        self._networks = networks
        self._now = now
        self._known: tuple[Network, Schedule, Rooms] | None = None
        self._posting = asyncio.Lock()
        self._posted: tuple[int, datetime] | None = None
        self._look_again_at = 0.0

    def rooms(self, network: Network, now: datetime) -> Rooms:
        """The cells to read for an order of this moment."""
        if not network.limited:
            return NO_ROOMS
        schedule = network.schedule(now)
        known = self._known
        if known is None or known[0] is not network or known[1] is not schedule:
            known = self._known = network, schedule, _rooms(network, schedule)
        return known[2]

    async def post(self) -> int:
        """Write the cells of the days ahead whose units are not the node's limit; how
        many were. Safe to repeat, and for several processes at once.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        if not self._networks.snapshot.network.limited:
            return 0
        async with self._posting:
            now = self._now()
            if self._is_posted(now):
                return 0
            # A limit that was changed elsewhere must not be written back.
            await self._networks.refresh()
            network = self._networks.snapshot.network
            posted = self._key(now)
            written = await self._write(list(_wanted(network, now)))
            self._posted = posted
            self._look_again_at = time.monotonic() + LOOK_AGAIN_SECONDS
            return written

    def _is_posted(self, now: datetime) -> bool:
        young = time.monotonic() < self._look_again_at
        return young and self._posted == self._key(now)

    def _key(self, now: datetime) -> tuple[int, datetime]:
        """What the days ahead follow from: the nodes, and the last cut-off."""
        snapshot = self._networks.snapshot
        return snapshot.catalogue_version, snapshot.network.schedule(now).until

    async def _write(self, wanted: Sequence[Count]) -> int:
        known = await self._stock.on_hand(sorted({count.sku for count in wanted}))
        wrong = [c for c in wanted if known.get((c.sku, c.node_id)) != c.on_hand]
        for first in range(0, len(wrong), CELLS_A_COUNT):
            block = tuple(wrong[first : first + CELLS_A_COUNT])
            key = RequestKey(PRINCIPAL, "PostCapacity", str(uuid4()), digest(block))
            await self._stock.submit(CountStock(key, block, REASON))
        return len(wrong)


def claims(problem: Problem, plan: Plan) -> list[HoldLine]:
    """One order of its ship day, or of a slot of it, from each limited node that the
    plan ships from."""
    network = problem.network
    if not network.limited:
        return []
    schedule, found = network.schedule(problem.now), []
    for node_id in dict.fromkeys(s.node_id for s in plan.shipments):
        node = network.node_by_id[node_id]
        if node.day_limit:
            day = _ship_day(network, schedule, node)
            slot = ""
            if node.slots:
                assert problem.slots is not None, "a node without room is in no plan"
                slot = node.slots[problem.slots[node.number]].name
            found.append(HoldLine(capacity_sku(day, slot), node_id, 1, 0))
    return found


def _ship_day(network: Network, schedule: Schedule, node: Node) -> date:
    found = schedule.ship_days[network.tables.calendar.item(node.number)]
    assert found is not None, "a node that never ships is in no plan"
    return found.day


def _rooms(network: Network, schedule: Schedule) -> Rooms:
    ships = schedule.ship_days, network.tables.calendar
    limited = [n for n in network.limited if ships[0][ships[1].item(n.number)]]
    days = {node: _ship_day(network, schedule, node) for node in limited}
    names = {node: _names(node, day) for node, day in days.items()}
    row_of = {name: row for row, name in enumerate(sorted({*chain(*names.values())}))}
    rows = {node: tuple(map(row_of.__getitem__, names[node])) for node in limited}
    return Rooms(
        tuple(row_of),
        np.array([node.number for node in limited], dtype=np.int64),
        np.array([rows[node][0] for node in limited], dtype=np.int64),
        tuple(Slotted(n, days[n], rows[n]) for n in limited if n.slots),
    )


def _names(node: Node, day: date) -> list[str]:
    """The cells that count the orders of a ship day."""
    return [capacity_sku(day, slot.name) for slot in node.slots] or [capacity_sku(day)]


def _wanted(network: Network, now: datetime) -> Iterator[Count]:
    """What the cells of the days ahead should hold."""
    schedule = network.schedule(now)
    days: dict[int, tuple[date, ...]] = {}
    for node in network.limited:
        row = network.tables.calendar.item(node.number)
        ships = schedule.ship_days[row]
        if row not in days:
            days[row] = _days(node.calendar, ships.day) if ships else ()
        for day in days[row]:
            limits = [slot.orders for slot in node.slots] or [node.orders_per_day]
            for name, orders in zip(_names(node, day), limits, strict=True):
                yield Count(name, node.node_id, orders)


def _days(calendar: Calendar, first: date) -> tuple[date, ...]:
    """The ship days from the first one on."""
    ahead = (first + timedelta(days=days) for days in range(DAYS_AHEAD + 1))
    return tuple(day for day in ahead if calendar.is_open(day))
