"""Bundles in a decision: whole or not at all, and what is said of them."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation import codec
from allocation.check import violations
from allocation.explain import explain
from allocation.order import Bundle, Line
from allocation.policy import Objective, Policy
from allocation.problem import Problem
from allocation.replay import difference
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, PolicyDocument, Rule
from allocation.rules.fields import Op
from allocation.rules.siding import together_of
from allocation.rules.words import Verb
from allocation.solve import solve, solve_options
from tests.allocation.synthetic import problem_of, problems

APART = {"albany": [9, 0], "boston": [0, 9]}
TABLE = (Line("cup", 1), Line("plate", 2))


def of_bundles(problem: Problem, *bundles: Bundle) -> Problem:
    return replace(problem, order=replace(problem.order, bundles=bundles))


def asked(stock: dict[str, list[int]], *, together: bool = True) -> Problem:
    """One bundle of a cup and two plates."""
    problem = problem_of(stock, {"cup": 1, "plate": 2})
    return of_bundles(problem, Bundle("set", 1, TABLE, kept_together=together))


def senders(problem: Problem) -> list[str]:
    return [shipment.node_id for shipment in solve(problem).shipments]


def test_a_bundle_is_never_taken_apart_unless_it_may_be() -> None:
    assert senders(asked(APART)) == []
    assert senders(asked(APART, together=False)) == ["albany", "boston"]
    assert senders(asked(APART | {"chicago": [1, 2]})) == ["chicago"]


def test_the_judge_sees_a_bundle_that_is_taken_apart() -> None:
    apart = solve(asked(APART, together=False))

    assert violations(asked(APART), apart) == ("bundle set is taken apart",)


def test_a_bundle_that_no_node_has_whole_says_so() -> None:
    nowhere = {"albany": [9, 0], "boston": [9, 0]}
    for stock, plates in ((APART, "KEPT_TOGETHER"), (nowhere, "NO_STOCK")):
        reasons = [left.reason for left in solve(asked(stock)).unfilled]
        assert reasons == ["KEPT_TOGETHER", plates]


def test_a_bundle_that_a_limit_leaves_out_names_the_limit() -> None:
    stock = {"albany": [1, 2, 0], "boston": [0, 0, 9]}
    wanted = {"cup": 1, "plate": 2, "jug": 9}
    problem = problem_of(stock, wanted, policy=Policy(max_shipments=1))
    limited = of_bundles(problem, *asked(APART).order.bundles)
    reasons = {left.sku: left.reason for left in solve(limited).unfilled}
    assert reasons == {"cup": "SPLIT_LIMIT", "plate": "SPLIT_LIMIT"}


@pytest.mark.parametrize(
    ("objective", "says"),
    [
        (Objective.FASTEST, "no plan that fills as much arrives before"),
        (Objective.NEAREST, "each unit comes from the nearest node that has it"),
    ],
)
def test_the_verdict_names_the_objective_and_what_is_kept_together(
    objective: Objective, says: str
) -> None:
    problem = asked({"albany": [1, 1], "chicago": [1, 2]})
    wanted = replace(problem, policy=Policy(objective=objective))

    told = explain(wanted, solve(wanted)).verdict

    assert says in told
    assert "with what belongs together in one shipment" in told


def test_half_a_bundle_is_not_sent_either() -> None:
    plan = solve(asked({"albany": [1, 1]}))

    assert not plan.shipments
    assert sum(left.quantity for left in plan.unfilled) == 3


def test_a_six_pack_is_not_filled_from_two_places() -> None:
    cans = problem_of({"albany": [4], "boston": [4]}, {"can": 6})
    pack = Bundle("six-pack", 1, (Line("can", 6),), kept_together=True)

    assert senders(cans) == ["albany", "boston"]
    assert senders(of_bundles(cans, pack)) == []


def test_bundles_that_share_a_component_travel_as_one() -> None:
    three = problem_of(
        {"albany": [2, 1, 0], "boston": [2, 1, 1]}, {"a": 2, "b": 1, "c": 1}
    )
    first = Bundle("ab", 1, (Line("a", 1), Line("b", 1)), kept_together=True)
    second = Bundle("ac", 1, (Line("a", 1), Line("c", 1)), kept_together=True)
    problem = of_bundles(three, first, second)

    assert together_of(problem) == ((0, 1, 2),)
    assert senders(problem) == ["boston"]


def test_an_order_for_the_rest_of_a_bundle_is_bound_by_nothing() -> None:
    """Another unit of a bundle has left already, or is nowhere to be had."""
    problem = problem_of({"albany": [9]}, {"plate": 2})

    alone = of_bundles(problem, Bundle("set", 1, TABLE, kept_together=True))
    assert together_of(alone) == ()
    assert senders(alone) == ["albany"]


@st.composite
def bundled(draw: st.DrawFn, **fixed: object) -> Problem:
    """A problem whose lines are, some of them, components of one or two bundles."""
    problem = draw(problems(**fixed))
    skus = [line.sku for line in problem.order.lines]
    names = st.lists(st.sampled_from(skus), min_size=1, unique=True)
    made = []
    for number in range(draw(st.integers(1, 2))):
        parts = tuple(Line(sku, 1) for sku in draw(names))
        made.append(Bundle(f"b{number}", 1, parts, kept_together=draw(st.booleans())))
    return of_bundles(problem, *made)


@settings(max_examples=150, deadline=None)
@given(bundled())
def test_every_objective_keeps_bundles_and_replays(problem: Problem) -> None:
    """`solve` ends with the judge, so a plan that breaks a bundle would raise."""
    plan = solve(problem)
    stored = codec.dump(problem, plan)

    assert difference(stored, problem.network) == ""
    assert codec.plan_of(stored).bundles == problem.order.bundles
    assert codec.asked_of(stored)[0] == problem.order


@settings(max_examples=60, deadline=None)
@given(bundled(objective=Objective.CHEAPEST, ship_complete=False))
def test_a_bundle_is_planned_like_a_rule_that_keeps_its_lines_together(
    problem: Problem,
) -> None:
    """Of one component it is more: a rule says nothing of a single line."""
    assume(all(len(bundle.components) > 1 for bundle in problem.order.bundles))
    rules = [
        Rule(f"r{n}", "kept", Verb.TOGETHER, where=(_names(bundle),))
        for n, bundle in enumerate(problem.order.bundles)
        if bundle.kept_together
    ]
    book = policy_in_force(PolicyDocument("tested", "x", rules=tuple(rules)), "v1")
    policy = replace(problem.policy, book=book.book)
    by_rule = solve(replace(of_bundles(problem), policy=policy))
    plan = solve(problem)

    assert plan.unfilled == tuple(replace(u, rule_id="") for u in by_rule.unfilled)
    assert plan.cost == by_rule.cost


def _names(bundle: Bundle) -> Condition:
    return Condition("line.sku", Op.IN, tuple(part.sku for part in bundle.components))


@settings(max_examples=40, deadline=None)
@given(bundled())
def test_the_options_of_a_quote_keep_bundles_too(problem: Problem) -> None:
    for plan in solve_options(problem):
        assert not violations(problem, plan)


@pytest.mark.parametrize("together", [True, False])
def test_the_explanation_says_what_a_bundle_is(together: bool) -> None:
    problem = asked({"chicago": [1, 2]}, together=together)
    said = explain(problem, solve(problem)).verdict

    assert "set x1 is 1 of cup and 2 of plate" in said
    assert ("kept together" in said) is together


def test_a_stored_order_without_bundles_is_written_as_ever() -> None:
    problem = problem_of({"albany": [1]}, {"a": 1})
    head = codec.dump(problem, solve(problem)).partition(b"\n")[0]

    assert b"bundles" not in head


def test_a_bundle_of_nothing_is_none() -> None:
    for wrong in (lambda: Bundle("set", 0, TABLE), lambda: Bundle("set", 1, ())):
        with pytest.raises(ValueError, match="is nothing"):
            wrong()
    parts = chain.from_iterable(Bundle("set", 3, TABLE).units().items())
    assert tuple(parts) == ("cup", 3, "plate", 6)
