"""What a store picks in place of what it does not find: by list, consent and stock."""

from typing import Any

import pytest

from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import event_service_pb2 as events
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import Shop, new_id, refusal
from tests.router.stores.counter import NOT_FOUND, Counter, untimed

TOO_BUSY = pb.REJECT_REASON_TOO_BUSY


def teas(
    counter: Counter, *, nyc: tuple[int, int], **elsewhere: int
) -> tuple[str, str]:
    """A tea and what may stand in for it; units of both in New York, of the first one
    elsewhere."""
    tea = counter.sku(nyc=nyc[0], **elsewhere)
    green = counter.sku(nyc=nyc[1])
    allow(counter, tea, green)
    return tea, green


def allow(shop: Shop, sku: str, *others: str) -> None:
    item = network_pb.Item(sku=sku, weight_g=300, substitutes=others)
    write(shop, item)


def write(shop: Shop, *items: network_pb.Item) -> Any:
    request = network_pb.UpsertItemsRequest(request_id=new_id(), items=items)
    return shop.call("UpsertItems", request)


def pick(
    sku: str, instead: dict[str, int], *, picked: int = 0, missing: int = 1
) -> pb.PickedLine:
    others = [order_pb2.Line(sku=other, quantity=n) for other, n in instead.items()]
    return pb.PickedLine(sku=sku, picked=picked, missing=missing, substitutes=others)


def agreed(counter: Counter, lines: dict[str, int], **fields: Any) -> str:
    """A shipment of an order that takes substitutes."""
    return counter.ordered(lines, allow_substitutes=True, **fields)


def test_what_stands_in_stays_in_the_shipment(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(3, 5), chi=9)
    name = agreed(counter, {tea: 3})
    lines = [pick(tea, {green: 1}, picked=2)]

    done = counter.ask("ConfirmPick", name, lines=lines)
    assert done.rerouted.sentence == f"1 of {green} goes instead of {tea}"
    assert f"sets {tea} at nyc to 0" in done.rerouted.stock_effect
    assert not done.rerouted.shipment_ids
    assert {x.sku: (x.quantity, x.picked) for x in done.task.lines} == {
        tea: (2, 2),
        green: (1, 1),
    }
    assert counter.states(name) == [("nyc", "PICKING")]
    assert counter.units(tea, "nyc") == (2, 2, 0)
    assert counter.units(green, "nyc") == (5, 1, 0)
    order = counter.order(name)
    assert order.allow_substitutes
    (line,) = order.line_states
    assert (line.sku, line.ordered, line.open, line.waiting) == (tea, 3, 3, 0)
    assert [(x.sku, x.quantity) for x in line.substituted_by] == [(green, 1)]
    assert order.reroutes == 0


def test_what_nothing_stands_in_for_goes_elsewhere(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(3, 5), chi=9)
    name = agreed(counter, {tea: 3})
    lines = [pick(tea, {green: 1}, missing=3)]

    shown = counter.ask("ConfirmPick", name, lines=lines, validate_only=True)
    assert shown.rerouted.sentence.startswith("goes to chi, ")
    assert shown.rerouted.sentence.endswith(f"1 of {green} goes instead of {tea}")
    assert counter.units(green, "nyc") == (5, 0, 0)
    done = counter.ask("ConfirmPick", name, lines=lines, plan_id=shown.rerouted.plan_id)
    assert not done.rerouted.differs
    assert counter.states(name) == [("nyc", "PICKING"), ("chi", "ALLOCATED")]
    sent = counter.order(name).shipments[1]
    assert [(x.sku, x.quantity) for x in sent.lines] == [(tea, 2)]


def test_a_repeat_takes_nothing_more_and_says_the_same(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(2, 1))
    name = agreed(counter, {tea: 1})
    request = counter.request("ConfirmPick", name, lines=[pick(tea, {green: 1})])

    first = counter.call("ConfirmPick", request)
    # Nothing is left of it, and it is off the list: it was picked all the same.
    allow(counter, tea)
    assert untimed(counter.call("ConfirmPick", request)) == untimed(first)
    assert counter.trailers["shipfrom-replayed"] == "true"
    assert counter.units(green, "nyc") == (1, 1, 0)
    request.lines[0].substitutes[0].sku = tea
    assert refusal(lambda: counter.call("ConfirmPick", request)).reason == "ID_REUSED"


def test_only_what_is_on_the_list_may_stand_in(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(2, 5))
    coffee = counter.sku(nyc=5)
    name = agreed(counter, {tea: 2})
    lines = [pick(tea, {green: 1, coffee: 1}, missing=2)]

    for only in (True, False):
        refused = refusal(
            lambda only=only: counter.ask(
                "ConfirmPick", name, lines=lines, validate_only=only
            )
        )
        assert (refused.code, refused.reason) == (
            "FAILED_PRECONDITION",
            "SUBSTITUTE_NOT_ALLOWED",
        )
        assert list(refused.fields) == ["lines[0].substitutes[1].sku"]
        assert f"use {green}" in refused.fields["lines[0].substitutes[1].sku"]
    assert counter.units(green, "nyc") == (5, 0, 0)


