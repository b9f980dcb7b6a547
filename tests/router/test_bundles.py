"""Bundles over the wire: written, promised by their components, together, undone."""

from collections.abc import Iterator

import pytest

from shipfrom.testing import Server
from shipfrom.v1 import checkout_service_pb2 as pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as orders
from tests.router.shop import Shop, furnish, new_id, refusal

NAMES = iter(range(1_000_000))
PARTS = {"cup": 1, "plate": 2}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(empty=True) as started:
        furnish(started)
        yield started


def item(sku: str, parts: dict[str, int], *, together: bool = False) -> network_pb.Item:
    made_of = [network_pb.Component(sku=s, quantity=n) for s, n in parts.items()]
    return network_pb.Item(sku=sku, components=made_of, kept_together=together)


def write(shop: Shop, *items: network_pb.Item, **fields: object) -> object:
    request = network_pb.UpsertItemsRequest(request_id=new_id(), items=items, **fields)
    return shop.call("UpsertItems", request)


def table_set(shop: Shop, *, together: bool = False, **stock: tuple[int, int]) -> str:
    """A new bundle of one cup and two plates; `stock` is cups and plates by node."""
    cups = shop.sku(**{node: units[0] for node, units in stock.items()})
    plates = shop.sku(**{node: units[1] for node, units in stock.items()})
    name = f"SET-{next(NAMES):05d}"
    write(shop, item(name, {cups: 1, plates: 2}, together=together))
    return name


def parts_of(shop: Shop, name: str) -> list[str]:
    for found in listed(shop):
        if found.sku == name:
            return [part.sku for part in found.components]
    raise AssertionError(f"{name} is not listed")


def listed(shop: Shop) -> list[network_pb.Item]:
    request = network_pb.ListItemsRequest(page_size=1_000)
    return list(shop.call("ListItems", request).items)


def availability(shop: Shop, name: str) -> tuple[int, dict[str, int]]:
    request = pb.GetAvailabilityRequest(skus=[name], by_node=True)
    (found,) = shop.call("GetAvailability", request).items
    return found.available, {node.node_id: node.available for node in found.nodes}


def sent(plan: order_pb2.Plan) -> dict[str, dict[str, int]]:
    return {
        each.node_id: {line.sku: line.quantity for line in each.lines}
        for each in plan.shipments
    }


def read(shop: Shop, order_id: str) -> orders.Order:
    return shop.call("GetOrder", orders.GetOrderRequest(order_id=order_id)).order


def ordered(shop: Shop, lines: dict[str, int]) -> str:
    return shop.commit(shop.hold(lines).hold_id).order_id


def cancel(order_id: str, lines: dict[str, int]) -> orders.CancelOrderRequest:
    given_up = [order_pb2.Line(sku=sku, quantity=n) for sku, n in lines.items()]
    return orders.CancelOrderRequest(
        request_id=new_id(), order_id=order_id, lines=given_up
    )


# --- the item -------------------------------------------------------------------------


def test_a_bundle_is_listed_as_it_was_written(shop: Shop) -> None:
    name = table_set(shop, together=True)
    (found,) = [each for each in listed(shop) if each.sku == name]

    assert [part.quantity for part in found.components] == [1, 2]
    assert found.kept_together


@pytest.mark.parametrize(
    ("parts", "field", "said"),
    [
        ({"nobody": 1}, "components[0].sku", "is an unknown SKU"),
        ({"own": 1}, "components[0].sku", "is the bundle itself"),
        ({"cup": 0}, "components[0].quantity", "is 0"),
        ({"cup": 1_001}, "components[0].quantity", "is 1001"),
        ({"cup": 1, "other": 1}, "components[1].sku", "is a bundle"),
        ({f"c{n}": 1 for n in range(21)}, "components", "has too many SKUs"),
    ],
)
def test_a_bundle_that_is_none_is_refused_by_field(
    shop: Shop, parts: dict[str, int], field: str, said: str
) -> None:
    names = {"cup": shop.sku(), "other": table_set(shop), "own": "OWN"}
    row = item("OWN", {names.get(name, name): n for name, n in parts.items()})

    refused = refusal(lambda: write(shop, network_pb.Item(sku="PLAIN"), row))
    assert refused.code == "INVALID_ARGUMENT"
    assert said in refused.fields[f"items[1].{field}"]


