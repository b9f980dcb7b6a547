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

from allocation.rules.effects import NOBODY, nothing, with_rule
from allocation.rules.fees import CHARGING
from allocation.rules.limiting import Limited, limited
from allocation.rules.masks import NodeMasks, when
from allocation.rules.prepared import heard, ready
from allocation.rules.seen import Scene
from allocation.rules.words import Queue, Verb
from allocation.shortlist import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.problem import Problem
    from allocation.rules.document import Rule
    from allocation.rules.effects import Effects
    from allocation.rules.prepared import Prepared, Ready
    from allocation.rules.relaxing import Relaxed
    from allocation.solvers.instance import Integers

RULE = REASONS.index(Reason.RULE) + 1
KEPT_BACK = REASONS.index(Reason.KEPT_BACK) + 1
COOLING_OFF = REASONS.index(Reason.COOLING_OFF) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """What the rules of a document made of one order."""

    scene: Scene
    relaxed: Relaxed
    rules: tuple[Prepared, ...]
    """Rules that speak."""
    effects: Effects
    limited: Limited
    standing: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """(network.size,) code of a node that has what is wanted and may not send it."""

    @property
    def lane_rules(self) -> tuple[Prepared, ...]:
        """Rules that are applied to candidates."""
        return tuple(each for each in self.rules if each.by_candidate)

    @property
    def fee_rules(self) -> tuple[Rule, ...]:
        """Rules that add to the cost of a shipment."""
        return tuple(each.rule for each in self.rules if each.rule.do in CHARGING)

    @property
    def queue(self) -> tuple[Queue, Rule] | None:
        """Where the order waits, and the first rule that sends it there."""
        for rule in [each.rule for each in self.rules]:
            if rule.queue is not None and rule.do is Verb.SEND_TO:
                return rule.queue, rule
        return None


def ruled(problem: Problem, relaxed: Relaxed) -> Problem:
    """The problem without rules; what they did is its `ruling`."""
    assert problem.policy.book is not None, "rules come with a book"
    document = problem.policy.book.document
    scene = Scene(problem, document)
    known = ready(document, problem.network)
    masks = NodeMasks(scene)
    rules = heard(known.rules, scene, relaxed.lifted)
    # A rule about lines that are not in the order says nothing.
    rules = [each for each in rules if not each.lines or when(masks, each).any()]
    effects = _effects(masks, known, rules)
    ruling = Ruling(
        scene, relaxed, tuple(rules), effects, limited(scene, rules, relaxed, masks)
    )
    left = problem.available - effects.kept_back
    np.maximum(left, 0, out=left)
    left *= effects.forbidden_by == NOBODY
    return replace(
        problem,
        available=left,
        policy=ruling.limited.policy,
        ruling=replace(ruling, standing=_standing(problem, left, effects, rules)),
    )


def _effects(masks: NodeMasks, known: Ready, rules: Sequence[Prepared]) -> Effects:
    """What the fixed rules do together, then the others one by one."""
    fixed = tuple(each.place for each in rules if each.is_fixed)
    effects = known.together.get(fixed)
    if effects is None:
        effects = nothing(masks.scene.problem.network.size)
        for each in rules:
            if each.is_fixed:
                effects = with_rule(effects, masks, each)
        if len(known.together) >= TOGETHER_MAX:
            known.together.clear()
        known.together[fixed] = effects
    others = [each for each in rules if not (each.is_fixed or each.by_candidate)]
    # What is alike for all lines is one row: added first, it is added quickly. Rests
    # come last: they speak where no other rule does.
    for each in sorted(others, key=lambda e: (e.rule.do is Verb.COOL_OFF, e.by_line)):
        effects = with_rule(effects, masks, each)
    return effects


TOGETHER_MAX = 256
"""Sets of fixed rules remembered: orders of a shop meet a handful of them."""


def _standing(
    problem: Problem, left: Integers, effects: Effects, rules: Sequence[Prepared]
) -> NDArray[np.uint8]:
    """Codes of the nodes that would have something if it were not for the rules."""
    had = problem.available > problem.policy.keep_back
    has = (left > problem.policy.keep_back).any(axis=0)
    out = had.any(axis=0) & ~has
    if not out.any():
        return np.zeros(out.size, dtype=np.uint8)
    forbidden = (had & (effects.forbidden_by != NOBODY)).any(axis=0)
    codes: NDArray[np.uint8] = np.where(out, np.where(forbidden, RULE, KEPT_BACK), 0)
    places = [each.place for each in rules if each.rule.do is Verb.COOL_OFF]
    if places:
        by_others = had & ~np.isin(effects.forbidden_by, [*places, NOBODY])
        resting = (codes == RULE) & ~by_others.any(axis=0)
        codes = np.where(resting, COOLING_OFF, codes)
    return codes.astype(np.uint8)
