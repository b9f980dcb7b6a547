"""A stored decision solved again: the same bytes, or the first difference in words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from allocation import codec
from allocation.problem import Problem
from allocation.replay import difference, explain_stored
from allocation.solve import solve
from tests.allocation.synthetic import problem_of, problems


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_stored_decision_comes_out_the_same(problem: Problem) -> None:
    assert difference(codec.dump(problem, solve(problem)), problem.network) == ""


STOCK = {"albany": [1, 0], "boston": [0, 1]}


def stored(edit: Callable[[dict[str, Any]], None]) -> tuple[bytes, Problem]:
    """A decision in which something was written otherwise."""
    problem = problem_of(STOCK, {"a": 1, "b": 1})
    head, newline, cells = codec.dump(problem, solve(problem)).partition(b"\n")
    document = json.loads(head)
    edit(document)
    return json.dumps(document).encode() + newline + cells, problem


def moved(document: dict[str, Any]) -> None:
    document["plan"][5][0][3] += 1


def proven_less(document: dict[str, Any]) -> None:
    document["plan"][2] -= 1


def one_fewer(document: dict[str, Any]) -> None:
    del document["plan"][5][1:]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (moved, "shipments[0].distance_km: stored"),
        (proven_less, "bound_minor: stored"),
        (one_fewer, "shipments: stored"),
    ],
)
def test_the_first_difference_is_said(
    edit: Callable[[dict[str, Any]], None], said: str
) -> None:
    raw, problem = stored(edit)

    assert difference(raw, problem.network).startswith(said)


def test_a_node_that_was_not_kept_counts_as_empty() -> None:
    far = {name: [9] for name in ("albany", "boston", "chicago", "denver", "el-paso")}
    problem = problem_of({**far, "fresno": [0]}, {"a": 1})
    raw = codec.dump(problem, solve(problem))
    nodes = [problem.network.node_by_id[name] for name in ("boston", "fresno")]

    kept, left_out = explain_stored(
        raw, problem.network, why_not_nodes=nodes
    ).counterfactuals

    assert kept.known
    assert kept.sentence.startswith("boston would be in the plan with a shipment")
    assert not left_out.known
    assert left_out.sentence.startswith("What fresno had then is not kept")