def test_nothing_stands_in_without_consent(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(2, 5))
    name = counter.ordered({tea: 1})
    lines = [pick(tea, {green: 1})]

    refused = refusal(lambda: counter.ask("ConfirmPick", name, lines=lines))
    assert refused.reason == "SUBSTITUTE_NOT_ALLOWED"
    said = refused.fields["lines[0].substitutes[0].sku"]
    assert "takes no substitutes" in said
    assert not counter.order(name).allow_substitutes
    assert [list(x.substitutes) for x in counter.tasks("nyc")[name].lines] == [[]]


def test_what_others_were_promised_does_not_stand_in(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(3, 2))
    name = agreed(counter, {tea: 2})
    counter.hold({green: 1})
    lines = [pick(tea, {green: 2}, missing=2)]

    for only in (True, False):
        refused = refusal(
            lambda only=only: counter.ask(
                "ConfirmPick", name, lines=lines, validate_only=only
            )
        )
        assert refused.reason == "NO_STOCK"
        assert refused.metadata["available"] == "1"
    one = [pick(tea, {green: 1}, missing=2)]
    counter.ask("ConfirmPick", name, lines=one)
    assert counter.available(green) == 0


def test_what_is_kept_for_a_channel_stands_in_for_its_own_orders(
    counter: Counter,
) -> None:
    tea, green = teas(counter, nyc=(4, 2))
    quota = inventory_pb.QuotaSetting(sku=green, node_id="nyc", channel="web", units=2)
    kept = inventory_pb.SetQuotasRequest(request_id=new_id(), quotas=[quota])
    counter.call("SetQuotas", kept)
    web = order_pb2.OrderFacts(channel="web")
    other, own = agreed(counter, {tea: 1}), agreed(counter, {tea: 1}, facts=web)
    lines = [pick(tea, {green: 1})]

    assert shown(counter, other) == [(green, 0)]
    refused = refusal(lambda: counter.ask("ConfirmPick", other, lines=lines))
    assert refused.reason == "NO_STOCK"
    assert shown(counter, own) == [(green, 2)]
    counter.ask("ConfirmPick", own, lines=lines, reason=TOO_BUSY)


def test_what_many_nodes_keep_leaves_the_rest_wherever_it_is_wanted(
    counter: Counter,
) -> None:
    tea, green = teas(counter, nyc=(4, 2))
    counter.count(green, chi=9)
    quota = inventory_pb.QuotaSetting(
        sku=green, every_node=True, channel="web", units=9
    )
    kept = inventory_pb.SetQuotasRequest(request_id=new_id(), quotas=[quota])
    counter.call("SetQuotas", kept)
    name = agreed(counter, {tea: 4})

    # Two of eleven are nobody's, and here as well as where most of them are.
    three = [pick(tea, {green: 3}, missing=3)]
    refused = refusal(lambda: counter.ask("ConfirmPick", name, lines=three))
    assert refused.reason == "NO_STOCK"
    assert shown(counter, name) == [(green, 2)]
    counter.ask("ConfirmPick", name, lines=[pick(tea, {green: 2}, missing=2)])


def shown(counter: Counter, name: str) -> list[tuple[str, int]]:
    (line,) = counter.tasks("nyc")[name].lines
    return [(x.sku, x.available) for x in line.substitutes]


def test_a_task_shows_what_may_stand_in_and_how_much_is_there(
    counter: Counter,
) -> None:
    tea, green = teas(counter, nyc=(3, 5))
    black = counter.sku(chi=4)
    write(counter, network_pb.Item(sku=green, display_name="Green tea"))
    allow(counter, tea, black, green)
    name = agreed(counter, {tea: 2})

    (line,) = counter.tasks("nyc")[name].lines
    assert [(x.sku, x.display_name, x.available) for x in line.substitutes] == [
        (black, "", 0),
        (green, "Green tea", 5),
    ]
    watch = pb.WatchTasksRequest(node_id="nyc")
    stores = counter.server.client().raw.stores
    told = next(iter(stores.WatchTasks(watch, timeout=5)))
    (task,) = [task for task in told.tasks if task.shipment_id == name]
    assert [x.sku for x in task.lines[0].substitutes] == [black, green]
    counter.picked(name, {tea: 2})
    assert not counter.tasks("nyc")[name].lines[0].substitutes


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        (pick("A", {"B": 2}), "lines[0].substitutes", "2 units, 1 are missing"),
        (pick("A", {"B": 0}), "lines[0].substitutes[0].quantity", "is 0"),
        (pick("A", {"": 1}), "lines[0].substitutes[0].sku", "is required"),
    ],
)
def test_a_line_that_says_too_much_is_refused_by_field(
    counter: Counter, line: pb.PickedLine, field: str, said: str
) -> None:
    refused = refusal(lambda: counter.ask("ConfirmPick", "x:1", lines=[line]))
    assert refused.reason == "INVALID_FIELD"
    assert said in refused.fields[field]


