"""Orders of before as problems that any policy can be tried on.

A stored decision keeps the nodes that mattered to it, and another policy may want
others. So the order meets the whole network as it is now, on the stock of now with its
own units given back.
"""

from dataclasses import dataclass

from allocation.codec import load, network_version_of, rules_version_of
from allocation.collecting import brought_prices
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from inventory.errors import PolicyNotFound
from inventory.stock import Stock
from router.networks import Networks
from router.planning import fit
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of


@dataclass(frozen=True, slots=True)
class Scene:
    """A problem, the plan of then, and the policy that the order met."""

    problem: Problem
    plan: Plan
    met: Policy


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
            met = await self.policies.policy(number_of(problem.policy.version))
        except PolicyNotFound:
            return None
        return Scene(await self._now(problem, plan), plan, met)

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
        order, network = problem.order, snapshot.network
        prices = brought_prices(order, network)
        return Problem(order, network, available, problem.policy, problem.now, prices)
