"""The story of a simulation: a window of the ledger, two policies, a kept report."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from google.protobuf.json_format import MessageToJson

from inventory.errors import FieldViolation, InvalidField, SolveFailed
from inventory.policies import Policies
from router.learning import Learner
from router.lookahead.solving import SolverDied
from router.messages import write_time
from router.money import Currency
from router.policies.in_force import PoliciesInForce
from router.policies.reports import write_coverage, write_report
from router.policies.simulating import Simulator
from router.policies.sources import Source
from router.simulate import Before, Progress, Report
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
    prices: bool = False
    """Whether the candidate decides with look-ahead prices."""


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
        before = await self._before(wanted, start, end)
        compared = self.simulator.compare(window, baseline, draft, before=before)
        async for step in _refused(compared):
            if isinstance(step, Progress):
                yield _progress(step)
            else:
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

    async def _before(
        self, wanted: Wanted, start: datetime, end: datetime
    ) -> Before | None:
        """What prices are made from at first: before a file there is nothing."""
        if not wanted.prices:
            return None
        return Before() if wanted.orders else await self.simulator.before(start, end)

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


async def _refused(
    steps: AsyncIterator[Progress | Report],
) -> AsyncIterator[Progress | Report]:
    """The steps. Raises SolveFailed where prices could not be made."""
    try:
        async for step in steps:
            yield step
    except SolverDied as died:
        raise SolveFailed(
            f"Prices could not be made: {str(died).splitlines()[0]}",
            next_step="look at the server's log, then call again; without prices the"
            " simulation needs no solve",
        ) from died


def _progress(step: Progress) -> pb.SimulatePolicyResponse:
    return pb.SimulatePolicyResponse(
        progress=pb.SimulationProgress(orders_done=step.done, orders_total=step.total)
    )
