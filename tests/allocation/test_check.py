"""The judge finds every kind of planted fault, and nothing in a sound plan."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.check import violations
from allocation.plan import Plan, ShipmentLine, Unfilled
from allocation.policy import LineSplit, Policy
from allocation.problem import Problem
from allocation.solve import solve
from allocation.status import PlanStatus
from tests.allocation.synthetic import LANES, LATER, problem_of, problems


def first(plan: Plan, **changes: object) -> Plan:
    """The plan with its first shipment changed."""
    shipment, *rest = plan.shipments
    return replace(plan, shipments=(shipment._replace(**changes), *rest))


def first_line(plan: Plan, **changes: object) -> Plan:
    line, *rest = plan.shipments[0].lines
    return first(plan, lines=(line._replace(**changes), *rest))


def dearer(plan: Plan, component: str) -> Plan:
    """One component changed in the shipment and in the sum alike."""
    paid = plan.shipments[0].cost
    more = {component: getattr(paid, component) + 1}
    total = {component: getattr(plan.cost, component) + 1}
    changed = first(plan, cost=paid._replace(**more))
    return replace(changed, cost=plan.cost._replace(**total))


def moved(plan: Plan, days: int) -> Plan:
    return first(plan, promise_date=plan.shipments[0].promise_date + timedelta(days))


FAULTS: dict[str, Callable[[Plan], Plan]] = {
    "a unit too many": lambda p: first_line(
        p, quantity=p.shipments[0].lines[0].quantity + 1
    ),
    "no units": lambda p: first_line(p, quantity=0),
    "another sku": lambda p: first_line(p, sku="nobody-ordered-it"),
    "a shipment lost": lambda p: replace(p, shipments=p.shipments[1:]),
    "a shipment twice": lambda p: replace(p, shipments=p.shipments + p.shipments[:1]),
    "a line twice": lambda p: first(p, lines=p.shipments[0].lines * 2),
    "no lines": lambda p: first(p, lines=()),
    "an unknown node": lambda p: first(p, node_id="nowhere"),
    "an unknown service": lambda p: first(p, service="DRONE"),
    "another zone": lambda p: first(p, zone=p.shipments[0].zone + 1),
    "a shorter way": lambda p: first(p, distance_km=p.shipments[0].distance_km - 2),
    "a day earlier": lambda p: moved(p, -1),
    "a day later": lambda p: moved(p, 1),
    "a later cut-off": lambda p: first(
        p, ship_by=p.shipments[0].ship_by + timedelta(minutes=1)
    ),
    "an unfilled unit more": lambda p: replace(
        p, unfilled=(*p.unfilled, Unfilled("sku-0", 1, "NO_STOCK"))
    ),
    "unfilled nothing": lambda p: replace(
        p, unfilled=(*p.unfilled, Unfilled("sku-0", 0, "NO_STOCK"))
    ),
    "another policy": lambda p: replace(p, policy_version="other"),
    "another network": lambda p: replace(p, network_version="other"),
    "a bound above the cost": lambda p: replace(
        p, status=PlanStatus.OPTIMAL, bound_minor=p.cost.cash_minor + 1
    ),
    "a sum that is none": lambda p: replace(
        p, cost=p.cost._replace(shipping_minor=p.cost.shipping_minor - 1)
    ),
    **{
        f"another {component}": lambda p, component=component: dearer(p, component)
        for component in (
            "shipping_minor",
            "parcel_handling_minor",
            "line_handling_minor",
            "distance_minor",
            "lateness_minor",
            "price_minor",
        )
    },
}


@settings(max_examples=200, deadline=None)
@given(problems(ship_complete=False), st.sampled_from(sorted(FAULTS)))
def test_a_planted_fault_is_found(problem: Problem, fault: str) -> None:
    plan = solve(problem)
    assume(plan.shipments)
    assert violations(problem, plan) == ()

    assert violations(problem, FAULTS[fault](plan)), fault


TWO = {"albany": [2], "boston": [2]}


@pytest.mark.parametrize(
    ("policy", "changes", "word"),
    [
        (Policy(exclude_node_ids=("boston",)), {}, "excluded"),
        (Policy(only_node_ids=("albany",)), {}, "not selected"),
        (Policy(node_tags=("big",)), {"albany": {"tags": ("big",)}}, "tag"),
        (Policy(), {"boston": {"disabled": True}}, "disabled"),
        (Policy(), {"boston": {"paused_until": LATER}}, "paused until"),
        (Policy(max_distance_km=250), {}, "allowed 250 km"),
        (Policy(keep_back=1), {}, "can give 1"),
        (Policy(service="TWO_DAY"), {}, "service is not TWO_DAY"),
        (Policy(promise_by=date(2026, 11, 20)), {}, "wanted by 2026-11-20"),
    ],
)
def test_what_the_policy_forbids_is_found(
    policy: Policy, changes: dict[str, dict[str, object]], word: str
) -> None:
    lax = problem_of(
        TWO, {"a": 2}, lanes=LANES, policy=Policy(only_node_ids=("boston",))
    )
    plan = solve(lax)
    strict = problem_of(TWO, {"a": 2}, lanes=LANES, policy=policy, changes=changes)

    assert word in "; ".join(violations(strict, plan))


def test_a_node_without_room_on_its_ship_day_is_found() -> None:
    lax = problem_of(TWO, {"a": 2}, policy=Policy(only_node_ids=("boston",)))

    full = problem_of(TWO, {"a": 2}, room={"boston": 0})

    assert "boston/GROUND: node has no room left on its ship day" in (
        violations(full, solve(lax))
    )


def test_more_shipments_than_allowed_are_found() -> None:
    problem = problem_of({"albany": [1], "boston": [1]}, {"a": 2})
    plan = solve(problem)
    assert len(plan.shipments) == 2

    strict = replace(problem, policy=Policy(max_shipments=1))

    assert "2 shipments, allowed 1" in violations(strict, plan)


def split_plan() -> tuple[Problem, Plan]:
    """Two units from each of two nodes, each of which has all four."""
    half = problem_of({"albany": [2], "boston": [2]}, {"a": 4})
    return problem_of({"albany": [4], "boston": [4]}, {"a": 4}), solve(half)


def test_a_line_split_without_need_is_found() -> None:
    problem, plan = split_plan()
    free = replace(problem, policy=Policy(line_split=LineSplit.BY_COST))
    never = replace(problem, policy=Policy(line_split=LineSplit.NEVER))

    assert "a is split although albany has all of it" in violations(problem, plan)
    assert "a is split" in violations(never, plan)
    assert violations(free, plan) == ()


def test_part_of_an_order_that_ships_whole_or_not_at_all_is_found() -> None:
    problem = problem_of({"albany": [1]}, {"a": 2})
    plan = solve(problem)
    assert plan.unfilled

    strict = replace(problem, policy=Policy(ship_complete=True))

    assert "part of an order" in "; ".join(violations(strict, plan))


def test_one_unit_promised_by_two_services_of_a_node_is_found() -> None:
    problem = problem_of({"albany": [1]}, {"a": 2}, lanes=LANES)
    ground = solve(problem).shipments[0]
    quick = solve(replace(problem, policy=Policy(service="NEXT_DAY"))).shipments[0]
    plan = solve(problem)

    doubled = replace(plan, shipments=(ground, quick), unfilled=())

    assert any("can give 1" in fault for fault in violations(problem, doubled))


def test_a_plan_with_a_fault_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocation.solve.violations", lambda *_: ("planted",))

    with pytest.raises(AssertionError, match="planted"):
        solve(problem_of(TWO, {"a": 1}))


def test_shipments_out_of_order_are_found() -> None:
    problem = problem_of({"albany": [1], "boston": [1]}, {"a": 2})
    plan = solve(problem)

    turned = replace(plan, shipments=plan.shipments[::-1])

    assert any("in order" in fault for fault in violations(problem, turned))


def test_a_line_of_a_shipment_counts_units_only_once() -> None:
    problem = problem_of({"albany": [4]}, {"a": 4})
    plan = solve(problem)
    twice = (ShipmentLine("a", 2), ShipmentLine("a", 2))

    assert "a SKU twice" in "; ".join(violations(problem, first(plan, lines=twice)))
