"""Experiment A: the setting of Jasin and Sinha (2015) as used by Ma (2023), seeded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments.network import (
    CENTRES,
    Setting,
    metro_miles,
    metro_shares,
    miles_between,
)
from router.demo.tables import cities

if TYPE_CHECKING:
    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals


@dataclass(frozen=True, slots=True)
class Size:
    """How large an instance is."""

    skus: int
    sizes: int
    """Lines of the largest order."""
    kinds: int
    """Order types of each size."""
    carried: float
    """Chance that a centre carries a SKU."""


SMALL = Size(skus=20, sizes=5, kinds=5, carried=0.75)
LARGE = Size(skus=100, sizes=10, kinds=10, carried=0.5)
LARGE_REGIONS = 99
MORE_CENTRES = (
    ("ONT6", 33.87, -117.24),
    ("PHX6", 33.43, -112.16),
    ("BNA2", 36.12, -86.41),
    ("SAT1", 29.60, -98.29),
    ("RIC2", 37.35, -77.33),
)


def _types(rng: Generator, size: Size) -> tuple[tuple[int, ...], ...]:
    drawn: list[tuple[int, ...]] = [()]
    for lines in range(1, size.sizes + 1):
        for _ in range(size.kinds):
            drawn.append(tuple(rng.permutation(size.skus)[:lines].tolist()))
    return tuple(drawn)


def _chances(rng: Generator, size: Size) -> Reals:
    """Of each type, the empty one first."""
    empty = rng.random()
    share = np.append(empty, rng.random(size.sizes))
    share /= share.sum()
    chances = [share[:1]]
    for each in share[1:]:
        drawn = rng.random(size.kinds)
        chances.append(drawn / drawn.sum() * each)
    return np.concatenate(chances)


def _stock(demand: Reals, periods: int) -> Integers:
    """Half a standard deviation above the mean, halves to even."""
    spread = 0.5 * np.sqrt(periods * demand * (1 - demand))
    return np.asarray(np.rint(periods * demand + spread), dtype=np.int64)


def _instance(
    rng: Generator, size: Size, miles: Reals, *, people: Reals, periods: int
) -> Setting:
    types = _types(rng, size)
    rates = np.outer(_chances(rng, size), people)
    stock = np.zeros((size.skus, miles.shape[0]), np.int64)
    carried = np.zeros(stock.shape, np.bool_)
    for sku in range(size.skus):
        carried[sku] = rng.random(miles.shape[0]) < size.carried
        if carried[sku].any():
            wanted = rates[[sku in kind for kind in types]].sum(axis=0)
            nearest = np.where(carried[sku, :, None], miles, np.inf).argmin(axis=0)
            mean = np.zeros(miles.shape[0])
            np.add.at(mean, nearest, wanted)
            stock[sku] = _stock(mean, periods)
    return Setting(types, rates, miles, carried, stock, periods)


def small(instance: int, periods: int) -> tuple[Setting, Generator]:
    """An instance, and the generator that draws its arrivals next."""
    rng = np.random.default_rng(1_000 + instance)
    miles = metro_miles(radius=6371.0, divisor=1.61)
    people = metro_shares()
    return _instance(rng, SMALL, miles, people=people, periods=periods), rng


def large(seed: int, periods: int) -> tuple[Setting, Generator]:
    """Ten centres and the 99 largest cities instead of the published metros, whose list
    has no licence. City data: GeoNames (geonames.org), CC BY 4.0."""
    rng = np.random.default_rng(seed)
    chosen = sorted(cities(), key=lambda city: -city.population)[:LARGE_REGIONS]
    centres = tuple((lat, lon) for _, lat, lon in CENTRES + MORE_CENTRES)
    places = tuple((city.latitude, city.longitude) for city in chosen)
    miles = miles_between(centres, places, radius=6371.0 / 1.61)
    people = np.array([city.population for city in chosen], dtype=np.float64)
    people /= people.sum()
    return _instance(rng, LARGE, miles, people=people, periods=periods), rng


def arrivals(rng: Generator, setting: Setting) -> Integers:
    """Numbers of the orders that arrive, in their order."""
    flat = setting.rates.ravel()
    drawn = rng.choice(flat.size, size=setting.periods, p=flat / flat.sum())
    return np.asarray(drawn, dtype=np.int64)
