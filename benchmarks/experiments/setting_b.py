"""Experiment B: the seeded instances of Amil, Makhdoumi and Wei (2025), digit by digit.

Draws come from Python's `random` and numpy's legacy generator in the published order.
Order types of one size are kept in a Python set of tuples of whole numbers, and its
iteration order decides which type gets which chance: that order has been the same in
every 64-bit CPython from 3.8 on.
"""

from __future__ import annotations

import random
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments.network import Reals, Setting, metro_miles, metro_shares

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

SKUS, KINDS = 20, 5
CARRIED = 0.75
NOWHERE = 1e6
"""Distance of a centre without the SKU; all tie for a SKU that nobody carries."""


def _sizes(seed: int, size_max: int, low: int) -> list[float]:
    """Chance of each order size from 0 on."""
    draw = random.Random(seed)
    numbers = draw.sample(range(low, 1000), size_max + 1)
    return [number / sum(numbers) for number in numbers]


def _types(seed: int, sizes: list[float]) -> tuple[list[tuple[int, ...]], list[float]]:
    """Types and their chances, the empty one first."""
    draw, uniform = random.Random(seed), np.random.RandomState(seed)
    types: list[tuple[int, ...]] = [()]
    chances = [sizes[0]]
    for size, share in enumerate(sizes[1:], 1):
        drawn: set[tuple[int, ...]] = set()
        while len(drawn) < min(KINDS, comb(SKUS, size)):
            drawn.add(tuple(sorted(draw.sample(range(SKUS), size))))
        each = uniform.uniform(1e-5, share, len(drawn))
        types.extend(drawn)
        chances.extend((each / each.sum() * share).tolist())
    return types, chances


def _carried(seed: int, centres: int) -> Integers:
    """(skus, centres) drawn by centre, then by SKU."""
    draw = np.random.RandomState(seed)
    rows = [[draw.binomial(1, CARRIED) for _ in range(SKUS)] for _ in range(centres)]
    return np.array(rows, np.int64).T


def rounded_miles(miles: Reals, carried: Integers) -> Reals:
    """(centres, regions) as seen by one SKU, four decimals."""
    return np.asarray(np.where(carried[:, None] > 0, miles, NOWHERE).round(4))


def seeded(seed: int, size_max: int, *, periods: int, low: int = 1) -> Setting:
    """The instance of a seed; any seed will do."""
    types, chances = _types(seed, _sizes(seed, size_max, low))
    rates = np.outer(chances, metro_shares())
    miles = metro_miles(radius=3959.0)
    carried = _carried(seed, miles.shape[0])
    stock = np.zeros((SKUS, miles.shape[0]), np.int64)
    for sku in range(SKUS):
        wanted = rates[[sku in kind for kind in types]].sum(axis=0)
        seen = rounded_miles(miles, carried[sku])
        nearest = seen == seen.min(axis=0)
        units = periods * (nearest * wanted).sum(axis=1)
        stock[sku] = np.ceil(units - 1e-12)
    return Setting(tuple(types), rates, miles, carried > 0, stock, periods)
