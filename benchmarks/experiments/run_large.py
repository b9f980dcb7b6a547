"""Experiment A, the large network: 99 cities, 10 centres, 100 SKUs, 100,000 orders.

A program over every city solves in minutes. Cities are counted in groups that cost much
the same to reach; decisions and the bound know every city.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.groups import groups_of, mean_costs
from allocation.prices.method import MethodProgram
from allocation.solvers.batch import sweep
from benchmarks.experiments import rounding
from benchmarks.experiments.network import DOLLAR, Setting, demand_for
from benchmarks.experiments.setting_a import arrivals, large
from benchmarks.experiments.steering import World, live, priced, walked

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals
    from benchmarks.experiments.report import Row

PERIODS = 100_000
SOLVES = 20
GROUPS = (10, 15, 25)
GAP = 1e-4


def cases(seeds: list[int]) -> list[tuple[int, int]]:
    """Seed and number of groups."""
    return [(seed, many) for seed in seeds for many in GROUPS]


class Grouped:
    """The program of a setting with its regions in groups."""

    def __init__(self, setting: Setting, many: int) -> None:
        people = setting.rates.sum(axis=0)
        self._group = groups_of(setting.miles.T, people, many)
        miles = mean_costs(setting.miles.T, people, self._group).T
        self.coarse = Setting(
            setting.types,
            self.joined(setting.rates),
            miles,
            setting.carried,
            setting.stock,
            setting.periods,
        )
        self._shape = setting.rates.shape
        self.program = MethodProgram(demand_for(self.coarse), setting.stock.shape)
        self.seconds: list[float] = []
        """Processor time of each solve."""

    def joined(self, rates: Reals) -> Reals:
        """(types, groups) from (types, regions)."""
        own = [self._group == each for each in np.unique(self._group)]
        return np.array([rates[:, each].sum(axis=1) for each in own]).T

    def price(self, weight: Reals, stock: Integers) -> Reals:
        """Prices when `weight` (orders,) of each order of the fine setting come."""
        start = time.process_time()
        coarse = self.joined(weight.reshape(self._shape)).ravel()
        price = self.program.solve(coarse, stock, gap=GAP).price
        self.seconds.append(time.process_time() - start)
        return price


def proven(world: World, weight: Reals, price: Reals) -> float:
    """Dollars that no policy can go below when so many of each order come: the dual
    bound of the full program at these prices."""
    whole = np.rint(price).astype(np.int64)
    wanted = np.flatnonzero(weight > 0)
    demand, stock = world.demand, world.setting.stock
    value, _ = sweep(tuple(demand.book), demand.rates, wanted, stock, whole)
    return float(weight[wanted] @ value - (whole * stock).sum()) / DOLLAR


def row(case: tuple[int, int]) -> Row:
    """One instance, its first sequence, at one number of groups."""
    seed, many = case
    setting, rng = large(seed, PERIODS)
    drawn = arrivals(rng, setting)
    world, grouped = World.of(setting), Grouped(setting, many)
    rates = setting.rates.ravel()
    static = grouped.price(PERIODS * rates, setting.stock)
    counts = np.bincount(drawn, minlength=rates.size).astype(np.float64)
    bound = proven(world, counts, grouped.price(counts, setting.stock))
    cold = grouped.seconds[0]
    grouped.seconds.clear()
    stock = setting.stock
    parts: list[Integers] = []
    for part in np.array_split(drawn, SOLVES):
        done = sum(each.size for each in parts)
        price = grouped.price((PERIODS - done) * rates, stock)
        told, stock = walked(world, part, stock, price)
        parts.append(told[:, 0] - told[:, 1])
    return {
        "instance": seed,
        "groups": many,
        "T": PERIODS,
        "hindsight_bound": bound,
        "static_nearest": rounding.nearest(setting, drawn).cost,
        "exact_live": live(world, drawn).cost,
        "static_prices": priced(world, drawn, static).cost,
        "resolved": float(np.concatenate(parts).sum()) / DOLLAR,
        "cold_solve_s": cold,
        "resolve_s_max": max(grouped.seconds),
    }
