"""One thing that could have been otherwise, and the problem in which it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.problem import Problem


class ChangeKind(StrEnum):
    """What is changed."""

    UNITS = "UNITS"
    COST = "COST"
    SHIPMENTS = "SHIPMENTS"
    DISTANCE = "DISTANCE"
    PROMISE_BY = "PROMISE_BY"
    SWITCHED_ON = "SWITCHED_ON"
    SELECTED = "SELECTED"
    NOT_EXCLUDED = "NOT_EXCLUDED"
    TAGGED = "TAGGED"
    ANY_SERVICE = "ANY_SERVICE"
    RULE_LIFTED = "RULE_LIFTED"


@dataclass(frozen=True, slots=True)
class Change:
    """`amount`: more units of `name`, minor units less a shipment, one shipment more,
    km allowed in all, days later; 1 for what is or is not so. `name`: the SKU, the
    tag or the rule. `smallest`: one step less is known not to do.
    """

    kind: ChangeKind
    amount: int = 1
    name: str = ""
    smallest: bool = True


def changed(problem: Problem, node: Node, change: Change) -> Problem:
    """The problem with one thing changed for the node, everything else as it was.

    A shipment may become cheaper by less than it costs to open one: the solvers know no
    negative costs.
    """
    policy, own = problem.policy, node.node_id
    match change.kind:
        case ChangeKind.UNITS:
            return _stocked(problem, node, change)
        case ChangeKind.COST:
            paid = node.parcel_handling_minor - change.amount
            return _with(problem, replace(node, parcel_handling_minor=paid))
        case ChangeKind.SWITCHED_ON:
            return _with(problem, replace(node, disabled=False))
        case ChangeKind.TAGGED:
            return _with(problem, replace(node, tags=(*node.tags, change.name)))
        case ChangeKind.RULE_LIFTED:
            return without_rule(problem, change.name)
        case ChangeKind.SHIPMENTS:
            policy = replace(policy, max_shipments=policy.max_shipments + change.amount)
        case ChangeKind.DISTANCE:
            policy = replace(policy, max_distance_km=change.amount)
        case ChangeKind.PROMISE_BY:
            assert policy.promise_by is not None, "without a limit nothing is late"
            later = policy.promise_by + timedelta(days=change.amount)
            policy = replace(policy, promise_by=later)
        case ChangeKind.SELECTED:
            policy = replace(policy, only_node_ids=(*policy.only_node_ids, own))
        case ChangeKind.NOT_EXCLUDED:
            rest = tuple(each for each in policy.exclude_node_ids if each != own)
            policy = replace(policy, exclude_node_ids=rest)
        case ChangeKind.ANY_SERVICE:
            policy = replace(policy, service="")
    return replace(problem, policy=policy)


def without_rule(problem: Problem, rule_id: str) -> Problem:
    """The problem before its rules rewrote it, under all of them but one."""
    assert problem.ruling is not None, "no rule rewrote it"
    before = problem.ruling.scene.problem
    book = before.policy.book
    assert book is not None, "rules come with a book"
    rules = tuple(rule for rule in book.document.rules if rule.id != rule_id)
    steps = tuple(
        replace(step, lift=left) if step.lift else step
        for step in book.document.relax
        for left in [tuple(each for each in step.lift if each != rule_id)]
        if left or step.set_to or not step.lift
    )
    document = replace(book.document, rules=rules, relax=steps)
    policy = replace(before.policy, book=replace(book, document=document))
    return replace(before, policy=policy)


def _stocked(problem: Problem, node: Node, change: Change) -> Problem:
    skus = [line.sku for line in problem.order.lines]
    available = problem.available.copy()
    available[skus.index(change.name), node.number] += change.amount
    return replace(problem, available=available)


def _with(problem: Problem, node: Node) -> Problem:
    return replace(problem, network=problem.network.with_node(node))
