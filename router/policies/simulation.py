"""The story of a simulation: a window of the ledger, two policies, a kept report."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from google.protobuf.json_format import MessageToJson

from inventory.errors import FieldViolation, InvalidField
from inventory.policies import Policies
from router.learning import Learner
from router.messages import write_time
from router.money import Currency
from router.policies.in_force import PoliciesInForce
from router.policies.reports import write_coverage, write_report
from router.policies.simulating import Simulator
from router.policies.sources import Source
from router.simulate import Progress, Report
from router.simulate.order_file import read_orders
from router.simulate.recorded import Recorded
from router.wishes import WishReader
from shipfrom.v1 import policy_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be simulated, and who asks."""

    candidate: Source
    baseline: Source
    window: timedelta
    coverage: bool
    author: str
    orders: str = ""
    """JSON lines to be decided instead of the ledger's orders."""


@dataclass(frozen=True, slots=True)
class Simulations:
    """Runs simulations and keeps what came of them."""

    policies: Policies
    simulator: Simulator
    in_force: PoliciesInForce
    learner: Learner
    currency: Currency
    reader: WishReader
    now: Callable[[], datetime]

    async def run(self, wanted: Wanted) -> AsyncIterator[pb.SimulatePolicyResponse]:
        """Progress, then the report; a version keeps it under its etag."""
        end = self.now()
        start = end if wanted.orders else end - wanted.window
        baseline = wanted.baseline.policy(self.in_force)
        draft = wanted.candidate.policy(self.in_force)
        await self.learner.ready(baseline, draft)
        window = await self.simulator.window(start, end)
        if wanted.orders:
            window = self._of_file(window, wanted.orders)
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
        write_time(start, answer.report.start_time)
        write_time(end, answer.report.end_time)
        await self._keep(wanted, answer.report)
        yield answer

    def _of_file(self, window: Recorded, text: str) -> Recorded:
        """The present stock with the orders of a file.

        Raises:
            InvalidField: naming the wrong lines; the good ones alone would say
                something else than the whole file.
        """
        snapshot = window.setting.snapshot
        lines = text.encode().splitlines()
        found = read_orders(lines, file="orders", reader=self.reader, snapshot=snapshot)
        if found.rejected or not found.orders:
            raise InvalidField(
                [
                    FieldViolation(
                        f"orders[{wrong.line}].{wrong.field}",
                        wrong.problem,
                        wrong.suggestion,
                    )
                    for wrong in found.rejected
                ]
                or [FieldViolation("orders", "holds no order", "write one a line")]
            )
        return replace(window, orders=found.orders)

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
