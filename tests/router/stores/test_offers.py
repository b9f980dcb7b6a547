"""Several nodes are asked; one of them has it, however many say yes at once."""

from concurrent.futures import ThreadPoolExecutor

import grpc

from shipfrom.v1 import order_pb2
from tests.router.shop import refusal
from tests.router.stores.counter import Counter, untimed


def test_the_first_to_accept_has_it(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5)
    name = counter.ordered({sku: 2})
    offer = counter.ask("OfferShipment", name, node_ids=["chi", "lax"])
    assert list(offer.node_ids) == ["chi", "lax"]
    assert all(counter.tasks(node)[name].offered for node in ("nyc", "chi", "lax"))
    won = counter.ask("Accept", name, node_id="lax").task
    assert (won.node_id, won.state) == ("lax", order_pb2.SHIPMENT_STATE_ACCEPTED)
    assert counter.states(name) == [("nyc", "CANCELLED"), ("lax", "ACCEPTED")]
    assert name not in counter.tasks("chi")
    for late in ("chi", "nyc"):
        refused = refusal(lambda late=late: counter.ask("Accept", name, node_id=late))
        assert refused.reason == "WRONG_STATE"
    assert counter.units(sku, "lax") == (5, 2, 0)
    assert counter.units(sku, "nyc") == (5, 0, 0)


def test_one_of_many_that_say_yes_at_once(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5, phl=5)
    name = counter.ordered({sku: 2})
    counter.ask("OfferShipment", name, node_ids=["chi", "lax", "phl"])

    def accept(node: str) -> str:
        try:
            counter.ask("Accept", name, node_id=node)
        except grpc.RpcError:
            return ""
        return node

    nodes = ["nyc", "chi", "lax", "phl"] * 2
    with ThreadPoolExecutor(len(nodes)) as devices:
        winners = [node for node in devices.map(accept, nodes) if node]
    assert len(winners) == 1
    live = [s for s in counter.states(name) if s[1] != "CANCELLED"]
    assert live == [(winners[0], "ACCEPTED")]
    booked = {node: counter.units(sku, node)[1] for node in nodes}
    assert booked == {node: 2 * (node == winners[0]) for node in nodes}


def test_a_late_yes_that_is_sent_again_is_the_same_yes(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5)
    name = counter.ordered({sku: 1})
    counter.ask("OfferShipment", name, node_ids=["chi"])
    accept = counter.request("Accept", name, node_id="chi")
    first = counter.call("Accept", accept)
    assert untimed(counter.call("Accept", accept)) == untimed(first)
    assert counter.trailers["shipfrom-replayed"] == "true"


def test_the_best_three_are_asked_where_nobody_names_them(counter: Counter) -> None:
    sku = counter.sku(nyc=5, chi=5, lax=5, phl=5, bkn=1)
    name = counter.ordered({sku: 2})
    offer = counter.ask("OfferShipment", name)
    assert list(offer.node_ids) == ["chi", "lax", "phl"]


def test_an_offer_that_nobody_could_take_is_refused(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=5): 2})
    refused = refusal(lambda: counter.ask("OfferShipment", name))
    assert (refused.reason, "alone" in refused.message) == ("NO_STOCK", True)


def test_a_node_that_was_not_asked_or_has_not_enough_cannot_take_it(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=5, chi=1)
    name = counter.ordered({sku: 2})
    refused = refusal(lambda: counter.ask("Accept", name, node_id="lax"))
    assert "is not offered to lax" in refused.message
    counter.ask("OfferShipment", name, node_ids=["chi"])
    refused = refusal(lambda: counter.ask("Accept", name, node_id="chi"))
    assert refused.reason == "NO_STOCK"
    assert counter.states(name) == [("nyc", "ALLOCATED")]


def test_wrong_fields_of_an_offer_are_named(counter: Counter) -> None:
    request = counter.request("OfferShipment", "o:1", node_ids=["nyk"], minutes=100_000)
    refused = refusal(lambda: counter.call("OfferShipment", request))
    assert set(refused.fields) == {"minutes", "node_ids[0]"}
