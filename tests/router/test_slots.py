"""Parts of a ship day: each takes so many orders, the first with room comes first."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path

import grpc
import pytest
from google.type.timeofday_pb2 import TimeOfDay

from allocation.problem import Problem
from allocation.solve import solve
from inventory.audit import audit
from inventory.reserved import is_day
from router.parts import Planned, part_claims
from shipfrom import CapacitySlot, Node
from shipfrom.cli.app import run
from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import network_service_pb2 as pb
from shipfrom.v1 import order_service_pb2 as order_service_pb
from tests.allocation.test_slots import slotted
from tests.router.shop import Shop, furnish, new_id, refusal

CALLERS = 32
ZONE = "America/New_York"
Slots = tuple[tuple[int, int], ...]
"""The hour at which each ends, and its orders."""
TWO: Slots = ((13, 2), (15, 1))


@pytest.fixture
def shop() -> Iterator[Shop]:
    """It is noon in New York, on a Monday."""
    with Server(empty=True, valkey=False) as server:
        furnish(server)
        yield Shop(server)


def slots(shop: Shop, *ends: tuple[int, int], **fields: object) -> None:
    node = pb.Node(
        node_id="nyc",
        postal_code="10001",
        time_zone=ZONE,
        slots=[
            pb.CapacitySlot(until=TimeOfDay(hours=hour), orders=orders)
            for hour, orders in ends
        ],
        **fields,  # type: ignore[arg-type]
    )
    shop.call("UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=[node]))


def due(answer: checkout_pb.HoldResponse) -> tuple[str, str]:
    """The node, and when the shipment must be ready there."""
    (shipment,) = answer.plan.shipments
    at = shipment.ship_by_time.ToDatetime(UTC)
    return shipment.node_id, f"{at:%a %H:%M}"


NOON_SLOT, LATE_SLOT = ("nyc", "Mon 18:00"), ("nyc", "Mon 20:00")
"""In UTC: an hour after one, and after three, in New York."""


def test_orders_go_into_the_first_slot_with_room_and_then_elsewhere(shop: Shop) -> None:
    slots(shop, *TWO)
    sku = shop.sku(nyc=9, chi=9)

    held = [due(shop.hold({sku: 1})) for _ in range(4)]

    assert held[:3] == [NOON_SLOT, NOON_SLOT, LATE_SLOT]
    assert held[3][0] == "chi"


def test_an_order_that_comes_late_goes_into_what_is_left_of_the_day(shop: Shop) -> None:
    slots(shop, *TWO)
    sku = shop.sku(nyc=9)
    shop.server.clock.advance("1h")

    assert due(shop.hold({sku: 1})) == LATE_SLOT
    refused = refusal(lambda: shop.hold({sku: 1}))
    assert refused.metadata["line0Reason"] == "AT_CAPACITY"
    shop.server.clock.advance("2h")
    assert due(shop.hold({sku: 1})) == ("nyc", "Tue 18:00")


def test_the_promise_is_that_of_the_day_on_which_the_slot_leaves(shop: Shop) -> None:
    slots(shop, *TWO)
    sku = shop.sku(nyc=9)
    days = [shop.hold({sku: 1}).plan.shipments[0].promise_date.day for _ in range(3)]
    assert days == [17, 17, 17]

    # Whoever comes when all slots of the day are over is promised a day later.
    shop.server.clock.advance("3h")

    assert shop.hold({sku: 1}).plan.shipments[0].promise_date.day == 18


def test_release_expiry_and_cancelling_give_the_very_slot_back(shop: Shop) -> None:
    slots(shop, (13, 1), (15, 1))
    sku = shop.sku(nyc=9)
    first, second = shop.hold({sku: 1}), shop.hold({sku: 1})
    assert (due(first), due(second)) == (NOON_SLOT, LATE_SLOT)
    shop.release(first.hold_id)
    order = shop.commit(shop.hold({sku: 1}).hold_id)
    assert due(order) == NOON_SLOT  # type: ignore[arg-type]
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"
    asked = order_service_pb.CancelOrderRequest(
        request_id=new_id(), order_id=order.order_id, reason="changed their mind"
    )
    shop.call("CancelOrder", asked)
    assert due(shop.hold({sku: 1})) == NOON_SLOT

    shop.server.clock.advance("16m")

    assert [due(shop.hold({sku: 1})) for _ in range(2)] == [NOON_SLOT, LATE_SLOT]


def test_a_decision_replays_and_an_explanation_counts_the_slots(shop: Shop) -> None:
    slots(shop, (13, 1), (15, 1))
    sku = shop.sku(nyc=9, chi=9)
    orders = [shop.commit(shop.hold({sku: 1}).hold_id).order_id for _ in range(3)]

    for order_id in orders:
        asked = order_service_pb.ReplayOrderRequest(order_id=order_id)
        same = order_service_pb.REPLAY_OUTCOME_SAME
        assert shop.call("ReplayOrder", asked).outcome == same
    answer = shop.quote({sku: 1}, explain=True)
    (nyc,) = [c for c in answer.explanation.candidates if c.node_id == "nyc"]
    assert nyc.exclusion == "AT_CAPACITY"
    assert nyc.detail == "no room in 2 slots of 2 orders for Mon 16 Nov"


def test_a_slot_that_is_made_smaller_leaves_its_orders_alone(shop: Shop) -> None:
    slots(shop, (13, 2), (15, 1))
    sku = shop.sku(nyc=9)
    shop.commit(shop.hold({sku: 1}).hold_id)
    shop.commit(shop.hold({sku: 1}).hold_id)

    slots(shop, (13, 1), (15, 2))

    assert [due(shop.hold({sku: 1})) for _ in range(2)] == [LATE_SLOT, LATE_SLOT]
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"


def test_a_slot_with_another_end_is_another_slot(shop: Shop) -> None:
    slots(shop, (13, 1))
    sku = shop.sku(nyc=9)
    first = shop.hold({sku: 1})

    slots(shop, (15, 1))

    assert (due(first), due(shop.hold({sku: 1}))) == (NOON_SLOT, LATE_SLOT)
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"


def test_parts_of_an_order_go_into_one_slot_of_a_node() -> None:
    """Between the plans of two parts a slot became free, or full."""
    late, noon = (part_of(slotted(place)) for place in (1, 0))
    first = part_claims(late, 0, already=[])

    (units,) = part_claims(noon, 1, already=first)

    assert units.sku == "a"
    assert [line.sku for line in first if is_day(line.sku)] == [
        "~capacity~2026-11-20/14:30"
    ]


def part_of(problem: Problem) -> Planned:
    return Planned(problem, solve(problem))


@pytest.mark.parametrize(
    ("ends", "fields", "wrong"),
    [
        (((13, 1), (12, 1)), {}, "slots"),
        (((13, 1), (13, 1)), {}, "slots"),
        (((16, 1),), {}, "slots"),
        (((13, 0),), {}, "slots[0].orders"),
        (((25, 1),), {}, "slots[0].until"),
        (((13, 1),), {"orders_per_day": 5}, "slots"),
    ],
)
def test_slots_follow_each_other_until_the_cut_off(
    shop: Shop, ends: Slots, fields: dict[str, int], wrong: str
) -> None:
    refused = refusal(lambda: slots(shop, *ends, **fields))
    assert f"nodes[0].{wrong}" in refused.fields


def test_people_write_and_see_them(
    shop: Shop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHIPFROM_ADDRESS", shop.server.address)
    rows = tmp_path / "nodes.csv"
    rows.write_text("node_id,postal_code,slots\nnyc,10001,12:00=40|15:00=60\n")
    assert run(["import", "nodes", str(rows)]) == 0
    assert run(["node", "list"]) == 0
    assert "40+60" in capsys.readouterr().out

    sf = shop.server.client()
    found = {node.node_id: node for node in sf.nodes()}["nyc"]
    assert found.slots == (CapacitySlot(time(12), 40), CapacitySlot(time(15), 60))
    sf.upsert_nodes([Node("nyc", postal_code="10001", slots=found.slots[:1])])
    assert {node.node_id: node.slots for node in sf.nodes()}["nyc"] == found.slots[:1]


@pytest.mark.parametrize("ledger", ["sqlite", "postgres"])
def test_32_callers_never_exceed_a_slot(
    ledger: str, request: pytest.FixtureRequest, standalone_url: str
) -> None:
    url = request.getfixturevalue(f"{ledger}_url")
    with Server(empty=True, ledger_url=url, view_url=standalone_url) as server:
        furnish(server)
        shop = Shop(server)
        slots(shop, (13, 9), (14, 4), (15, 7))
        sku = shop.sku(nyc=500)

        def caller(number: int) -> str:
            with suppress(grpc.RpcError):
                hold = shop.hold({sku: 1})
                if number % 5:
                    return due(hold)[1]
                shop.release(hold.hold_id)
            return ""

        with ThreadPoolExecutor(CALLERS) as callers:
            went = list(callers.map(caller, range(4 * CALLERS)))
        while not shop.quote({sku: 1}).best.unfilled:
            went.append(due(shop.hold({sku: 1}))[1])

        counts = [went.count(f"Mon {hour}:00") for hour in (18, 19, 20)]
        assert counts == [9, 4, 7]
    report = asyncio.run(audit(url, standalone_url))
    assert (report.violations, report.oversold_units) == ((), 0)


def test_the_clock_of_the_node_ends_its_slots(shop: Shop) -> None:
    at = shop.server.clock.now()
    assert at == datetime(2026, 11, 16, 17, tzinfo=UTC)
    node = pb.Node(
        node_id="lax",
        postal_code="90001",
        time_zone="America/Los_Angeles",
        slots=[pb.CapacitySlot(until=TimeOfDay(hours=9, minutes=30), orders=1)],
    )
    shop.call("UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=[node]))
    sku = shop.sku(lax=5)
    assert due(shop.hold({sku: 1})) == ("lax", "Mon 17:30")
    shop.server.clock.advance("30m")
    # Over for today, until the cut-off opens the slots of tomorrow.
    assert refusal(lambda: shop.hold({sku: 1})).reason == "NO_STOCK"
    shop.server.clock.advance("6h")
    assert due(shop.hold({sku: 1})) == ("lax", "Tue 17:30")
