"""The story of a simulation: the newest orders, two policies, a report that is kept."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from inventory.policies import Policies
from inventory.stock import Stock
from router.money import Currency
from router.planning import Planner
from router.policies.answers import write_report
from router.policies.in_force import PoliciesInForce
from router.policies.replanning import Scene, Scenes
from router.policies.simulating import Report, simulate
from router.policies.sources import Source
from router.rpc.call import Call
from shipfrom.v1 import policy_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Simulations:
    """Runs simulations and keeps what came of them."""

    policies: Policies
    stock: Stock
    scenes: Scenes
    in_force: PoliciesInForce
    planner: Planner
    currency: Currency
    now: Callable[[], datetime]

    async def run(
        self,
        candidate: Source,
        baseline: Source,
        *,
        call: Call,
        author: str,
        orders_max: int,
    ) -> AsyncIterator[pb.SimulatePolicyResponse]:
        """Progress, then the report; a version keeps it under its etag."""
        scenes = await self._orders(call.principal, orders_max)
        steps = simulate(
            scenes,
            baseline.policy(self.in_force),
            candidate.policy(self.in_force),
            planner=self.planner,
            now=self.now(),
        )
        async for step in steps:
            response = pb.SimulatePolicyResponse()
            if isinstance(step, Report):
                await self._keep(candidate, step, author)
                write_report(step, response.report, self.currency)
            else:
                response.progress.orders_done = step
                response.progress.orders_total = len(scenes)
            yield response

    async def _orders(self, principal: str, orders_max: int) -> list[Scene]:
        orders = await self.stock.orders(principal, limit=orders_max)
        found = [await self.scenes.of(order.decision) for order in orders]
        return [scene for scene in found if scene is not None]

    async def _keep(self, candidate: Source, report: Report, author: str) -> None:
        if candidate.found is not None:
            await self.policies.keep_report(
                candidate.found.version,
                candidate.found.etag,
                report=report.to_json(),
                who=author,
            )
