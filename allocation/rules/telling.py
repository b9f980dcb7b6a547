"""What a rule did to a node, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.effects import NOBODY
from allocation.rules.siding import together_of
from allocation.rules.words import Measure

if TYPE_CHECKING:
    from allocation.cooling import Rest
    from allocation.node import Node
    from allocation.problem import Problem
    from allocation.rules.document import Rule, Tier
    from allocation.rules.siding import Tiers

TOGETHER = "what belongs together in one shipment"


def problem_with_rules(problem: Problem) -> Problem:
    """The problem as it was before the rules rewrote it."""
    assert problem.ruling is not None, "no rule rewrote it"
    return problem.ruling.scene.problem


def rule_text(problem: Problem, node: Node) -> str:
    """The first rule that forbids the node, or keeps its units back, and what it
    says."""
    rule, units = _rule(problem, node)
    kept = f" ({units} units kept back)" if units else ""
    return f"rule {rule.id}: {rule.say}{kept}"


def rule_id(problem: Problem, node: Node) -> str:
    """The rule of `rule_text`."""
    return _rule(problem, node)[0].id


def rest_of(problem: Problem, node: Node) -> tuple[Rule, Rest]:
    """The rule by which a node rests, and its rest."""
    rule, _ = _rule(problem, node)
    assert problem.refusals is not None, "nobody rests without rejections"
    return rule, problem.refusals.rests(rule.terms)[node.node_id]


def _rule(problem: Problem, node: Node) -> tuple[Rule, int]:
    """The rule that keeps the node out, and units where it keeps some back."""
    ruling = problem.ruling
    assert ruling is not None, "only rules rule a node out"
    rules, effects = ruling.scene.document.rules, ruling.effects
    before = problem_with_rules(problem)
    has = before.available[:, node.number] > before.policy.keep_back
    forbidden = np.broadcast_to(effects.forbidden_by[:, node.number], has.shape)
    for place in forbidden[has].tolist():
        if place != NOBODY:
            return rules[place], 0
    units = np.broadcast_to(effects.kept_back[:, node.number], has.shape)
    kept = np.broadcast_to(effects.kept_by[:, node.number], has.shape)
    most = int(units[has].max(initial=0))
    return rules[int(kept[has][units[has] == most][0])], most


def tiers_text(problem: Problem, tiers: Tiers) -> str:
    """For example: the best by unfilled units, then cost (3 % may be spent), then
    shipments."""
    limits = problem.ruling.limited if problem.ruling else None
    kept = []
    if together_of(problem):
        kept.append(TOGETHER)
    if limits and limits.shipment_value_min_minor:
        kept.append("no split shipment below its least value")
    if limits and limits.shipments_per_line:
        kept.append(f"no line in more than {limits.shipments_per_line} shipments")
    named = ", then ".join(map(_tier, tiers)) or "unfilled units, then cost"
    return ", with ".join([f"the best by {named}", *filter(None, [" and ".join(kept)])])


def _tier(tier: Tier) -> str:
    words = _WORDS.get(tier.minimise, tier.minimise.lower().replace("_", " "))
    if not tier.tolerance_bps:
        return words
    return f"{words} ({tier.tolerance_bps / 100:g} % may be spent)"


_WORDS = {
    Measure.DISTANCE_KM: "distance",
    Measure.CO2_G: "CO2",
    Measure.COVER: "stock taken",
    Measure.PICK_RISK: "units not found",
    Measure.DAYS_OF_COVER: "days of cover",
}
