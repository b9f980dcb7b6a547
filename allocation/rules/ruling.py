"""A problem with rules becomes the same problem without: what the solvers see of them.

Rules rewrite the problem. Cells that a rule forbids have no units, units kept back are
not there, a charge is part of a node's terms, a limit is the policy's. The order, the
network and the judge stay what they were; the kernel never hears of a rule. What only
the lane tells (its service, zone, transit) is applied to the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.fees import CHARGING
from allocation.rules.limiting import Limited, limited
from allocation.rules.masks import NodeMasks, needs_lane, when, which
from allocation.rules.seen import Scene
from allocation.rules.speaking import speaking
from allocation.rules.words import Per, Queue, Verb
from allocation.shortlist import REASONS, Reason, distances_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.instance import Integers
    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.masks import Mask
    from allocation.rules.relaxing import Relaxed

NOBODY = -1
"""Place of the rule that forbids a cell which none does."""
RULE = REASONS.index(Reason.RULE) + 1
KEPT_BACK = REASONS.index(Reason.KEPT_BACK) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """What the rules of a document made of one order.

    Arrays have one row, or one for each line, and a column for each node number.
    """

    scene: Scene
    relaxed: Relaxed
    rules: tuple[tuple[int, Rule], ...]
    """Rules that speak, with their places in the document."""
    forbidden_by: NDArray[np.int16]
    """Place of the first rule that forbids the cell, or NOBODY."""
    kept_back: Integers
    """Units kept back by rules."""
    kept_by: NDArray[np.int16]
    """Place of the rule that keeps units back, or NOBODY."""
    node_fees: Integers
    """(network.size, 3) charged a shipment, a line and a unit, minor units."""
    unit_fees: Integers
    """Charged a unit where that depends on the line."""
    limited: Limited
    standing: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """(network.size,) code of a node that has what is wanted and may not send it."""

    @property
    def lane_rules(self) -> tuple[Rule, ...]:
        """Rules that are applied to candidates."""
        return tuple(rule for _, rule in self.rules if by_candidate(rule))

    @property
    def fee_rules(self) -> tuple[Rule, ...]:
        """Rules that add to the cost of a shipment."""
        return tuple(rule for _, rule in self.rules if rule.do in CHARGING)

    @property
    def queue(self) -> tuple[Queue, Rule] | None:
        """Where the order waits, and the first rule that sends it there."""
        for _, rule in self.rules:
            if rule.queue is not None and rule.do is Verb.SEND_TO:
                return rule.queue, rule
        return None


def by_candidate(rule: Rule) -> bool:
    """Whether only the candidates tell what the rule does."""
    late = rule.do in CHARGING and rule.per is Per.DAY_LATE
    return rule.do in (*CHARGING, Verb.ONLY, Verb.NEVER) and (needs_lane(rule) or late)


def ruled(problem: Problem, relaxed: Relaxed) -> Problem:
    """The problem without rules; what they did is its `ruling`."""
    assert problem.policy.book is not None, "rules come with a book"
    document = problem.policy.book.document
    scene = Scene(problem, document)
    exact_km = distances_km(problem.network, problem.order.destination)
    masks = NodeMasks(scene, (exact_km + 0.5).astype(np.int64))
    rules = tuple(
        (place, rule)
        for place, rule in speaking(scene, relaxed.lifted)
        # A rule about lines that are not in the order says nothing.
        if when(masks, rule).any()
    )
    lines, size = problem.available.shape
    ruling = Ruling(
        scene,
        relaxed,
        rules,
        _forbidden(masks, rules, exact_km),
        *_kept_back(masks, rules),
        *_fees(masks, rules, lines),
        limited(scene, rules, relaxed, masks),
    )
    spare = np.maximum(problem.available - ruling.kept_back, 0)
    left = np.where(ruling.forbidden_by == NOBODY, spare, 0)
    standing = _standing(problem, left, ruling.forbidden_by)
    assert standing.shape == (size,)
    return replace(
        problem,
        available=left,
        policy=ruling.limited.policy,
        ruling=replace(ruling, standing=standing),
    )


def _forbidden(
    masks: NodeMasks, rules: Sequence[tuple[int, Rule]], exact_km: NDArray[np.float64]
) -> NDArray[np.int16]:
    """The first rule that forbids each cell."""
    found = np.full((1, exact_km.size), NOBODY, dtype=np.int16)
    for place, rule in rules:
        if by_candidate(rule):
            continue
        if rule.do is Verb.NEVER:
            hit = when(masks, rule) & which(masks, rule)
        elif rule.do is Verb.ONLY:
            hit = when(masks, rule) & ~which(masks, rule)
        elif rule.do is Verb.LIMIT and rule.asks_nodes:
            hit = which(masks, rule) & when(masks, rule) & (exact_km > rule.to)[None, :]
        else:
            continue
        found = np.where(hit & (found == NOBODY), np.int16(place), found)
    return found


def _kept_back(
    masks: NodeMasks, rules: Sequence[tuple[int, Rule]]
) -> tuple[Integers, NDArray[np.int16]]:
    """Units kept back and the rule that does: the first that means the cell."""
    available = masks.scene.problem.available
    units = np.zeros((1, available.shape[1]), dtype=np.int64)
    by = np.full_like(units, NOBODY, dtype=np.int16)
    for place, rule in rules:
        if rule.do is not Verb.KEEP_BACK:
            continue
        hit = when(masks, rule) & which(masks, rule) & (by == NOBODY)
        share = -(-available * rule.percent // 100) if rule.percent else rule.units
        units = np.where(hit, share, units)
        by = np.where(hit, np.int16(place), by)
    return units, by


def _fees(
    masks: NodeMasks, rules: Sequence[tuple[int, Rule]], lines: int
) -> tuple[Integers, Integers]:
    """Charges by node, and by line and node."""
    size = masks.scene.problem.network.size
    by_node = np.zeros((size, 3), dtype=np.int64)
    by_cell = np.zeros((0, size), dtype=np.int64)
    for _, rule in rules:
        if rule.do not in CHARGING or by_candidate(rule):
            continue
        amounts = _charged(masks, rule) * rule.amount_minor
        if amounts.shape[0] > 1:
            by_cell = by_cell if by_cell.size else np.zeros((lines, size), np.int64)
            by_cell += amounts
        elif rule.per is Per.KM:
            by_node[:, 0] += amounts[0] * masks.distance_km
        else:
            by_node[:, COLUMNS[rule.per]] += amounts[0]
    return by_node, by_cell


COLUMNS = {Per.SHIPMENT: 0, Per.LINE: 1, Per.UNIT: 2}


def _charged(masks: NodeMasks, rule: Rule) -> Mask:
    """Cells that the rule charges; at least as wide as the network."""
    meant = which(masks, rule)
    hit = when(masks, rule) & (meant if rule.do is Verb.CHARGE else ~meant)
    return np.broadcast_to(hit, (hit.shape[0], masks.scene.problem.network.size))


def _standing(
    problem: Problem, left: Integers, forbidden_by: NDArray[np.int16]
) -> NDArray[np.uint8]:
    """Codes of the nodes that would have something if it were not for the rules."""
    had = problem.available > problem.policy.keep_back
    has = (left > problem.policy.keep_back).any(axis=0)
    out = had.any(axis=0) & ~has
    forbidden = (had & (forbidden_by != NOBODY)).any(axis=0)
    codes: NDArray[np.uint8] = np.where(out, np.where(forbidden, RULE, KEPT_BACK), 0)
    return codes.astype(np.uint8)
