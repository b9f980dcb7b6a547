"""Prices made from a shop's orders, followed by its router, used in its decisions."""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from allocation.codec import load
from allocation.plan import Plan
from allocation.plan_documents import plan_document
from allocation.policy import Policy
from allocation.prices.outlook import NO_ORDERS
from allocation.prices.published import PriceList
from allocation.prices.stored import Prices, to_bytes
from allocation.problem import Problem
from allocation.solve import solve as solve_again
from inventory.errors import Overloaded
from inventory.opening import OpeningStock
from inventory.prices.lists import StoredPrices
from router.lookahead import solving
from router.lookahead.desk import Desk
from router.lookahead.schedule import Schedule
from router.lookahead.solving import SolverDied
from router.money import Currency
from router.rpc.call import ANONYMOUS
from router.simulate.arm import Arm
from router.simulate.clock import VirtualClock
from router.simulate.orders import Setting
from shipfrom import Money, Node
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from tests.router.shop import NODES, Shop, furnish

NEW_YORK = order_pb2.Destination(postal_code="10001")
PITTSBURGH = order_pb2.Destination(postal_code="15222")
"""Ten cents cheaper from New York than from Chicago."""
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ONLY_NEW_YORK = order_pb2.Routing(only_node_ids=["nyc"])


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        furnish(started)
        dearer = Node("chi", postal_code=NODES["chi"], parcel_handling=Money(10, "USD"))
        started.client().upsert_nodes([dearer])
        yield started


@pytest.fixture
def sku(shop: Shop) -> str:
    """One unit is left in New York, where ten have just been sold; Chicago has many."""
    sku = shop.sku(nyc=11, chi=50)
    for _ in range(10):
        shop.commit(shop.hold({sku: 1}, ship_to=NEW_YORK).hold_id)
    assert shop.cell(sku, "nyc").available == 1
    return sku


def desk(shop: Shop) -> Desk:
    return shop.server.app.look_ahead.desk


def solve(shop: Shop, *, publish: bool = True) -> PriceList:
    return shop.server.run(desk(shop).solve_now(publish))


def sender(shop: Shop, sku: str, to: order_pb2.Destination = PITTSBURGH) -> str:
    [shipment] = shop.quote({sku: 1}, ship_to=to).best.shipments
    return shipment.node_id


def quoted(shop: Shop, sku: str) -> checkout_pb.QuoteResponse:
    answer = shop.quote({sku: 1}, ship_to=PITTSBURGH, explain=True)
    return checkout_pb.QuoteResponse(best=answer.best, explanation=answer.explanation)


def test_the_last_unit_near_a_city_is_spared_for_it(shop: Shop, sku: str) -> None:
    assert sender(shop, sku) == "nyc"

    made = solve(shop)

    assert sender(shop, sku) == "chi"
    assert (made.version, made.orders, made.units) == ("prices-1", 10, 1)
    assert (made.skus, made.node_ids) == ((sku,), ("nyc",))
    assert made.price_minor.tolist() == [[210]], "what Chicago costs New York more"
    assert made.price_minor.tolist() == current(shop).price_minor.tolist()
    assert "less with prices" in made.verdict or "0.00 %" in made.verdict


def current(shop: Shop) -> PriceList:
    found = shop.server.run(desk(shop).current())
    assert found is not None
    return found


def test_prices_are_never_paid(shop: Shop, sku: str) -> None:
    shop.count(sku, chi=0)
    free = quoted(shop, sku)
    shop.count(sku, chi=50)
    solve(shop)
    shop.count(sku, chi=0)

    assert quoted(shop, sku).best.cost == free.best.cost
    problem, plan = stored(shop, shop.hold({sku: 1}, ship_to=PITTSBURGH).hold_id)
    assert problem.price_list == "prices-1"
    assert plan.cost.price_minor == 210
    assert plan.cost.cash_minor == 700


def test_prices_fade_to_the_very_decision_of_before(shop: Shop, sku: str) -> None:
    before = quoted(shop, sku)
    made = solve(shop)
    assert quoted(shop, sku) != before

    shop.server.clock.advance(made.fresh_for + made.fades_over - SECOND)
    assert sender(shop, sku) == "nyc", "less than ten cents are left"
    shop.server.clock.advance(SECOND)

    assert quoted(shop, sku).best.SerializeToString() == before.best.SerializeToString()


def test_a_trial_decides_nothing(shop: Shop, sku: str) -> None:
    made = solve(shop, publish=False)

    assert made.cells == 1
    assert made.version == "prices-0"
    assert shop.server.run(desk(shop).current()) is None
    assert sender(shop, sku) == "nyc"


def test_a_decision_made_with_prices_is_replayed(shop: Shop, sku: str) -> None:
    solve(shop)
    hold = shop.hold({sku: 1}, ship_to=PITTSBURGH)
    order_id = shop.commit(hold.hold_id).order_id
    shop.server.clock.advance("30d")

    answer = shop.call("ReplayOrder", order_pb.ReplayOrderRequest(order_id=order_id))

    assert answer.outcome == order_pb.REPLAY_OUTCOME_SAME
    problem, plan = stored(shop, hold.hold_id)
    assert problem.prices is not None
    assert problem.prices.max() == 210
    assert plan_document(solve_again(problem)) == plan_document(plan)
    blind = solve_again(replace(problem, prices=None))
    assert [s.node_id for s in blind.shipments] == ["nyc"]


