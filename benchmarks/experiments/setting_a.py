"""Experiment A: the setting of Jasin and Sinha (2015) as used by Ma (2023), seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments.network import Setting, metro_miles, metro_shares

if TYPE_CHECKING:
    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals

SKUS, SIZES, KINDS = 20, 5, 5
CARRIED = 0.75


def _types(rng: Generator) -> tuple[tuple[int, ...], ...]:
    drawn: list[tuple[int, ...]] = [()]
    for size in range(1, SIZES + 1):
        for _ in range(KINDS):
            drawn.append(tuple(rng.permutation(SKUS)[:size].tolist()))
    return tuple(drawn)


def _chances(rng: Generator) -> Reals:
    """Of each type, the empty one first."""
    empty = rng.random()
    size = np.append(empty, rng.random(SIZES))
    size /= size.sum()
    chances = [np.array([size[0]])]
    for share in size[1:]:
        each = rng.random(KINDS)
        chances.append(each / each.sum() * share)
    return np.concatenate(chances)


def _stock(demand: Reals, periods: int) -> Integers:
    """Half a standard deviation above the mean, halves to even."""
    spread = 0.5 * np.sqrt(periods * demand * (1 - demand))
    return np.asarray(np.rint(periods * demand + spread), dtype=np.int64)


def small(instance: int, periods: int) -> tuple[Setting, Generator]:
    """An instance, and the generator that draws its arrivals next."""
    rng = np.random.default_rng(1_000 + instance)
    types = _types(rng)
    rates = np.outer(_chances(rng), metro_shares())
    miles = metro_miles(radius=6371.0, divisor=1.61)
    stock = np.zeros((SKUS, miles.shape[0]), np.int64)
    carried = np.zeros(stock.shape, np.bool_)
    for sku in range(SKUS):
        carried[sku] = rng.random(miles.shape[0]) < CARRIED
        if carried[sku].any():
            wanted = rates[[sku in kind for kind in types]].sum(axis=0)
            nearest = np.where(carried[sku, :, None], miles, np.inf).argmin(axis=0)
            mean = np.zeros(miles.shape[0])
            np.add.at(mean, nearest, wanted)
            stock[sku] = _stock(mean, periods)
    return Setting(types, rates, miles, carried, stock, periods), rng


def arrivals(rng: Generator, setting: Setting) -> Integers:
    """Numbers of the orders that arrive, in their order."""
    flat = setting.rates.ravel()
    drawn = rng.choice(flat.size, size=setting.periods, p=flat / flat.sum())
    return np.asarray(drawn, dtype=np.int64)
