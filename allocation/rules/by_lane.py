"""Rules on lanes: applied to candidates, as a node has a lane for each service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.masks import CandidateMasks, NodeMasks, both, when, which
from allocation.rules.words import Per, Verb
from allocation.shortlist import Shortlist, shortlist

if TYPE_CHECKING:
    from datetime import date

    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.masks import Mask
    from allocation.rules.prepared import Prepared
    from allocation.solvers.instance import Integers


def by_lane(problem: Problem) -> bool:
    """Whether a rule that speaks about the order asks about lanes."""
    return problem.ruling is not None and bool(problem.ruling.lane_rules)


def candidates(
    problem: Problem,
    *,
    by: date | None,
    every_service: bool = False,
    with_reasons: bool = False,
) -> Shortlist:
    """The shortlist as the rules on lanes leave it; see `shortlist`."""
    if problem.ruling is None or not by_lane(problem):
        return shortlist(
            problem, by=by, every_service=every_service, with_reasons=with_reasons
        )
    # A rule may forbid or charge the service that beats the others.
    found = shortlist(problem, by=by, every_service=True, with_reasons=with_reasons)
    masks = CandidateMasks(NodeMasks(problem.ruling.scene), found)
    for rule in problem.ruling.lane_rules:
        found = _applied(masks, rule, found, problem)
    return _stocked(found)


def _applied(
    masks: CandidateMasks, prepared: Prepared, found: Shortlist, problem: Problem
) -> Shortlist:
    rule, meant = prepared.rule, which(masks, prepared)
    hit = both(
        when(masks, prepared),
        meant if rule.do in (Verb.NEVER, Verb.CHARGE) else ~meant,
    )
    if rule.do in (Verb.NEVER, Verb.ONLY):
        useful = np.where(hit.T, 0, found.useful)
        return found._replace(useful=np.ascontiguousarray(useful))
    wide = np.broadcast_to(hit, (hit.shape[0], found.node.size))
    return _charged(rule, wide, found, problem)


def _charged(rule: Rule, hit: Mask, found: Shortlist, problem: Problem) -> Shortlist:
    amounts = hit * rule.amount_minor
    if rule.per is Per.UNIT:
        unit = found.unit_minor + amounts.T
        return found._replace(unit_minor=np.ascontiguousarray(unit))
    head = found.head.copy()
    row = LINE if rule.per is Per.LINE else FIXED
    head[row] += amounts[0] * _times(rule, found, problem)
    return found._replace(head=head)


FIXED, LINE = 6, 7
"""Rows of `Shortlist.head`: what a shipment and a line of it cost."""


def _times(rule: Rule, found: Shortlist, problem: Problem) -> Integers:
    if rule.per is Per.KM:
        return found.distance_km
    wanted_by = problem.policy.wanted_by
    if rule.per is Per.DAY_LATE:
        day = wanted_by.toordinal() if wanted_by else np.iinfo(np.int64).max
        return np.maximum(found.arrival - day, 0)
    return np.ones_like(found.distance_km)


def _stocked(found: Shortlist) -> Shortlist:
    """Without candidates that may send nothing."""
    return _only(found, np.flatnonzero(found.useful.any(axis=1)))


def _only(found: Shortlist, keep: Integers) -> Shortlist:
    """Some of the candidates, and what they reach together."""
    useful = np.ascontiguousarray(found.useful[keep])
    head = np.ascontiguousarray(found.head[:, keep])
    return found._replace(
        head=head,
        useful=useful,
        unit_minor=np.ascontiguousarray(found.unit_minor[keep]),
        reach=_reach(head[0], useful),
    )


def _reach(node: Integers, useful: Integers) -> Integers:
    """Units that all nodes together could send; candidates of one share its stock."""
    if not node.size:
        return np.zeros(useful.shape[1], dtype=np.int64)
    by_node = np.argsort(node, kind="stable")
    first = np.flatnonzero(np.diff(node[by_node], prepend=-1))
    most: Integers = np.maximum.reduceat(useful[by_node], first, axis=0)
    return np.asarray(most.sum(axis=0))


def widest_lanes(found: Shortlist) -> Shortlist:
    """Of each node the candidate that may send the most units."""
    units = found.useful.sum(axis=1)
    best: dict[int, int] = {}
    for row, number in enumerate(found.node.tolist()):
        if number not in best or units[row] > units[best[number]]:
            best[number] = row
    return _only(found, np.array(sorted(best.values()), dtype=np.int64))
