"""What else was possible: other numbers of shipments, and the plan without a node."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from allocation.check import violations
from allocation.measures import value_of
from allocation.solve import by_shipments, solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.plan import Plan
    from allocation.problem import Problem

NEXT_BEST = "next best"
OF_THE_KEPT = "next best of the nodes kept"
"""A stored decision keeps the nodes that decide, and a few more."""
OF_TODAY = "without look-ahead"
LEFT_OUT_MAX = 4
"""Solves for the next best plan: one for each chosen node, of the first so many."""
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan that was not chosen, beside the one that was.

    `days_later` is None where one of them sends nothing.
    """

    label: str
    plan: Plan
    cost_more_minor: int
    days_later: int | None
    unfilled_more: int


def alternatives(
    problem: Problem, plan: Plan, *, all_nodes: bool = True, today: Plan | None = None
) -> tuple[Alternative, ...]:
    """The next best plan first, then the cheapest for each number of shipments, then
    `today`, the best one if no other order came."""
    found: list[tuple[str, Plan]] = []
    best_label = NEXT_BEST if all_nodes else OF_THE_KEPT
    others = [*_labelled(problem, plan, best_label)]
    if today is not None:
        others.append((OF_TODAY, today))
    for label, other in others:
        known = [each.shipments for _, each in found]
        if other.shipments == plan.shipments:
            continue
        if other.shipments in known:
            at = known.index(other.shipments)
            found[at] = (f"{found[at][0]}, {label}", found[at][1])
        else:
            found.append((label, other))
    return tuple(_beside(plan, label, other) for label, other in found)


def next_best(problem: Problem, plan: Plan) -> Plan | None:
    """The best plan that does without one of the chosen nodes.

    Any plan that does not use all of them lacks one, so that the best of those without
    the first, without the second, ... is the best of all. Of a plan from more nodes
    than `LEFT_OUT_MAX` the first are tried. Without a node a line may have to be split
    that ships whole with it, and that may even be cheaper.
    """
    chosen = dict.fromkeys(shipment.node_id for shipment in plan.shipments)
    plans = [solve(_without(problem, node_id)) for node_id in [*chosen][:LEFT_OUT_MAX]]
    sending = [each for each in plans if each.shipments]
    return min(sending, key=lambda each: value_of(problem, each), default=None)


def _without(problem: Problem, node_id: str) -> Problem:
    available = problem.available.copy()
    available[:, problem.network.node_by_id[node_id].number] = 0
    return replace(problem, available=available, recorded=False)


def _labelled(
    problem: Problem, plan: Plan, best_label: str
) -> Iterator[tuple[str, Plan]]:
    best = next_best(problem, plan)
    if best is not None:
        # A line that the missing node had whole must be split without it.
        split = ", with a line split" if violations(problem, best) else ""
        yield f"{best_label}{split}", best
    for other in by_shipments(problem):
        more = len(other.shipments) - len(plan.shipments)
        if more:
            yield _count(more), other


def _count(more: int) -> str:
    many = abs(more)
    said = _COUNTS[many] if many < len(_COUNTS) else str(many)
    return (
        f"{said} shipment{'' if many == 1 else 's'} {'more' if more > 0 else 'fewer'}"
    )


def _beside(plan: Plan, label: str, other: Plan) -> Alternative:
    mine, theirs = plan.promise_date, other.promise_date
    return Alternative(
        label,
        other,
        other.cost.cash_minor - plan.cost.cash_minor,
        (theirs - mine).days if mine and theirs else None,
        sum(line.quantity for line in other.unfilled)
        - sum(line.quantity for line in plan.unfilled),
    )
