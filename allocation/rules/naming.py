"""Names the rules behind an answer: a rule never blocks an order without being told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.by_lane import candidates
from allocation.rules.judge import forbids
from allocation.rules.seen import Trip
from allocation.rules.words import LimitName
from allocation.shortlist import Reason, shortlist

if TYPE_CHECKING:
    from allocation.plan import Plan, Unfilled
    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.ruling import Ruling
    from allocation.shortlist import Shortlist

_LIMITS = {
    Reason.TOO_FAR.value: LimitName.DISTANCE_KM,
    "SPLIT_LIMIT": LimitName.SHIPMENTS_PER_ORDER,
}


def told(attempt: Problem, plan: Plan) -> Plan:
    """The plan with the steps given up, the queue, and the rule behind each line that
    stays unfilled."""
    ruling = attempt.ruling
    assert ruling is not None, "an attempt has a ruling"
    queue = ruling.queue
    return replace(
        plan,
        relaxed=ruling.relaxed.steps,
        queue=queue[0] if queue else "",
        queue_rule=queue[1].id if queue else "",
        unfilled=_named(attempt, ruling, plan.unfilled),
    )


def _named(
    attempt: Problem, ruling: Ruling, unfilled: tuple[Unfilled, ...]
) -> tuple[Unfilled, ...]:
    if not unfilled:
        return ()
    free = shortlist(
        replace(ruling.scene.problem, policy=attempt.policy),
        by=attempt.policy.promise_by,
        every_service=True,
    )
    with_rules = candidates(attempt, by=attempt.policy.promise_by)
    rows = {line.sku: row for row, line in enumerate(attempt.order.lines)}
    return tuple(
        _blamed(ruling, left, rows[left.sku], free, with_rules) for left in unfilled
    )


def _blamed(
    ruling: Ruling, left: Unfilled, row: int, free: Shortlist, with_rules: Shortlist
) -> Unfilled:
    """The rule that keeps the most units of the line from being sent."""
    if free.reach[row] > with_rules.reach[row]:
        reason, rule = _keeper(ruling, row, free)
        if rule is not None:
            return replace(left, reason=reason, rule_id=rule.id)
    limit = _LIMITS.get(left.reason)
    by = ruling.limited.by.get(limit) if limit else None
    return replace(left, rule_id=by.id) if by else left


def _keeper(ruling: Ruling, row: int, free: Shortlist) -> tuple[Reason, Rule | None]:
    rules = ruling.scene.document.rules
    units: dict[tuple[Reason, int], int] = {}
    for reason, places in (
        (Reason.RULE, ruling.forbidden_by),
        (Reason.KEPT_BACK, ruling.kept_by),
    ):
        by = places[min(row, places.shape[0] - 1)]
        nodes, first = np.unique(free.node, return_index=True)
        for node, candidate in zip(nodes.tolist(), first.tolist(), strict=True):
            if by[node] >= 0:
                key = reason, int(by[node])
                units[key] = units.get(key, 0) + int(free.useful[candidate, row])
    if any(units.values()):
        reason, place = max(units, key=lambda key: units[key])
        return reason, rules[place]
    return Reason.RULE, _lane_rule(ruling, row, free)


def _lane_rule(ruling: Ruling, row: int, free: Shortlist) -> Rule | None:
    """The first rule on lanes that forbids a candidate which has the line."""
    scene = ruling.scene
    network, line = scene.problem.network, scene.order.lines[row]
    for candidate in np.flatnonzero(free.useful[:, row]).tolist():
        number, _, zone, km, arrival = free.head[:5, candidate].tolist()
        lane = network.tables.lanes[zone]
        trip = Trip(network.node_by_number[number], km, lane, arrival)
        for rule in ruling.lane_rules:
            if forbids(scene, rule, line, trip):
                return rule
    return None
