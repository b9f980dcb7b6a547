"""The decision as a whole: best by trying everything, and what must never change it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.carriage import lane_price
from allocation.check import violations
from allocation.cost import distance_minor
from allocation.network import Lane, Network
from allocation.order import Line, Order
from allocation.plan import Plan
from allocation.policy import LineSplit, Objective, Policy, Weights
from allocation.problem import Problem
from allocation.shortlist import shortlist
from allocation.solve import by_shipments, solve, solve_options
from allocation.status import PlanStatus
from tests.allocation.synthetic import (
    GROUND,
    LANES,
    PLACES,
    node,
    problem_of,
    problems,
    service,
)

BY_COST = Policy(line_split=LineSplit.BY_COST)


def shipped(plan: Plan) -> dict[str, dict[str, int]]:
    return {
        shipment.node_id: {line.sku: line.quantity for line in shipment.lines}
        for shipment in plan.shipments
    }


def unfilled(plan: Plan) -> int:
    return sum(left.quantity for left in plan.unfilled)


def whole_cost(plan: Plan) -> int:
    """What the choice minimised: cash and prices."""
    return plan.cost.cash_minor + plan.cost.price_minor


# --- the best of all plans ------------------------------------------------------------


def ways(quantity: int, useful: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to take at most `quantity` units from the nodes."""
    for units in itertools.product(*(range(min(quantity, u) + 1) for u in useful)):
        if sum(units) <= quantity:
            yield units


def lines_of_policy(problem: Problem, useful: np.ndarray) -> list[list[tuple]]:
    """The ways of each line that the policy's splitting allows.

    A line that stays whole comes from one node, with the most that one node can send,
    or not at all.
    """
    allowed = []
    for row, line in enumerate(problem.order.lines):
        column = useful[:, row].tolist()
        wanted = min(line.quantity, sum(column))
        most = min(wanted, max(column, default=0))
        by_cost = any(0 < units < wanted for units in column)
        may_split = {
            LineSplit.NEVER: False,
            LineSplit.IF_FORCED: most < wanted,
            LineSplit.BY_COST: by_cost,
        }[problem.policy.line_split]
        allowed.append(
            [
                way
                for way in ways(wanted, column)
                if may_split or sum(way) == 0 or (most in way and sum(way) == most)
            ]
        )
    return allowed


def shipment_minor(problem: Problem, found, row: int, units: Sequence[int]) -> int:
    """Cash and price of one shipment from candidate `row`, from first principles."""
    lane = found.lane(problem.network, row)
    number = int(found.node[row])
    here = problem.network.node_by_number[number]
    grams = sum(units) * 400
    price = 0
    if problem.prices is not None:
        price = sum(int(problem.prices[i, number]) * u for i, u in enumerate(units))
    wish, late = problem.policy.wanted_by, 0
    if wish is not None:
        days = int(found.arrival[row]) - wish.toordinal()
        late = max(0, days) * problem.policy.weights.late_minor_per_day
    return (
        lane_price(lane, grams, sum(units) * 500, residential=False)
        + here.parcel_handling_minor
        + here.line_handling_minor * sum(u > 0 for u in units)
        + here.unit_handling_minor * sum(units)
        + distance_minor(problem.policy, int(found.distance_km[row]))
        + price
        + late
    )


def best_by_trying(problem: Problem) -> tuple[int, int]:
    """Fewest unfilled units, then least cost, over all plans there are."""
    found = shortlist(problem, by=problem.policy.promise_by)
    wanted = sum(line.quantity for line in problem.order.lines)
    best = (wanted, 0)
    for plan in itertools.product(*lines_of_policy(problem, found.useful)):
        rows = [
            (row, units)
            for row in range(found.node.size)
            if any(units := [way[row] for way in plan])
        ]
        left = wanted - sum(map(sum, plan))
        if len(rows) > problem.policy.max_shipments:
            continue
        if problem.policy.ship_complete and left:
            continue
        cost = sum(shipment_minor(problem, found, *each) for each in rows)
        best = min(best, (left, cost))
    return best


@settings(max_examples=250, deadline=None)
@given(problems(objective=Objective.CHEAPEST))
def test_no_plan_at_all_is_better(problem: Problem) -> None:
    small = replace(
        problem,
        network=Network.compile(problem.network.nodes, problem.network.items, GROUND),
    )
    plan = solve(small)

    assert plan.status is PlanStatus.OPTIMAL
    assert (unfilled(plan), whole_cost(plan)) == best_by_trying(small)


