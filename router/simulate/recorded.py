"""Orders of the ledger, on the stock that there was when they came.

Today's stock would be the wrong one: what was ordered since is missing in it. The
opening is the ledger's of the window's first moment, in which the orders of the window
had taken nothing yet; counts and adjustments come in at their own time.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from allocation.codec import asked_of
from allocation.policy import Policy
from allocation.prices.outlook import ORDERS_MAX
from inventory.history import History, PlacedOrder, Supply
from inventory.opening import OpeningStock
from inventory.prices.lists import PriceLists
from router.lookahead.briefing import (
    HISTORY,
    HORIZON,
    HOUR,
    SAID_HISTORY,
    WINDOW,
    hour_of,
    imported_of,
)
from router.money import Currency
from router.routing import Routing
from router.simulate.foresight import Before
from router.simulate.orders import CellChange, Setting, SimulatedOrder, StockChange
from router.snapshot import Snapshot

PolicyOf = Callable[[str], Policy | None]
"""The policy of a version, None where nobody kept it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A window of the ledger, ready to be simulated.

    `unknown_policies`: versions that nobody kept; of their orders only the dates are
    known to be the customers' own wishes.
    """

    setting: Setting
    orders: tuple[SimulatedOrder, ...]
    unknown_policies: tuple[str, ...]


async def recorded(
    history: History,
    snapshot: Snapshot,
    *,
    start: datetime,
    end: datetime,
    policy_of: PolicyOf,
    currency: Currency,
) -> Recorded:
    """The orders held from `start` until before `end`, and the stock of `start`.

    Cells of nodes that the snapshot does not have are left out: no policy could use
    them.

    Raises:
        StorageUnavailable: the ledger cannot be read.
    """
    window = await history.window(start, end)
    nodes = snapshot.nodes
    cells = [cell for cell in window.opening if cell.node_id in nodes]
    numbers = {node_id: node.number for node_id, node in nodes.items()}
    supplies = [each for each in window.supplies if each.node_id in nodes]
    orders, unknown = [], set()
    for placed in _named(window.orders):
        order, version = _order(placed, policy_of)
        orders.append(order)
        unknown |= {version} if version else set()
    setting = Setting(
        snapshot,
        OpeningStock.of(cells, numbers),
        changes=tuple(_changes(supplies)),
        currency=currency,
    )
    return Recorded(setting, tuple(orders), tuple(sorted(unknown)))


async def came_before(
    prices: PriceLists, start: datetime, *, end: datetime, policy_of: PolicyOf
) -> Before:
    """What a shop could know of its orders at the window's first moment, and what was
    forecast of those until its end.

    Raises:
        StorageUnavailable: the ledger cannot be read.
    """
    lately = await prices.lately(
        start - WINDOW, until=start, limit=ORDERS_MAX, counted_since=start - HISTORY
    )
    first, last = hour_of(start - SAID_HISTORY), hour_of(end + HORIZON)
    said = await prices.forecasts.said(first, last, HORIZON // HOUR)

    def read() -> Before:
        orders = tuple(_order(placed, policy_of)[0] for placed in lately.orders)
        return Before(orders, lately.by_hour, imported_of(said))

    return await asyncio.to_thread(read)


def _named(orders: Iterable[PlacedOrder]) -> Iterator[PlacedOrder]:
    """Parts of an order are orders here; each after the first has a name of its own."""
    seen: Counter[str] = Counter()
    for each in orders:
        seen[each.order_id] += 1
        part = seen[each.order_id]
        name = f"{each.order_id} part {part}" if part > 1 else each.order_id
        yield replace(each, order_id=name)


def _order(placed: PlacedOrder, policy_of: PolicyOf) -> tuple[SimulatedOrder, str]:
    """The order with its wishes, and its policy's version if nobody kept that."""
    order, narrowed, at = asked_of(placed.decision)
    policy = policy_of(narrowed.version)
    wishes = wishes_of(narrowed, policy)
    unknown = narrowed.version if policy is None else ""
    return SimulatedOrder(placed.order_id, at, order, wishes), unknown


def wishes_of(narrowed: Policy, policy: Policy | None) -> Routing:
    """What an order wished; of one whose policy nobody kept, only the dates."""
    if policy is None:
        return Routing(promise_by=narrowed.promise_by, wanted_by=narrowed.wanted_by)
    return Routing.between(policy, narrowed)


def _changes(supplies: Iterable[Supply]) -> Iterable[StockChange]:
    """One for each operation of the ledger, as it was entered."""
    for _, parts in groupby(supplies, key=lambda each: (each.at, each.operation_id)):
        together = list(parts)
        yield StockChange(
            together[0].at,
            tuple(
                CellChange(each.sku, each.node_id, each.on_hand, each.safety_stock)
                for each in together
            ),
        )