def test_it_is_shipped_and_comes_back_by_its_own_name(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(2, 5))
    name = agreed(counter, {tea: 2})
    counter.ask("ConfirmPick", name, lines=[pick(tea, {green: 1}, picked=1)])
    counter.ask("MarkReady", name)
    counter.ask("MarkShipped", name, carrier="UPS", tracking_number="1Z")
    assert counter.units(green, "nyc") == (4, 0, 0)
    back = order_pb.CreateReturnRequest(
        request_id=new_id(),
        order_id=name[:-2],
        return_id=f"back-{tea}",
        lines=[order_pb.ReturnLine(sku=green, quantity=1)],
    )
    counter.call("CreateReturn", back)

    (line,) = counter.order(name).line_states
    assert (line.sent, line.returned) == (2, 1)
    assert [(x.sku, x.quantity) for x in line.substituted_by] == [(green, 1)]


def test_a_cancelled_line_gives_back_what_stood_in_first(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(2, 5))
    name = agreed(counter, {tea: 2, green: 1})
    lines = [pick(tea, {green: 1}, picked=1), pb.PickedLine(sku=green, picked=1)]
    counter.ask("ConfirmPick", name, lines=lines)
    counter.ask("MarkReady", name)
    request = order_pb.CancelOrderRequest(
        request_id=new_id(),
        order_id=name[:-2],
        lines=[order_pb2.Line(sku=tea, quantity=1)],
    )
    order = counter.call("CancelOrder", request).order

    assert counter.units(green, "nyc") == (5, 1, 0)
    states = {x.sku: (x.open, x.cancelled) for x in order.line_states}
    assert states == {tea: (1, 1), green: (1, 0)}
    assert not order.line_states[0].substituted_by
    # All of it at once: two lines, one cell.
    counter.call(
        "CancelOrder",
        order_pb.CancelOrderRequest(request_id=new_id(), order_id=name[:-2]),
    )
    assert counter.units(green, "nyc") == (5, 0, 0)


def test_the_event_says_what_stood_in_for_what(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(1, 1))
    name = agreed(counter, {tea: 1})
    counter.ask("ConfirmPick", name, lines=[pick(tea, {green: 1})], reason=NOT_FOUND)
    watched = events.WatchEventsRequest(
        after="0", types=["shipfrom.shipment.substituted.v1"], subject=name[:-2]
    )
    told = counter.server.client().raw.events.WatchEvents(watched, timeout=10)

    event = next(answer.event for answer in told if answer.HasField("event"))
    data = dict(event.data)
    assert (data["sku"], data["substitute"], data["units"]) == (tea, green, 1)
    assert event.node_id == "nyc"


def test_an_order_that_was_placed_elsewhere_may_agree_too(counter: Counter) -> None:
    tea, green = teas(counter, nyc=(1, 1))
    order_id = f"elsewhere-{tea}"
    request = checkout.PlaceOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        customer_ref="c-1",
        lines=[order_pb2.Line(sku=tea, quantity=1)],
        ship_to=order_pb2.Destination(postal_code="10001"),
        allow_substitutes=True,
    )
    counter.call("PlaceOrder", request)

    counter.ask("ConfirmPick", f"{order_id}:1", lines=[pick(tea, {green: 1})])
    assert counter.order(f"{order_id}:1").allow_substitutes
    request.allow_substitutes = False
    assert refusal(lambda: counter.call("PlaceOrder", request)).reason == "ID_REUSED"


@pytest.mark.parametrize(
    ("others", "field", "said"),
    [
        (["own"], "substitutes[0]", "is the item itself"),
        (["nobody"], "substitutes[0]", "is an unknown SKU"),
        (["tea", "tea"], "substitutes[1]", "again"),
        ([f"S-{n}" for n in range(11)], "substitutes", "has too many SKUs"),
    ],
)
def test_a_list_that_is_none_is_refused_by_field(
    counter: Counter, others: list[str], field: str, said: str
) -> None:
    tea = counter.sku()
    names = {"tea": tea, "own": "OWN-TEA"}
    item = network_pb.Item(
        sku="OWN-TEA", substitutes=[names.get(name, name) for name in others]
    )
    refused = refusal(lambda: write(counter, item))
    assert said in refused.fields[f"items[0].{field}"]


def test_a_bundle_neither_stands_in_nor_is_stood_in_for(counter: Counter) -> None:
    tea, other = counter.sku(), counter.sku()
    part = network_pb.Component(sku=tea, quantity=1)
    write(counter, network_pb.Item(sku=f"{tea}-set", components=[part]))

    item = network_pb.Item(sku=other, substitutes=[f"{tea}-set"])
    assert (
        "is a bundle"
        in refusal(lambda: write(counter, item)).fields["items[0].substitutes[0]"]
    )
    item = network_pb.Item(sku="SET", components=[part], substitutes=[other])
    assert (
        "of a bundle"
        in refusal(lambda: write(counter, item)).fields["items[0].substitutes"]
    )