# --- what must not change the answer, and what may only improve it --------------------


@settings(max_examples=100, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_order_of_lines_and_nodes_is_irrelevant(problem: Problem, rng) -> None:
    lines = rng.sample(range(len(problem.order.lines)), len(problem.order.lines))
    numbers = rng.sample(range(problem.network.size), problem.network.size)
    nodes = [
        replace(each, number=numbers.index(each.number))
        for each in problem.network.nodes
    ]
    turned = Problem(
        Order(
            tuple(problem.order.lines[row] for row in lines), problem.order.destination
        ),
        Network.compile(nodes, problem.network.items, problem.network.lanes),
        problem.available[np.ix_(lines, numbers)],
        problem.policy,
        problem.now,
        None if problem.prices is None else problem.prices[np.ix_(lines, numbers)],
        room=None if problem.room is None else problem.room[numbers],
    )

    mine, other = solve(problem), solve(turned)

    assert unfilled(mine) == unfilled(other)
    assert len(mine.shipments) == len(other.shipments)
    if problem.policy.objective not in (
        Objective.NEAREST,
        Objective.PRIORITY,
        Objective.MOST_STOCK,
    ):
        assert whole_cost(mine) == whole_cost(other)


def additive(problem: Problem) -> Problem:
    """The problem with one price a parcel and lines that split by cost.

    A line that must stay whole can lose by more stock: another node may come to have
    all of it. Without such lines more choice is never worse.
    """
    lanes = [replace(lane, step_minor=0) for lane in problem.network.lanes]
    nodes, items = problem.network.nodes, problem.network.items
    return replace(
        problem,
        network=Network.compile(nodes, items, lanes),
        policy=replace(problem.policy, line_split=LineSplit.BY_COST),
    )


@settings(max_examples=100, deadline=None)
@given(problems(objective=Objective.CHEAPEST), st.integers(0, 2), st.integers(0, 4))
def test_more_stock_never_costs_more_or_fills_less(
    problem: Problem, line: int, place: int
) -> None:
    before = additive(problem)
    more = before.available.copy()
    more[line % more.shape[0], place % more.shape[1]] += 1
    after = replace(before, available=more)

    poor, rich = solve(before), solve(after)

    assert unfilled(rich) <= unfilled(poor)
    if unfilled(rich) == unfilled(poor):
        assert whole_cost(rich) <= whole_cost(poor)


def by_objective(problem: Problem) -> dict[Objective, Plan]:
    return {
        objective: solve(
            replace(problem, policy=replace(problem.policy, objective=objective))
        )
        for objective in Objective
    }


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_objectives_keep_their_words(problem: Problem) -> None:
    plans = by_objective(problem)
    cheapest = plans[Objective.CHEAPEST]
    fastest = plans[Objective.FASTEST]
    fewest = plans[Objective.FEWEST_SHIPMENTS]

    assert unfilled(fastest) <= unfilled(cheapest) == unfilled(fewest)
    if cheapest.shipments:
        assert fastest.promise_date <= cheapest.promise_date
    assert len(fewest.shipments) <= len(cheapest.shipments)
    assert whole_cost(cheapest) <= whole_cost(fewest)
    for objective, plan in plans.items():
        assert plan.objective is objective
        assert violations(problem, plan) == ()


@settings(max_examples=100, deadline=None)
@given(problems())
def test_nothing_that_fills_as_much_is_cheaper_than_the_cheapest(
    problem: Problem,
) -> None:
    plans = by_objective(additive(problem))
    cheapest = plans[Objective.CHEAPEST]

    for plan in plans.values():
        assert unfilled(cheapest) <= unfilled(plan)
        if unfilled(cheapest) == unfilled(plan):
            assert whole_cost(cheapest) <= whole_cost(plan)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_same_problem_gives_the_same_plan(problem: Problem) -> None:
    assert solve(problem) == solve(replace(problem))
    assert solve(problem) == solve(problem)


# --- examples ------------------------------------------------------------------------


def test_one_node_with_everything_beats_two_near_ones() -> None:
    problem = problem_of(
        {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}, {"a": 1, "b": 1}
    )

    plan = solve(problem)

    assert shipped(plan) == {"fresno": {"a": 1, "b": 1}}
    assert plan.shipments[0].zone == 8
    assert plan.promise_date == date(2026, 11, 30)


def test_a_line_is_split_when_no_node_has_all_of_it() -> None:
    plan = solve(problem_of({"albany": [1], "boston": [3]}, {"a": 4}))

    assert shipped(plan) == {"albany": {"a": 1}, "boston": {"a": 3}}


def test_stock_of_one_node_is_not_spent_twice() -> None:
    # The trap of pooled units: two parcels from albany, one unit each... it has two.
    problem = problem_of(
        {"albany": [2], "boston": [4]},
        {"a": 4},
        changes={"boston": {"parcel_handling_minor": 500}},
    )

    assert shipped(solve(problem)) == {"boston": {"a": 4}}


def test_prices_steer_and_are_reported_apart() -> None:
    stock = {"albany": [1], "boston": [1]}
    prices = {"albany": [500], "boston": [0]}

    free = solve(problem_of(stock, {"a": 1}))
    steered = solve(problem_of(stock, {"a": 1}, prices=prices))

    assert list(shipped(free)) == ["albany"]
    assert list(shipped(steered)) == ["boston"]
    assert steered.cost.price_minor == 0
    dear = solve(problem_of({"albany": [1]}, {"a": 1}, prices={"albany": [500]}))
    assert dear.cost.price_minor == 500
    assert dear.cost.cash_minor == free.cost.cash_minor
    assert dear.bound_minor == dear.cost.cash_minor


def test_distance_may_weigh_more_than_handling() -> None:
    stock = {"albany": [1], "boston": [1]}
    dear = {"albany": {"parcel_handling_minor": 100}}
    far = Policy(weights=Weights(distance_minor_per_100km=200))

    assert list(shipped(solve(problem_of(stock, {"a": 1}, changes=dear)))) == ["boston"]
    steered = solve(problem_of(stock, {"a": 1}, changes=dear, policy=far))
    assert list(shipped(steered)) == ["albany"]
    assert steered.cost.distance_minor == (200 * 223 + 50) // 100


def test_a_dearer_service_wins_where_late_days_cost_more_than_it_does() -> None:
    problem = problem_of({"fresno": [1]}, {"a": 1}, lanes=LANES)
    wish = date(2026, 11, 23)
    patient = Policy(wanted_by=wish, weights=Weights(late_minor_per_day=1))
    hasty = Policy(wanted_by=wish, weights=Weights(late_minor_per_day=100_000))

    slow, quick = (solve(replace(problem, policy=p)) for p in (patient, hasty))

    assert slow.shipments[0].service == "GROUND"
    days = (slow.shipments[0].promise_date - wish).days
    assert slow.cost.lateness_minor == days > 0
    assert quick.shipments[0].service == "NEXT_DAY"
    assert quick.cost.lateness_minor == 0


def test_fastest_takes_the_quick_service_and_cheapest_among_equally_quick() -> None:
    problem = problem_of({"albany": [1], "fresno": [1]}, {"a": 1}, lanes=LANES)

    fastest = solve(replace(problem, policy=Policy(objective=Objective.FASTEST)))

    # GROUND from albany takes one working day, as NEXT_DAY does, and costs less.
    assert shipped(fastest) == {"albany": {"a": 1}}
    assert fastest.shipments[0].service == "GROUND"
    far = replace(problem, available=problem.available * np.array([0, 1]))
    quick = solve(replace(far, policy=Policy(objective=Objective.FASTEST)))
    assert quick.shipments[0].service == "NEXT_DAY"
    assert quick.promise_date == date(2026, 11, 23)


def test_fastest_never_leaves_more_unfilled_to_be_faster() -> None:
    stock = {"albany": [1], "fresno": [1]}
    problem = problem_of(stock, {"a": 2}, policy=Policy(objective=Objective.FASTEST))

    assert unfilled(solve(problem)) == 0


def test_fewest_shipments_pays_for_it() -> None:
    stock = {"albany": [1, 0], "boston": [0, 1], "fresno": [1, 1]}
    cheap = {"fresno": {"parcel_handling_minor": 5000}}
    problem = problem_of(stock, {"a": 1, "b": 1}, changes=cheap)

    cheapest, *others = solve_options(problem)

    assert len(cheapest.shipments) == 2
    fewest = next(p for p in others if p.objective is Objective.FEWEST_SHIPMENTS)
    assert list(shipped(fewest)) == ["fresno"]


def test_options_start_with_the_policys_objective_and_repeat_no_plan() -> None:
    problem = problem_of({"albany": [1]}, {"a": 1}, lanes=GROUND)
    fewest = replace(problem, policy=Policy(objective=Objective.FEWEST_SHIPMENTS))

    assert [p.objective for p in solve_options(problem)] == [Objective.CHEAPEST]
    assert [p.objective for p in solve_options(fewest)] == [Objective.FEWEST_SHIPMENTS]


@settings(max_examples=50, deadline=None)
@given(problems())
def test_options_are_the_plans_of_their_objectives(problem: Problem) -> None:
    for plan in solve_options(problem):
        policy = replace(problem.policy, objective=plan.objective)
        assert plan == solve(replace(problem, policy=policy))


@settings(max_examples=50, deadline=None)
@given(problems(objective=Objective.CHEAPEST))
def test_alternatives_are_cheapest_for_their_number_of_shipments(
    problem: Problem,
) -> None:
    for plan in by_shipments(problem):
        count = max(1, len(plan.shipments))
        policy = replace(problem.policy, max_shipments=count)
        capped = solve(replace(problem, policy=policy))
        assert (unfilled(plan), whole_cost(plan)) == (
            unfilled(capped),
            whole_cost(capped),
        )


# --- nearest, priority, most stock ----------------------------------------------------


def greedy(objective: Objective, **changes: object) -> Policy:
    return Policy(objective=objective, **changes)


STOCK = {"fresno": [9], "boston": [2], "albany": [3]}


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (Objective.NEAREST, {"albany": {"a": 3}, "boston": {"a": 2}}),
        (Objective.PRIORITY, {"boston": {"a": 2}, "albany": {"a": 3}}),
        (Objective.MOST_STOCK, {"fresno": {"a": 5}}),
    ],
)
def test_units_come_from_the_first_nodes_of_the_ranking(
    objective: Objective, expected: dict[str, dict[str, int]]
) -> None:
    ranking = {"boston": {"priority": 1}, "albany": {"priority": 2}}
    changes = {**ranking, "fresno": {"priority": 3}}

    plan = solve(problem_of(STOCK, {"a": 5}, policy=greedy(objective), changes=changes))

    assert shipped(plan) == expected
    assert plan.status is PlanStatus.OPTIMAL
    assert plan.cost.shipping_minor > 0


