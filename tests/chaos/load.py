"""Checkouts that never give up: each keeps its ids and asks until it has an answer."""

import asyncio
import random
from dataclasses import dataclass, field

import shipfrom

SKUS = tuple(f"SKU-{number:02d}" for number in range(12))
NODES = tuple(f"node-{number:02d}" for number in range(8))
UNITS_PER_CELL = 60
RETRY_PAUSE_S = 0.05
TRY_SECONDS = 1.5
REFUSALS_THAT_END = (
    shipfrom.NoStock,
    shipfrom.HoldReleased,
    shipfrom.HoldExpired,
    shipfrom.StockChanged,
)


@dataclass(slots=True)
class Told:
    """What the server answered, and so must never forget."""

    held: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    ordered: set[str] = field(default_factory=set)
    refused: int = 0
    retried: int = 0


async def fill(client: shipfrom.AsyncClient) -> None:
    """A small network with so little stock that checkouts meet at the last units."""
    nodes = [
        shipfrom.Node(node_id=n, latitude=40.0, longitude=-74.0 - i)
        for i, n in enumerate(NODES)
    ]
    await client.upsert_nodes(nodes)
    await client.upsert_items([shipfrom.Item(sku=s, weight_g=300) for s in SKUS])
    await client.upsert_lanes(
        [shipfrom.Lane(lane_id="ground", service="GROUND", zone=1, transit_days=2)]
    )
    cells = {(s, n): UNITS_PER_CELL for s in SKUS for n in NODES}
    await client.set_stock(cells)


async def checkout(client: shipfrom.AsyncClient, told: Told, *, seed: str) -> None:
    """One customer: hold, then buy, leave or change their mind."""
    rng = random.Random(seed)
    hold_id, order_id = f"h-{seed}", f"o-{seed}"
    lines = {s: rng.randint(1, 3) for s in rng.sample(SKUS, rng.randint(1, 3))}
    where = shipfrom.Destination(latitude=40.7, longitude=-74.0)

    async def hold() -> None:
        await client.hold(lines=lines, ship_to=where, hold_id=hold_id, accept=None)

    try:
        await _until_answered(hold, told)
        told.held.add(hold_id)
        if rng.random() < 0.7:
            await _until_answered(
                lambda: client.commit(hold_id, order_id=order_id), told
            )
            told.ordered.add(order_id)
        elif rng.random() < 0.5:
            await _until_answered(lambda: client.release(hold_id), told)
            told.released.add(hold_id)
    except REFUSALS_THAT_END:
        told.refused += 1


async def _until_answered(ask, told: Told) -> None:  # type: ignore[no-untyped-def]  # any coroutine function
    while True:
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await ask()
            return
        except (shipfrom.Unavailable, shipfrom.OutcomeUnknown, TimeoutError):
            told.retried += 1
            await asyncio.sleep(RETRY_PAUSE_S)
        except shipfrom.Error as error:
            if isinstance(error, shipfrom.Refusal):
                raise
            told.retried += 1
            await asyncio.sleep(RETRY_PAUSE_S)


async def customers(
    client: shipfrom.AsyncClient, told: Told, *, name: str, stop: asyncio.Event
) -> None:
    """One customer after another until `stop`."""
    number = 0
    while not stop.is_set():
        await checkout(client, told, seed=f"{name}-{number}")
        number += 1
