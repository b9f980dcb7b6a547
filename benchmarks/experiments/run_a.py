"""Experiment A, the small network: policies of the literature, prices, robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments import rounding
from benchmarks.experiments.forecasts import (
    Corrected,
    Knowing,
    Learned,
    Rates,
    noisy,
    true_rates,
)
from benchmarks.experiments.item import item_plan
from benchmarks.experiments.network import DOLLAR
from benchmarks.experiments.setting_a import arrivals, small
from benchmarks.experiments.steering import Pace, World, live, priced, steered

if TYPE_CHECKING:
    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.forecasts import Forecast
    from benchmarks.experiments.report import Row

    Steered = dict[str, tuple[Forecast, Pace]]

PERIODS = (1_000, 10_000)
SOLVES = {1_000: 40, 10_000: 100}
"""Re-solves of the prices: as many as the gap that is left asks for."""
FUTURES = {1_000: 10, 10_000: 4}
"""Futures of a re-solve where prices come from several."""
RULES = {
    "independent": rounding.independent,
    "jasin_sinha": rounding.jasin_sinha,
    "force_open": rounding.force_open,
    "dilate": rounding.dilate,
}


def cases(seeds: list[int]) -> list[tuple[int, int]]:
    """Instance and periods."""
    return [(instance, periods) for periods in PERIODS for instance in seeds]


def steerings(world: World, drawn: Integers, chance: Generator) -> Steered:
    """Each forecast with the pace of its re-solves."""
    periods, rates = world.setting.periods, true_rates(world.setting)
    solves, futures = SOLVES[periods], FUTURES[periods]
    fluid, sampled = Pace(solves), Pace(solves, futures)
    learned = Learned(len(world.setting.types), world.setting.regions)
    low, high = Rates(rates, 0.7), Rates(rates, 1.3)
    found: Steered = {
        "resolved_20": (Rates(rates), Pace(20)),
        "resolved": (Rates(rates), fluid),
        "resolved_futures": (Rates(rates), sampled),
        "knowing_counts": (Knowing(drawn, rates.size), fluid),
        "learned": (learned, Pace(solves, early=True)),
        "learned_futures": (learned, Pace(solves, futures, early=True)),
        "volume_0.7": (low, Pace(20)),
        "volume_1.3": (high, Pace(20)),
        "volume_0.7_corrected": (Corrected(low, periods), Pace(20, early=True)),
        "volume_1.3_corrected": (Corrected(high, periods), Pace(20, early=True)),
    }
    for sigma in (0.25, 0.5, 1.0):
        found[f"noisy_{sigma}"] = Rates(noisy(rates, sigma, chance)), Pace(20)
    return found


def row(case: tuple[int, int]) -> Row:
    """One instance and its first sequence of arrivals: dollars of each policy."""
    instance, periods = case
    setting, rng = small(instance, periods)
    drawn = arrivals(rng, setting)
    world = World.of(setting)
    weight = periods * setting.rates.ravel()
    plan = item_plan(setting, weight)
    static = world.program.solve(weight, setting.stock)
    exact = live(world, drawn)
    found: Row = {
        "instance": instance,
        "T": periods,
        "item_dlp": plan.cost,
        "method_dlp": static.cost / DOLLAR,
        "hindsight_bound": world.hindsight(drawn),
        "static_nearest": rounding.nearest(setting, drawn).cost,
        "exact_live": exact.cost,
        "exact_live_split": exact.split,
        "exact_live_lost": exact.lost,
        "static_item_prices": priced(world, drawn, plan.price * DOLLAR).cost,
        "static_prices": priced(world, drawn, static.price).cost,
    }
    chance = np.random.default_rng([instance, 1])
    for name, rule in RULES.items():
        told = rounding.planned(setting, plan, rule, drawn=drawn, rng=chance)
        found[name] = told.cost
    for name, (forecast, pace) in steerings(world, drawn, chance).items():
        found[name] = steered(world, drawn, forecast, pace=pace, rng=chance).cost
    return found