def test_most_stock_looks_at_each_line_by_itself() -> None:
    stock = {"albany": [5, 2], "boston": [4, 3]}
    policy = greedy(Objective.MOST_STOCK)

    plan = solve(problem_of(stock, {"a": 1, "b": 1}, policy=policy))

    assert shipped(plan) == {"albany": {"a": 1}, "boston": {"b": 1}}


def test_equal_rank_is_decided_by_node_id() -> None:
    same = {name: {"latitude": 41.0, "longitude": -75.0} for name in PLACES}
    stock = {key: [1] for key in reversed(PLACES)}

    for objective in (Objective.NEAREST, Objective.PRIORITY, Objective.MOST_STOCK):
        plan = solve(
            problem_of(stock, {"a": 2}, policy=greedy(objective), changes=same)
        )
        assert list(shipped(plan)) == ["albany", "boston"]


def test_a_ranking_keeps_the_limit_on_shipments_and_fills_the_most() -> None:
    stock = {"albany": [1], "boston": [1], "chicago": [5]}
    policy = greedy(Objective.NEAREST, max_shipments=2)

    plan = solve(problem_of(stock, {"a": 6}, policy=policy))

    assert shipped(plan) == {"albany": {"a": 1}, "chicago": {"a": 5}}


def test_a_ranking_never_splits_a_line_that_must_not_be() -> None:
    stock = {"albany": [1], "boston": [2], "chicago": [2]}
    policy = greedy(Objective.NEAREST, line_split=LineSplit.NEVER)

    plan = solve(problem_of(stock, {"a": 2}, policy=policy))

    assert shipped(plan) == {"boston": {"a": 2}}


