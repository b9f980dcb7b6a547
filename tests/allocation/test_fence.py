"""Units kept for channels: not sent, told why, and kept with the decision."""

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from allocation import codec
from allocation.explain import Candidate, explain
from allocation.fence import Fence
from allocation.problem import Problem
from allocation.replay import difference, explain_stored
from allocation.shortlist import Reason
from allocation.solve import solve
from tests.allocation.synthetic import problem_of, problems


def fenced(problem: Problem, kept: list[list[int]]) -> Problem:
    """The problem in which these units of each line and node are not for this order."""
    units = np.array(kept, dtype=np.int64)
    fence = Fence(units, np.zeros_like(units))
    return replace(problem, available=problem.available - units, fence=fence)


def candidate(problem: Problem, node_id: str) -> Candidate:
    told = explain(problem, solve(problem)).candidates
    return next(each for each in told if each.node_id == node_id)


STOCK = {"albany": [3, 3], "boston": [9, 0], "chicago": [9, 9]}


def test_a_node_that_keeps_everything_sends_nothing_and_says_so() -> None:
    problem = problem_of(STOCK, {"a": 2, "b": 1})
    assert [s.node_id for s in solve(problem).shipments] == ["albany"]

    kept = fenced(problem, [[3, 0, 0], [3, 0, 0]])

    assert [s.node_id for s in solve(kept).shipments] == ["chicago"]
    albany = candidate(kept, "albany")
    assert albany.exclusion is Reason.CHANNEL_QUOTA
    assert albany.detail == "a 3 of 3, b 3 of 3 kept for channels"
    assert albany.measured == ("0 free units", "1 free unit")


def test_a_node_that_keeps_a_part_sends_the_rest() -> None:
    kept = fenced(problem_of({"albany": [5]}, {"a": 5}), [[2]])

    plan = solve(kept)

    assert [line.quantity for s in plan.shipments for line in s.lines] == [3]
    assert [(u.quantity, u.reason) for u in plan.unfilled] == [(2, "CHANNEL_QUOTA")]


def test_a_line_that_is_kept_is_not_called_out_of_stock_beside_one_that_ships() -> None:
    kept = fenced(problem_of({"albany": [5, 5]}, {"a": 1, "b": 1}), [[5], [0]])
    assert [(u.sku, u.reason) for u in solve(kept).unfilled] == [("a", "CHANNEL_QUOTA")]


def test_what_would_not_be_enough_anyway_is_still_told_as_kept() -> None:
    kept = fenced(problem_of({"albany": [2], "boston": [0]}, {"a": 9}), [[2, 0]])
    assert solve(kept).unfilled[0].reason == "CHANNEL_QUOTA"
    assert candidate(kept, "boston").exclusion is Reason.NO_STOCK


@settings(max_examples=150, deadline=None)
@given(problem=problems(), data=st.data())
def test_a_decision_with_kept_units_is_stored_and_replays(
    problem: Problem, data: st.DataObject
) -> None:
    share = data.draw(st.sampled_from([0.0, 0.3, 0.6, 1.0]))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    units = problem.available * (random.random(problem.available.shape) < share)
    kept = replace(fenced(problem, units.tolist()), recorded=True)

    raw = codec.dump(kept, solve(kept))

    assert difference(raw, problem.network) == ""
    stored, plan = codec.load(raw, problem.network)
    assert stored.fence is not None
    numbers = sorted({node.number for node in stored.network.nodes})
    assert (stored.fence.kept[:, numbers] == units[:, numbers]).all()
    told = explain_stored(raw, problem.network)
    assert told.replayed
    assert [u.reason for u in plan.unfilled] == [u.reason for u in solve(kept).unfilled]


def test_a_problem_without_quotas_stores_nothing_of_them() -> None:
    problem = problem_of(STOCK, {"a": 1, "b": 1})
    raw = codec.dump(problem, solve(problem))
    assert b'"kept"' not in raw
    assert codec.load(raw, problem.network)[0].fence is None


@pytest.mark.parametrize("more", [1, 2])
def test_why_not_asks_for_units_beside_those_that_are_kept(more: int) -> None:
    from allocation.counterfactual import why_not

    problem = problem_of({"albany": [2], "chicago": [9]}, {"a": more})
    kept = fenced(problem, [[2, 0]])

    said = why_not(kept, solve(kept), kept.network.node_by_id["albany"])

    assert said.reason is Reason.CHANNEL_QUOTA
    assert [(c.kind.name, c.amount) for c in said.changes] == [("UNITS", more)]