def stored(shop: Shop, hold_id: str) -> tuple[Problem, Plan]:
    """The decision of a hold."""
    app = shop.server.app
    hold = shop.server.run(app.stock.hold(ANONYMOUS, hold_id))
    return load(hold.decision, app.networks.snapshot.network)


def test_only_the_newest_list_decides(shop: Shop, sku: str) -> None:
    """Another router publishes and this one follows, also when the network changes."""
    app = shop.server.app
    made = shop.server.run(desk(shop)._made())
    none = replace(made, cells=0, body=to_bytes(Prices((), (), np.zeros((0, 0), int))))
    lists = app.stock.prices

    def publish(row: StoredPrices) -> None:
        assert shop.server.run(lists.take_turn("other", MINUTE))
        assert shop.server.run(lists.publish("other", row)) is not None
        shop.server.run(app.follow())

    publish(made)
    assert sender(shop, sku) == "chi"
    shop.server.node("new", postal_code="10001")
    shop.server.run(app.networks.refresh())
    assert "new" in app.networks.snapshot.nodes
    assert app.networks.snapshot.steering is not None, "not even for a moment"
    shop.server.run(app.follow())
    assert sender(shop, sku) == "chi"
    publish(none)
    assert sender(shop, sku) == "nyc"
    assert app.networks.snapshot.steering is None


def test_of_two_solves_at_once_one_is_refused(shop: Shop, sku: str) -> None:
    lists = shop.server.app.stock.prices
    assert shop.server.run(lists.take_turn("other", MINUTE))

    with pytest.raises(Overloaded, match="being made"):
        solve(shop)

    assert solve(shop, publish=False).cells == 1, "a trial needs no turn"
    shop.server.clock.advance("1m")
    assert solve(shop).version == "prices-1"
    assert shop.server.run(lists.take_turn("other", MINUTE)), "it was given back"


DYING = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
RAISING = "raise RuntimeError('out of paper')"
HANGING = "import time; time.sleep(60)"


@pytest.mark.parametrize(
    ("program", "said"), [(DYING, "ended with -9"), (RAISING, "out of paper")]
)
def test_a_solver_that_dies_leaves_everything_as_it_was(
    shop: Shop, sku: str, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    solve(shop)
    before = quoted(shop, sku)
    monkeypatch.setattr(solving, "COMMAND", (sys.executable, "-c", program))

    with pytest.raises(SolverDied, match=said):
        solve(shop)

    assert quoted(shop, sku) == before
    assert current(shop).version == "prices-1"
    shop.commit(shop.hold({sku: 1}, ship_to=PITTSBURGH).hold_id)


def test_a_solver_that_hangs_is_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "COMMAND", (sys.executable, "-c", HANGING))
    brief = shop.server.run(desk(shop).collecting.brief())

    with pytest.raises(SolverDied, match=r"no prices within 0\.5 s"):
        shop.server.run(solving.solved(brief, seconds_max=0.5))


def test_a_solve_that_nobody_waits_for_is_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As at the end of a router."""
    told = tmp_path / "pid"
    os.mkfifo(told)
    program = f"import os; open({str(told)!r}, 'w').write(str(os.getpid())); {HANGING}"
    monkeypatch.setattr(solving, "COMMAND", (sys.executable, "-c", program))

    async def give_up() -> int:
        solve = asyncio.create_task(desk(shop).solve_now(publish=False))
        pid = int(await asyncio.to_thread(told.read_text))
        solve.cancel()
        await asyncio.wait([solve])
        return pid

    pid = shop.server.run(give_up())

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_schedule_makes_prices_when_it_is_time(shop: Shop, sku: str) -> None:
    app, clock = shop.server.app, shop.server.clock
    often = replace(desk(shop), every=5 * MINUTE)
    schedule = Schedule(often, now=clock.now)

    def tend() -> bool:
        return shop.server.run(schedule.tend())

    assert tend(), "there was no list"
    assert not tend(), "it is new"
    clock.advance("299s")
    assert not tend()
    clock.advance("1s")
    assert tend(), "it is five minutes old"
    schedule._looks_at = 0.0
    assert not tend(), "all priced units are there"
    shop.hold({sku: 1}, ship_to=NEW_YORK, routing=ONLY_NEW_YORK)
    schedule._looks_at = 0.0
    assert tend(), "the priced unit is gone"
    assert current(shop).version == "prices-3"
    assert not shop.server.run(app.look_ahead.schedule.tend()), "it is switched off"


def test_a_schedule_rests_after_a_failure(
    shop: Shop, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = Schedule(
        replace(desk(shop), every=5 * MINUTE), now=shop.server.clock.now
    )
    monkeypatch.setattr(solving, "COMMAND", (sys.executable, "-c", RAISING))

    with pytest.raises(SolverDied):
        shop.server.run(schedule.tend())

    assert not shop.server.run(schedule.tend())


def test_nobody_ordered_anything(shop: Shop) -> None:
    made = solve(shop)
    assert (made.cells, made.orders, made.verdict) == (0, 0, NO_ORDERS)
    assert shop.server.app.networks.snapshot.steering is None


def test_a_simulation_of_the_past_knows_no_prices_of_today(
    shop: Shop, sku: str
) -> None:
    solve(shop)
    snapshot = shop.server.app.networks.snapshot
    setting = Setting(snapshot, OpeningStock.of([], {}), currency=Currency("USD"))

    arm = Arm(Policy(), setting, VirtualClock(shop.server.clock.now()), answers=[])

    assert snapshot.steering is not None
    assert arm._snapshot.steering is None
