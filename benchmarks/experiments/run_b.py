"""Experiment B: plans for every block of the anchors, policies at T = 100, low = 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.prices.futures import MANY
from benchmarks.experiments import rounding
from benchmarks.experiments.forecasts import Knowing, Rates, true_rates
from benchmarks.experiments.item import item_plan
from benchmarks.experiments.setting_b import rounded_miles, seeded
from benchmarks.experiments.steering import Pace, World, live, priced, steered

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.item import ItemPlan
    from benchmarks.experiments.report import Row

    Costs = dict[str, Callable[[Integers], float]]
    """Dollars of a policy, given the arrivals."""

BLOCKS = ((100, 0), (100, 1), (1_000, 1))
"""Periods, and the lowest number that order sizes are drawn from."""
SIZES = (2, 5)
SEQUENCES = 5
FLUID, RLP_10, RLP = Pace(10), Pace(20, futures=10), Pace(20, futures=MANY)
RLP_100 = Pace(20, futures=100)
"""Only for the shortest orders, where a solve takes a millisecond."""
KNOWING = Pace(20)
ALL_POLICIES = (100, 0)
"""The block on which every policy runs."""


def cases(seeds: list[int]) -> list[tuple[int, int, int, int]]:
    """Seed, largest order, periods, low."""
    return [
        (seed, size_max, periods, low)
        for periods, low in BLOCKS
        for size_max in SIZES
        for seed in seeds
    ]


def row(case: tuple[int, int, int, int]) -> Row:
    """One instance: its two linear programs, and each policy's mean cost."""
    seed, size_max, periods, low = case
    world = World.of(seeded(seed, size_max, periods=periods, low=low))
    weight = periods * world.setting.rates.ravel()
    plan = item_plan(world.setting, weight)
    found: Row = {
        "seed": seed,
        "n_max": size_max,
        "T": periods,
        "low": low,
        "item_dlp": plan.cost,
        "method_dlp": world.plan(weight),
    }
    if (periods, low) == ALL_POLICIES:
        found |= policies(world, plan, seed)
        if size_max == min(SIZES):
            found["rlp_prices_100"] = many_futures(world, seed)
    return found


def policies(world: World, plan: ItemPlan, seed: int) -> Row:
    """Mean cost over the sequences of each policy, and the mean hindsight bound."""
    drawn = sequences(world, seed)
    chance = np.random.default_rng([seed, 1])
    costs = _fixed(world, plan, chance) | _steered(world, chance)
    return {
        name: float(np.mean([cost(each) for each in drawn]))
        for name, cost in costs.items()
    }


def sequences(world: World, seed: int) -> list[Integers]:
    """The arrivals that every policy meets."""
    rng = np.random.default_rng(seed)
    rates, many = true_rates(world.setting), world.setting.periods
    return [
        rng.choice(rates.size, size=many, p=rates).astype(np.int64)
        for _ in range(SEQUENCES)
    ]


def many_futures(world: World, seed: int) -> float:
    """Mean cost with prices from `RLP_100`."""
    true = Rates(true_rates(world.setting))
    chance = np.random.default_rng([seed, 2])
    return float(
        np.mean(
            [
                steered(world, each, true, pace=RLP_100, rng=chance).cost
                for each in sequences(world, seed)
            ]
        )
    )


def _fixed(world: World, plan: ItemPlan, chance: Generator) -> Costs:
    """Policies that are made once, and exact live."""
    setting = world.setting
    weight = setting.periods * true_rates(setting)
    static = world.program.solve(weight, setting.stock).price
    miles = np.array([rounded_miles(setting.miles, row) for row in setting.carried])

    def rule(draw: rounding.Rule) -> Callable[[Integers], float]:
        return lambda each: (
            rounding.planned(setting, plan, draw, drawn=each, rng=chance).cost
        )

    return {
        "static_nearest": lambda each: rounding.nearest(setting, each, miles).cost,
        "dilate": rule(rounding.dilate),
        "force_open": rule(rounding.force_open),
        "exact_live": lambda each: live(world, each).cost,
        "static_prices": lambda each: priced(world, each, static).cost,
    }


def _steered(world: World, chance: Generator) -> Costs:
    """Policies that are made anew as time goes by, and the bound."""
    rates = true_rates(world.setting)
    true = Rates(rates)
    return {
        "fluid_prices": lambda each: steered(world, each, true, pace=FLUID).cost,
        "rlp_prices_10": lambda each: (
            steered(world, each, true, pace=RLP_10, rng=chance).cost
        ),
        "rlp_prices": lambda each: (
            steered(world, each, true, pace=RLP, rng=chance).cost
        ),
        "knowing_counts": lambda each: (
            steered(world, each, Knowing(each, rates.size), pace=KNOWING).cost
        ),
        "hindsight_bound": world.hindsight,
    }
