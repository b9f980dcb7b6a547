"""Serving a sequence of arrivals by the exact kernel, with prices or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.futures import fluid, sampled
from allocation.prices.method import MethodProgram
from allocation.solvers.batch import walk
from benchmarks.experiments.network import DOLLAR, demand_for
from benchmarks.experiments.rounding import Served

if TYPE_CHECKING:
    from numpy.random import Generator

    from allocation.prices.demand import Demand
    from allocation.solvers.instance import Integers
    from benchmarks.experiments.forecasts import Forecast
    from benchmarks.experiments.network import Reals, Setting


@dataclass(slots=True, eq=False)
class World:
    """An instance with the program that prices it: ways learned once serve all."""

    setting: Setting
    demand: Demand
    program: MethodProgram

    @staticmethod
    def of(setting: Setting) -> World:
        """The instance with an empty program."""
        demand = demand_for(setting)
        return World(setting, demand, MethodProgram(demand, setting.stock.shape))

    def plan(self, weight: Reals) -> float:
        """Dollars of the method LP when so many of each order come."""
        return self.program.solve(weight, self.setting.stock).cost / DOLLAR

    def hindsight(self, drawn: Integers) -> float:
        """Dollars that no policy can go below on this very sequence (proven)."""
        counts = np.bincount(drawn, minlength=self.demand.size).astype(np.float64)
        return self.program.solve(counts, self.setting.stock).bound / DOLLAR


@dataclass(frozen=True, slots=True)
class Pace:
    """How often prices are made anew, and from how many futures (0: the fluid plan)."""

    solves: int
    futures: int = 0
    early: bool = False
    """Also after 1, 2, 4, 8 … arrivals: for forecasts that begin with nothing."""

    def moments(self, periods: int) -> list[int]:
        """Numbers of arrivals after which prices are made, the start first."""
        found = {round(i * periods / self.solves) for i in range(self.solves)}
        step = 1
        while self.early and step < periods / self.solves:
            found.add(step)
            step *= 2
        return sorted(each for each in found if each < periods)


def live(world: World, drawn: Integers) -> Served:
    """The exact optimum of each order on live stock, without prices."""
    told, _ = walked(world, drawn, world.setting.stock, None)
    return _told(world, drawn, told)


def priced(world: World, drawn: Integers, price: Reals) -> Served:
    """With prices that stay as they are; in the money of the demand."""
    told, _ = walked(world, drawn, world.setting.stock, price)
    return _told(world, drawn, told)


def steered(
    world: World,
    drawn: Integers,
    forecast: Forecast,
    *,
    pace: Pace,
    rng: Generator | None = None,
) -> Served:
    """With prices made anew at the moments of the pace, from what is left then."""
    stock, parts = world.setting.stock, []
    moments = pace.moments(drawn.size)
    for start, stop in zip(moments, [*moments[1:], drawn.size], strict=True):
        left = drawn.size - start
        if pace.futures and rng is not None:
            futures = [
                forecast.future(drawn[:start], left, rng) for _ in range(pace.futures)
            ]
            outlook = sampled(world.program, futures, stock)
        else:
            expected = forecast.expected(drawn[:start], left)
            outlook = fluid(world.program, expected, stock)
        told, stock = walked(world, drawn[start:stop], stock, outlook.price)
        parts.append(told)
    return _told(world, drawn, np.vstack(parts))


def walked(
    world: World, drawn: Integers, stock: Integers, price: Reals | None
) -> tuple[Integers, Integers]:
    """What `batch.walk` tells of these arrivals at these prices."""
    whole = np.zeros(stock.shape, np.int64) if price is None else np.rint(price)
    demand = world.demand
    return walk(tuple(demand.book), demand.rates, drawn, stock, whole.astype(np.int64))


def _told(world: World, drawn: Integers, told: Integers) -> Served:
    lines = np.diff(world.demand.book.line_start)[drawn]
    cash = int((told[:, 0] - told[:, 1]).sum())
    orders = max(1, int((lines > 0).sum()))
    split = float((told[:, 2] > 1).sum() / orders)
    return Served(cash / DOLLAR, split, float(told[:, 3].sum() / max(1, lines.sum())))
