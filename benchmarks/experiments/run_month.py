"""A month of a shop: cost, fill and shipments of each policy on the same orders.

Rows are days, so that a run can be cut off and be judged by days: orders of one day
meet the same stock, so they are no independent witnesses.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.experiments.arms_month import (
    EVERY,
    POLICY,
    ByRule,
    Exact,
    Priced,
    within,
)
from benchmarks.experiments.setting_month import (
    START,
    WAVE_DAY,
    WEEK_DAYS,
    Size,
    month_of,
)
from router.demo.baselines import nearest_cover, static_nearest
from router.simulate.bootstrap import paired

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.experiments.arms_month import Arm
    from benchmarks.experiments.report import Row
    from benchmarks.experiments.setting_month import Dated, Month, Reals

SIZE = Size()
BASE = "exact_live"
POLICIES = ("static_nearest", "nearest_first", BASE, "prices", "prices_1.3")
FIGURES = ("cash_minor", "unfilled_minor", "filled", "shipments")
BOOTSTRAP_SEED = 1
DAY = timedelta(days=1)


class Course:
    """The month of one seed, day by day; nothing is built before the first."""

    def __init__(self, seed: int, size: Size) -> None:
        self._days = _days(seed, size)

    def next_day(self) -> Row:
        """Figures of the next day."""
        return next(self._days)


def cases(seeds: list[int]) -> list[Course]:
    """One for each day: the same course as often as it has days."""
    return [course for seed in seeds for course in [Course(seed, SIZE)] * SIZE.days]


def row(case: Course) -> Row:
    """What each policy made of the day."""
    return case.next_day()


def arms_of(month: Month) -> dict[str, Arm]:
    """Every policy, with a stock of its own."""
    found: tuple[Arm, ...] = (
        ByRule(month, static_nearest),
        ByRule(month, nearest_cover(POLICY)),
        Exact(month),
        Priced(month),
        Priced(month, volume=1.3),
    )
    return dict(zip(POLICIES, found, strict=True))


def _days(seed: int, size: Size) -> Iterator[Row]:
    month = month_of(seed, size)
    arms = arms_of(month)
    came = list(month.history)
    for day, orders in enumerate(month.days):
        deliver(month, arms, day)
        found: Row = {"seed": seed, "day": day + 1, "orders": len(orders)}
        found["units"] = sum(line.quantity for o in orders for line in o.order.lines)
        for name, arm in arms.items():
            found |= {
                f"{name}_{what}": value
                for what, value in served(month, arm, came, orders).items()
            }
            if isinstance(arm, Priced):
                found[f"{name}_refused"] = arm.refused
        came.extend(orders)
        yield found


def deliver(month: Month, arms: dict[str, Arm], day: int) -> None:
    """What happens to stock before a day's orders: trucks on Mondays, and the wave."""
    for arm in arms.values():
        if day % WEEK_DAYS == 0:
            arm.stock[:] = np.maximum(arm.stock, month.opening)
        if day == WAVE_DAY:
            arm.stock[month.emptied] = 0


def served(
    month: Month, arm: Arm, came: Sequence[Dated], orders: Sequence[Dated]
) -> dict[str, int]:
    """A day of one policy: cash, worth of what stayed unfilled, units, shipments.

    Args:
        came: the orders of all days before, at least as many as a service remembers.
    """
    told = dict.fromkeys(FIGURES, 0)
    every = [*came, *orders]
    start = orders[0].at if orders else START
    turn = START + (start - START) // DAY * DAY
    rest = list(orders)
    while rest:
        arm.look_ahead(within(every, turn), turn)
        turn += EVERY
        while rest and rest[0].at < turn:
            for what, value in zip(FIGURES, _one(month, arm, rest.pop(0)), strict=True):
                told[what] += value
    return told


def _one(month: Month, arm: Arm, each: Dated) -> tuple[int, int, int, int]:
    """One order; what it was sent is what the stock lost, whatever the policy says."""
    rows = [month.row_of[line.sku] for line in each.order.lines]
    wanted = np.array([line.quantity for line in each.order.lines])
    before = arm.stock[rows].sum(axis=1)
    cash, shipments = arm.serve(each)
    left = arm.stock[rows]
    sent = before - left.sum(axis=1)
    if left.min() < 0 or (sent > wanted).any():
        raise AssertionError(f"an order of {each.at} was sent what is not there")
    unfilled = (wanted - sent) @ month.value_minor[rows]
    return cash, int(unfilled), int(sent.sum()), shipments


def told(rows: Sequence[Row]) -> list[Row]:
    """One row for each figure of each policy, with its difference to exact live.

    Figures are a mean order's, also of orders that nothing was sent of; intervals are
    of days drawn anew, the same ones for both policies.
    """
    figures = {policy: _figures(rows, policy) for policy in POLICIES}
    return [
        _told(name, policy, figures[policy][name], figures[BASE][name])
        for name in figures[BASE]
        for policy in POLICIES
    ]


def _told(figure: str, policy: str, own: Reals, base: Reals) -> Row:
    found: Row = {"figure": figure, "policy": policy, "mean": float(own.mean())}
    if policy == BASE:
        return found
    apart = paired({figure: (own - base).tolist()}, seed=BOOTSTRAP_SEED)[figure]
    return found | {"minus_live": apart.mean, "low": apart.low, "high": apart.high}


def _figures(rows: Sequence[Row], policy: str) -> dict[str, Reals]:
    """What each day adds to the figures of a mean order: their mean is the figure."""
    cash, unfilled, filled, shipments = (
        _column(rows, f"{policy}_{what}") for what in FIGURES
    )
    orders = _column(rows, "orders").mean()
    return {
        "cost, cents an order": cash / orders,
        "filled, % of units": 100 * filled / _column(rows, "units").mean(),
        "shipments of 100 orders": 100 * shipments / orders,
        "with unfilled, cents": (cash + unfilled) / orders,
    }


def _column(rows: Sequence[Row], name: str) -> Reals:
    return np.array([row[name] for row in rows], np.float64)
