"""The story of one chaos run: load, faults at random moments, quiet, audit."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import shipfrom
from tests.chaos.load import Told, customers, fill
from tests.chaos.rig import Rig

CALLERS = 16
FAULTS = ("router", "view", "view wiped", "both")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was answered, what is there, and what the auditor says."""

    faults: tuple[str, ...]
    held: int
    ordered: int
    retried: int
    refused: int
    lost: tuple[str, ...]
    oversold_units: int
    violations: tuple[str, ...]
    seconds: float

    @property
    def clean(self) -> bool:
        return not self.lost and not self.oversold_units and not self.violations


async def run(
    directory: Path, *, faults: list[str], seed: int, pause_s: float = 0.8
) -> Verdict:
    """Let every fault happen once under load, in the order given."""
    rng = random.Random(seed)
    began = time.monotonic()
    told, stop = Told(), asyncio.Event()
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(Rig(directory))
        client = await stack.enter_async_context(shipfrom.AsyncClient(rig.address))
        await fill(client)
        tasks = [
            asyncio.create_task(customers(client, told, name=f"{seed}-{i}", stop=stop))
            for i in range(CALLERS)
        ]
        for fault in faults:
            await asyncio.sleep(pause_s * rng.uniform(0.3, 1.7))
            await strike(rig, fault)
        await asyncio.sleep(pause_s)
        stop.set()
        await asyncio.gather(*tasks)
        lost = await missing(client, told)
        report = await rig.audited()
    return Verdict(
        faults=tuple(faults),
        held=len(told.held),
        ordered=len(told.ordered),
        retried=told.retried,
        refused=told.refused,
        lost=lost,
        oversold_units=report.oversold_units,
        violations=tuple(f"{v.invariant}: {v.what}" for v in report.violations),
        seconds=round(time.monotonic() - began, 1),
    )


async def strike(rig: Rig, fault: str) -> None:
    """Let one fault happen and heal it."""
    if fault in ("router", "both"):
        await rig.kill_router()
    if fault in ("view", "view wiped", "both"):
        await rig.kill_view(wipe=fault != "view")
    if fault in ("router", "both"):
        await rig.start_router()


async def missing(client: shipfrom.AsyncClient, told: Told) -> tuple[str, ...]:
    """Answered holds and orders that the server no longer knows."""
    lost = []
    for order_id in sorted(told.ordered):
        try:
            await client.order(order_id)
        except shipfrom.Refusal:
            lost.append(order_id)
    for hold_id in sorted(told.held):
        try:
            await client.explain(hold_id=hold_id)
        except shipfrom.Refusal:
            lost.append(hold_id)
    return tuple(lost)