def test_a_component_twice_and_a_flag_without_components_are_refused(
    shop: Shop,
) -> None:
    cup = shop.sku()
    twice = item("TWICE", {cup: 1})
    twice.components.add(sku=cup, quantity=1)
    assert refusal(lambda: write(shop, twice)).fields["items[0].components[1].sku"]
    flag = network_pb.Item(sku="FLAG", kept_together=True)
    assert refusal(lambda: write(shop, flag)).fields["items[0].kept_together"]


def test_a_component_does_not_become_a_bundle(shop: Shop) -> None:
    cup, saucer = shop.sku(), shop.sku()
    write(shop, item(f"{cup}-set", {cup: 1}))

    refused = refusal(lambda: write(shop, item(cup, {saucer: 1})))
    assert f"a component of {cup}-set" in refused.fields["items[0].components"]
    # Both at once, whichever comes first.
    pair = item("OUT", {"IN": 1}), item("IN", {saucer: 1})
    assert "is a bundle" in str(refusal(lambda: write(shop, *pair)).fields)
    assert "is a bundle" in str(refusal(lambda: write(shop, *pair[::-1])).fields)


def test_what_has_stock_does_not_become_a_bundle(shop: Shop) -> None:
    full, cup = shop.sku(nyc=1), shop.sku()

    refused = refusal(lambda: write(shop, item(full, {cup: 1}), validate_only=True))
    assert "has stock of its own" in refused.fields["items[0].components"]
    shop.count(full, nyc=0)
    write(shop, item(full, {cup: 1}))
    # Written again it is still one, and without components it is a plain item.
    write(shop, item(full, {cup: 2}))
    write(shop, item(full, {}))
    shop.count(full, nyc=1)


def test_an_import_names_the_bundles_that_it_rejects(shop: Shop) -> None:
    cup = shop.sku()
    rows = [item("NEW-SET", {"NEW": 1, cup: 1}), network_pb.Item(sku="NEW")]
    rows += [item("BAD-SET", {"NEW-SET": 1}), item("ODD-SET", {"NOWHERE": 1})]
    request = network_pb.ImportNetworkRequest(request_id=new_id(), items=rows)

    report = shop.call("ImportNetwork", iter([request]))
    assert report.accepted == 2
    assert [(row.row, row.field) for row in report.rejected_rows] == [
        (3, "components[0].sku"),
        (4, "components[0].sku"),
    ]


def test_an_import_makes_no_bundle_of_what_it_put_into_one(shop: Shop) -> None:
    inner, cup, asked = shop.sku(), shop.sku(), new_id()
    messages = [
        network_pb.ImportNetworkRequest(
            request_id=asked, items=[item("HULL", {inner: 1})]
        ),
        network_pb.ImportNetworkRequest(items=[item(inner, {cup: 1})]),
    ]

    report = shop.call("ImportNetwork", iter(messages))
    assert [(row.row, row.field) for row in report.rejected_rows] == [(2, "components")]


