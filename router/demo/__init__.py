"""A world to try things on: real places and baskets, invented stock and rates.

`seed` fills a running App of a development server; `router.demo.importer` sends the
world to any server through the public API.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inventory.operations import Count, CountStock, RequestKey
from router.demo.batches import batches, request_id
from router.demo.world import SEED, build_world
from router.documents import row_of

if TYPE_CHECKING:
    from inventory.catalogue import Kind
    from router.app import App
    from router.demo.world import World

Progress = Callable[[str, int, int], None]
"""Called with what is written ("nodes", "stock", …), rows done and rows in all."""

Rows = list[tuple[str, dict[str, object]]]

PRINCIPAL = "demo"
COUNTS_AN_OPERATION = 500
SUBMIT_SECONDS_MAX = 120.0
"""A server that needs longer for 500 counts is stuck."""


async def seed(
    app: "App",
    *,
    small: bool = True,
    progress: Progress | None = None,
    seed: int = SEED,
) -> "World":
    """Fills the App's catalogue and ledger; doing it again changes nothing.

    Args:
        app: a running App, with or without earlier content.
        small: 60 nodes and 2,000 SKUs; else the whole demonstration.
        progress: told after each part.
        seed: names the world.
    """
    tell = progress or _silent
    world = await asyncio.to_thread(build_world, seed=seed, small=small)
    name = world.digest()
    nodes = [(node.node_id, row_of(node)) for node in world.nodes]
    items = [(item.sku, row_of(item)) for item in world.items]
    lanes = [(lane.lane_id, row_of(lane)) for lane in world.lanes]
    tables: tuple[tuple[Kind, Rows], ...] = (
        ("node", nodes),
        ("item", items),
        ("lane", lanes),
    )
    for kind, rows in tables:
        await app.stock.catalogue.upsert(_key(name, kind, "0"), kind, rows)
        tell(f"{kind}s", len(rows), len(rows))
    await app.refresh()
    await _count(app, list(world.counts()), name, tell)
    return world


async def _count(
    app: "App", counts: Sequence[Count], name: str, tell: Progress
) -> None:
    """Sends all operations at once: the writer combines them into few transactions."""
    done = 0

    async def submit(part: int, rows: Sequence[Count]) -> None:
        nonlocal done
        key = _key(name, "stock", str(part))
        operation = CountStock(key, tuple(rows), f"demonstration stock {name}")
        deadline = asyncio.get_running_loop().time() + SUBMIT_SECONDS_MAX
        await app.stock.submit(operation, deadline=deadline)
        done += len(rows)
        tell("stock", done, len(counts))

    parts = enumerate(batches(counts, COUNTS_AN_OPERATION))
    await asyncio.gather(*(submit(part, rows) for part, rows in parts))


def _key(name: str, kind: str, part: str) -> RequestKey:
    return RequestKey(PRINCIPAL, "demo.seed", request_id(name, kind, part), name)


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""
