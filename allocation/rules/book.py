"""A policy document in force, and the plain policy that orders start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from allocation.policy import Objective, Policy, Weights
from allocation.rules.document import DEFAULT_TIERS
from allocation.rules.words import Measure, Verb

if TYPE_CHECKING:
    from allocation.rules.document import PolicyDocument


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A document under the version that plans record; books are told apart by it."""

    version: str
    document: PolicyDocument = field(compare=False, repr=False)


def _objective(document: PolicyDocument) -> Objective:
    """Tiers that say what the plain objective says are left to the fast way."""
    plain = document.objective == DEFAULT_TIERS
    return Objective.CHEAPEST if plain else Objective.POLICY


def asks_refusals(policy: Policy) -> bool:
    """Whether a rule leaves nodes alone that turned shipments down."""
    book = policy.book
    return book is not None and any(
        rule.do is Verb.COOL_OFF and rule.enabled for rule in book.document.rules
    )


def measures(policy: Policy) -> tuple[Measure, ...]:
    """What the tiers of a policy make small."""
    if policy.book is None:
        return ()
    return tuple(tier.minimise for tier in policy.book.document.objective)


def policy_in_force(document: PolicyDocument, version: str) -> Policy:
    """The policy of an order that asks for nothing special."""
    limits = document.limits
    return Policy(
        version=version,
        objective=_objective(document),
        weights=Weights(document.distance_minor_per_100km, document.late_minor_per_day),
        max_shipments=limits.shipments_per_order,
        max_distance_km=limits.distance_km,
        line_split=limits.line_split,
        ship_complete=limits.ship_complete,
        allow_partial=limits.allow_partial,
        look_ahead=document.look_ahead,
        book=RuleBook(version, document),
    )
