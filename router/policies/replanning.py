"""Orders of before, decided again under another policy.

A stored decision keeps the nodes that mattered to it, and another policy may want
others. So an order meets the whole network as it is now, on the stock of now with its
own units given back. What it asked for itself is kept; what came from the policy of
then is taken from the other one.
"""

import json
from dataclasses import dataclass, replace

from allocation.codec import (
    load,
    network_version_of,
    problem_from_json,
    problem_to_json,
    rules_version_of,
)
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from allocation.solve import solve
from inventory.errors import PolicyNotFound
from inventory.stock import Stock
from router.networks import Networks
from router.planning import fit
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of

ASKED = (
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
"""What an order may narrow in its policy."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A problem, and the policy that its order met when it was decided."""

    problem: Problem
    met: Policy

    def under(self, policy: Policy) -> Plan:
        """What another policy makes of it."""
        asked = self.problem.policy
        changed = {
            name: getattr(asked, name)
            for name in ASKED
            if getattr(asked, name) != getattr(self.met, name)
        }
        narrowed = replace(policy, **changed) if changed else policy
        return solve(replace(self.problem, policy=narrowed))

    def to_json(self) -> bytes:
        """Everything it needs, to be decided anywhere."""
        return problem_to_json(self.problem)


@dataclass(frozen=True, slots=True)
class Scenes:
    """Sets the scene for orders of before."""

    stock: Stock
    networks: Networks
    policies: PoliciesInForce

    async def of(self, decision: bytes) -> Scene | None:
        """The order of a decision; None if what it rests on is not kept."""
        network = await self.networks.of(network_version_of(decision))
        if network is None:
            return None
        try:
            book = await self.policies.book(rules_version_of(decision))
            problem, plan = load(decision, network, book)
            met = await self._met(problem)
        except PolicyNotFound:
            return None
        return Scene(await self._now(problem, plan), met)

    async def kept(self, raw: bytes) -> Scene:
        """What `Scene.to_json` wrote. Raises PolicyNotFound."""
        book = await self.policies.book(json.loads(raw)["policy"].get("book"))
        problem = problem_from_json(raw, book)
        return Scene(problem, await self._met(problem))

    async def _met(self, problem: Problem) -> Policy:
        return await self.policies.policy(number_of(problem.policy.version))

    async def _now(self, problem: Problem, plan: Plan) -> Problem:
        """The same order in today's network, its units given back."""
        snapshot = self.networks.snapshot
        skus = [line.sku for line in problem.order.lines]
        reading = await self.stock.read(skus)
        available = fit(reading.available, snapshot.network.size).copy()
        row_of = {sku: row for row, sku in enumerate(skus)}
        for shipment in plan.shipments:
            node = snapshot.nodes.get(shipment.node_id)
            if node is None:
                continue
            for line in shipment.lines:
                available[row_of[line.sku], node.number] += line.quantity
        return Problem(
            problem.order, snapshot.network, available, problem.policy, problem.now
        )
