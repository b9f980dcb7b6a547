"""Every step of a node has its time, and what is not done in it goes on without it.

Any number of routers keep all times; a round of one is bounded, and the next one goes
on behind it.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from allocation.node import NodeKind
from inventory.errors import Draining, Refusal, StorageUnavailable
from inventory.instants import microseconds
from inventory.orders.rows import ShipmentRow
from inventory.orders.states import FROM, Step
from inventory.orders.task_lookups import Among, Timed
from router import log
from router.stores.asking import RuledOffers
from router.stores.timed import TimedSteps, is_store

WARNING = timedelta(minutes=3)
"""Before a store's time is over others are told that somebody should look."""
SET_MAX = 100
"""Times set in one round: many, for one second of one router."""
LOOKED_AT_MAX = 100
"""Times looked at in one round, most of which nothing is to be done about."""
CENTRE_AFTER = timedelta(minutes=1)
"""Centres are only told to be late: a rush at the checkout need not wait for that."""
WARNED_MAX = 10_000
START = (0, "")

Act = Callable[[ShipmentRow], Awaitable[None]]


@dataclass(slots=True)
class Timers:
    """The times that one router keeps."""

    steps: TimedSteps
    offers: RuledOffers
    _place: tuple[int, str] = field(default=START)
    _warned: set[tuple[str, int]] = field(default_factory=set)

    async def tend(self) -> int:
        """One round; how many steps it took. Raises StorageUnavailable."""
        return await self._set_times() + await self._act()

    async def _set_times(self) -> int:
        rerouter, now = self.steps.rerouter, self.steps.now()
        books, nodes = rerouter.stock.task_books, rerouter.networks.snapshot.nodes
        offering = self.offers.nodes()
        stores = {n.node_id for n in nodes.values() if n.kind is NodeKind.STORE}
        soon, later = Among.split(stores | offering, nodes.keys() - stores - offering)
        before_us = microseconds(now - CENTRE_AFTER)
        rows = (
            *await books.untimed(soon, limit=SET_MAX),
            *await books.untimed(later, before_us=before_us, limit=SET_MAX),
        )
        offered = {
            row.shipment_id
            for row in rows
            if row.node in offering and await self._is_offered(row)
        }
        own = [row for row in rows if row.shipment_id not in offered]
        await rerouter.stock.times.set([self.steps.time_of(row) for row in own])
        return len(rows)

    async def _is_offered(self, row: ShipmentRow) -> bool:
        """Whether other nodes are asked now, because a rule says so."""
        is_offered = False
        if row.state == "ALLOCATED":
            with _refusal_noted(row):
                is_offered = await self.offers.offer(row)
        return is_offered

    async def _act(self) -> int:
        now = self.steps.now()
        books = self.steps.rerouter.stock.task_books
        page = await books.overdue(
            microseconds(now + WARNING), after=self._place, limit=LOOKED_AT_MAX
        )
        last = page[-1].shipment if len(page) == LOOKED_AT_MAX else None
        self._place = (last.due_us, last.shipment_id) if last else START
        chosen = [(self._choose(timed, microseconds(now)), timed) for timed in page]
        acts = [(act, timed.shipment) for act, timed in chosen if act is not None]
        for act, row in acts:
            with _refusal_noted(row):
                await act(row)
        return len(acts)

    def _choose(self, timed: Timed, now_us: int) -> Act | None:
        """What is to be done about a time that is nearly or quite over, if anything."""
        row = timed.shipment
        node = self.steps.rerouter.networks.snapshot.nodes.get(row.node)
        # What came by a transfer is collected here or nowhere.
        may_move = row.state in FROM[Step.REROUTE] and is_store(node)
        may_move = may_move and not row.to_node
        if row.due_us > now_us:
            is_news = may_move and not timed.is_offered and self._note(row)
            return self.steps.warn if is_news else None
        if timed.is_offered:
            return self.steps.end_offer
        if row.state == "READY" and row.code:
            return self.steps.no_show
        return self.steps.move if may_move else None

    def _note(self, row: ShipmentRow) -> bool:
        """Whether this router has not warned of it yet; another one may have."""
        what = row.shipment_id, row.due_us
        if what in self._warned:
            return False
        if len(self._warned) >= WARNED_MAX:
            self._warned.clear()
        self._warned.add(what)
        return True


@contextmanager
def _refusal_noted(row: ShipmentRow) -> Iterator[None]:
    """A step that is refused, for somebody was faster, keeps nothing up."""
    try:
        yield
    except (StorageUnavailable, Draining):
        raise
    except Refusal as refused:
        log.get().info(
            "timer.refused", shipment_id=row.shipment_id, reason=refused.reason
        )
