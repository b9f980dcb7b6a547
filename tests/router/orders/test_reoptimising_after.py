"""Orders that something happened to before or after they are planned again together."""

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from allocation.reoptimise.limits import Limits
from inventory.errors import WrongState
from router.orders.rerouting import Rerouter
from router.reoptimising import desk as flow
from shipfrom import Lane, Money, Node
from shipfrom.testing import Server
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from shipfrom.v1 import store_service_pb2 as store_pb
from tests.router.orders.test_reoptimising import (
    DENVER,
    NEW_YORK,
    Desk,
    live,
    one_that_could_come_from_nearer,
)
from tests.router.orders.test_reoptimising import desk as desk
from tests.router.shop import Shop, new_id

LEAVES = {
    "GROUND": ((300, 500, 1), (1600, 700, 3), (0, 900, 3)),
    "EXPRESS": ((0, 3000, 1),),
}
"""By service, as far as so many kilometres: cents, days on the way."""


def reject(desk: Desk, order_id: str) -> None:
    request = store_pb.RejectRequest(
        request_id=new_id(),
        shipment_id=live(desk.read(order_id)).shipment_id,
        reason=store_pb.REJECT_REASON_TOO_BUSY,
    )
    desk.shop.call("Reject", request)


def states(desk: Desk, order_id: str) -> list[tuple[str, str]]:
    name = order_pb2.ShipmentState.Name
    return [
        (s.node_id, name(s.state).removeprefix("SHIPMENT_STATE_"))
        for s in desk.read(order_id).shipments
    ]


def test_a_node_that_rejected_an_order_does_not_get_it_back(desk: Desk) -> None:
    order_id = desk.order(desk.shop.sku(nyc=5, chi=5), NEW_YORK)
    reject(desk, order_id)
    assert desk.nodes(order_id) == ["chi"]

    assert not desk.reoptimise().moves
    assert desk.nodes(order_id) == ["chi"]


def test_what_a_person_chose_is_left_alone(desk: Desk) -> None:
    order_id = desk.order(desk.shop.sku(nyc=5, chi=5), NEW_YORK)
    by_hand = pb.RerouteOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        shipment_ids=[live(desk.read(order_id)).shipment_id],
        exclude_node_ids=["nyc"],
        reason="the roof leaks",
    )
    desk.shop.call("RerouteOrder", by_hand)

    (left,) = desk.reoptimise().left_alone
    assert (left.order_id, left.reason) == (order_id, "a person chose where it goes")
    assert desk.nodes(order_id) == ["chi"]


def test_a_node_that_was_left_for_a_saving_may_still_send_it(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)
    desk.reoptimise()
    assert desk.nodes(order_id) == ["chi"]

    reject(desk, order_id)

    assert states(desk, order_id) == [
        ("lax", "CANCELLED"),
        ("chi", "CANCELLED"),
        ("lax", "ALLOCATED"),
    ]


@pytest.fixture
def evening() -> Iterator[Desk]:
    """Chicago is cheaper for Denver and closes earlier than New York."""
    with Server(empty=True, valkey=False) as server:
        client = server.client()
        chicago = Node("chi", postal_code="60601", time_zone="UTC", cut_off=time(19))
        new_york = Node("nyc", postal_code="10001", time_zone="UTC", cut_off=time(23))
        client.upsert_nodes([chicago, new_york])
        client.upsert_lanes(
            [
                Lane(
                    f"{service}-{zone}",
                    service=service,
                    zone=zone,
                    distance_km_max=reach,
                    base=Money(cents, "USD"),
                    transit_days=days,
                )
                for service, lanes in LEAVES.items()
                for zone, (reach, cents, days) in enumerate(lanes, 1)
            ]
        )
        yield Desk(Shop(server))


def test_an_order_that_leaves_today_is_not_priced_as_if_it_left_tomorrow(
    evening: Desk,
) -> None:
    """After its node's cut-off only a dear service would keep the promise, and any
    other node would look like a saving."""
    order_id = evening.order(evening.shop.sku(chi=5, nyc=5), DENVER)
    assert live(evening.read(order_id)).service == "GROUND"
    evening.shop.server.clock.advance("150m")

    answer = evening.reoptimise()

    assert not answer.moves
    assert [left.order_id for left in answer.left_alone] == [order_id]
    assert evening.nodes(order_id) == ["chi"]


def test_nothing_moves_when_a_cut_off_passes_while_it_is_planned(
    evening: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = evening.shop.sku(nyc=1)
    order_id = evening.order(sku, DENVER)
    evening.shop.count(sku, chi=5)
    plan = flow.planned

    def slow(pool: Any, limits: Limits) -> Any:
        found = plan(pool, limits)
        assert found.moves
        evening.shop.server.clock.advance("150m")
        return found

    monkeypatch.setattr(flow, "planned", slow)
    assert not evening.reoptimise().moves
    assert evening.nodes(order_id) == ["nyc"]


def test_an_order_that_cannot_be_planned_keeps_no_others_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = one_that_could_come_from_nearer(desk)
    other = one_that_could_come_from_nearer(desk)
    wish, odd = Rerouter.wish, desk.read(stuck).lines[0].sku

    async def refuse(rerouter: Rerouter, content: bytes, need: Any) -> Any:
        found = await wish(rerouter, content, need)
        if found.order.lines[0].sku == odd:
            raise WrongState("it is odd", next_step="Look at it.")
        return found

    monkeypatch.setattr(Rerouter, "wish", refuse)
    answer = desk.reoptimise()

    assert [(left.order_id, left.reason) for left in answer.left_alone] == [
        (stuck, "it is odd")
    ]
    assert [(move.order_id, move.done) for move in answer.moves] == [(other, True)]
