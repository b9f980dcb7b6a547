"""One policy on a stock of its own: holds and commits by the checkout's own code.

What a simulation leaves out of the checkout does not decide: the quote before the hold
(the hold plans on stock that cannot lag), threads, and writing decisions down.
"""

from dataclasses import replace
from datetime import datetime

from allocation.codec import dump
from allocation.network import Network
from allocation.order import Order
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve
from allocation.solvers.instance import Frontier, Instance
from inventory.errors import NoStock, StockChanged
from inventory.memory import MemoryStock
from inventory.operations import CommitHold, Count, CountStock, RequestKey
from inventory.reading import StockReading
from router.capacity import Capacity
from router.checkout import TTL_DEFAULT
from router.holding import Holding, HoldWish
from router.recent import Known
from router.record import NO_REFUSALS
from router.simulate.clock import VirtualClock
from router.simulate.orders import CellChange, Setting, SimulatedOrder, StockChange
from router.simulate.outcome import Outcome, planned, refused
from router.snapshot import Snapshot
from router.terms import Terms
from router.wishes import Wish

PRINCIPAL = "simulation"
NO_TERMS = Terms()


class Arm:
    """One policy and what it left of the stock so far."""

    def __init__(
        self,
        policy: Policy,
        setting: Setting,
        clock: VirtualClock,
        *,
        answers: list[tuple[Instance, Frontier]],
    ) -> None:
        self.policy = policy
        self.stock = MemoryStock(setting.opening, clock=clock)
        self._setting = setting
        # What nodes turn down and units are worth today says nothing of then.
        calm = replace(setting.snapshot.record, refusals=NO_REFUSALS)
        self._snapshot = replace(setting.snapshot, record=calm, steering=None)
        self._clock = clock
        self._decider = Decider(answers)
        networks = Unkept(setting.snapshot)
        self._capacity = Capacity(self.stock, networks, now=clock)
        self._holding = Holding(
            self.stock,
            networks,
            self._decider,
            AnySku(),
            capacity=self._capacity,
            currency=setting.currency,
        )

    async def route(self, order: SimulatedOrder) -> Outcome:
        """Hold the order at this moment, and commit it."""
        self._decider.records = order.order_id in self._setting.decisions_of
        await self._capacity.post()
        wish = Wish(order.order, order.routing.narrow(self.policy))
        wanted = _hold(order, wish)
        try:
            answer, plan = await self._holding.place(
                wanted,
                snapshot=self._snapshot,
                now=self._clock(),
                deadline=None,
            )
        except (NoStock, StockChanged) as no:
            return refused(order, no.reason)
        if not order.abandoned:
            key = RequestKey(PRINCIPAL, "Commit", order.order_id, "")
            await self.stock.submit(CommitHold(key, order.order_id, order.order_id))
        return planned(order, plan, answer.decision)

    async def restock(self, change: StockChange, number: int) -> None:
        """Count the cells as they are after a change that no order made."""
        counts = tuple(self._count(cell) for cell in change.cells)
        key = RequestKey(PRINCIPAL, "SetStock", str(number), "")
        await self.stock.submit(CountStock(key, counts, reason=""))

    def _count(self, change: CellChange) -> Count:
        cell = self.stock.cell(change.sku, change.node_id)
        on_hand = max(0, cell.on_hand + change.delta_on_hand)
        safety = max(0, cell.safety_stock + change.delta_safety_stock)
        return Count(change.sku, change.node_id, on_hand, safety)


class Decider:
    """Plans where it stands: nobody else waits for the event loop's thread.

    Args:
        answers: what the solvers were asked for this order before, by other policies.
    """

    def __init__(self, answers: list[tuple[Instance, Frontier]]) -> None:
        self.records = False
        self._answers = answers

    async def plan(self, problem: Problem) -> Known:
        """The best plan under the problem's policy."""
        shared = replace(problem, answers=self._answers)
        return Known(shared, solve(shared))

    def quoted(self, wish: Wish, network: Network, now: datetime) -> Known | None:
        """Nobody quoted anything."""
        return None

    async def record(self, problem: Problem, plan: Plan) -> bytes:
        """The decision, where it was asked for."""
        return dump(problem, plan) if self.records else b""


class Unkept:
    """One network for the whole simulation; its decisions do not store it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    async def refresh(self) -> bool:
        """Nobody changes it meanwhile."""
        return False

    async def keep(self, network: Network) -> None:
        """Whoever asked for decisions has the network."""


class AnySku:
    """A SKU that nobody has is out of stock: its order is unfilled, not wrong."""

    async def check_lines(
        self, order: Order, reading: StockReading, snapshot: Snapshot
    ) -> None:
        """Orders were checked where they were read."""


def _hold(order: SimulatedOrder, wish: Wish) -> HoldWish:
    key = RequestKey(PRINCIPAL, "Hold", order.order_id, "")
    return HoldWish(key, order.order_id, wish, NO_TERMS, TTL_DEFAULT, order.order_id)
