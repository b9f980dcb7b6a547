"""The orders of the demonstration: real baskets, mapped to US destinations.

Which SKUs are bought together, how many lines a basket has and the order of arrival are
the retailer's. Quantities are wholesale there; see `household_units`. Destinations are
drawn by city population with the run's seed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from allocation.order import Line, Order
from router.demo.places import destinations
from router.demo.tables import RawBasket, raw_baskets

WHOLESALE_PACK = 12
UNITS_MAX = 6
LINES_MAX = 500
"""What one order may hold; 49 of the 19,773 baskets are longer and are cut."""

SIZES = ((1, 1), (2, 5), (6, 12), (13, 50), (51, LINES_MAX))


@dataclass(frozen=True, slots=True)
class Basket:
    """One order to route. `order_ref` is the order number of the data set."""

    order_ref: str
    order: Order


def household_units(wholesale_units: int) -> int:
    """A dozen counts as one unit, and nobody takes more than six."""
    return min(UNITS_MAX, -(-wholesale_units // WHOLESALE_PACK))


def size_of(lines: int) -> str:
    """The size class of a basket, for reports: 1, 2-5, 6-12, 13-50, 51+."""
    for low, high in SIZES:
        if low <= lines <= high:
            return str(low) if low == high else f"{low}-{high}"
    raise ValueError(f"no size class for {lines} lines")


SIZE_LABELS = tuple(size_of(low) for low, _ in SIZES)


@cache
def units_an_order() -> Mapping[str, float]:
    """Expected units of each SKU in one order, over all real baskets."""
    units: Counter[str] = Counter()
    for basket in raw_baskets():
        for sku, quantity in basket.lines[:LINES_MAX]:
            units[sku] += household_units(quantity)
    return {sku: total / len(raw_baskets()) for sku, total in units.items()}


def draw_baskets(
    count: int, *, seed: int, raw: Sequence[RawBasket] | None = None
) -> tuple[Basket, ...]:
    """`count` different baskets in their order of arrival; more start over."""
    rng = np.random.default_rng([seed, 1])
    baskets = raw_baskets() if raw is None else raw
    rounds, rest = divmod(count, len(baskets))
    picked = np.sort(rng.permutation(len(baskets))[:rest])
    chosen = [*(list(range(len(baskets))) * rounds), *picked.tolist()]
    homes = destinations(count, rng)
    return tuple(
        Basket(
            baskets[i].order_ref,
            Order(
                tuple(
                    Line(sku, household_units(quantity))
                    for sku, quantity in baskets[i].lines[:LINES_MAX]
                ),
                home,
            ),
        )
        for i, home in zip(chosen, homes, strict=True)
    )
