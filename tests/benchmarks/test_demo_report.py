"""The demonstration's figures mean what their names say, and the page shows them."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from benchmarks.demo_figures import Run, figures_of, percentile
from benchmarks.demo_load import Journey
from benchmarks.demo_page import picture, show
from benchmarks.demo_policies import told
from router.demo.baselines import Outcome
from shipfrom.v1 import order_pb2

PROMISED = {
    "orders",
    "orders_per_s",
    "quote_ms",
    "hold_ms",
    "commit_ms",
    "fill_rate",
    "shipments_per_order",
    "cost_per_order",
    "proven_optimal_share",
    "oversold_units",
    "audit_violations",
    "seed",
    "by_size",
}


def journey(number: int, *, lines: int, filled: int, cost: int, **more) -> Journey:
    return Journey(
        number=number,
        order_ref=f"r{number}",
        postal_code="10001",
        lines=lines,
        units=lines,
        outcome="COMMITTED",
        order_id=f"o{number}",
        filled_units=filled,
        shipments=1,
        cost_minor=cost,
        proven=True,
        quotes=1,
        quote_ms=[float(number)],
        hold_ms=[2.0],
        commit_ms=[3.0],
        **more,
    )


def outcome(lines: int, filled: int, cost: int) -> Outcome:
    return Outcome(
        lines=lines, units=lines, filled_units=filled, shipments=2, cost_minor=cost
    )


@pytest.fixture
def run() -> Run:
    """Three orders; each rule leaves another one short."""
    return Run(
        seed=7,
        journeys=[
            journey(1, lines=1, filled=1, cost=800, alone=True),
            journey(2, lines=4, filled=4, cost=1000),
            journey(3, lines=60, filled=59, cost=9000),
        ],
        seconds=0.5,
        callers=16,
        rules={
            "nearest": [outcome(1, 1, 900), outcome(4, 3, 100), outcome(60, 60, 1)],
            "nearest_cover": [
                outcome(1, 1, 850),
                outcome(4, 4, 1500),
                outcome(60, 60, 9900),
            ],
        },
        oversold_units=0,
        audit_violations=0,
        setting={"cpus": 2, "audit": {"cells": 3, "orders": 3}},
    )


def test_every_promised_key_is_there(run: Run) -> None:
    figures = figures_of(run)
    assert figures.keys() >= PROMISED
    assert figures["cost_per_order"].keys() == {"shipfrom", "nearest", "nearest_cover"}
    for call in ("quote_ms", "hold_ms", "commit_ms"):
        assert figures[call].keys() == {"p50", "p99"}


def test_costs_are_compared_only_where_every_rule_filled_the_order(run: Run) -> None:
    figures = figures_of(run)
    assert figures["compared_orders"] == 1
    assert figures["cost_per_order"] == {
        "shipfrom": 8.0,
        "nearest": 9.0,
        "nearest_cover": 8.5,
    }


def test_each_rule_is_also_compared_alone_with_ours(run: Run) -> None:
    cover = figures_of(run)["rules"]["nearest_cover"]
    assert cover["both_whole_orders"] == 2
    assert cover["both_whole_cost"] == 11.75
    assert cover["both_whole_cost_shipfrom"] == 9.0


def test_fill_rate_counts_units_of_all_orders(run: Run) -> None:
    figures = figures_of(run)
    assert figures["fill_rate"] == round(64 / 65, 5)
    assert figures["rules"]["nearest"]["fill_rate"] == round(64 / 65, 5)
    assert figures["rules"]["nearest_cover"]["fill_rate"] == 1.0


def test_rate_and_latencies_leave_out_the_orders_that_ran_alone(run: Run) -> None:
    figures = figures_of(run)
    assert figures["orders_per_s"] == 4.0
    assert figures["quote_ms"] == {"p50": 2.0, "p99": 3.0}
    assert figures["alone"]["quote_ms"] == {"p50": 1.0, "p99": 1.0}


def test_sizes_without_baskets_are_left_out(run: Run) -> None:
    assert [row["lines"] for row in figures_of(run)["by_size"]] == ["1", "2-5", "51+"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_percentile_is_a_value_that_occurred(share: float, value: float) -> None:
    assert percentile([float(i) for i in range(100, 0, -1)], share) == value


def test_percentile_of_nothing_is_zero() -> None:
    assert percentile([], 0.99) == 0.0


def page(run: Run, explained: order_pb2.Explanation | None = None) -> str:
    out = io.StringIO()
    show(Console(file=out, width=200), figures_of(run), explained)
    return out.getvalue()


def test_the_page_calls_costs_and_rates_synthetic(run: Run) -> None:
    shown = page(run)
    assert "synthetic-us-v1: invented prices, no carrier's tariff" in shown
    assert "Costs are synthetic" in shown
    assert "City data: GeoNames (geonames.org), CC BY 4.0" in shown
    assert "Daqing Chen" in shown


def test_the_page_shows_what_the_audit_found(run: Run) -> None:
    assert "0 units oversold, 0 violations" in page(run)


def test_the_page_explains_one_order(run: Run) -> None:
    explained = order_pb2.Explanation(verdict="1 shipment: store-0001.", replayed=True)
    shipment = explained.plan.shipments.add(node_id="store-0001", service="GROUND")
    shipment.lines.add(sku="85123A", quantity=2)
    candidate = explained.candidates.add(node_id="store-0002", distance_km=12)
    candidate.exclusion, candidate.detail = "NO_STOCK", "0 of 2 units"
    explained.exclusions.add(reason="NO_STOCK", nodes=3_000)
    shown = page(run, explained)
    for words in ("1 shipment: store-0001.", "2 of 85123A", "NO_STOCK 0 of 2 units"):
        assert words in shown
    assert "3,000 NO_STOCK" in shown


def test_the_picture_of_the_page_loads_nothing_from_elsewhere(run: Run) -> None:
    drawn = picture(figures_of(run), None)
    ET.fromstring(drawn)
    assert "make&#160;demo" in drawn
    assert "Milliseconds" in drawn
    without_names = drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|@font-face|url\((?!#)|@import", without_names)
    assert drawn == picture(figures_of(run), None)


def act(mean: float, low: float, high: float) -> dict[str, object]:
    made = {
        "fill_rate": 0.9,
        "cost_per_order": 50.0,
        "shipments_per_order": 2.0,
        "distance_km_mean": 900.0,
    }
    money = {"measure": "cost_minor", "mean": mean, "low": low, "high": high}
    return {
        "orders": 64,
        "nearest-first": made,
        "cost-first": made,
        "differences": [{**money, "orders": 64, "certain": low * high > 0}],
        "changed_orders": 51,
        "published_s": 0.5,
        "rolled_back_s": 0.25,
    }


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ((-224.0, -384.0, -70.0), "saves $2.24 an order beside nearest-first, 95 %"),
        ((120.0, 30.0, 210.0), "costs $1.20 an order beside nearest-first, 95 %"),
        ((10.0, -30.0, 50.0), "(no clear difference)"),
    ],
)
def test_the_second_act_says_what_a_policy_saves(
    difference: tuple[float, float, float], said: str
) -> None:
    paper = Console(file=io.StringIO(), width=130)

    paper.print(told(act(*difference)))

    text = paper.file.getvalue()
    assert said in text
    assert "0.70 to 3.84" in text or difference[0] > 0
    assert "Rolled back: 0.25 s" in text
