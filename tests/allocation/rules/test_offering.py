"""A rule has shipments offered: which ones, to how many, and nothing else changes."""

from dataclasses import replace

import pytest

from allocation import codec
from allocation.node import PICKUP
from allocation.plan import PlannedOffer
from allocation.replay import difference
from allocation.rules.condition import Condition
from allocation.rules.document import PolicyDocument, Rule
from allocation.rules.fields import FIELDS, Op, Scope
from allocation.rules.offering import nodes_meant
from allocation.rules.parameters import LOCAL
from allocation.rules.seen import STILL
from allocation.rules.words import Strength, Verb
from allocation.rules.written import read
from allocation.solve import solve
from tests.allocation.rules.test_verbs import world

STORES = Condition("node.kind", Op.EQ, "STORE")
IN_BOSTON = Condition("node.id", Op.EQ, "boston")
BOSTON = Rule("boston", "From Boston", Verb.ONLY, (IN_BOSTON,))


def ask(name: str, *where: Condition, nodes: int = 2, minutes: int = 0) -> Rule:
    return Rule(name, "Ask", Verb.OFFER, where, nodes=nodes, minutes=minutes)


def offers(*rules: Rule) -> tuple[PlannedOffer, ...]:
    """Of a plan from Boston, which is a store."""
    return solve(world(BOSTON, *rules)).offers


def test_the_first_rule_that_means_the_node_decides() -> None:
    centres = Condition("node.kind", Op.EQ, "CENTRE")
    rules = ask("centres", centres), ask("stores", STORES, nodes=3), ask("all")
    assert offers(*rules) == (PlannedOffer(1, "stores", 3, 15),)
    assert offers(ask("any", minutes=20), *rules) == (PlannedOffer(1, "any", 2, 20),)


@pytest.mark.parametrize(
    ("where", "is_offered"),
    [
        (Condition("order.channel", Op.EQ, "web"), True),
        (Condition("order.channel", Op.EQ, "shop"), False),
        (Condition("item.tags", Op.HAS_ANY, ("hazmat",)), True),
        (Condition("item.tags", Op.HAS_ANY, ("frozen",)), False),
        (Condition("node.id", Op.EQ, "albany"), False),
    ],
)
def test_it_asks_order_lines_and_node(where: Condition, is_offered: bool) -> None:
    assert bool(offers(ask("some", where))) is is_offered


def test_the_plan_is_the_one_without_the_rule() -> None:
    without = solve(world())
    plan = solve(world(ask("all")))
    assert plan.offers
    assert replace(plan, policy_version=without.policy_version) == without


def test_an_offer_is_stored_with_the_decision_which_replays_as_the_same() -> None:
    problem = world(BOSTON, ask("stores", STORES))
    plan, book = solve(problem), problem.policy.book
    raw = codec.dump(problem, plan)
    assert codec.plan_of(raw).offers == plan.offers != ()
    assert difference(raw, problem.network, book) == ""


def test_what_the_customer_comes_for_stays_where_it_is() -> None:
    problem = world(ask("all"))
    network = problem.network
    lanes = [replace(lane, service=PICKUP) for lane in network.lanes]
    compiled = type(network).compile(network.nodes, network.items, lanes)
    policy = replace(problem.policy, service=PICKUP)
    plan = solve(replace(problem, network=compiled, policy=policy))
    assert plan.shipments
    assert plan.offers == ()


def test_nodes_are_those_that_the_rule_means() -> None:
    network = world().network
    rules = ask("stores", STORES), replace(ask("off"), enabled=False)
    document = PolicyDocument("tested", "two rules", rules=rules)
    assert nodes_meant(document, network) == {"boston", "chicago"}
    assert nodes_meant(document, network, "off") == frozenset()


def test_it_is_written_as_a_sentence() -> None:
    text = """kind: Policy
name: asks
say: Stores are asked
rules:
- id: ask
  say: Three stores are asked
  do: OFFER
  nodes: 3
  minutes: 20
  where: [{field: node.kind, op: EQ, value: STORE}]
"""
    (rule,) = read(text).rules
    assert (rule.do, rule.nodes, rule.minutes) == (Verb.OFFER, 3, 20)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"nodes": 0}, "how many nodes"),
        ({"nodes": 11}, "0 to 10"),
        ({"nodes": 2, "minutes": 1_441}, "0 to 1440"),
        ({"nodes": 2, "units": 1}, "does not take units"),
        ({"nodes": 2, "where": (Condition("lane.zone", Op.EQ, 1),)}, "what a node is"),
        (
            {"nodes": 2, "where": (Condition("node.local_time", Op.LT, 600),)},
            "what a node is",
        ),
    ],
)
def test_a_rule_that_cannot_be_carried_out_is_refused(
    wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Rule("ask", "Ask", Verb.OFFER, strength=Strength.HARD, **wrong)  # type: ignore[arg-type]  # fields of Rule


def test_the_local_fields_are_all_that_change_with_the_hour() -> None:
    node_fields = {name for name, f in FIELDS.items() if f.scope is Scope.NODE}
    assert node_fields - set(STILL) == set(LOCAL)
