"""The orders of the demonstration: real baskets, mapped to US destinations.

Which SKUs are bought together, how many lines a basket has and the order of arrival are
the retailer's. Quantities are wholesale there; see `household_units`. Destinations are
drawn by city population with the run's seed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocation.order import Destination, Line, Order
from router.demo.places import destinations
from router.demo.tables import BasketSet, RawBasket

UNITS_MAX = 6
LINES_MAX = 500
"""What one order may hold; 49 of the 19,773 retail baskets are longer and are cut."""

SIZES = (("1", 1), ("2-5", 5), ("6-12", 12), ("13-50", 50), ("51+", LINES_MAX))
"""Size classes of baskets: label and most lines."""


@dataclass(frozen=True, slots=True)
class Basket:
    """One order to route. `order_ref` is the order number of the data set."""

    order_ref: str
    order: Order


def household_units(units: int, pack: int) -> int:
    """A pack counts as one unit, and nobody takes more than six."""
    return min(UNITS_MAX, -(-units // pack))


def size_of(lines: int) -> str:
    """The size class of a basket, for reports."""
    for label, most in SIZES:
        if 1 <= lines <= most:
            return label
    raise ValueError(f"no size class for {lines} lines")


SIZE_LABELS = tuple(label for label, _ in SIZES)


def units_an_order(baskets: BasketSet) -> Mapping[str, float]:
    """Expected units of each SKU in one order, over all real baskets."""
    units: Counter[str] = Counter()
    for basket in baskets.baskets:
        for sku, quantity in basket.lines[:LINES_MAX]:
            units[sku] += household_units(quantity, baskets.pack)
    return {sku: total / len(baskets.baskets) for sku, total in units.items()}


def draw_baskets(baskets: BasketSet, count: int, *, seed: int) -> tuple[Basket, ...]:
    """`count` different baskets in their order of arrival; more start over."""
    rng = np.random.default_rng([seed, 1])
    raw = baskets.baskets
    rounds, rest = divmod(count, len(raw))
    picked = np.sort(rng.permutation(len(raw))[:rest])
    chosen = [*(list(range(len(raw))) * rounds), *picked.tolist()]
    homes = destinations(count, rng)
    return tuple(
        _basket(raw[i], baskets.pack, home)
        for i, home in zip(chosen, homes, strict=True)
    )


def _basket(raw: RawBasket, pack: int, home: Destination) -> Basket:
    lines = tuple(
        Line(sku, household_units(quantity, pack))
        for sku, quantity in raw.lines[:LINES_MAX]
    )
    return Basket(raw.order_ref, Order(lines, home))
