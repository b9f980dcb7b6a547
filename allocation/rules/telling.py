"""What a rule did to a node, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.effects import NOBODY

if TYPE_CHECKING:
    from allocation.node import Node
    from allocation.problem import Problem


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
