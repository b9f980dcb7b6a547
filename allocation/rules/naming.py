"""Names the rules behind an answer: a rule never blocks an order without being told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.rules.by_lane import candidates
from allocation.rules.effects import NOBODY
from allocation.rules.judge import forbids
from allocation.rules.offering import offers_of
from allocation.rules.seen import Trip
from allocation.rules.words import LimitName, Verb, WhenUnfilled
from allocation.shortlist import Reason, shortlist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.plan import Plan, Unfilled
    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.ruling import Ruling
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Integers

_LIMITS = {
    Reason.TOO_FAR.value: LimitName.DISTANCE_KM,
    "SPLIT_LIMIT": LimitName.SHIPMENTS_PER_ORDER,
}


def told(attempt: Problem, plan: Plan) -> Plan:
    """The plan with the steps given up, the queue, the offers, and the rule behind each
    line that stays unfilled."""
    ruling = attempt.ruling
    assert ruling is not None, "an attempt has a ruling"
    queue, rule_id, reason = _queue(ruling, plan)
    return replace(
        plan,
        relaxed=ruling.relaxed.steps,
        queue=queue,
        queue_rule=rule_id,
        queue_reason=reason,
        offers=offers_of(ruling, plan),
        unfilled=_named(attempt, ruling, plan.unfilled),
    )


def _queue(ruling: Ruling, plan: Plan) -> tuple[str, str, str]:
    """Where the order waits, the rule that sends it there and why; what stays unfilled
    may send it without a rule."""
    if ruling.queue is not None:
        queue, rule = ruling.queue
        return queue, rule.id, rule.reason
    then = ruling.scene.document.unfilled
    waits = plan.unfilled and then is not WhenUnfilled.CANCEL
    return (then.value if waits else ""), "", ""


def keepers_of(attempt: Problem, unfilled: Sequence[Unfilled]) -> set[int]:
    """Numbers of nodes that show which rule each of the lines is left by."""
    ruling = attempt.ruling
    if ruling is None or not any(left.rule_id for left in unfilled):
        return set()
    free, most = _free(attempt, ruling), attempt.policy.max_shipments
    found: set[int] = set()
    for row in [_row(attempt, left) for left in unfilled]:
        keeper = _keeper(ruling, row, free)
        found |= {keeper.node} if keeper else set()
        found.update(_largest(free, row)[0][:most].tolist())
    return found


def _named(
    attempt: Problem, ruling: Ruling, unfilled: tuple[Unfilled, ...]
) -> tuple[Unfilled, ...]:
    if not unfilled:
        return ()
    free = _free(attempt, ruling)
    bound = candidates(attempt, by=attempt.policy.promise_by)
    return tuple(
        # Where the rules leave as much as may be sent, something else keeps it.
        _blamed(ruling, left, row, free if _helps(attempt, row, free, bound) else None)
        for left in unfilled
        for row in [_row(attempt, left)]
    )


def _helps(attempt: Problem, row: int, free: Shortlist, bound: Shortlist) -> bool:
    """Whether the allowed shipments could carry more of a line without the rules."""
    wanted, most = attempt.order.lines[row].quantity, attempt.policy.max_shipments
    without, under = (
        min(wanted, int(_largest(found, row)[1][:most].sum()))
        for found in (free, bound)
    )
    return without > under


def _largest(found: Shortlist, row: int) -> tuple[Integers, Integers]:
    """Nodes by what they could send of a line, the most first, and those units."""
    nodes, first, place = np.unique(found.node, return_index=True, return_inverse=True)
    units = np.zeros(nodes.size, dtype=np.int64)
    np.maximum.at(units, place, found.useful[:, row])
    order = np.lexsort((first, -units))
    return nodes[order], units[order]


def _row(attempt: Problem, left: Unfilled) -> int:
    skus = [line.sku for line in attempt.order.lines]
    return skus.index(left.sku)


def _free(attempt: Problem, ruling: Ruling) -> Shortlist:
    """Who could send what if no rule forbade it or kept it back."""
    problem = replace(ruling.scene.problem, policy=attempt.policy)
    return shortlist(problem, by=attempt.policy.promise_by, every_service=True)


def _blamed(
    ruling: Ruling, left: Unfilled, row: int, free: Shortlist | None
) -> Unfilled:
    """The first rule that keeps units of the line, or the one behind a limit."""
    keeper = _keeper(ruling, row, free) if free else None
    if keeper:
        return replace(left, reason=keeper.reason, rule_id=keeper.rule.id)
    limit, limited = _LIMITS.get(left.reason), ruling.limited
    by = limited.by.get(limit) if limit else None
    if left.reason == "KEPT_TOGETHER":
        groups = zip(limited.together, limited.together_by, strict=True)
        by = next((rule for group, rule in groups if row in group), None)
    return replace(left, rule_id=by.id) if by else left


class _Keeper(NamedTuple):
    """A rule that keeps units of a line, and a node that would send some."""

    reason: Reason
    place: int
    rule: Rule
    node: int


def _keeper(ruling: Ruling, row: int, free: Shortlist) -> _Keeper | None:
    """The first rule of the document: it does not depend on how many nodes are
    known."""
    found = [*_by_cell(ruling, row, free), *_by_lane(ruling, row, free)]
    order = Reason.RULE, Reason.COOLING_OFF, Reason.KEPT_BACK
    return min(
        found, key=lambda kept: (order.index(kept.reason), kept.place), default=None
    )


def _by_cell(ruling: Ruling, row: int, free: Shortlist) -> Iterator[_Keeper]:
    rules = ruling.scene.document.rules
    able = free.node[free.useful[:, row] > 0]
    for reason, by in (
        (Reason.RULE, ruling.effects.forbidden_by),
        (Reason.KEPT_BACK, ruling.effects.kept_by),
    ):
        places = by[min(row, by.shape[0] - 1)][able]
        place = int(places.min(initial=NOBODY))
        if place != NOBODY:
            node, rule = int(able[places == place][0]), rules[place]
            rests = rule.do is Verb.COOL_OFF
            yield _Keeper(Reason.COOLING_OFF if rests else reason, place, rule, node)


def _by_lane(ruling: Ruling, row: int, free: Shortlist) -> Iterator[_Keeper]:
    scene = ruling.scene
    network, line = scene.problem.network, scene.order.lines[row]
    on_lanes = [(each.place, each.rule) for each in ruling.lane_rules]
    if not on_lanes:
        return
    for candidate in np.flatnonzero(free.useful[:, row]).tolist():
        number, _, zone, km, arrival = free.head[:5, candidate].tolist()
        lane = network.tables.lanes[zone]
        trip = Trip(network.node_by_number[number], km, lane, arrival)
        for place, rule in on_lanes:
            if forbids(scene, rule, line, trip):
                yield _Keeper(Reason.RULE, place, rule, number)
