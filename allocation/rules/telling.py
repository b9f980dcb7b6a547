"""What a rule did to a node, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.effects import NOBODY
from allocation.rules.words import Measure

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.problem import Problem
    from allocation.rules.document import Tier
    from allocation.rules.siding import Tiers


def rule_text(problem: Problem, node: Node) -> str:
    """The first rule that forbids the node, or keeps its units back, and what it
    says."""
    ruling = problem.ruling
    assert ruling is not None, "only rules rule a node out"
    rules = ruling.scene.document.rules
    has = ruling.scene.problem.available[:, node.number] > 0
    forbidden = np.broadcast_to(ruling.effects.forbidden_by[:, node.number], has.shape)
    for place in forbidden[has].tolist():
        if place != NOBODY:
            return f"rule {rules[place].id}: {rules[place].say}"
    units = np.broadcast_to(ruling.effects.kept_back[:, node.number], has.shape)
    kept = np.broadcast_to(ruling.effects.kept_by[:, node.number], has.shape)
    most = int(units[has].max(initial=0))
    place = int(kept[has][units[has] == most][0])
    return f"rule {rules[place].id}: {rules[place].say} ({most} units kept back)"


def tiers_text(problem: Problem, tiers: Tiers) -> str:
    """For example: the best by unfilled units, then cost (3 % may be spent), then
    shipments."""
    limits = problem.ruling.limited if problem.ruling else None
    kept = []
    if limits and limits.together:
        kept.append("what belongs together in one shipment")
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


_WORDS = {Measure.DISTANCE_KM: "distance", Measure.CO2_G: "CO2"}
