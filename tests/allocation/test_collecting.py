"""An order that is collected at a node: its shelf, and what others bring there."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import codec
from allocation.check import violations
from allocation.collecting import brought_prices
from allocation.network import Lane
from allocation.node import PICKUP, TRANSFER
from allocation.order import Destination
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.replay import difference
from allocation.solve import solve
from tests.allocation.synthetic import GROUND, PLACES, policies, problem_of

STORE = "boston"
NODES = ("albany", STORE, "chicago", "denver")
BRINGS = ("albany", "chicago")
COUNTER = Lane("counter", PICKUP, 1, node_id=STORE, base_minor=9, transit_days=0)
WANTED = {"a": 2, "b": 3}


def lanes(*, named: str = "") -> list[Lane]:
    """The counter, and vans of two nodes; all under one name, if there is one."""
    vans = [
        replace(lane, lane_id=f"{lane.lane_id}-{node}", node_id=node, service=TRANSFER)
        for node in BRINGS
        for lane in GROUND
    ]
    made = [COUNTER, *vans]
    if named:
        return [replace(lane, service=named) for lane in made]
    # The store's own van goes to other stores.
    away = replace(COUNTER, lane_id="away", service=TRANSFER, base_minor=0)
    return [*made, away]


def collected(
    stock: dict[str, tuple[int, int]], policy: Policy | None = None
) -> Problem:
    made = problem_of(stock, WANTED, policy=policy, lanes=[*lanes(), *GROUND])
    return at_the_store(made, STORE)


def at_the_store(problem: Problem, node_id: str) -> Problem:
    there = Destination(*PLACES[STORE], node_id=node_id)
    order = replace(problem.order, destination=there)
    steers = replace(order, destination=replace(there, node_id=STORE))
    prices = brought_prices(steers, problem.network)
    return replace(problem, order=order, prices=prices)


def sent(plan: Plan) -> list[tuple[object, ...]]:
    return [(s.node_id, s.lines, s.promise_date, s.cost) for s in plan.shipments]


stocks = st.fixed_dictionaries(
    {node: st.tuples(st.integers(0, 3), st.integers(0, 3)) for node in NODES}
)


@settings(deadline=None)
@given(stock=stocks, policy=policies(max_distance_km=6000, service=""))
def test_the_plan_is_that_of_one_service_with_the_same_lanes(
    stock: dict[str, tuple[int, int]], policy: Policy
) -> None:
    """Where counter and vans have one name, an order to that point asks for it."""
    plan = solve(collected(stock, policy))
    named = problem_of(stock, WANTED, policy=policy, lanes=lanes(named="VAN"))
    same = solve(at_the_store(named, ""))
    assert sent(plan) == sent(same)
    assert (plan.unfilled, plan.cost, plan.status) == (
        *(same.unfilled, same.cost),
        same.status,
    )
    for shipment in plan.shipments:
        own = shipment.node_id == STORE
        assert shipment.service == (PICKUP if own else TRANSFER)
        assert shipment.to_node == ("" if own else STORE)


@settings(deadline=None)
@given(stock=stocks)
def test_a_decision_is_stored_and_replays_as_the_same(
    stock: dict[str, tuple[int, int]],
) -> None:
    problem = collected(stock)
    plan = solve(problem)
    raw = codec.dump(problem, plan)
    assert codec.plan_of(raw) == plan
    assert difference(raw, problem.network) == ""


def test_what_costs_the_same_comes_from_the_stores_own_shelf() -> None:
    free = replace(COUNTER, lane_id="van", node_id="albany", service=TRANSFER)
    stock = {"albany": (9, 9), STORE: (9, 9)}
    made = problem_of(stock, WANTED, lanes=[COUNTER, free])
    (shipment,) = solve(at_the_store(made, STORE)).shipments
    assert (shipment.node_id, shipment.service) == (STORE, PICKUP)


def test_vans_and_counters_take_nothing_to_an_address() -> None:
    stock = dict.fromkeys(NODES, (9, 9))
    without = problem_of(stock, WANTED, lanes=GROUND)
    problem = problem_of(stock, WANTED, lanes=[*lanes(), *GROUND])
    assert sent(solve(problem)) == sent(solve(without))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"to_node": ""}, "goes to an address"),
        ({"to_node": "denver"}, "goes to denver"),
        ({"service": "GROUND"}, "service is not"),
    ],
)
def test_the_judge_refuses_what_does_not_end_at_the_store(
    wrong: dict[str, str], says: str
) -> None:
    problem = collected({"albany": (9, 9), STORE: (0, 0)})
    plan = solve(problem)
    assert violations(problem, plan) == ()
    shipments = tuple(s._replace(**wrong) for s in plan.shipments)
    faults = violations(problem, replace(plan, shipments=shipments))
    assert any(says in fault for fault in faults)


def test_a_transfer_that_would_be_planned_otherwise_is_told_as_different() -> None:
    problem = collected({"albany": (9, 0), "chicago": (0, 9), STORE: (0, 0)})
    plan = solve(problem)
    same, other = plan.shipments
    changed = replace(plan, shipments=(same, other._replace(distance_km=1)))
    raw = codec.dump(problem, changed)
    assert "shipments[1].distance_km: stored 1, now" in difference(raw, problem.network)
