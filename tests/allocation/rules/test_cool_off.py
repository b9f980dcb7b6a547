"""A node that turned down too much is left alone for a while, and says for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from allocation.check import violations
from allocation.codec import dump, load, problem_from_json, problem_to_json
from allocation.cooling import Refusals, Rest, Terms
from allocation.explain import explain
from allocation.plan import Plan
from allocation.problem import Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, PolicyDocument, Relax, Rule
from allocation.rules.fields import FIELDS, Op, Scope
from allocation.rules.words import Strength, Verb
from allocation.solve import solve
from tests.allocation.synthetic import NOON_FRIDAY, problem_of

from .test_verbs import CASES, LINES, NODES, meets, sent, world

NOON_S = int(NOON_FRIDAY.timestamp())
HOUR_S = 3600
REST = Rule(
    "rest",
    "Two within two hours are too many",
    Verb.COOL_OFF,
    strength=Strength.SOFT,
    rejections=2,
    within_hours=2,
    for_minutes=90,
)
LIFT = (Relax(lift=("rest",)),)


def refused(**ago_s: tuple[int, ...]) -> Refusals:
    """What each node turned down, so many seconds before noon."""
    return Refusals(
        {n: tuple(sorted(NOON_S - s for s in ago)) for n, ago in ago_s.items()}
    )


def plain(*rules: Rule, relax: tuple[Relax, ...] = (), **ago_s: object) -> Problem:
    """Albany is near and Chicago is far; each has everything."""
    problem = problem_of({"albany": [5], "chicago": [5]}, {"a": 1})
    document = PolicyDocument("shop", "rests", rules=rules or (REST,), relax=relax)
    policy = policy_in_force(document, "v1")
    return replace(problem, policy=policy, refusals=refused(**ago_s))  # type: ignore[arg-type]


def nodes(plan: Plan) -> list[str]:
    return [shipment.node_id for shipment in plan.shipments]


@pytest.mark.parametrize(
    ("ago_s", "rest"),
    [
        ((), None),
        ((60,), None),
        ((60, 120), (2, -60)),
        ((0, 2 * HOUR_S), (2, 0)),
        ((0, 2 * HOUR_S + 1), None),
        # Of two that were too many the later one counts, with all in its window.
        ((600, 1200, 1800), (3, -600)),
        # A single one afterwards is not too many by itself.
        ((0, 5 * HOUR_S, 5 * HOUR_S + 60), (2, -5 * HOUR_S)),
    ],
)
def test_the_last_rejection_that_was_too_many_begins_the_rest(
    ago_s: tuple[int, ...], rest: tuple[int, int] | None
) -> None:
    found = refused(albany=ago_s).rests(Terms(2, 2, 90)).get("albany")

    wanted = rest and Rest(rest[0], NOON_S + rest[1] + 90 * 60)
    assert found == wanted


def test_a_resting_node_is_left_out_until_its_rest_is_over() -> None:
    twice = (60, 600)
    assert nodes(solve(plain(albany=twice[:1]))) == ["albany"]

    resting = plain(albany=twice)
    assert nodes(solve(resting)) == ["chicago"]

    over = NOON_FRIDAY + timedelta(minutes=89)
    before = replace(resting, now=over - timedelta(seconds=1))
    assert nodes(solve(before)) == ["chicago"]
    assert nodes(solve(replace(resting, now=over))) == ["albany"]


def test_it_is_said_how_many_there_were_how_many_are_too_many_and_when_it_ends() -> (
    None
):
    problem = plain(albany=(60, 600, 900))

    told = {c.node_id: c for c in explain(problem, solve(problem)).candidates}

    albany = told["albany"]
    assert albany.exclusion == "COOLING_OFF"
    assert albany.detail == (
        "3 rejections within 2 hours, cooling off until Fri 20 Nov 13:29 "
        "America/New_York: rule rest"
    )
    assert albany.measured == ("3", "fewer than 2 rejections within 2 hours")


def test_a_soft_rest_is_lifted_as_a_step_and_a_hard_one_never() -> None:
    everywhere = {"albany": (60, 600), "chicago": (60, 600)}

    soft = solve(plain(relax=LIFT, **everywhere))
    assert (nodes(soft), soft.relaxed) == (["albany"], ("lifted rest",))

    hard = replace(REST, strength=Strength.HARD)
    for rule, relax in ((REST, ()), (hard, LIFT)):
        never = solve(plain(rule, relax=relax, **everywhere))
        (left,) = never.unfilled
        assert (left.reason, left.rule_id) == ("COOLING_OFF", "rest")


@pytest.mark.parametrize("first", [True, False])
def test_a_forbidden_node_that_rests_too_is_forbidden(first: bool) -> None:
    never = Rule("never", "says", Verb.NEVER, (Condition("node.id", Op.EQ, "albany"),))
    rules = (never, REST) if first else (REST, never)
    problem = plain(*rules, albany=(60, 600))

    told = {c.node_id: c for c in explain(problem, solve(problem)).candidates}

    assert told["albany"].exclusion == "RULE"
    assert told["albany"].detail.startswith("rule never")


def test_the_rest_is_named_where_another_rule_means_units_that_are_kept_back() -> None:
    no_a = Rule("no a", "says", Verb.NEVER, (Condition("line.sku", Op.EQ, "a"),))
    stock = {"albany": [1, 5], "chicago": [0, 5]}
    problem = problem_of(stock, {"a": 1, "b": 1})
    document = PolicyDocument("shop", "rests", rules=(no_a, REST))
    policy = replace(policy_in_force(document, "v1"), keep_back=1)
    asked = replace(problem, policy=policy, refusals=refused(albany=(60, 600)))

    told = {c.node_id: c for c in explain(asked, solve(asked)).candidates}

    assert told["albany"].exclusion == "COOLING_OFF"
    assert told["albany"].detail.endswith("rule rest")


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [case for case in CASES if FIELDS[case[0]].scope is not Scope.LANE],
)
def test_a_rest_is_of_what_its_conditions_mean(
    field: str, op: Op, value: object
) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]
    made = world(replace(REST, where=(condition,)))
    problem = replace(made, refusals=refused(**dict.fromkeys(NODES, (60, 600))))

    plan = solve(problem)

    for sku in LINES:
        allowed = {n for n in NODES if not meets(field, op, value, sku, n)}
        used = {node for line, node in sent(plan) if line == sku}
        assert used <= allowed
        assert bool(used) is bool(allowed)


def test_the_judge_finds_a_shipment_from_a_resting_node() -> None:
    problem = plain(albany=(60, 600))
    as_if_none = solve(replace(problem, refusals=Refusals({})))

    assert violations(problem, as_if_none)[0].startswith("1 units of a from albany")
    assert any("rule rest forbids" in each for each in violations(problem, as_if_none))


def test_a_decision_keeps_what_was_turned_down_and_replays() -> None:
    problem = replace(plain(albany=(60, 600), chicago=(7200,)), recorded=True)
    plan = solve(problem)

    stored, told = load(dump(problem, plan), problem.network, problem.policy.book)
    kept = problem_from_json(problem_to_json(problem), problem.policy.book)

    assert solve(stored) == told == plan == solve(kept)
    assert kept.refusals is not None
    assert dict(kept.refusals.by_node) == dict(problem.refusals.by_node)  # type: ignore[union-attr]


def test_only_lanes_may_not_be_asked_about() -> None:
    with pytest.raises(ValueError, match="COOL_OFF takes no condition on the lane"):
        replace(REST, where=(Condition("lane.distance_km", Op.GT, 5),))
    for name in ("rejections", "within_hours", "for_minutes"):
        with pytest.raises(ValueError, match="each above 0"):
            replace(REST, **{name: 0})
        with pytest.raises(ValueError, match=f"{name} must be 0 to"):
            replace(REST, **{name: 10_081})
