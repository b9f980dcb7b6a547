"""Differences between policies in the words of who approves them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import allocation.rules
from allocation.rules.diff import Kind, differences
from allocation.rules.document import PolicyDocument
from allocation.rules.moves import moves
from allocation.rules.written import read
from tests.allocation.rules.documents import documents

COST_FIRST = (
    Path(allocation.rules.__file__).parent / "examples" / "cost-first.yaml"
).read_text()
HEAD = "kind: Policy\nname: shop\nsay: A shop\n"


def told(old: str, new: str) -> list[str]:
    return [str(each) for each in differences(read(old), read(new))]


@pytest.mark.parametrize(
    ("was", "now", "text"),
    [
        ("to: 400 km", "to: 500 km", "stores-stay-near: distance 400 km -> 500 km"),
        ("units: 2", "units: 3", "shop-floor: units 2 -> 3"),
        (
            "1.50 USD\n",
            "2.00 USD\n  per: KM\n",
            "centres-first: amount 1.50 USD -> 2.00 USD",
        ),
        (
            "value: CENTRE",
            "value: SUPPLIER",
            "centres-first: node.kind EQ CENTRE -> SUPPLIER",
        ),
        (
            "bps: 300",
            "bps: 200",
            "objective: unfilled_units, then late_days, then cost within 300 bps and "
            "0.60 USD, then shipments -> unfilled_units, then late_days, then cost "
            "within 200 bps and 0.60 USD, then shipments",
        ),
        ("4000 km", "4500 km", "limits: distance_km 4000 km -> 4500 km"),
        ("limits: {", "limits: {together: true, ", "limits: together no -> yes"),
        (
            "unfilled: REVIEW",
            "unfilled: REVIEW\nlook_ahead: {enabled: false}",
            "look_ahead: enabled yes -> no",
        ),
        (
            "unfilled: REVIEW",
            "unfilled: REVIEW\nlook_ahead: {cap: 2.00 USD}",
            "look_ahead: cap none -> 2.00 USD",
        ),
        (
            "unfilled: REVIEW",
            "unfilled: REVIEW\nlook_ahead: {without_tags: [fresh, frozen]}",
            "look_ahead: without tags none -> fresh, frozen",
        ),
        ("unfilled: REVIEW", "unfilled: CANCEL", "unfilled: REVIEW -> CANCEL"),
        (
            "unfilled: REVIEW",
            "groups: {east: {tags: [x]}}\nunfilled: REVIEW",
            "groups: east none -> nodes [] tags [x]",
        ),
        (
            "- {lift: [shop-floor]}\n",
            "",
            "relax: lift stores-stay-near, then widen distance to 6000 km, then lift "
            "shop-floor -> lift stores-stay-near, then widen distance to 6000 km",
        ),
        (
            "- {lift: [shop-floor]}\n",
            "- {lift: [shop-floor],\n"
            "   set: {distance_km: 9000, shipments_per_line: 1}}\n",
            "relax: lift stores-stay-near, then widen distance to 6000 km, then lift "
            "shop-floor -> lift stores-stay-near, then widen distance to 6000 km, then "
            "lift shop-floor and set distance to 9000 km and set shipments per line "
            "to 1",
        ),
        (
            "units: 2\n",
            "units: 2\n  weekly: [{days: [SAT], from: 09:00}]\n",
            "shop-floor: weekly none -> SAT 09:00 to 24:00",
        ),
        (
            "unfilled: REVIEW",
            "unfilled: REVIEW\nweights: {late_per_day: 1 USD}",
            "weights: 0.00 USD per 100 km, 5.00 USD per day late -> 0.00 USD per "
            "100 km, 1.00 USD per day late",
        ),
    ],
)
def test_a_change_is_told_in_the_units_of_the_file(
    was: str, now: str, text: str
) -> None:
    assert was in COST_FIRST
    assert text in told(COST_FIRST, COST_FIRST.replace(was, now))


def test_other_words_are_no_change_of_plans() -> None:
    new = COST_FIRST.replace('say: "Stores send', 'say: "All stores send')
    [found] = differences(read(COST_FIRST), read(new))
    assert (found.kind, found.has_effect) == (Kind.CHANGED, False)
    assert found.text == "stores-stay-near: says All stores send at most 400 km"


def test_rules_that_come_and_go_are_named() -> None:
    old = read(COST_FIRST)
    lithium = replace(old.rules[0], id="lithium", say="Lithium stays")
    new = replace(old, rules=(*old.rules[:2], lithium))
    assert [(d.kind, d.text) for d in differences(old, new)] == [
        (Kind.GONE, "gone: centres-first"),
        (Kind.NEW, "new: lithium (Lithium stays)"),
    ]


def policy(*rules: str) -> str:
    return f"{HEAD}rules:\n" + "".join(f"- {{say: x, {each}}}\n" for each in rules)


KEEP_2 = "id: two, do: KEEP_BACK, units: 2"
KEEP_5 = "id: five, do: KEEP_BACK, units: 5"
BIG = "{field: order.units, op: GT, value: 9}"
SMALL = "{field: order.units, op: LT, value: 5}"
STAY = "id: stay, do: TOGETHER"
NEVER = "id: no-stores, do: NEVER, where: [{field: node.kind, op: EQ, value: STORE}]"


@pytest.mark.parametrize(
    ("old", "new", "texts"),
    [
        (
            (STAY, NEVER, KEEP_2),
            (KEEP_2, STAY, NEVER),
            ["two moved up 2 (no effect on results)"],
        ),
        (
            (KEEP_2, STAY, NEVER),
            (STAY, NEVER, KEEP_2),
            ["two moved down 2 (no effect on results)"],
        ),
        (
            (STAY, KEEP_2, KEEP_5),
            (KEEP_5, STAY, KEEP_2),
            ["five moved up 2 (may change results: passed two)"],
        ),
        (
            (f"{KEEP_2}, where: [{BIG}]", f"{KEEP_5}, where: [{SMALL}]", STAY),
            (f"{KEEP_5}, where: [{SMALL}]", STAY, f"{KEEP_2}, where: [{BIG}]"),
            ["two moved down 2 (no effect on results)"],
        ),
        ((STAY, NEVER), ("id: new, do: TOGETHER", STAY, NEVER), ["new: new (x)"]),
        ((STAY, NEVER, KEEP_2), (NEVER, KEEP_2), ["gone: stay"]),
    ],
)
def test_a_move_counts_only_where_the_first_rule_decides(
    old: tuple[str, ...], new: tuple[str, ...], texts: list[str]
) -> None:
    assert told(policy(*old), policy(*new)) == texts


def test_limits_on_nodes_hold_in_any_order_and_limits_of_orders_do_not() -> None:
    own = "id: own, do: LIMIT, limit: distance_km, to: {}"
    first, then = own.format(9), own.format(5).replace("own", "other")
    [text] = told(policy(first, then), policy(then, first))
    assert text.endswith("(may change results: passed own)")
    nodes = ", where: [{field: node.kind, op: EQ, value: STORE}]"
    [text] = told(
        policy(first + nodes, then + nodes), policy(then + nodes, first + nodes)
    )
    assert text.endswith("(no effect on results)")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), documents())
def test_only_equal_documents_have_no_differences(
    old: PolicyDocument, new: PolicyDocument
) -> None:
    assert differences(old, old) == ()
    assert bool(differences(old, new)) is (old != new)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_turning_all_rules_round_moves_all_but_one(document: PolicyDocument) -> None:
    found = moves(document.rules, document.rules[::-1])
    assert len(found) == max(0, len(document.rules) - 1)
