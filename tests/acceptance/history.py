"""What places sold before a case begins: orders of four weeks, shipped from there.

The service learns how long stock lasts from the orders of the last 28 days. So every
place with `weekly_sales` sells as much of each SKU that it stocks once a week, through
the public API, while the server's clock moves on; the case's own stock is counted
afterwards.
"""

from .lifecycle import ship
from .schema import Case, Json
from .world import TTL_S, World

WEEKS = 4
"""As far back as the service looks."""
WEEK_S = 7 * 24 * 3600
BEFORE = "before the case"
"""The order of the case that all of them are."""


def sold(case: Case) -> dict[tuple[str, str], int]:
    """Units that leave each (place, SKU) before the case begins."""
    return {
        (place["id"], sku): WEEKS * case.units(place["weekly_sales"])
        for place in _selling(case)
        for sku in place["stock"]
    }


async def sell(world: World) -> None:
    """Sell once a week, and let the weeks pass."""
    places = _selling(world.case)
    if not places:
        return
    for week in range(WEEKS):
        for place in places:
            await _sell_at(world, place, week)
        await world.pass_time(WEEK_S)
    # They are over: no step of the case can return a part of them.
    del world.orders[BEFORE]


def _selling(case: Case) -> list[Json]:
    """Places that sell something."""
    return [p for p in case.places if p.get("weekly_sales") and p.get("stock")]


async def _sell_at(world: World, place: Json, week: int) -> None:
    """One order of everything there, which leaves at once."""
    identity, sales = ("sales", place["id"], week), place["weekly_sales"]
    node_id, units = world.names.node(place["id"]), world.case.units(sales)
    lines = tuple((node_id, world.names.sku(sku), units) for sku in place["stock"])
    held = await world.hold_at(lines, identity, ttl_s=TTL_S)
    await world.commit(held.hold_id, identity, order=BEFORE)
    items = [{"location": place["id"], "sku": s, "qty": sales} for s in place["stock"]]
    await ship(world, {"order_id": BEFORE, "items": items}, identity)
