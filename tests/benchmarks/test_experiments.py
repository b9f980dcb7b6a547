"""The published instances, digit by digit, and a few runs on them."""

import numpy as np
import pytest

from allocation.prices.futures import depth_units, futures_wanted
from allocation.prices.method import MethodProgram
from allocation.solvers.batch import walk
from benchmarks.experiments import setting_a, setting_b
from benchmarks.experiments.network import DOLLAR, Setting, demand_for, metro_miles
from tests.benchmarks.reference import anchors


def test_distances_are_those_of_the_published_settings() -> None:
    assert metro_miles(radius=6371.0, divisor=1.61)[0, 0] == pytest.approx(2517.3864432)
    assert metro_miles(radius=3959.0)[0, 0] == pytest.approx(2518.5678881)


def test_the_first_instance_of_a_has_its_types_stock_and_arrivals() -> None:
    setting, rng = setting_a.small(0, 1_000)
    drawn = setting_a.arrivals(rng, setting)

    assert setting.types[:3] == ((), (7,), (10,))
    assert setting.types[6:8] == ((5, 1), (17, 10))
    assert setting.rates[0].sum() == pytest.approx(0.19766933666)
    assert [(n // 10, n % 10) for n in drawn[:3].tolist()] == [(20, 1), (11, 0), (6, 4)]
    assert setting.stock[:4].T.tolist() == [
        [37, 18, 40, 0],
        [0, 28, 166, 0],
        [121, 46, 0, 96],
        [66, 0, 0, 27],
        [0, 17, 38, 56],
    ]
    assert setting.stock.sum() == 2_919


def test_seed_1_of_b_has_its_types_and_stock() -> None:
    setting = setting_b.seeded(1, 2, periods=100, low=0)

    assert setting.types[:7] == ((), (18,), (2,), (8,), (4,), (3,), (12, 15))
    by_size = [setting.rates[a:b].sum() for a, b in ((0, 1), (1, 6), (6, 11))]
    assert by_size == pytest.approx([0.08638083228, 0.36696090794, 0.54665825977])
    assert setting.stock[:4].T.tolist() == [
        [2, 0, 3, 3],
        [0, 0, 5, 2],
        [0, 0, 8, 0],
        [11, 0, 3, 11],
        [0, 0, 0, 3],
    ]
    assert setting.stock.sum() == 172


@pytest.mark.parametrize(
    ("size_max", "ways"),
    [(2, [1550, 1480, 1880]), (5, [164_300, 170_080, 251_300])],
)
def test_the_ways_to_serve_are_as_many_as_published(
    size_max: int, ways: list[int]
) -> None:
    counted = []
    for seed in (1, 2, 3):
        setting = setting_b.seeded(seed, size_max, periods=100, low=0)
        nodes = (setting.stock > 0).sum(axis=1)
        counted.append(10 * sum(np.prod(1 + nodes[list(q)]) for q in setting.types))
    assert counted == ways


@pytest.mark.parametrize(
    "row",
    [r for r in anchors("b") if r["seed"] in ("1", "15") and r["low"] == "1"],
    ids=lambda row: f"seed {row['seed']} n_max {row['n_max']} T {row['T']}",
)
def test_the_method_program_of_b_is_the_reference_optimum(row: dict[str, str]) -> None:
    setting = setting_b.seeded(
        int(row["seed"]), int(row["n_max"]), periods=int(row["T"]), low=int(row["low"])
    )
    program = MethodProgram(demand_for(setting), setting.stock.shape)

    solved = program.solve(setting.periods * setting.rates.ravel(), setting.stock)

    optimum = float(row["method_dlp"])
    assert solved.cost / DOLLAR == pytest.approx(optimum, rel=1e-9)
    assert solved.bound / DOLLAR == pytest.approx(optimum, rel=1e-8)


@pytest.mark.parametrize("periods", [1_000, 10_000])
def test_the_method_program_of_a_is_the_reference_optimum(periods: int) -> None:
    for row in [r for r in anchors("a") if r["T"] == str(periods)][:2]:
        setting, _ = setting_a.small(int(row["instance"]), periods)
        program = MethodProgram(demand_for(setting), setting.stock.shape)
        solved = program.solve(periods * setting.rates.ravel(), setting.stock)
        assert solved.cost / DOLLAR == pytest.approx(float(row["method_dlp"]), rel=1e-9)
        assert setting.stock.sum() == int(row["units"])


@pytest.mark.parametrize(
    ("instance", "live", "lost", "hindsight"),
    [
        (0, 12386.526577, 41, 11802.187196),
        (1, 10868.699659, 73, 10256.488888),
        (4, 14449.120665, 93, 13740.779480),
    ],
)
def test_exact_live_and_hindsight_of_a_cost_what_the_reference_says(
    instance: int, live: float, lost: int, hindsight: float
) -> None:
    setting, rng = setting_a.small(instance, 1_000)
    drawn = setting_a.arrivals(rng, setting)
    demand = demand_for(setting)

    told, _ = walk(
        tuple(demand.book), demand.rates, drawn, setting.stock, 0 * setting.stock
    )
    counts = np.bincount(drawn, minlength=demand.size).astype(float)
    known = MethodProgram(demand, setting.stock.shape).solve(counts, setting.stock)

    assert told[:, 0].sum() / DOLLAR == pytest.approx(live, abs=2e-6)
    assert told[:, 3].sum() == lost
    assert known.cost / DOLLAR == pytest.approx(hindsight, abs=2e-6)


@pytest.mark.parametrize(
    ("setting", "futures"),
    [
        (setting_b.seeded(1, 2, periods=100), 30),
        (setting_a.small(0, 1_000)[0], 10),
        (setting_a.small(0, 10_000)[0], 0),
    ],
    ids=["B, T = 100", "A, T = 1,000", "A, T = 10,000"],
)
def test_the_thinner_the_stock_the_more_futures_are_drawn(
    setting: Setting, futures: int
) -> None:
    expected = setting.periods * setting.rates.ravel()
    depth = depth_units(demand_for(setting), expected, setting.stock)
    assert futures_wanted(depth) == futures
