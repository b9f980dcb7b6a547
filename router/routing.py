"""What one order asks of its routing, apart from the policy that it meets.

The policy of the day is narrowed by it at each decision; a simulation narrows another
policy by the same wishes.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from allocation.policy import LineSplit, Objective, Policy

T = TypeVar("T")

LIMITS = ("max_shipments", "max_distance_km", "keep_back")


@dataclass(frozen=True, slots=True)
class Routing:
    """The wishes of one order; what is None, empty or False is left to the policy."""

    objective: Objective | None = None
    line_split: LineSplit | None = None
    allow_partial: bool = False
    max_shipments: int | None = None
    max_distance_km: int | None = None
    keep_back: int | None = None
    node_tags: tuple[str, ...] = ()
    only_node_ids: tuple[str, ...] = ()
    exclude_node_ids: tuple[str, ...] = ()
    service: str = ""
    promise_by: date | None = None
    wanted_by: date | None = None

    def narrow(self, policy: Policy) -> Policy:
        """The policy as it holds for this order; the same one if nothing is asked."""
        if self == UNASKED:
            return policy
        excluded = {*policy.exclude_node_ids, *self.exclude_node_ids}
        return replace(
            policy,
            objective=self.objective or policy.objective,
            line_split=self.line_split or policy.line_split,
            allow_partial=self.allow_partial or policy.allow_partial,
            max_shipments=self.max_shipments or policy.max_shipments,
            max_distance_km=self.max_distance_km or policy.max_distance_km,
            keep_back=self.keep_back or policy.keep_back,
            node_tags=policy.node_tags + self.node_tags,
            only_node_ids=self.only_node_ids or policy.only_node_ids,
            exclude_node_ids=tuple(sorted(excluded)),
            service=self.service or policy.service,
            promise_by=self.promise_by or policy.promise_by,
            wanted_by=self.wanted_by or policy.wanted_by,
        )

    @classmethod
    def between(cls, policy: Policy, narrowed: Policy) -> "Routing":
        """The wishes that made the one policy the other, told by their difference."""
        own = {tag: None for tag in narrowed.node_tags if tag not in policy.node_tags}
        excluded = set(narrowed.exclude_node_ids) - set(policy.exclude_node_ids)
        limits = {
            name: getattr(narrowed, name)
            for name in LIMITS
            if getattr(narrowed, name) != getattr(policy, name)
        }
        only = narrowed.only_node_ids
        return cls(
            objective=_other(narrowed.objective, policy.objective),
            line_split=_other(narrowed.line_split, policy.line_split),
            allow_partial=narrowed.allow_partial and not policy.allow_partial,
            node_tags=tuple(own),
            only_node_ids=() if only == policy.only_node_ids else only,
            exclude_node_ids=tuple(sorted(excluded)),
            service="" if narrowed.service == policy.service else narrowed.service,
            promise_by=_other(narrowed.promise_by, policy.promise_by),
            wanted_by=_other(narrowed.wanted_by, policy.wanted_by),
            **limits,
        )


UNASKED = Routing()


def _other(value: T, usual: T) -> T | None:
    return None if value == usual else value
