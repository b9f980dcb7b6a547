"""The client of the demonstration: real baskets through Quote, Hold and Commit.

A process of its own, so that its work is not counted as the server's. Closed loop: a
fixed number of callers, each sends its next call when the last one was answered; so a
slow server is asked more slowly, and latencies under load include waiting for the
callers' turn on the same two cores. The first orders run with one caller alone: their
latencies are what a call takes by itself.

    python -m benchmarks.demo_load --address 127.0.0.1:7350 --out build/journeys.json
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import grpc
from grpc import aio

from router.demo.baskets import Basket, draw_baskets
from router.demo.grocery import basket_set
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_pb2
from shipfrom.v1.checkout_service_pb2_grpc import CheckoutServiceStub

CALLERS = 8
"""More callers wait for the same two cores: latencies grow, throughput does not."""
CHANNELS = 4
"""Connections: more than one, so that several server processes get some each."""
ALONE_ORDERS = 200
QUOTES_MAX = 4
"""Stock moves between quote and hold; who loses the race this often gives up."""
SENDS_MAX = 6
CALL_SECONDS_MAX = 30.0
TELL_EVERY = 25

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Journey:
    """What became of one basket. Milliseconds of every call it took."""

    number: int
    order_ref: str
    postal_code: str
    lines: int
    units: int
    outcome: str = ""
    order_id: str = ""
    filled_units: int = 0
    shipments: int = 0
    cost_minor: int = 0
    proven: bool = False
    status: str = ""
    gap_bps: int = 0
    quotes: int = 0
    alone: bool = False
    quote_ms: list[float] = field(default_factory=list)
    hold_ms: list[float] = field(default_factory=list)
    commit_ms: list[float] = field(default_factory=list)


class Shopper:
    """Takes one basket at a time through the three calls."""

    def __init__(self, stub: CheckoutServiceStub, run: str) -> None:
        self._stub = stub
        self._run = run

    async def shop(self, number: int, basket: Basket, *, alone: bool) -> Journey:
        """Quotes until a hold is won, then commits it."""
        order = basket.order
        journey = Journey(
            number=number,
            order_ref=basket.order_ref,
            postal_code=order.destination.postal_code,
            lines=len(order.lines),
            units=sum(line.quantity for line in order.lines),
            alone=alone,
        )
        try:
            await self._to_order(journey, basket)
        except aio.AioRpcError as error:
            journey.outcome = error.code().name
        return journey

    async def _to_order(self, journey: Journey, basket: Basket) -> None:
        hold = await self._held(journey, basket)
        if hold is None:
            return
        request = pb.CommitRequest(
            request_id=str(uuid.uuid4()),
            hold_id=hold.hold_id,
            order_id=f"{self._run}-{journey.number:06d}",
        )
        answer = await _timed(self._stub.Commit, request, journey.commit_ms)
        journey.order_id = answer.order_id
        journey.outcome = "COMMITTED"
        _note_plan(journey, hold.plan)

    async def _held(self, journey: Journey, basket: Basket) -> pb.HoldResponse | None:
        quote = _quote_request(basket)
        for attempt in range(QUOTES_MAX):
            quoted = await _timed(self._stub.Quote, quote, journey.quote_ms)
            journey.quotes += 1
            if not quoted.best.shipments:
                journey.outcome = "NOTHING_TO_SEND"
                return None
            request = self._hold_request(journey, quote, quoted, attempt)
            try:
                return await _timed(self._stub.Hold, request, journey.hold_ms)
            except aio.AioRpcError as error:
                journey.outcome = error.code().name
                if error.code() is not grpc.StatusCode.ABORTED:
                    raise
        return None

    def _hold_request(
        self,
        journey: Journey,
        quote: pb.QuoteRequest,
        quoted: pb.QuoteResponse,
        attempt: int,
    ) -> pb.HoldRequest:
        """Holds what was quoted: never dearer than the customer was told."""
        request = pb.HoldRequest(
            request_id=str(uuid.uuid4()),
            hold_id=f"{self._run}-{journey.number:06d}-{attempt}",
            lines=quote.lines,
            ship_to=quote.ship_to,
            routing=quote.routing,
            order_ref=journey.order_ref,
        )
        request.accept.cost_max.CopyFrom(quoted.best.cost)
        return request


def _quote_request(basket: Basket) -> pb.QuoteRequest:
    home = basket.order.destination
    return pb.QuoteRequest(
        lines=[
            order_pb2.Line(sku=line.sku, quantity=line.quantity)
            for line in basket.order.lines
        ],
        ship_to=order_pb2.Destination(
            postal_code=home.postal_code,
            region_code=home.region_code,
            residential=home.residential,
        ),
        routing=order_pb2.Routing(allow_partial=True),
    )


def _note_plan(journey: Journey, plan: order_pb2.Plan) -> None:
    journey.shipments = len(plan.shipments)
    journey.filled_units = sum(
        line.quantity for shipment in plan.shipments for line in shipment.lines
    )
    journey.cost_minor = plan.cost.units * 100 + plan.cost.nanos // 10_000_000
    journey.proven = plan.status == order_pb2.PLAN_STATUS_OPTIMAL
    journey.status = order_pb2.PlanStatus.Name(plan.status)
    journey.gap_bps = plan.gap_bps


async def _timed(
    call: Callable[..., Awaitable[Answer]], request: object, took_ms: list[float]
) -> Answer:
    """One call; an overloaded server is asked again with the same ids."""
    for attempt in range(1, SENDS_MAX + 1):
        start = time.perf_counter()
        try:
            return await call(request, timeout=CALL_SECONDS_MAX)
        except aio.AioRpcError as error:
            busy = error.code() in (
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                grpc.StatusCode.UNAVAILABLE,
            )
            if not busy or attempt == SENDS_MAX:
                raise
        finally:
            took_ms.append((time.perf_counter() - start) * 1e3)
        await asyncio.sleep(0.05 * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


async def drive(
    address: str, baskets: Sequence[Basket], *, callers: int, run: str
) -> tuple[list[Journey], float]:
    """Runs all baskets; returns the journeys and the seconds of the loaded part."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    channels = [aio.insecure_channel(address, options) for _ in range(CHANNELS)]
    stubs = [CheckoutServiceStub(channel) for channel in channels]  # type: ignore[no-untyped-call]  # generated
    shoppers = [Shopper(stub, run) for stub in stubs]
    numbered = list(enumerate(baskets, 1))
    alone_count = min(ALONE_ORDERS, len(numbered) // 10)
    journeys: list[Journey] = []

    async def work(
        caller: int, queue: Iterator[tuple[int, Basket]], alone: bool
    ) -> None:
        for number, basket in queue:
            shopper = shoppers[caller % CHANNELS]
            journeys.append(await shopper.shop(number, basket, alone=alone))
            if len(journeys) % TELL_EVERY == 0:
                _tell(len(journeys))

    await work(0, iter(numbered[:alone_count]), True)
    start = time.perf_counter()
    queue = iter(numbered[alone_count:])
    await asyncio.gather(*(work(caller, queue, False) for caller in range(callers)))
    seconds = time.perf_counter() - start
    _tell(len(journeys))
    await asyncio.gather(*(channel.close() for channel in channels))
    return sorted(journeys, key=lambda journey: journey.number), seconds


def _tell(done: int) -> None:
    print(done, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Drives the load and writes the journeys to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--address", default="", help="without it: read from stdin, once it is known"
    )
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--callers", type=int, default=CALLERS)
    parser.add_argument("--baskets", default="onlineretail")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    baskets = draw_baskets(
        basket_set(options.baskets), options.orders, seed=options.seed
    )
    run = f"demo-{uuid.uuid4().hex[:6]}"
    address = options.address or sys.stdin.readline().strip()
    if not address:
        return 1
    journeys, seconds = asyncio.run(
        drive(address, baskets, callers=options.callers, run=run)
    )
    loaded = {"seconds": seconds, "journeys": [asdict(row) for row in journeys]}
    options.out.write_text(json.dumps(loaded))
    return 0


if __name__ == "__main__":
    sys.exit(main())