@pytest.mark.parametrize(
    ("method", "request_of", "field"),
    [
        (
            "SetStock",
            lambda sku: inventory_pb.SetStockRequest(
                request_id=new_id(),
                counts=[inventory_pb.StockCount(sku=sku, node_id="nyc", on_hand=1)],
            ),
            "counts[0].sku",
        ),
        (
            "AdjustStock",
            lambda sku: inventory_pb.AdjustStockRequest(
                request_id=new_id(),
                deltas=[inventory_pb.StockDelta(sku=sku, node_id="nyc", delta=1)],
            ),
            "deltas[0].sku",
        ),
        (
            "SetIncoming",
            lambda sku: inventory_pb.SetIncomingRequest(
                request_id=new_id(),
                incoming=[
                    inventory_pb.Incoming(
                        incoming_id="po-1",
                        sku=sku,
                        node_id="nyc",
                        quantity=1,
                        expected_date={"year": 2027, "month": 1, "day": 1},
                    )
                ],
            ),
            "incoming[0].sku",
        ),
        (
            "SetBackorderLimits",
            lambda sku: inventory_pb.SetBackorderLimitsRequest(
                request_id=new_id(),
                limits=[inventory_pb.BackorderLimit(sku=sku, node_id="nyc", units=1)],
            ),
            "limits[0].sku",
        ),
        (
            "SetQuotas",
            lambda sku: inventory_pb.SetQuotasRequest(
                request_id=new_id(),
                quotas=[
                    inventory_pb.QuotaSetting(
                        sku=sku, node_id="nyc", channel="web", units=1
                    )
                ],
            ),
            "quotas[0].sku",
        ),
    ],
)
def test_a_bundle_has_no_stock_of_its_own(
    shop: Shop, method: str, request_of: object, field: str
) -> None:
    name = table_set(shop)

    refused = refusal(lambda: shop.call(method, request_of(name)))  # type: ignore[operator]
    assert "is a bundle, which has no stock of its own" in refused.fields[field]
    assert parts_of(shop, name)[0] in refused.fields[field]


def test_an_import_of_counts_rejects_a_bundle_and_takes_the_rest(shop: Shop) -> None:
    name, plain = table_set(shop), shop.sku()
    rows = [
        inventory_pb.StockCount(sku=sku, node_id="nyc", on_hand=1)
        for sku in (name, plain)
    ]
    request = inventory_pb.ImportStockRequest(request_id=new_id(), rows=rows)

    report = shop.call("ImportStock", iter([request]))
    assert [(row.row, row.field) for row in report.rejected_rows] == [(1, "sku")]
    assert report.accepted == 1


# --- what is promised -----------------------------------------------------------------


def test_as_many_are_available_as_there_are_components_for(shop: Shop) -> None:
    stock = {"nyc": (3, 1), "chi": (2, 5)}

    loose = table_set(shop, **stock)
    assert availability(shop, loose) == (3, {"chi": 2})
    kept = table_set(shop, together=True, **stock)
    assert availability(shop, kept) == (2, {"chi": 2})


def test_a_bundle_is_available_beside_its_components(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 4))
    cup, plate = parts_of(shop, name)
    request = pb.GetAvailabilityRequest(skus=[plate, name, name, "85123A-X", cup][:3])
    answer = shop.call("GetAvailability", request)

    assert [(x.sku, x.available) for x in answer.items] == [(plate, 4), (name, 2)]


