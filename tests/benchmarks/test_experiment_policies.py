"""Policies on published instances: the rounding rules, prices, and what bounds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.experiments import __main__ as command
from benchmarks.experiments import report, rounding, run_b, run_c, setting_a, setting_c
from benchmarks.experiments.forecasts import Corrected, Learned, Rates, true_rates
from benchmarks.experiments.item import item_plan
from benchmarks.experiments.setting_b import seeded
from benchmarks.experiments.steering import Pace, World, live, steered
from tests.benchmarks.reference import anchors

if TYPE_CHECKING:
    from pathlib import Path

SHARES = np.array([[0.6, 0.4, 0.0], [0.5, 0.2, 0.3], [0.1, 0.9, 0.0]])


@pytest.fixture(scope="module")
def thin() -> World:
    """Seed 1 of experiment B, orders of at most two lines."""
    return World.of(seeded(1, 2, periods=100, low=0))


@pytest.mark.parametrize("rule", [rounding.independent, rounding.jasin_sinha])
def test_a_rounding_rule_keeps_the_shares_of_each_line(rule: rounding.Rule) -> None:
    nodes = rule(SHARES, 40_000, np.random.default_rng(1))

    drawn = [[(nodes[:, i] == k).mean() for k in range(3)] for i in range(3)]
    assert np.array(drawn) == pytest.approx(SHARES, abs=0.012)


def test_dilate_keeps_the_shares_and_opens_fewer_shipments_than_lines_alone() -> None:
    rng = np.random.default_rng(1)
    together = rounding.dilate(SHARES, 40_000, rng)
    alone = rounding.independent(SHARES, 40_000, rng)

    drawn = [[(together[:, i] == k).mean() for k in range(3)] for i in range(3)]
    opened = [np.mean([len(set(row)) for row in each]) for each in (together, alone)]
    assert np.array(drawn) == pytest.approx(SHARES, abs=0.012)
    assert opened[0] < opened[1] - 0.1


def test_force_open_keeps_the_shares_of_a_line() -> None:
    nodes = rounding.force_open(SHARES, 40_000, np.random.default_rng(1))

    drawn = [[(nodes[:, i] == k).mean() for k in range(3)] for i in range(3)]
    assert np.array(drawn) == pytest.approx(SHARES, abs=0.012)


@pytest.mark.parametrize(
    ("instance", "dollars"), [(0, 13834.017262), (1, 11707.765717), (4, 15580.736445)]
)
def test_static_nearest_of_a_costs_what_the_reference_says(
    instance: int, dollars: float
) -> None:
    setting, rng = setting_a.small(instance, 1_000)
    drawn = setting_a.arrivals(rng, setting)
    assert rounding.nearest(setting, drawn).cost == pytest.approx(dollars, abs=2e-6)


def test_the_item_program_of_a_is_the_reference_optimum() -> None:
    row = anchors("a")[0]
    setting, _ = setting_a.small(0, 1_000)
    plan = item_plan(setting, 1_000 * setting.rates.ravel())
    assert plan.cost == pytest.approx(float(row["item_dlp"]), rel=1e-9)


def test_without_orders_to_come_prices_leave_the_exact_decision_alone(
    thin: World,
) -> None:
    drawn = np.random.default_rng(3).integers(0, thin.demand.size, size=100)
    nobody = Rates(np.zeros(thin.demand.size))
    assert steered(thin, drawn, nobody, pace=Pace(5)) == live(thin, drawn)


def test_no_policy_is_below_the_hindsight_bound_and_futures_beat_no_prices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_b, "RLP", Pace(10, futures=5))
    monkeypatch.setattr(run_b, "RLP_10", Pace(10, futures=5))
    monkeypatch.setattr(run_b, "RLP_100", Pace(10, futures=5))
    rows = [run_b.row((seed, 2, 100, 0)) for seed in (1, 4)]

    for row in rows:
        assert row["method_dlp"] == pytest.approx(
            next(
                float(each["method_dlp"])
                for each in anchors("b")
                if (each["seed"], each["n_max"], each["T"], each["low"])
                == (str(row["seed"]), "2", "100", "0")
            ),
            rel=1e-9,
        )
        costs = [row[name] for name in row if name.endswith(("prices", "live"))]
        assert min(costs) >= row["hindsight_bound"]
    assert report.closed_percent(rows, "rlp_prices")[0] > 0


def test_what_is_learned_comes_near_to_the_rates() -> None:
    setting, rng = setting_a.small(0, 10_000)
    drawn = setting_a.arrivals(rng, setting)
    learned = Learned(len(setting.types), setting.regions)
    true = true_rates(setting)

    early = np.abs(learned.expected(drawn[:50], 1) - true).sum()
    late = np.abs(learned.expected(drawn[:5_000], 1) - true).sum()

    assert late < early / 3
    assert learned.expected(drawn[:50], 7).sum() == pytest.approx(7)


def test_a_volume_that_was_believed_too_high_is_corrected_by_what_comes() -> None:
    believed = Rates(np.full(4, 0.25), volume=1.3)
    forecast = Corrected(believed, periods=1_000)
    seen = np.zeros(1_000, np.int64)

    wrong = [
        forecast.expected(seen[:t], 1_000 - t).sum() / (1_000 - t)
        for t in (0, 25, 100, 500)
    ]

    assert wrong[0] == pytest.approx(1.3)
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[-1] < 1.02


def test_the_single_item_is_placed_and_lost_as_published() -> None:
    example = setting_c.first()
    learned = setting_c.arrivals(example, 1_000, setting_c.PLACED_WITH)
    stock = setting_c.placement(example, setting_c.counts(example, learned), 900)
    judged = setting_c.arrivals(example, 1_000, setting_c.JUDGED_WITH).T[:20]
    judged = np.ascontiguousarray(judged)
    transport, demand = run_c.Transport(example), run_c.demand_for(example)

    regret = [
        run_c.myopic(demand, each, stock[None])
        - transport.solve(np.bincount(each, minlength=2), stock).cost
        for each in judged
    ]

    assert np.abs(stock - [401, 499]).max() <= 1
    assert np.mean(regret) == pytest.approx(84.8, abs=3 * 20 / np.sqrt(20))
    assert min(regret) >= 0


def test_the_command_writes_rows_and_says_where_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, recorded = tmp_path / "rows.json", tmp_path / "recorded.json"
    monkeypatch.setattr(run_b, "BLOCKS", ((10, 1),))
    monkeypatch.setattr(
        "sys.argv",
        ["x", "b", "--seeds", "3", "--json", str(rows), "--record", str(recorded)],
    )

    assert command.main() == 0

    written = json.loads(rows.read_text())
    assert [(each["seed"], each["n_max"], each["T"]) for each in written] == [
        (3, 2, 10),
        (3, 5, 10),
    ]
    document = json.loads(recorded.read_text())
    assert document["rows"] == written
    assert document["command"] == "python -m benchmarks.experiments b --seeds 3"


def test_seeds_are_read_as_ranges_and_single_numbers() -> None:
    assert command.seeds_of("1-3,7") == [1, 2, 3, 7]