def test_a_ranked_shipment_goes_by_its_cheapest_service() -> None:
    light = Lane("light", "LIGHT", 1, base_minor=100, step_minor=90)
    heavy = Lane("heavy", "HEAVY", 1, base_minor=400, step_minor=5)
    policy = greedy(Objective.NEAREST)

    one = solve(problem_of(STOCK, {"a": 1}, policy=policy, lanes=[light, heavy]))
    many = solve(
        problem_of({"albany": [9]}, {"a": 9}, policy=policy, lanes=[light, heavy])
    )

    assert one.shipments[0].service == "LIGHT"
    assert many.shipments[0].service == "HEAVY"


# --- what stays unfilled, and why
# ------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "changes", "reason"),
    [
        (Policy(max_distance_km=1000), {}, "TOO_FAR"),
        (Policy(promise_by=date(2026, 11, 24)), {}, "LATE"),
        (Policy(exclude_node_ids=("fresno",)), {}, "EXCLUDED"),
        (Policy(), {"fresno": {"disabled": True}}, "DISABLED"),
        (Policy(max_shipments=1), {}, "SPLIT_LIMIT"),
        (Policy(line_split=LineSplit.NEVER), {}, "SPLIT_LIMIT"),
    ],
)
def test_missing_units_say_why(
    policy: Policy, changes: dict[str, dict[str, object]], reason: str
) -> None:
    stock = {"albany": [1], "fresno": [1]}

    plan = solve(problem_of(stock, {"a": 2}, policy=policy, changes=changes))

    assert [(left.quantity, left.reason) for left in plan.unfilled] == [(1, reason)]


