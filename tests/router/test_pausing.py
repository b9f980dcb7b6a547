"""Pauses: a node ships nothing for a while, says why, and opens by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from shipfrom.testing import NOON, Server
from shipfrom.v1 import network_service_pb2 as pb
from tests.router.shop import Shop, furnish, new_id, refusal


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Server(empty=True) as server:
        furnish(server)
        yield Shop(server)


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def pause(shop: Shop, **fields: object) -> pb.Node:
    asked = {"request_id": new_id(), "node_id": "nyc", "reason": "burst pipe"}
    return shop.call("PauseNode", pb.PauseNodeRequest(**{**asked, **fields})).node


def resume(shop: Shop) -> pb.Node:
    request = pb.ResumeNodeRequest(request_id=new_id(), node_id="nyc")
    return shop.call("ResumeNode", request).node


def ships_from(shop: Shop, sku: str) -> list[str]:
    return [shipment.node_id for shipment in shop.quote({sku: 1}).best.shipments]


def test_a_paused_node_ships_nothing_until_it_is_resumed(shop: Shop) -> None:
    sku = shop.sku(nyc=9, chi=9)
    assert ships_from(shop, sku) == ["nyc"]

    paused = pause(shop)
    assert (paused.paused_until.ToDatetime().year, paused.paused_reason) == (
        9999,
        "burst pipe",
    )
    assert ships_from(shop, sku) == ["chi"]
    assert shop.available(sku) == 9

    resumed = resume(shop)
    assert not resumed.HasField("paused_until")
    assert not resumed.paused_reason
    assert ships_from(shop, sku) == ["nyc"]


def test_a_pause_with_an_end_ends_by_itself(shop: Shop) -> None:
    sku = shop.sku(nyc=9)
    pause(shop, until=stamp(NOON + timedelta(hours=2)))
    assert shop.quote({sku: 1}).best.unfilled

    shop.server.clock.advance("2h")

    assert ships_from(shop, sku) == ["nyc"]
    assert shop.available(sku) == 9


def test_what_is_held_may_be_committed_during_a_pause(shop: Shop) -> None:
    hold = shop.hold({shop.sku(nyc=1): 1})
    pause(shop)
    assert shop.commit(hold.hold_id).order_id


def test_a_refusal_and_an_explanation_say_that_it_is_paused(shop: Shop) -> None:
    sku = shop.sku(nyc=9)
    pause(shop, until=stamp(NOON + timedelta(hours=2)))

    refused = refusal(lambda: shop.hold({sku: 1}))
    assert refused.metadata["line0Reason"] == "NODE_PAUSED"
    assert "at nodes that are paused" in refused.message
    told = shop.quote({sku: 1}, explain=True).explanation
    row = next(row for row in told.candidates if row.node_id == "nyc")
    assert (row.exclusion, row.detail) == (
        "NODE_PAUSED",
        "paused until Mon 16 Nov 19:00 UTC, burst pipe",
    )


def test_writing_nodes_whole_does_not_end_an_emergency(shop: Shop) -> None:
    sku = shop.sku(nyc=9, chi=9)
    pause(shop)
    node = pb.Node(node_id="nyc", postal_code="10001", display_name="New name")

    shop.call("UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=[node]))
    assert ships_from(shop, sku) == ["chi"]
    shop.call(
        "ImportNetwork",
        iter([pb.ImportNetworkRequest(request_id=new_id(), nodes=[node])]),
    )
    assert ships_from(shop, sku) == ["chi"]

    listed = shop.call("ListNodes", pb.ListNodesRequest()).nodes
    (nyc,) = [node for node in listed if node.node_id == "nyc"]
    assert (nyc.display_name, nyc.paused_reason) == ("New name", "burst pipe")


def test_a_caller_cannot_pause_by_writing_the_node(shop: Shop) -> None:
    sku = shop.sku(nyc=9)
    node = pb.Node(
        node_id="nyc", postal_code="10001", paused_until=stamp(NOON + timedelta(days=1))
    )
    shop.call("UpsertNodes", pb.UpsertNodesRequest(request_id=new_id(), nodes=[node]))
    assert ships_from(shop, sku) == ["nyc"]


def test_a_pause_repeated_is_one_pause_and_the_id_cannot_be_used_for_another(
    shop: Shop,
) -> None:
    request = pb.PauseNodeRequest(request_id=new_id(), node_id="nyc", reason="flood")
    shop.call("PauseNode", request)
    shop.call("PauseNode", request)
    assert shop.trailers["shipfrom-replayed"] == "true"
    request.reason = "fire"
    assert refusal(lambda: shop.call("PauseNode", request)).reason == "ID_REUSED"


def test_resuming_a_node_that_is_not_paused_changes_nothing(shop: Shop) -> None:
    assert not resume(shop).HasField("paused_until")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 129}, "reason"),
        ({"node_id": "a/b"}, "node_id"),
        ({"request_id": "no"}, "request_id"),
        ({"until": stamp(NOON)}, "until"),
        ({"until": Timestamp(seconds=-5)}, "until"),
        ({"until": stamp(NOON + timedelta(days=367))}, "until"),
    ],
)
def test_a_wrong_field_is_named(
    shop: Shop, fields: dict[str, object], path: str
) -> None:
    refused = refusal(lambda: pause(shop, **fields))
    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert set(refused.fields) == {path}


def test_an_unknown_node_is_not_found_and_a_near_one_is_named(shop: Shop) -> None:
    refused = refusal(lambda: pause(shop, node_id="nycc"))
    assert (refused.code, refused.reason) == ("NOT_FOUND", "NODE_NOT_FOUND")
