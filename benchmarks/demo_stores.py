"""The demonstration's third act: a day in fifty stores, played through their service.

The stores with the most to do take their tasks: most are accepted, picked and shipped,
some are rejected, and of some a unit is not on the shelf. Then the order is re-routed
in the step that corrects the stock. Who rejects and what is missing is drawn from the
seed, not from life.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

import grpc
from grpc import aio
from rich.text import Text

from benchmarks.demo_figures import percentile
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as orders
from shipfrom.v1 import store_service_pb2 as pb
from shipfrom.v1.order_service_pb2_grpc import OrderServiceStub
from shipfrom.v1.store_service_pb2_grpc import StoreServiceStub

STORES = 50
TASKS_A_STORE = 2
LOOKED_AT = 200
"""Of the last orders: where they ship from says which stores have work."""
REJECTED, SHORT = 0.06, 0.08
"""Shares of tasks. Invented."""
CALLERS = 8
SECONDS_MAX = 30.0

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Day:
    """What happened in the stores."""

    tasks: int = 0
    shipped: int = 0
    rejected: int = 0
    short: int = 0
    moved: int = 0
    kept: int = 0
    waiting: int = 0
    corrected_units: int = 0
    lost_races: int = 0
    reroute_ms: list[float] = field(default_factory=list)


async def third_act(
    order_ids: Sequence[str], seed: int, tell: Tell, channel: aio.Channel
) -> dict[str, Any]:
    """Figures of one day in the stores that have the most to do."""
    stores = StoreServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
    reading = OrderServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
    names = await _busiest(reading, order_ids[-LOOKED_AT:])
    day, done = Day(), 0
    queue = iter(names)

    async def caller() -> None:
        nonlocal done
        for name in queue:
            await _work(stores, name, Random(f"{seed} {name}"), day)
            done += 1
            tell(done, len(names))

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return _figures(day, len(names))


async def _busiest(reading: Any, order_ids: Iterable[str]) -> list[str]:
    """The stores that send the most of these orders."""
    found: Counter[str] = Counter()
    queue = iter(order_ids)

    async def caller() -> None:
        for order_id in queue:
            request = orders.GetOrderRequest(order_id=order_id)
            answer = await reading.GetOrder(request, timeout=SECONDS_MAX)
            shipments = answer.order.shipments
            found.update(s.node_id for s in shipments if s.node_id.startswith("store-"))

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    ranked = sorted(found, key=lambda name: (-found[name], name))
    return ranked[:STORES]


async def _work(stores: Any, name: str, rng: Random, day: Day) -> None:
    """One store takes its tasks, the longest waiting first."""
    request = pb.ListTasksRequest(node_id=name, page_size=TASKS_A_STORE)
    found = await stores.ListTasks(request, timeout=SECONDS_MAX)
    for task in islice(found.tasks, TASKS_A_STORE):
        if task.state != order_pb2.SHIPMENT_STATE_ALLOCATED:
            continue
        try:
            await _do(stores, task, rng, day)
        except aio.AioRpcError as no:
            # Another store's short pick took it, or its order was re-routed meanwhile.
            if no.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            day.lost_races += 1


async def _do(stores: Any, task: pb.Task, rng: Random, day: Day) -> None:
    day.tasks += 1
    draw = rng.random()
    if draw < REJECTED:
        busy = pb.REJECT_REASON_TOO_BUSY
        reject = pb.RejectRequest(
            request_id=_id(), shipment_id=task.shipment_id, reason=busy
        )
        began = time.perf_counter()
        answer = await stores.Reject(reject, timeout=SECONDS_MAX)
        day.rejected += 1
        _note(day, answer.rerouted, began)
        return
    accept = pb.AcceptRequest(request_id=_id(), shipment_id=task.shipment_id)
    await stores.Accept(accept, timeout=SECONDS_MAX)
    is_short = draw < REJECTED + SHORT
    await _pick(stores, task, day, missing=is_short)


async def _pick(stores: Any, task: pb.Task, day: Day, *, missing: bool) -> None:
    """Everything is there, but for one unit of the first line where some is missing."""
    lines = [pb.PickedLine(sku=x.sku, picked=x.quantity) for x in task.lines]
    if missing:
        lines[0].picked -= 1
        lines[0].missing = 1
    request = pb.ConfirmPickRequest(
        request_id=_id(), shipment_id=task.shipment_id, lines=lines
    )
    began = time.perf_counter()
    answer = await stores.ConfirmPick(request, timeout=SECONDS_MAX)
    if missing:
        day.short += 1
        day.corrected_units += 1
        _note(day, answer.rerouted, began)
    if answer.task.state != order_pb2.SHIPMENT_STATE_PICKING:
        return
    ship = pb.MarkShippedRequest(
        request_id=_id(),
        shipment_id=task.shipment_id,
        carrier="SPECIMEN",
        tracking_number=task.shipment_id,
    )
    await stores.MarkShipped(ship, timeout=SECONDS_MAX)
    day.shipped += 1


def _note(day: Day, rerouted: pb.Rerouted, began: float) -> None:
    day.reroute_ms.append((time.perf_counter() - began) * 1000)
    if rerouted.change.unfilled:
        day.waiting += 1
    elif rerouted.shipment_ids:
        day.moved += 1
        day.kept += rerouted.change.promise_kept


def _figures(day: Day, stores: int) -> dict[str, Any]:
    return {
        "stores": stores,
        "tasks": day.tasks,
        "shipped": day.shipped,
        "rejected": day.rejected,
        "short_picks": day.short,
        "rerouted": day.moved,
        "promises_kept": day.kept,
        "waiting": day.waiting,
        "corrected_units": day.corrected_units,
        "lost_races": day.lost_races,
        "reroute_ms": {
            "p50": round(percentile(day.reroute_ms, 0.5), 2),
            "p99": round(percentile(day.reroute_ms, 0.99), 2),
        },
    }


def told_stores(act: dict[str, Any]) -> Text:
    """The act in two sentences."""
    again = act["rejected"] + act["short_picks"]
    return Text(
        f"{act['stores']} stores took {act['tasks']} tasks: {act['shipped']} shipped, "
        f"{act['rejected']} rejected, {act['short_picks']} with a unit that was not on "
        f"the shelf.\n{act['rerouted']} of these {again} orders have another node, "
        f"{act['promises_kept']} of them arrive as promised, {act['waiting']} wait for "
        f"a person; re-routed and stock corrected in one step of "
        f"{act['reroute_ms']['p50']} ms (p99 {act['reroute_ms']['p99']} ms)."
    )


def _id() -> str:
    return str(uuid.uuid4())
