"""Every field, operator and verb, against answers worked out by hand and by a table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from allocation.changes import without_rule
from allocation.network import Network
from allocation.order import OrderFacts
from allocation.plan import Plan
from allocation.policy import LineSplit, Policy
from allocation.problem import Problem
from allocation.rules.attempts import attempts
from allocation.rules.book import policy_in_force
from allocation.rules.document import (
    Condition,
    Group,
    Limits,
    PolicyDocument,
    Relax,
    Rule,
    Setting,
)
from allocation.rules.fields import FIELDS, OPS, Op, Scope
from allocation.rules.limits import LIMIT_OF
from allocation.rules.words import LimitName, Per, Queue, Strength, Verb, WhenUnfilled
from allocation.solve import solve
from tests.allocation.synthetic import GROUND, problem_of

NODES = ("albany", "boston", "chicago")
LINES = ("a", "b")
FACTS = OrderFacts("web", "gold", ("gift", "rush"), 2)
GROUPS = (Group("coast", ("boston",)), Group("lakes", tags=("west",)))


def world(*rules: Rule, **limits: object) -> Problem:
    """Three nodes that each have everything, two lines of different items, a Friday
    noon in New York."""
    changes = {
        "albany": {"kind": "CENTRE", "tags": ("east",), "postal_code": "12207"},
        "boston": {"kind": "STORE", "priority": 1, "postal_code": "02108"},
        "chicago": {
            "kind": "STORE",
            "tags": ("west", "big"),
            "region_code": "CA",
            "postal_code": "60601",
            "priority": 2,
            "time_zone": "America/Chicago",
        },
    }
    stock = {node: [9, 9] for node in NODES}
    made = problem_of(stock, {"a": 2, "b": 3}, changes=changes, lanes=GROUND)
    items = [
        replace(made.network.items[0], value_minor=500, tags=("hazmat",)),
        replace(made.network.items[1], weight_g=900, volume_cm3=700, value_minor=200),
    ]
    network = Network.compile(made.network.nodes, items, made.network.lanes)
    document = PolicyDocument(
        "tested",
        "one rule",
        rules=rules,
        groups=GROUPS,
        limits=Limits(**{"line_split": LineSplit.NEVER, **limits}),  # type: ignore[arg-type]
        time_zone="America/New_York",
    )
    policy = replace(
        policy_in_force(document, "v1"),
        service="GROUND",
        wanted_by=date(2026, 11, 23),
    )
    order = replace(made.order, facts=FACTS)
    return replace(made, network=network, order=order, policy=policy)


ORDER = {
    "order.channel": "web",
    "order.country": "US",
    "order.postal_code": "10001",
    "order.residential": False,
    "order.value": 2 * 500 + 3 * 200,
    "order.units": 5,
    "order.lines": 2,
    "order.weight_g": 2 * 400 + 3 * 900,
    "order.service": "GROUND",
    "order.customer_tier": "gold",
    "order.tags": ("gift", "rush"),
    "order.priority": 2,
    "clock.date": "2026-11-20",
    "clock.weekday": "FRI",
    "clock.time": 12 * 60,
}
OF_LINE = {
    "line.sku": {"a": "a", "b": "b"},
    "line.quantity": {"a": 2, "b": 3},
    "line.value": {"a": 1_000, "b": 600},
    "line.weight_g": {"a": 800, "b": 2_700},
    "item.tags": {"a": ("hazmat",), "b": ()},
    "item.weight_g": {"a": 400, "b": 900},
    "item.volume_cm3": {"a": 500, "b": 700},
    "item.value": {"a": 500, "b": 200},
}
OF_NODE = {
    "node.id": dict(zip(NODES, NODES, strict=True)),
    "node.kind": {"albany": "CENTRE", "boston": "STORE", "chicago": "STORE"},
    "node.country": {"albany": "US", "boston": "US", "chicago": "CA"},
    "node.postal_code": {"albany": "12207", "boston": "02108", "chicago": "60601"},
    "node.tags": {"albany": ("east",), "boston": (), "chicago": ("west", "big")},
    "node.group": {"albany": (), "boston": ("coast",), "chicago": ("lakes",)},
    "node.priority": {"albany": 0, "boston": 1, "chicago": 2},
    "node.time_zone": {
        "albany": "America/New_York",
        "boston": "America/New_York",
        "chicago": "America/Chicago",
    },
    "node.local_time": {"albany": 720, "boston": 720, "chicago": 660},
    "node.local_weekday": dict.fromkeys(NODES, "FRI"),
    "lane.distance_km": {"albany": 223, "boston": 298, "chicago": 1_145},
    "lane.service": dict.fromkeys(NODES, "GROUND"),
    "lane.zone": {"albany": 2, "boston": 3, "chicago": 5},
    "lane.transit_days": {"albany": 1, "boston": 2, "chicago": 4},
    "lane.days_late": {"albany": 0, "boston": 1, "chicago": 3},
    "cell.available": dict.fromkeys(NODES, 9),
}
TEST: dict[Op, Callable[..., bool]] = {
    Op.EQ: lambda seen, value: seen == value,
    Op.NE: lambda seen, value: seen != value,
    Op.IN: lambda seen, value: any(seen == each for each in value),
    Op.NOT_IN: lambda seen, value: all(seen != each for each in value),
    Op.LT: lambda seen, value: seen < value,
    Op.LTE: lambda seen, value: not seen > value,
    Op.GT: lambda seen, value: seen > value,
    Op.GTE: lambda seen, value: not seen < value,
    Op.BETWEEN: lambda seen, value: not seen < value[0] and seen < value[1],
    Op.STARTS_WITH: lambda seen, value: seen[: len(value)] == value,
    Op.HAS_ANY: lambda seen, value: any(each in seen for each in value),
    Op.HAS_ALL: lambda seen, value: all(each in seen for each in value),
    Op.IS_SET: lambda seen, value: bool(seen),
}


def seen_of(field: str) -> list[object]:
    """What the field is of everything that has it."""
    if field in ORDER:
        return [ORDER[field]]
    return list((OF_LINE.get(field) or OF_NODE[field]).values())


def literals(field: str, op: Op) -> list[object]:
    """A value that something meets, and one that nothing or little does."""
    known = next(seen for seen in seen_of(field) if seen != ())
    if op is Op.IS_SET:
        return [()]
    if op in (Op.HAS_ANY, Op.HAS_ALL):
        return [(known[0],), (known[0], "nobody")]  # type: ignore[index]
    if isinstance(known, str):
        others = {"clock.date": "2026-11-21", "node.kind": "STORE"}
        other = "MON" if "weekday" in field else others.get(field, "x")
        pair = tuple(sorted((known, other)))
        several = {Op.IN: (known, other), Op.NOT_IN: (known,), Op.BETWEEN: pair}
        if op is Op.STARTS_WITH and not FIELDS[field].values:
            return [known[:1], "zzz"]
        return [several[op]] if op in several else [known, other]
    if isinstance(known, bool):
        return [True, False]
    several = {Op.IN: (known,), Op.NOT_IN: (known,), Op.BETWEEN: (known, known + 1)}  # type: ignore[operator]
    return [several[op]] if op in several else [known, known + 1]  # type: ignore[operator]


CASES = [
    (field.name, op, value)
    for field in FIELDS.values()
    for op in OPS[field.kind]
    for value in literals(field.name, op)
]


def meets(field: str, op: Op, value: object, sku: str, node: str) -> bool:
    """By the tables above: whether the condition holds for this line at this node."""
    if field in ORDER:
        seen = ORDER[field]
    else:
        seen = OF_LINE[field][sku] if field in OF_LINE else OF_NODE[field][node]
    return seen not in ("", ()) and TEST[op](seen, value)


def sent(plan: Plan) -> dict[tuple[str, str], int]:
    return {
        (line.sku, shipment.node_id): line.quantity
        for shipment in plan.shipments
        for line in shipment.lines
    }


def rule(do: Verb, *where: Condition, **own: object) -> Rule:
    return Rule("tested", "says", do, where=where, **own)  # type: ignore[arg-type]


@pytest.mark.parametrize(("field", "op", "value"), CASES)
def test_never_drops_what_it_means_and_nothing_else(
    field: str, op: Op, value: object
) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]

    plan = solve(world(rule(Verb.NEVER, condition)))

    for sku in LINES:
        allowed = {n for n in NODES if not meets(field, op, value, sku, n)}
        used = {node for line, node in sent(plan) if line == sku}
        assert used <= allowed
        assert bool(used) is bool(allowed)
        named = {left.rule_id for left in plan.unfilled if left.sku == sku}
        assert named == (set() if allowed else {"tested"})


@pytest.mark.parametrize(("field", "op", "value"), CASES)
def test_only_keeps_the_nodes_that_it_means_when_it_speaks(
    field: str, op: Op, value: object
) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]
    speaking = FIELDS[field].scope in (Scope.ORDER, Scope.LINE, Scope.CLOCK)
    chicago = Condition("node.id", Op.EQ, "chicago")

    plan = solve(world(rule(Verb.ONLY, condition, *[chicago] * speaking)))

    for sku in LINES:
        if speaking:
            says = meets(field, op, value, sku, "")
            allowed = {"chicago"} if says else set(NODES)
        else:
            allowed = {n for n in NODES if meets(field, op, value, sku, n)}
        used = {node for line, node in sent(plan) if line == sku}
        assert used <= allowed
        assert bool(used) is bool(allowed)


@pytest.mark.parametrize(("field", "op", "value"), CASES)
@pytest.mark.parametrize("do", [Verb.CHARGE, Verb.CREDIT, Verb.PREFER])
def test_money_a_unit_is_charged_where_it_is_due(
    do: Verb, field: str, op: Op, value: object
) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]
    charged = rule(do, condition, amount_minor=7, per=Per.UNIT)

    plan = solve(world(charged))

    due = 0
    for (sku, node), units in sent(plan).items():
        hit = meets(field, op, value, sku, node)
        if do is not Verb.CHARGE:
            speaks = FIELDS[field].scope not in (Scope.ORDER, Scope.LINE, Scope.CLOCK)
            hit = speaks and not hit
        due += 7 * units * hit
    cost = plan.cost
    assert (cost.charges_minor if do is Verb.CHARGE else cost.preference_minor) == due


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [case for case in CASES if FIELDS[case[0]].scope is not Scope.LANE],
)
def test_what_is_kept_back_is_not_sent(field: str, op: Op, value: object) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]

    plan = solve(world(rule(Verb.KEEP_BACK, condition, units=9)))

    for sku in LINES:
        allowed = {n for n in NODES if not meets(field, op, value, sku, n)}
        used = {node for line, node in sent(plan) if line == sku}
        assert used <= allowed
        assert bool(used) is bool(allowed)


SPEAKING = [
    case
    for case in CASES
    if FIELDS[case[0]].scope in (Scope.ORDER, Scope.LINE, Scope.CLOCK)
]


@pytest.mark.parametrize(("field", "op", "value"), SPEAKING)
def test_an_order_is_sent_to_a_queue_when_the_rule_speaks(
    field: str, op: Op, value: object
) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]

    plan = solve(world(rule(Verb.SEND_TO, condition, queue=Queue.REVIEW)))

    speaks = any(meets(field, op, value, sku, "") for sku in LINES)
    assert (plan.queue, plan.queue_rule) == (
        ("REVIEW", "tested") if speaks else ("", "")
    )


@pytest.mark.parametrize(("field", "op", "value"), SPEAKING)
def test_a_limit_holds_when_the_rule_speaks(field: str, op: Op, value: object) -> None:
    condition = Condition(field, op, value)  # type: ignore[arg-type]
    near = rule(Verb.LIMIT, condition, limit=LimitName.DISTANCE_KM, to=1)

    plan = solve(world(near))

    speaks = any(meets(field, op, value, sku, "") for sku in LINES)
    assert bool(plan.unfilled) is speaks
    assert all(left.rule_id == "tested" for left in plan.unfilled)


def test_a_limit_may_be_that_of_some_nodes() -> None:
    stores = Condition("node.kind", Op.EQ, "STORE")
    near = rule(Verb.LIMIT, stores, limit=LimitName.DISTANCE_KM, to=297)
    centres_out = rule(Verb.NEVER, Condition("node.kind", Op.EQ, "CENTRE"))

    plan = solve(world(near, replace(centres_out, id="centres")))

    assert not plan.shipments
    assert {left.rule_id for left in plan.unfilled} == {"tested"}


def test_the_first_rule_that_keeps_units_back_decides() -> None:
    albany = Condition("node.id", Op.EQ, "albany")
    some = rule(Verb.KEEP_BACK, albany, units=1)
    all_of_it = replace(some, id="later", units=9)

    assert "albany" in {n for _, n in sent(solve(world(some, all_of_it)))}
    assert "albany" not in {n for _, n in sent(solve(world(all_of_it, some)))}


@pytest.mark.parametrize(
    ("per", "times"),
    [(Per.SHIPMENT, 1), (Per.LINE, 2), (Per.UNIT, 5), (Per.KM, 223), (Per.DAY_LATE, 0)],
)
def test_a_charge_is_per_what_it_says(per: Per, times: int) -> None:
    plan = solve(world(rule(Verb.CHARGE, amount_minor=1, per=per)))

    assert plan.cost.charges_minor == times


def test_a_preference_is_worth_its_amount_and_no_more() -> None:
    plain = solve(world())
    boston = Condition("node.id", Op.EQ, "boston")
    dearer = solve(world(rule(Verb.ONLY, boston))).cost.cash_minor
    apart = dearer - plain.cost.cash_minor

    def chosen(worth: int) -> str:
        preferred = rule(Verb.PREFER, boston, amount_minor=worth)
        return solve(world(preferred)).shipments[0].node_id

    assert plain.shipments[0].node_id == "albany"
    assert chosen(apart) == "albany"
    assert chosen(apart + 1) == "boston"


def test_a_soft_rule_is_lifted_by_a_step_and_a_hard_one_is_not() -> None:
    nowhere = rule(Verb.NEVER)
    made = world(nowhere)
    assert made.policy.book is not None
    document = made.policy.book.document

    def under(**changes: object) -> Plan:
        changed = replace(document, **changes)  # type: ignore[arg-type]
        policy = replace(policy_in_force(changed, "v1"), service="GROUND")
        return solve(replace(made, policy=policy))

    lift = (Relax(lift=("tested",)),)
    soft = (replace(nowhere, strength=Strength.SOFT),)
    assert under(relax=lift).unfilled
    lifted = under(relax=lift, rules=soft)
    assert not lifted.unfilled
    assert lifted.relaxed == ("lifted tested",)


def apart(*steps: Relax, **limits: object) -> Plan:
    """Line a, worth 10.00, is in Albany only, b, worth 6.00, in far Chicago only."""
    made = world(**limits)
    assert made.policy.book is not None
    document = replace(made.policy.book.document, relax=steps)
    available = made.available.copy()
    available[:] = [[9, 0, 0], [0, 0, 9]]
    policy = replace(policy_in_force(document, "v1"), service="GROUND")
    return solve(replace(made, available=available, policy=policy))


def test_a_step_sets_several_limits_at_once_up_and_down() -> None:
    far_in_one = Relax(
        set_to=(
            Setting(LimitName.DISTANCE_KM, 6_000),
            Setting(LimitName.SHIPMENTS_PER_ORDER, 1),
        )
    )
    in_two = Relax(set_to=(Setting(LimitName.SHIPMENTS_PER_ORDER, 2),))
    near = {"distance_km": 500, "shipments_per_order": 2}

    assert apart(far_in_one, **near).unfilled
    plan = apart(far_in_one, in_two, **near)

    assert not plan.unfilled
    assert plan.relaxed == (
        "set distance_km to 6000 and set shipments_per_order to 1",
        "set shipments_per_order to 2",
    )


def test_a_step_lifts_a_rule_and_sets_a_limit_in_one() -> None:
    never = rule(Verb.NEVER, Condition("node.id", Op.EQ, "chicago"))
    soft = replace(never, strength=Strength.SOFT)
    both = Relax((soft.id,), set_to=(Setting(LimitName.DISTANCE_KM, 6_000),))
    made = world(soft, distance_km=500)
    assert made.policy.book is not None
    document = replace(made.policy.book.document, relax=(both,))
    available = made.available.copy()
    available[:] = [[0, 0, 9], [0, 0, 9]]
    policy = replace(policy_in_force(document, "v1"), service="GROUND")
    plan = solve(replace(made, available=available, policy=policy))

    assert not plan.unfilled
    assert plan.relaxed == ("lifted tested and set distance_km to 6000",)
    assert without_lift(both) == Relax(set_to=both.set_to)


def without_lift(step: Relax) -> Relax:
    """The step of a document from which its rule was taken."""
    made = world(rule(Verb.NEVER, Condition("node.id", Op.EQ, "chicago")))
    assert made.policy.book is not None
    document = replace(made.policy.book.document, relax=(step,))
    policy = policy_in_force(document, "v1")
    attempt = next(attempts(replace(made, policy=policy)))
    less = without_rule(attempt, "tested").policy.book
    assert less is not None
    return less.document.relax[0]


@pytest.mark.parametrize(
    ("name", "usual", "to"),
    [
        (LimitName.SHIPMENT_VALUE_MIN, 700, 600),
        (LimitName.SHIPMENTS_PER_ORDER, 1, 2),
        (LimitName.DISTANCE_KM, 500, 6_000),
    ],
)
def test_the_judge_knows_a_limit_as_a_step_left_it(
    name: LimitName, usual: int, to: int
) -> None:
    own = {LIMIT_OF[name]: usual}

    assert apart(**own).unfilled
    assert not apart(Relax(widen=name, to=to), **own).unfilled
    assert not apart(Relax(set_to=(Setting(name, to),)), **own).unfilled


def test_an_order_below_the_value_is_never_split() -> None:
    split = world(never_split_below_minor=1_601)
    keeps = world(never_split_below_minor=1_600)
    apart = [[9, 0, 0], [0, 9, 0]]

    def shipments(problem: Problem) -> int:
        available = problem.available.copy()
        available[:] = apart
        return len(solve(replace(problem, available=available)).shipments)

    assert shipments(split) == 1
    assert shipments(keeps) == 2


def test_a_policy_without_rules_plans_as_the_plain_policy_does() -> None:
    ruled = world()
    plain = replace(ruled, policy=replace(ruled.policy, book=None))

    assert solve(ruled) == solve(plain)
    assert isinstance(ruled.policy, Policy)


@pytest.mark.parametrize(
    ("then", "queue"),
    [("CANCEL", ""), ("REVIEW", "REVIEW"), ("BACKORDER", "BACKORDER")],
)
def test_what_stays_unfilled_waits_where_the_policy_says(then: str, queue: str) -> None:
    made = world(rule(Verb.NEVER))
    assert made.policy.book is not None
    document = replace(made.policy.book.document, unfilled=WhenUnfilled(then))
    policy = replace(policy_in_force(document, "v1"), service="GROUND")

    plan = solve(replace(made, policy=policy))

    assert (plan.queue, plan.queue_rule) == (queue, "")


def test_a_network_with_another_node_forgets_what_rules_meant_in_it() -> None:
    made = world(rule(Verb.NEVER, Condition("node.tags", Op.HAS_ANY, ("east",))))
    assert "albany" not in {node for _, node in sent(solve(made))}
    albany = replace(made.network.node_by_id["albany"], tags=())

    again = replace(made, network=made.network.with_node(albany))

    assert {node for _, node in sent(solve(again))} == {"albany"}
