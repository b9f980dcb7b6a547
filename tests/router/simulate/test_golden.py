"""Golden orders: what must stay true of a kept order under another policy."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.problem import Problem
from allocation.solve import solve
from router.simulate.golden import (
    Assertions,
    Excluded,
    Golden,
    check,
    golden_from_json,
    golden_of,
    golden_to_json,
)
from tests.allocation.synthetic import problem_of
from tests.router.simulation import POLICY

STOCK = {"albany": [5, 0], "boston": [0, 5], "denver": [5, 5]}
WANTED = {"sku-a": 2, "sku-b": 1}
FAR = replace(POLICY, version="far", only_node_ids=("denver",))


def problem() -> Problem:
    return problem_of(STOCK, WANTED, policy=POLICY)


def golden(**asserts: object) -> Golden:
    wanted = Assertions(**asserts)  # type: ignore[arg-type]
    return golden_of("gift box", problem(), wanted, published=POLICY)


def test_order_that_keeps_every_promise_fails_nothing() -> None:
    plan = solve(problem())
    kept = golden(
        shipments_max=len(plan.shipments),
        ships_from_any=(plan.shipments[0].node_id,),
        cost_max_minor=plan.cost.cash_minor,
        promise_by=plan.promise_date,
    )

    assert check(kept, POLICY) == ()


@pytest.mark.parametrize(
    ("asserts", "policy", "said"),
    [
        ({"shipments_max": 1}, {"exclude_node_ids": ("denver",)}, "2 shipments, at"),
        ({"ships_from_any": ("albany",)}, {"only_node_ids": ("denver",)}, "from any"),
        ({"cost_max_minor": 1}, {}, "at most 0.01 allowed"),
        ({"promise_by": date(2020, 1, 2)}, {}, "wanted by Thu 2 Jan"),
        ({}, {"only_node_ids": ("albany",)}, "1 of sku-b unfilled"),
        ({}, {"exclude_node_ids": ("albany", "boston", "denver")}, "2 of sku-a"),
    ],
)
def test_what_is_no_longer_true_is_said_in_words(
    asserts: dict[str, object], policy: dict[str, object], said: str
) -> None:
    (failure,) = check(golden(**asserts), replace(POLICY, **policy))  # type: ignore[arg-type]

    assert failure.startswith("gift box: ")
    assert said in failure


def test_node_must_be_out_for_the_reason_that_was_asserted() -> None:
    kept = golden(excluded=(Excluded("albany", "EXCLUDED"),))
    without = replace(POLICY, exclude_node_ids=("albany",))

    assert check(kept, without) == ()
    assert check(kept, FAR) == (
        "gift box: albany is out for NOT_SELECTED, not for EXCLUDED",
    )
    needs = golden(excluded=(Excluded("albany", "EXCLUDED"),))
    near = replace(POLICY, exclude_node_ids=("denver",))
    assert check(needs, near) == (
        "gift box: ships from albany, which EXCLUDED should keep out",
    )


def test_node_that_held_nothing_is_out_of_stock() -> None:
    empty = problem_of({**STOCK, "chicago": [0, 0]}, WANTED, policy=POLICY)
    wanted = Assertions(excluded=(Excluded("chicago", "NO_STOCK"),))
    kept = golden_of("gift box", empty, wanted, published=POLICY)

    assert check(kept, POLICY) == ()


def test_what_the_order_asked_for_stays_asked_under_another_policy() -> None:
    narrowed = replace(problem(), policy=replace(POLICY, only_node_ids=("denver",)))
    asserts = Assertions(excluded=(Excluded("albany", "NOT_SELECTED"),))
    kept = golden_of("far", narrowed, asserts, published=POLICY)
    other = replace(POLICY, version="other", max_shipments=1)

    assert kept.routing.only_node_ids == ("denver",)
    assert check(kept, other) == ()
    assert check(kept, replace(other, exclude_node_ids=("denver",)))


def test_golden_order_survives_its_storage() -> None:
    kept = golden(
        shipments_max=2,
        ships_from_any=("albany", "boston"),
        promise_by=date(2027, 1, 2),
        excluded=(Excluded("denver", "COSTLIER"), Excluded("erie")),
    )
    asked = replace(kept, routing=replace(kept.routing, wanted_by=date(2027, 1, 1)))

    again = golden_from_json(golden_to_json(asked))

    assert again == asked
    assert golden_to_json(again) == golden_to_json(asked)
    with pytest.raises(ValueError, match="form 9, wanted 1"):
        golden_from_json(b'{"v":9}')
