"""The limits of one order: the policy's own, a rule's where one speaks, the order's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.rules.masks import when
from allocation.rules.words import LimitName, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from allocation.policy import Policy
    from allocation.rules.document import Rule
    from allocation.rules.masks import NodeMasks
    from allocation.rules.prepared import Prepared
    from allocation.rules.relaxing import Relaxed
    from allocation.rules.seen import Scene


class Limited(NamedTuple):
    """What bounds the plan. `by`: the rule behind a limit, where it is one."""

    policy: Policy
    shipments_per_line: int
    shipment_value_min_minor: int
    together: tuple[tuple[int, ...], ...]
    """Lines of the order that travel in one shipment, each group whole."""
    together_by: tuple[Rule, ...]
    """The rule of each group."""
    by: Mapping[LimitName, Rule]


def limited(
    scene: Scene,
    rules: Sequence[Prepared],
    relaxed: Relaxed,
    masks: NodeMasks,
) -> Limited:
    """The first rule that limits something decides; the order may ask for less."""
    by: dict[LimitName, Rule] = {}
    for each in rules:
        rule = each.rule
        if rule.do is Verb.LIMIT and rule.limit and not each.asks_nodes:
            by.setdefault(rule.limit, rule)
    own = scene.document.limits
    wanted = {
        LimitName.DISTANCE_KM: own.distance_km,
        LimitName.SHIPMENTS_PER_ORDER: own.shipments_per_order,
        LimitName.SHIPMENTS_PER_LINE: own.shipments_per_line,
        LimitName.SHIPMENT_VALUE_MIN: own.shipment_value_min_minor,
    }
    wanted |= {name: rule.to for name, rule in by.items()}
    # What a step widens or sets is so whoever set it before.
    wanted |= relaxed.limits
    asked = scene.problem.policy
    most = wanted[LimitName.SHIPMENTS_PER_ORDER]
    if own.together or scene.value_minor < own.never_split_below_minor:
        most = 1
    policy = replace(
        asked,
        book=None,
        max_shipments=_narrower(asked.max_shipments, own.shipments_per_order, most),
        max_distance_km=_narrower(
            asked.max_distance_km, own.distance_km, wanted[LimitName.DISTANCE_KM]
        ),
    )
    together = tuple(_together(rules, masks))
    return Limited(
        policy,
        wanted[LimitName.SHIPMENTS_PER_LINE],
        wanted[LimitName.SHIPMENT_VALUE_MIN],
        tuple(group for _, group in together),
        tuple(rule for rule, _ in together),
        by,
    )


def _narrower(asked: int, own: int, wanted: int) -> int:
    """The limit; an order that asked for less than the policy allows keeps its own."""
    return min(asked, wanted) if asked < own else wanted


def _together(
    rules: Sequence[Prepared], masks: NodeMasks
) -> Iterator[tuple[Rule, tuple[int, ...]]]:
    for rule in rules:
        if rule.rule.do is Verb.TOGETHER:
            count = len(masks.scene.order.lines)
            meant = np.broadcast_to(when(masks, rule), (count, 1))[:, 0]
            group = tuple(np.flatnonzero(meant).tolist())
            if len(group) > 1:
                yield rule.rule, group
