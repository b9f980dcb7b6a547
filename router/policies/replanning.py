"""Kept decisions, decided again under another policy.

A decision keeps the nodes that mattered to it and their stock. What the order asked for
itself is kept too; what came from the policy of then is taken from the other one.
"""

from dataclasses import dataclass, replace

from allocation.codec import load, network_version_of, rules_version_of
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve
from inventory.errors import PolicyNotFound
from router.networks import Networks
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision with the policy that its order met then."""

    problem: Problem
    plan: Plan
    met: Policy

    def under(self, policy: Policy) -> Problem:
        """The same order meets another policy."""
        return replace(self.problem, policy=carried_over(self, policy))


def carried_over(kept: Kept, policy: Policy) -> Policy:
    """The other policy, narrowed by what the order itself asked for."""
    asked, met = kept.problem.policy, kept.met
    changed = {
        name: getattr(asked, name)
        for name in (
            "objective",
            "max_shipments",
            "max_distance_km",
            "line_split",
            "allow_partial",
            "keep_back",
            "node_tags",
            "only_node_ids",
            "exclude_node_ids",
            "service",
            "promise_by",
            "wanted_by",
        )
        if getattr(asked, name) != getattr(met, name)
    }
    return replace(policy, **changed) if changed else policy


def decided(kept: Kept, policy: Policy) -> Plan:
    """What a policy makes of it."""
    return solve(kept.under(policy))


@dataclass(frozen=True, slots=True)
class Archive:
    """Finds what a stored decision rests on."""

    networks: Networks
    policies: PoliciesInForce

    async def open(self, raw: bytes) -> Kept | None:
        """The decision; None if its network or its rules are not kept."""
        network = await self.networks.of(network_version_of(raw))
        if network is None:
            return None
        try:
            book = await self.policies.book(rules_version_of(raw))
            problem, plan = load(raw, network, book)
            met = await self.policies.policy(number_of(problem.policy.version))
        except PolicyNotFound:
            return None
        return Kept(problem, plan, met)