def test_what_is_on_hold_is_missing_from_every_bundle_of_it(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    shop.hold({parts_of(shop, name)[0]: 4})

    assert availability(shop, name) == (1, {"nyc": 1})
    shop.hold({name: 1})
    assert availability(shop, name) == (0, {})


def test_a_line_that_names_a_bundle_is_its_components(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    cup, plate = parts_of(shop, name)
    plan = shop.quote({name: 2, cup: 1}).best

    assert sent(plan) == {"nyc": {cup: 3, plate: 4}}
    (line,) = plan.bundles
    assert (line.sku, line.quantity, line.kept_together) == (name, 2, False)
    assert [(part.sku, part.quantity) for part in line.components] == [
        (cup, 2),
        (plate, 4),
    ]
    assert all(line.bundle_skus == [name] for line in plan.shipments[0].lines)


def test_components_come_from_several_nodes_unless_they_are_kept_together(
    shop: Shop,
) -> None:
    stock = {"nyc": (1, 0), "lax": (0, 2)}
    loose = table_set(shop, **stock)
    assert set(sent(shop.quote({loose: 1}).best)) == {"nyc", "lax"}

    kept = table_set(shop, together=True, **stock)
    refused = refusal(lambda: shop.hold({kept: 1}))
    assert refused.reason == "NO_STOCK"
    whole = table_set(shop, together=True, chi=(1, 2), **stock)
    assert set(sent(shop.hold({whole: 1}).plan)) == {"chi"}


def test_a_bundle_that_lacks_a_component_leaves_the_rest_there(shop: Shop) -> None:
    name = table_set(shop, together=True, nyc=(1, 1))
    other = shop.sku(nyc=1)
    partial = order_pb2.Routing(allow_partial=True)
    plan = shop.hold({name: 1, other: 1}, routing=partial).plan

    assert sent(plan) == {"nyc": {other: 1}}
    assert [list(line.bundle_skus) for line in plan.unfilled] == [[name], [name]]


def test_a_refusal_of_bundles_is_about_the_lines(shop: Shop) -> None:
    name = table_set(shop, nyc=(1, 2))
    write(shop, *(network_pb.Item(sku=light) for light in parts_of(shop, name)))
    refused = refusal(lambda: shop.quote({name: 1_000_000}))
    assert "over 1,000,000" in refused.fields["lines"]

    many = [shop.sku() for _ in range(20)]
    wide = item(f"WIDE-{next(NAMES)}", dict.fromkeys(many, 1))
    write(shop, wide)
    lines = {f"L-{n}": 1 for n in range(490)}
    shop.items(*lines)
    refused = refusal(lambda: shop.quote(lines | {wide.sku: 1}))
    assert "come to 510 SKUs" in refused.fields["lines"]


def test_the_explanation_says_what_the_bundle_is(shop: Shop) -> None:
    name = table_set(shop, together=True, nyc=(1, 2))
    answer = shop.quote({name: 1}, explain=True).explanation

    assert f"{name} x1 is 1 of" in answer.verdict
    assert "kept together" in answer.verdict


def test_a_sku_is_in_one_part_only_as_a_component_too(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    cup = parts_of(shop, name)[0]
    part = pb.OrderPart(
        lines=[order_pb2.Line(sku=cup, quantity=1)],
        ship_to=order_pb2.Destination(postal_code="90001"),
    )
    refused = refusal(lambda: shop.hold({name: 1}, parts=[part]))
    assert "in another part" in refused.fields["parts[0].lines"]
    part.lines[0].sku = name
    refused = refusal(lambda: shop.hold({cup: 1}, parts=[part]))
    assert "in another part" in refused.fields["parts[0].lines"]


def test_a_repeated_hold_is_the_first_one_whatever_the_bundle_is_by_then(
    shop: Shop,
) -> None:
    name = table_set(shop, nyc=(5, 9))
    request = pb.HoldRequest(
        request_id=new_id(),
        hold_id=f"bundled-{name}",
        lines=[order_pb2.Line(sku=name, quantity=1)],
        ship_to=order_pb2.Destination(postal_code="10001"),
    )
    first = shop.call("Hold", request)
    cup, _ = parts_of(shop, name)
    write(shop, item(name, {cup: 5}))

    assert shop.call("Hold", request) == first
    request.lines[0].quantity = 2
    assert refusal(lambda: shop.call("Hold", request)).reason == "ID_REUSED"


# --- the order ------------------------------------------------------------------------


def test_an_order_remembers_its_bundles(shop: Shop) -> None:
    name = table_set(shop, together=True, nyc=(5, 9))
    cup, plate = parts_of(shop, name)
    order = read(shop, ordered(shop, {name: 2, cup: 1}))

    assert {line.sku: line.quantity for line in order.lines} == {cup: 3, plate: 4}
    (bundle,) = order.bundles
    assert (bundle.sku, bundle.quantity, bundle.cancelled) == (name, 2, 0)
    assert all(list(line.bundle_skus) == [name] for line in order.line_states)
    assert order.plan.bundles[0].sku == name


def test_a_cancelled_bundle_gives_its_components_back(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    cup, plate = parts_of(shop, name)
    order_id = ordered(shop, {name: 2, cup: 1})
    request = cancel(order_id, {name: 1})

    order = shop.call("CancelOrder", request).order
    assert {x.sku: x.cancelled for x in order.line_states} == {cup: 1, plate: 2}
    assert order.bundles[0].cancelled == 1
    assert availability(shop, name)[0] == 3
    # Again it is the first answer; the units that are left are two cups and two plates.
    assert shop.call("CancelOrder", request).order == order
    refused = refusal(lambda: shop.call("CancelOrder", cancel(order_id, {name: 2})))
    assert refused.reason == "WRONG_STATE"
    assert f"1 of {name} are left" in refused.message
    last = cancel(order_id, {name: 1})
    assert shop.call("CancelOrder", last).order.bundles[0].cancelled == 2
    assert shop.call("CancelOrder", last).order.bundles[0].cancelled == 2


def test_a_component_is_cancelled_like_any_line(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    cup, _ = parts_of(shop, name)
    order_id = ordered(shop, {name: 2, cup: 1})

    loose = shop.call("CancelOrder", cancel(order_id, {cup: 1})).order
    assert loose.bundles[0].cancelled == 0
    broken = shop.call("CancelOrder", cancel(order_id, {cup: 1})).order
    assert broken.bundles[0].cancelled == 1


@pytest.mark.parametrize(
    ("given_up", "cancelled"),
    [
        ("shared", [0, 1, 0]),
        ("pair", [1, 0, 0]),
        ("couple", [0, 1, 0]),
        ("whole", [0, 0, 1]),
    ],
)
def test_a_shared_component_is_left_for_one_bundle_only(
    shop: Shop, given_up: str, cancelled: list[int]
) -> None:
    shared, left, right, more = (shop.sku(nyc=9) for _ in range(4))
    parts = {
        "pair": {shared: 1, left: 1},
        "couple": {shared: 1, right: 1},
        "whole": {shared: 1, left: 1, more: 1},
    }
    names = {kind: f"{kind}-{shared}" for kind in parts}
    write(shop, *(item(names[kind], made_of) for kind, made_of in parts.items()))
    order_id = ordered(shop, dict.fromkeys(names.values(), 1))

    request = cancel(order_id, {names.get(given_up, shared): 1})
    order = shop.call("CancelOrder", request).order

    assert [bundle.cancelled for bundle in order.bundles] == cancelled


def test_an_order_is_changed_by_components(shop: Shop) -> None:
    name = table_set(shop, nyc=(5, 9))
    order_id = ordered(shop, {name: 1})
    request = orders.ChangeOrderRequest(
        request_id=new_id(),
        order_id=order_id,
        lines=[order_pb2.Line(sku=name, quantity=2)],
    )
    refused = refusal(lambda: shop.call("ChangeOrder", request))
    assert f"{name} is a bundle" in refused.fields["lines"]


def test_a_bundle_that_moves_stays_together(shop: Shop) -> None:
    stock = {"nyc": (1, 2), "chi": (1, 0), "lax": (1, 2)}
    name = table_set(shop, together=True, **stock)
    order_id = ordered(shop, {name: 1})
    move = orders.RerouteOrderRequest(
        request_id=new_id(), order_id=order_id, shipment_ids=[f"{order_id}:1"]
    )
    change = shop.call("RerouteOrder", move).change

    assert set(sent(change.plan)) == {"lax"}
    assert change.plan.bundles[0].quantity == 1


def test_a_decision_about_bundles_replays(shop: Shop) -> None:
    name = table_set(shop, together=True, nyc=(1, 2), lax=(4, 9))
    order_id = ordered(shop, {name: 1, shop.sku(chi=1): 1})
    request = orders.ReplayOrderRequest(order_id=order_id)
    replayed = shop.call("ReplayOrder", request)
    assert replayed.outcome == orders.REPLAY_OUTCOME_SAME

    explained = orders.ExplainOrderRequest(order_id=order_id)
    explanation = shop.call("ExplainOrder", explained).explanation
    assert explanation.replayed
    assert f"{name} x1 is 1 of" in explanation.verdict


def test_bundles_that_wait_for_a_component_wait_whole(shop: Shop) -> None:
    """Both places would do; no unit of the set is held while it cannot be whole."""
    name = table_set(shop, together=True, nyc=(1, 0), lax=(9, 9))
    cup, plate = parts_of(shop, name)
    near = order_pb2.Routing(only_node_ids=["nyc"], allow_partial=True)
    refused = refusal(lambda: shop.hold({name: 1}, routing=near))

    assert refused.reason == "NO_STOCK"
    assert shop.cell(cup, "nyc").held == 0
    assert shop.cell(plate, "lax").held == 0
