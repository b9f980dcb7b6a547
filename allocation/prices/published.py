"""From what a solve says to what a decision may use: whole, capped, ageing prices.

A price is at most what serving the unit elsewhere, or not at all, costs more than
serving it here: no order pays more than that to spare it. It counts in full while it is
fresh and then falls to nothing, so that a solver that has died leaves the exact
decision of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from allocation.carriage import parcel_price

if TYPE_CHECKING:
    from allocation.prices.demand import Demand
    from allocation.prices.forecast import Forecast
    from allocation.prices.master import Reals
    from allocation.solvers.instance import Integers


@dataclass(frozen=True, slots=True, eq=False)
class PriceList:
    """Opportunity prices of the cells, made at one moment from one forecast."""

    version: str
    made_at: datetime
    fresh_for: timedelta
    """Prices count in full so long."""
    fades_over: timedelta
    """And fall to nothing so long after."""
    horizon: timedelta
    """The orders of this time were looked at."""
    futures: int
    bound_minor: int
    """What no policy can go below in the mean of what was forecast."""
    price_minor: Integers
    """(skus, nodes) whole minor units a unit, never below 0."""
    skus: tuple[str, ...] = ()
    """Names of the rows, where the list is one of a shop; sorted."""
    node_ids: tuple[str, ...] = ()
    """Names of the columns."""
    orders: int = 0
    """Recent orders that were looked at."""
    units: int = 0
    """Available units of the priced cells when the list was made."""
    verdict: str = ""
    """What a replay of those orders said of the prices."""
    forecast: Forecast | None = None
    """How many orders were expected, and how good that was before."""

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at must be aware of its time zone")
        object.__setattr__(self, "made_at", self.made_at.astimezone(UTC))
        if self.price_minor.min(initial=0) < 0:
            raise ValueError("a price below 0 would pay for using a unit")
        if self.fades_over <= timedelta(0):
            raise ValueError("prices must fade over some time")

    @property
    def cells(self) -> int:
        """Cells with a price."""
        return int(np.count_nonzero(self.price_minor))

    def share_bps(self, now: datetime) -> int:
        """Share of each price that counts at a moment, in ten-thousandths."""
        return kept_share_bps(now - self.made_at, self.fresh_for, self.fades_over)

    def at(self, now: datetime) -> Integers:
        """What the prices count at a moment; all 0 once they have faded."""
        return faded(self.price_minor, self.share_bps(now))


def faded(price_minor: Integers, share_bps: int) -> Integers:
    """Prices of which so many ten-thousandths count."""
    if share_bps == 10_000:
        return price_minor
    return np.asarray(price_minor * share_bps // 10_000)


def kept_share_bps(age: timedelta, fresh_for: timedelta, fades_over: timedelta) -> int:
    """Share of a price that still counts at some age, in ten-thousandths."""
    if age <= fresh_for:
        return 10_000
    gone = (age - fresh_for) * 10_000 // fades_over
    return max(0, 10_000 - gone)


def whole(price: Reals, cap_minor: Integers, *, minor: float = 1.0) -> Integers:
    """Prices in whole minor units, half up, none above its cap.

    `minor` is one minor unit in the money of the solve.
    """
    rounded = np.floor(price / minor + 0.5).astype(np.int64)
    return np.asarray(np.clip(rounded, 0, cap_minor))


def caps(demand: Demand, stock: Integers) -> Integers:
    """Most that a unit of each cell may be priced at, (skus, nodes).

    The largest difference, over the orders that may come, between the cheapest other
    way to serve one unit (another node with stock, in a shipment of its own, or
    unfilled) and the cell's own unit cost. No order would pay more to spare the unit.
    """
    book = demand.book
    most = np.zeros(stock.shape, np.int64)
    for order in range(demand.size):
        lines = demand.lines_of(order)
        first, last = book.candidate_start[order], book.candidate_start[order + 1]
        node = book.node[first:last]
        width = lines.stop - lines.start
        start = book.unit_start[order]
        unit = book.unit[start : start + node.size * width].reshape(node.size, width)
        opened = (book.fixed + book.line)[first:last, None]
        alone = unit + opened + _carriage(demand, order)
        _raise_caps(most, stock, book.sku[lines], (node, unit, alone))
    return most


def _carriage(demand: Demand, order: int) -> Integers:
    """(candidates, lines) of an order: a parcel with one unit."""
    book, lines = demand.book, demand.lines_of(order)
    first, last = book.candidate_start[order : order + 2]
    parcels = [
        [
            parcel_price(demand.tariffs, int(tariff), int(weight_g), int(volume_cm3))
            for weight_g, volume_cm3 in zip(
                book.weight_g[lines], book.volume_cm3[lines], strict=True
            )
        ]
        for tariff in book.tariff[first:last]
    ]
    return np.array(parcels, np.int64).reshape(last - first, lines.stop - lines.start)


def _raise_caps(
    most: Integers,
    stock: Integers,
    skus: Integers,
    costs: tuple[Integers, Integers, Integers],
) -> None:
    """Raise the caps by what one order would pay."""
    node, unit, alone = costs
    real = node >= 0
    # A node with several services is one way, by the cheapest of them.
    senders, of = np.unique(node, return_inverse=True)
    for line, sku in enumerate(skus.tolist()):
        usable = ~real | (stock[sku, node] > 0)
        ways = np.full(senders.size, np.iinfo(np.int64).max)
        np.minimum.at(ways, of[usable], alone[usable, line])
        best = np.argsort(ways, kind="stable")[:2]
        other = np.full(senders.size, ways[best[0]])
        other[best[0]] = ways[best[-1]]
        saved = np.maximum(0, other[of] - unit[:, line])
        np.maximum.at(most[sku], node[real], saved[real])
