"""What a shop's recent orders make of its stock, and the proof before it decides."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from allocation.order import Destination
from allocation.prices import guard, outlook
from allocation.prices.asked import both_tariffs, wanted_of
from allocation.prices.demand import demand_of
from allocation.prices.futures import ENOUGH, MANY
from allocation.prices.guard import replayed
from allocation.prices.outlook import (
    NO_ORDERS,
    NOT_BEATEN,
    Foreseen,
    Recent,
    foresee,
)
from allocation.problem import Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, PolicyDocument, Rule
from allocation.rules.fields import Op
from allocation.rules.words import Verb
from allocation.solve import solve
from tests.allocation.synthetic import problem_of

MIDLAND = Destination(42.3, -78.0, "14735")
"""Where albany is a little cheaper than chicago."""


def shop(albany: int, chicago: int) -> Problem:
    """An order of one unit for New York, near albany."""
    return problem_of({"albany": [albany], "chicago": [chicago]}, {"sku": 1})


def recent(problems: list[Problem], expected: float, *, futures: int = MANY) -> Recent:
    def draws(orders: int) -> Iterator[np.ndarray]:
        rng = np.random.default_rng(3)
        for _ in range(futures):
            yield rng.poisson(expected / orders, orders)

    return Recent(
        [(each.order, each.policy) for each in problems],
        problems[0].network,
        ("sku",),
        problems[0].available,
        now=problems[0].now,
        expected=expected,
        draws=draws,
    )


def cash(problem: Problem, **stock: int) -> int:
    names = list(problem.network.node_by_id)
    units = np.array([[stock.get(name, 0) for name in names]])
    return solve(replace(problem, available=units)).cost.cash_minor


def found(albany: int, chicago: int, *, expected: float = 20) -> Foreseen:
    return foresee(recent([shop(albany, chicago)] * 10, expected))


def test_the_last_unit_near_a_region_is_worth_what_the_next_node_costs_more() -> None:
    near = shop(1, 60)

    made = found(1, 60)

    dearer = cash(near, chicago=1) - cash(near, albany=1)
    assert dearer > 0
    assert made.price_minor.tolist() == [[dearer, 0]]
    assert (made.orders, made.futures) == (10, ENOUGH)


def test_prices_spare_the_unit_from_who_can_do_without() -> None:
    near = shop(1, 60)
    midland = replace(near, order=replace(near.order, destination=MIDLAND))
    assert [s.node_id for s in solve(midland).shipments] == ["albany"]

    steered = replace(midland, prices=found(1, 60).price_minor)

    assert [s.node_id for s in solve(steered).shipments] == ["chicago"]


def test_plenty_is_worth_nothing() -> None:
    assert not found(60, 60).price_minor.any()


def test_prices_are_of_the_share_that_the_forecast_is_good_for() -> None:
    orders = recent([shop(1, 60)] * 10, 20)
    dearer = found(1, 60).price_minor[0, 0]

    half = foresee(replace(orders, kept_bps=5_000))
    none = foresee(replace(orders, kept_bps=0))

    assert half.price_minor.tolist() == [[dearer // 2, 0]]
    assert "prices" in half.verdict, "and are proven as they will count"
    assert not none.price_minor.any()
    assert (none.orders, none.verdict) == (10, NOT_BEATEN)


def test_nothing_is_worth_anything_to_nobody() -> None:
    made = found(1, 60, expected=0)
    assert not made.price_minor.any()
    assert (made.orders, made.verdict) == (0, NO_ORDERS)
    assert foresee(recent([shop(0, 0)], 5)).verdict == NO_ORDERS


def test_the_same_draws_give_the_same_prices() -> None:
    problems = [shop(3, 4)] * 5
    once, again = (foresee(recent(problems, 7)) for _ in range(2))
    assert once.price_minor.tolist() == again.price_minor.tolist()
    assert once.bound_minor == again.bound_minor > 0


def test_orders_are_seen_under_the_rules() -> None:
    """Where a rule keeps the near node from them, they do not make it dear."""
    albany = Condition("node.id", Op.EQ, "albany")
    never = Rule("never", "Not from albany", Verb.NEVER, (albany,))
    policy = policy_in_force(PolicyDocument("p", "says", rules=(never,)), "rules-1")
    ruled = replace(shop(1, 60), policy=policy)

    assert not foresee(recent([ruled] * 10, 20)).price_minor.any()


def test_bounds_are_kept() -> None:
    many = recent([shop(1, 1)], 1)
    with pytest.raises(ValueError, match="5001 orders"):
        foresee(replace(many, orders=many.orders * 5_001))


def test_prices_that_make_the_last_orders_dearer_are_not_used() -> None:
    """A price on plenty sends everybody far away for nothing."""
    near = shop(60, 60)
    demand = demand_of(wanted_of(near, {"sku": 0}), both_tariffs(near.network))
    stream, stock = np.zeros(30, np.int64), near.available

    bad = replayed(demand, stream, stock, np.array([[10_000, 0]]))
    none = replayed(demand, stream, stock, np.array([[0, 0]]))

    assert bad.without_minor == 30 * cash(near, albany=1)
    assert bad.with_minor == 30 * cash(near, chicago=1)
    assert not bad.is_good
    assert "no price is used" in bad.verdict
    assert none.is_good
    assert none.with_minor == none.without_minor


def test_prices_prove_themselves_on_orders_that_they_were_not_made_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every other order is for New York; the rest pays for what was spared for it."""
    near = shop(1, 60)
    midland = replace(near, order=replace(near.order, destination=MIDLAND))
    orders = [near, midland] * 5

    believed = foresee(recent(orders[::2], 3))
    monkeypatch.setattr(outlook, "SOLVED_MAX", dict.fromkeys((0, ENOUGH, MANY), 5))
    proven = foresee(recent(orders, 3))

    assert believed.is_good
    assert believed.price_minor[0, 0] > 0
    assert not proven.is_good
    assert not proven.price_minor.any()
    assert (proven.orders, believed.orders) == (10, 5)


def test_where_time_is_over_fewer_futures_do() -> None:
    assert foresee(recent([shop(1, 60)] * 10, 20, futures=2)).futures == 2


def test_bad_prices_are_published_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WORSE_BPS", -1)

    made = found(1, 60)

    assert not made.price_minor.any()
    assert not made.is_good
    assert "no price is used" in made.verdict
