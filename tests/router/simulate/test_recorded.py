"""Orders of a real ledger, simulated on the stock that they met."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from allocation.policy import Policy
from inventory.operations import Count, CountStock, RequestKey
from router.app import App
from router.checkout import CheckoutService
from router.documents import row_of
from router.money import Currency
from router.rpc.call import Call
from router.simulate import Report, Runs, run, simulate
from router.simulate.recorded import Recorded, recorded
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import order_pb2
from tests.inventory.movable_clock import MovableClock
from tests.router.shop import new_id
from tests.router.simulation import LANES, NODES, SKUS

A, B = SKUS[:2]
PUBLISHED = Policy(version="published")
FAR = replace(PUBLISHED, version="far", only_node_ids=("lax",))


@pytest.fixture
async def app(sqlite_url: str, clock: MovableClock) -> AsyncIterator[App]:
    opened = await App.open(
        ledger_url=sqlite_url, view_url=None, clock=clock, policy=PUBLISHED
    )
    nodes = [(node.node_id, row_of(node)) for node in NODES]
    lanes = [(lane.lane_id, row_of(lane)) for lane in LANES]
    await opened.stock.catalogue.upsert(key("nodes"), "node", nodes)
    await opened.stock.catalogue.upsert(key("lanes"), "lane", lanes)
    await opened.refresh()
    await count(opened, (A, "nyc", 2), (A, "lax", 50), (B, "lax", 50))
    clock.move(hours=1)
    yield opened
    await opened.close()


def key(name: str) -> RequestKey:
    return RequestKey("ops", "Test", new_id(), name)


async def count(app: App, *cells: tuple[str, str, int]) -> None:
    counts = tuple(Count(*cell) for cell in cells)
    await app.stock.submit(CountStock(key("count"), counts, reason=""))


async def buy(app: App, order_id: str, sku: str, **routing: object) -> None:
    checkout = app.services["shipfrom.v1.CheckoutService"]
    assert isinstance(checkout, CheckoutService)
    hold = pb.HoldRequest(
        request_id=new_id(),
        hold_id=f"h-{order_id}",
        lines=[order_pb2.Line(sku=sku, quantity=1)],
        ship_to=order_pb2.Destination(postal_code="10001"),
    )
    if routing:
        hold.routing.CopyFrom(order_pb2.Routing(**routing))
    await checkout.Hold(hold, Call())
    request = pb.CommitRequest(
        request_id=new_id(), hold_id=hold.hold_id, order_id=order_id
    )
    await checkout.Commit(request, Call())


async def window(app: App, start: datetime, **policies: Policy) -> Recorded:
    known = policies or {"published": PUBLISHED}
    return await recorded(
        app.stock.history,
        app.networks.snapshot,
        start=start,
        end=datetime(2100, 1, 1, tzinfo=UTC),
        policy_of=known.get,
        currency=Currency(),
    )


async def nodes_of(given: Recorded, policy: Policy) -> list[tuple[str, ...]]:
    async for step in run(given.setting, given.orders, {"only": policy}):
        if isinstance(step, Runs):
            return [each.node_ids for each in step.outcomes["only"]]
    raise AssertionError


async def test_published_policy_gives_every_order_the_plan_that_it_had(
    app: App, clock: MovableClock
) -> None:
    """On today's stock the first two would find the near shelf empty."""
    start = clock.now
    for number in range(4):
        await buy(app, f"o{number}", A)
        clock.move(minutes=1)
    await count(app, (A, "nyc", 3))
    clock.move(minutes=1)
    await buy(app, "o4", A)

    given = await window(app, start)

    assert [order.order_id for order in given.orders] == [f"o{n}" for n in range(5)]
    near, far = ("nyc",), ("lax",)
    assert await nodes_of(given, PUBLISHED) == [near, near, far, far, near]


async def test_units_of_orders_before_the_window_are_not_there(
    app: App, clock: MovableClock
) -> None:
    await buy(app, "before", A)
    clock.move(minutes=1)
    start = clock.now
    await buy(app, "one", A)
    await buy(app, "two", A)

    assert await nodes_of(await window(app, start), PUBLISHED) == [("nyc",), ("lax",)]


async def test_wishes_of_an_order_are_kept_and_the_policy_of_its_day_is_not(
    app: App, clock: MovableClock
) -> None:
    start = clock.now
    await buy(app, "asked", A, only_node_ids=["lax"])
    await buy(app, "did-not", A)
    given = await window(app, start)

    assert given.orders[0].routing.only_node_ids == ("lax",)
    assert await nodes_of(given, PUBLISHED) == [("lax",), ("nyc",)]
    assert await nodes_of(given, FAR) == [("lax",), ("lax",)]


async def test_of_a_policy_that_nobody_kept_only_dates_are_wishes(
    app: App, clock: MovableClock
) -> None:
    start, tomorrow = clock.now, (clock.now + timedelta(days=9)).date()
    day = {"year": tomorrow.year, "month": tomorrow.month, "day": tomorrow.day}
    await buy(app, "a", A, only_node_ids=["lax"], wanted_by=day)

    given = await window(app, start, other=FAR)

    assert given.unknown_policies == ("published",)
    assert given.orders[0].routing.wanted_by == tomorrow
    assert given.orders[0].routing.only_node_ids == ()


async def test_simulation_writes_nothing_to_the_ledger(
    app: App, clock: MovableClock, tmp_path: Path
) -> None:
    start = clock.now
    for number in range(3):
        await buy(app, f"o{number}", A)
    before = contents(tmp_path), await app.stock.cells(limit=10)

    given = await window(app, start)
    steps = simulate(given.setting, given.orders, baseline=PUBLISHED, draft=FAR)
    *_, report = [step async for step in steps]

    assert isinstance(report, Report)
    assert report.changed_orders == 2
    assert (contents(tmp_path), await app.stock.cells(limit=10)) == before


def contents(folder: Path) -> dict[str, str]:
    """A digest of every file of the ledger but its lock and shared memory."""
    files = [
        path for path in sorted(folder.glob("ledger.db*")) if path.suffix != ".db-shm"
    ]
    assert files
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
