"""A tiny month of the demonstration: the same orders and stock for every policy."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks.experiments import __main__ as command
from benchmarks.experiments import run_month
from benchmarks.experiments.arms_month import Exact, Priced, within
from benchmarks.experiments.report import Row
from benchmarks.experiments.run_month import FIGURES, POLICIES
from benchmarks.experiments.setting_month import (
    BY_HOUR,
    BY_WEEKDAY,
    START,
    WAVE_DAY,
    Dated,
    Month,
    Size,
    month_of,
)
from router.lookahead.collecting import WINDOW

TINY = Size(
    orders_a_day=4, days=3, history_days=7, skus=40, centres=3, stores=2, cover=2.0
)


@pytest.fixture(scope="module")
def month() -> Month:
    return month_of(1, TINY)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return _rows(1)


def _rows(seed: int) -> list[Row]:
    course = run_month.Course(seed, TINY)
    return [course.next_day() for _ in range(TINY.days)]


def test_a_seed_is_one_month_down_to_the_cent(rows: list[Row]) -> None:
    assert _rows(1) == rows


def test_each_seed_is_another_month(month: Month) -> None:
    other = month_of(2, TINY)

    assert [each.at for each in other.days[0]] != [each.at for each in month.days[0]]
    assert (other.opening != month.opening).any()


def test_every_policy_is_asked_for_the_same_units(
    month: Month, rows: list[Row]
) -> None:
    worth = month.value_minor
    for row, orders in zip(rows, month.days, strict=True):
        lines = [line for each in orders for line in each.order.lines]
        assert row["orders"] == len(orders)
        assert row["units"] == sum(line.quantity for line in lines)
        asked = sum(worth[month.row_of[line.sku]] * line.quantity for line in lines)
        for policy in POLICIES:
            assert 0 <= row[f"{policy}_filled"] <= row["units"]
            missing = int(row["units"]) - int(row[f"{policy}_filled"])
            assert (row[f"{policy}_unfilled_minor"] > 0) == (missing > 0)
            assert row[f"{policy}_unfilled_minor"] <= asked


def test_no_policy_sends_what_is_not_there(month: Month) -> None:
    arms = run_month.arms_of(month)
    for day, orders in enumerate(month.days):
        run_month.deliver(month, arms, day)
        for arm in arms.values():
            held = int(arm.stock.sum())
            found = run_month.served(month, arm, month.history, orders)
            assert arm.stock.min() >= 0
            assert held - int(arm.stock.sum()) == found["filled"]


def test_a_policy_that_oversells_is_stopped(
    month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm = Exact(month)

    def taken(_: object) -> tuple[int, int]:
        arm.stock -= 1_000
        return 0, 1

    monkeypatch.setattr(arm, "serve", taken)
    with pytest.raises(AssertionError, match="not there"):
        run_month.served(month, arm, month.history, month.days[0])


def test_prices_are_made_from_the_orders_before_that_moment(month: Month) -> None:
    every = [*month.history, *month.days[0]]
    noon = START + timedelta(hours=12)

    lately = within(every, noon)

    assert month.history[0] in lately
    assert max(each.at for each in lately) < noon <= month.days[0][-1].at
    assert not within(every, noon + WINDOW + timedelta(days=1))


def test_a_wrong_forecast_expects_thirty_percent_more(month: Month) -> None:
    right, wrong = (
        Priced(month, volume).brief(month.history, START) for volume in (1.0, 1.3)
    )

    assert wrong.expected == pytest.approx(1.3 * right.expected)
    assert wrong.orders == right.orders
    assert right.expected == pytest.approx(3 * len(month.history) / 7, rel=0.1)


def test_stock_is_filled_up_on_mondays_and_emptied_by_the_wave(month: Month) -> None:
    arm = Exact(month)
    arm.stock[:] = 0
    run_month.deliver(month, {"x": arm}, 6)
    assert not arm.stock.any()

    run_month.deliver(month, {"x": arm}, 7)
    assert np.array_equal(arm.stock, month.opening)

    run_month.deliver(month, {"x": arm}, WAVE_DAY)
    assert month.emptied.any()
    assert np.array_equal(arm.stock, np.where(month.emptied, 0, month.opening))


def test_three_skus_sell_several_times_as_much_from_thursday() -> None:
    found = month_of(3, Size(orders_a_day=400, days=7, history_days=7))
    usual = _asked(found.history)
    promoted = _asked([each for day in found.days[3:6] for each in day])
    share = sum(BY_WEEKDAY[3:6]) / sum(BY_WEEKDAY)

    times = sorted(promoted[sku] / (share * usual[sku]) for sku in usual)

    # What is bought with them sells more, too.
    assert times[-3] == pytest.approx(4, rel=0.15)
    assert times[len(times) // 2] < 2


def _asked(orders: Sequence[Dated]) -> Counter[str]:
    return Counter(line.sku for each in orders for line in each.order.lines)


def test_the_profiles_keep_the_mean_day() -> None:
    assert sum(BY_WEEKDAY) == pytest.approx(7)
    assert len(BY_HOUR) == 24


def test_intervals_hold_the_difference_to_exact_live() -> None:
    days = [_day(100 + n, dearer=n % 3) for n in range(20)]

    told = {(row["figure"], row["policy"]): row for row in run_month.told(days)}

    cost = "cost, cents an order"
    assert "minus_live" not in told[cost, "exact_live"]
    dearer = told[cost, "prices"]
    assert dearer["minus_live"] == pytest.approx(19 / 20 / 10)
    assert 0 < dearer["low"] < dearer["minus_live"] < dearer["high"] < 2 / 10
    assert told["with unfilled, cents", "exact_live"]["mean"] == pytest.approx(11.45)
    assert told["filled, % of units", "prices"]["mean"] == pytest.approx(90)
    assert told["shipments of 100 orders", "nearest_first"]["low"] == 0


def _day(cash: int, *, dearer: int) -> Row:
    found: Row = {"seed": 1, "day": 1, "orders": 10, "units": 20}
    for policy in POLICIES:
        for figure, value in zip(FIGURES, (cash, 5, 18, 11), strict=True):
            found[f"{policy}_{figure}"] = value
    found["prices_cash_minor"] = cash + dearer
    return found


def test_the_command_runs_a_month_day_by_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[Row]
) -> None:
    kept = tmp_path / "month.json"
    monkeypatch.setattr(run_month, "SIZE", TINY)
    monkeypatch.setattr("sys.argv", ["x", "month", "--seeds", "1", "--json", str(kept)])

    assert command.main() == 0
    assert json.loads(kept.read_text()) == rows