def test_units_that_nobody_has_are_no_stock() -> None:
    plan = solve(problem_of({"albany": [1, 0]}, {"a": 2, "b": 3}))

    assert [(u.sku, u.quantity, u.reason) for u in plan.unfilled] == [
        ("a", 1, "NO_STOCK"),
        ("b", 3, "NO_STOCK"),
    ]
    assert shipped(plan) == {"albany": {"a": 1}}


def test_an_order_that_ships_whole_or_not_at_all_ships_not_at_all() -> None:
    problem = problem_of(
        {"albany": [5, 0]}, {"a": 2, "b": 1}, policy=Policy(ship_complete=True)
    )

    plan = solve(problem)

    assert plan.shipments == ()
    assert plan.status is PlanStatus.OPTIMAL
    assert [(u.sku, u.quantity, u.reason) for u in plan.unfilled] == [
        ("a", 2, "SHIP_COMPLETE"),
        ("b", 1, "NO_STOCK"),
    ]


def test_a_sku_nobody_described_weighs_nothing() -> None:
    problem = problem_of({"albany": [5]}, {"a": 3})
    bare = Network.compile(problem.network.nodes, [], GROUND)

    plan = solve(replace(problem, network=bare))

    assert plan.cost.shipping_minor == lane_price(GROUND[1], 0, 0, residential=False)


def test_an_empty_network_fills_nothing() -> None:
    problem = problem_of({"albany": [5]}, {"a": 1})
    nobody = Network.compile([], [], [])
    available = np.zeros((1, 0), dtype=np.int64)

    for objective in Objective:
        plan = solve(
            replace(
                problem,
                network=nobody,
                available=available,
                policy=Policy(objective=objective),
            )
        )
        assert plan.shipments == ()
        assert plan.unfilled[0].reason == "NO_STOCK"


def test_across_the_date_line_the_promise_is_in_the_destinations_calendar() -> None:
    auckland = node(
        "albany",
        0,
        latitude=-36.8,
        longitude=174.8,
        time_zone="Pacific/Auckland",
        region_code="NZ",
    )
    problem = problem_of(
        {"albany": [1]}, {"a": 1}, policy=Policy(max_distance_km=20000)
    )
    network = Network.compile(
        [auckland], problem.network.items, service("AIR", 1, 1, 2)
    )

    plan = solve(replace(problem, network=network))

    # 17:00 UTC on Friday is Saturday in Auckland: it ships on Monday the 23rd there,
    # which is Sunday the 22nd in New York, and two working days later is Tuesday.
    assert plan.promise_date == date(2026, 11, 24)


def test_many_lines_are_one_decision() -> None:
    wanted = {f"sku-{n}": 1 + n % 3 for n in range(60)}
    stock = {
        name: [(row + n) % 3 * 2 for n in range(60)] for row, name in enumerate(PLACES)
    }

    for objective in Objective:
        plan = solve(problem_of(stock, wanted, policy=Policy(objective=objective)))
        assert sum(len(each.lines) for each in plan.shipments) >= 60
        assert unfilled(plan) == 0


def test_lines_keep_the_order_of_the_order() -> None:
    problem = problem_of({"albany": [1, 1, 1]}, {"z": 1, "a": 1, "m": 1})

    assert [line.sku for line in solve(problem).shipments[0].lines] == ["z", "a", "m"]
    assert problem.order.lines[0] == Line("z", 1)
