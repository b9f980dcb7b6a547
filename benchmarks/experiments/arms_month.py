"""Policies of the month, each with a stock of its own.

Prices are made by the code that the service runs, guard and caps included, only from
fewer futures, and reach decisions by the code that the router runs (`Steering`); only
the clock is simulated.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from allocation.policy import Policy
from allocation.prices.outlook import foresee
from allocation.prices.volume import expected_orders
from allocation.problem import Problem
from allocation.solve import solve
from router.demo.baselines import Trial
from router.lookahead import child
from router.lookahead.brief import Brief
from router.lookahead.briefing import HORIZON, HOUR, WINDOW, most_wanted
from router.lookahead.listing import listed_of, stored_of
from router.lookahead.steering import Steering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from allocation.order import Order
    from benchmarks.experiments.setting_month import Dated, Month
    from router.demo.baselines import Rule

POLICY = Policy()
EVERY = timedelta(hours=8)
"""Prices are made so often; a service may make them every few minutes."""
FUTURES_MAX = 5
"""A service draws up to 30; a month has 84 solves, and here a future takes a fifth of a
second of a core and more."""


class Arm(Protocol):
    """One policy."""

    @property
    def stock(self) -> NDArray[np.int32] | NDArray[np.int64]:
        """(skus, nodes) what it left so far; deliveries are written into it."""

    def look_ahead(self, lately: Sequence[Dated], now: datetime) -> None:
        """It is time to make prices, from the orders of the window."""

    def serve(self, each: Dated) -> tuple[int, int]:
        """Cash in minor units and shipments of the next order."""


class ByRule:
    """A rule of the demonstration's baselines."""

    def __init__(self, month: Month, rule: Rule) -> None:
        self._trial, self._rule = Trial(month.world), rule
        self.stock = self._trial.stock

    def look_ahead(self, lately: Sequence[Dated], now: datetime) -> None:
        """It knows nothing of tomorrow."""

    def serve(self, each: Dated) -> tuple[int, int]:
        """By the rule."""
        found = self._trial.route(each.order, self._rule)
        return found.cost_minor, found.shipments


class Exact:
    """The exact optimum of each order on the stock of the moment."""

    def __init__(self, month: Month) -> None:
        self.stock = month.opening.copy()
        self._network = month.network
        self._row = month.row_of

    def look_ahead(self, lately: Sequence[Dated], now: datetime) -> None:
        """It does not."""

    def serve(self, each: Dated) -> tuple[int, int]:
        """As the service plans it."""
        rows = [self._row[line.sku] for line in each.order.lines]
        problem = Problem(
            each.order,
            self._network,
            self.stock[rows],
            POLICY,
            each.at,
            prices=self.prices(each.order, each.at),
        )
        plan = solve(problem)
        for shipment in plan.shipments:
            column = self._network.node_by_id[shipment.node_id].number
            for line in shipment.lines:
                self.stock[self._row[line.sku], column] -= line.quantity
        return plan.cost.cash_minor, len(plan.shipments)

    def prices(self, order: Order, now: datetime) -> NDArray[np.int64] | None:
        """There are none."""
        return None


class Priced(Exact):
    """The same, with prices of the stock.

    Args:
        volume: expected orders are multiplied by it: a forecast that is wrong.
    """

    def __init__(self, month: Month, volume: float = 1.0) -> None:
        super().__init__(month)
        self._volume = volume
        self._steering: Steering | None = None
        self.refused = 0
        """Lists so far that did not prove themselves, so that there were no prices."""

    def look_ahead(self, lately: Sequence[Dated], now: datetime) -> None:
        """Prices from the orders of the window and the stock of now."""
        brief = self.brief(lately, now)
        recent = child.recent_of(brief)
        found = foresee(replace(recent, draws=_few(recent.draws)))
        self.refused += not found.is_good
        listed = listed_of(stored_of(brief, found, EVERY))
        self._steering = Steering.of(listed, self._network.node_by_id)

    def prices(self, order: Order, now: datetime) -> NDArray[np.int64] | None:
        """What counts of them at that moment."""
        if self._steering is None:
            return None
        skus = [line.sku for line in order.lines]
        return self._steering.prices(skus, self._network.size, now)

    def brief(self, lately: Sequence[Dated], now: datetime) -> Brief:
        """What a service would hand to its solver."""
        orders = [each.order for each in lately]
        skus = most_wanted(orders, len(self._row))
        by_hour = Counter(int(each.at.timestamp()) // 3600 for each in lately)
        hour = int(now.timestamp()) // 3600
        expected = expected_orders(by_hour, hour, HORIZON // HOUR)
        nodes = self._network.node_by_number
        return Brief(
            self._network.subset(nodes, skus).to_json(),
            tuple((order, POLICY) for order in orders),
            skus,
            self.stock[[self._row[sku] for sku in skus]],
            expected * self._volume,
            now,
            {number: node.node_id for number, node in nodes.items()},
        )


def _few(
    draws: Callable[[int], Iterable[NDArray[np.int64]]],
) -> Callable[[int], Iterable[NDArray[np.int64]]]:
    """The first of these futures."""
    return lambda orders: islice(draws(orders), FUTURES_MAX)


def within(orders: Sequence[Dated], now: datetime) -> list[Dated]:
    """Orders of the window that a service would remember now."""
    return [each for each in orders if now - WINDOW <= each.at < now]
