"""The story of a simulation: a window of the ledger, two policies, a kept report."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.protobuf.json_format import MessageToJson

from inventory.policies import Policies
from router.messages import write_time
from router.money import Currency
from router.policies.in_force import PoliciesInForce
from router.policies.reports import write_coverage, write_report
from router.policies.simulating import Simulator
from router.policies.sources import Source
from router.simulate import Progress, Report
from shipfrom.v1 import policy_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be simulated, and who asks."""

    candidate: Source
    baseline: Source
    window: timedelta
    coverage: bool
    author: str


@dataclass(frozen=True, slots=True)
class Simulations:
    """Runs simulations and keeps what came of them."""

    policies: Policies
    simulator: Simulator
    in_force: PoliciesInForce
    currency: Currency
    now: Callable[[], datetime]

    async def run(self, wanted: Wanted) -> AsyncIterator[pb.SimulatePolicyResponse]:
        """Progress, then the report; a version keeps it under its etag."""
        end = self.now()
        window = await self.simulator.window(end - wanted.window, end)
        baseline = wanted.baseline.policy(self.in_force)
        draft = wanted.candidate.policy(self.in_force)
        answer = pb.SimulatePolicyResponse()
        async for step in self.simulator.compare(window, baseline, draft):
            if isinstance(step, Progress):
                yield _progress(step)
                continue
            assert isinstance(step, Report)
            write_report(step, answer.report, self.currency)
        if wanted.coverage:
            async for told in self.simulator.cover(window, draft):
                if isinstance(told, Progress):
                    yield _progress(told)
                else:
                    write_coverage(told, answer.report, self.currency)
        write_time(end - wanted.window, answer.report.start_time)
        write_time(end, answer.report.end_time)
        await self._keep(wanted, answer.report)
        yield answer

    async def _keep(self, wanted: Wanted, report: pb.SimulationReport) -> None:
        found = wanted.candidate.found
        # Beside itself a version shows what its rules do, and not what it changes.
        if found is not None and wanted.candidate.version != wanted.baseline.version:
            await self.policies.keep_report(
                found.version,
                found.etag,
                report=MessageToJson(report, indent=None),
                who=wanted.author,
            )


def _progress(step: Progress) -> pb.SimulatePolicyResponse:
    return pb.SimulatePolicyResponse(
        progress=pb.SimulationProgress(orders_done=step.done, orders_total=step.total)
    )
