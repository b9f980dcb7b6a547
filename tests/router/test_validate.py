"""Every field has a bound: one row for each way to get a request wrong.

Each row changes one thing in a request that is otherwise good, and pins the status and
the path of the field that the refusal names.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from google.type.latlng_pb2 import LatLng
from google.type.money_pb2 import Money
from google.type.timeofday_pb2 import TimeOfDay

from inventory.errors import InvalidField
from router.validate import Violations, coming_day, is_sku, nearest
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2, order_service_pb2
from tests.router.shop import Shop, hold_request, lines_of, new_id, refusal

Change = Callable[[Any], object]
NAN, INFINITY = float("nan"), float("inf")


def line(sku: str, quantity: int) -> Change:
    return lambda r: r.lines.add(sku=sku, quantity=quantity)


def routing(**fields: Any) -> Change:
    return lambda r: r.routing.MergeFrom(order_pb2.Routing(**fields))


def place(latitude: float, longitude: float) -> Change:
    point = LatLng(latitude=latitude, longitude=longitude)
    return lambda r: r.ship_to.location.CopyFrom(point)


def fields_of(**fields: Any) -> Change:
    """Set fields on the only row of the request, or on the request itself."""

    def change(request: Any) -> None:
        for rows in ("counts", "deltas", "nodes", "items", "lanes"):
            request = getattr(request, rows)[0] if has_rows(request, rows) else request
        for name, value in fields.items():
            if isinstance(value, str | int | bool | float):
                setattr(request, name, value)
            elif isinstance(value, list):
                request.ClearField(name)
                getattr(request, name).extend(value)
            else:
                getattr(request, name).CopyFrom(value)

    return change


def has_rows(request: Any, name: str) -> bool:
    found = name in request.DESCRIPTOR.fields_by_name
    return found and name not in ("lines",) and len(getattr(request, name)) == 1


def usd(units: int, nanos: int = 0) -> Money:
    return Money(currency_code="USD", units=units, nanos=nanos)


QUOTE = [
    ("no lines", lambda r: r.ClearField("lines"), "lines"),
    (
        "501 lines",
        lambda r: r.lines.extend(lines_of({f"X-{n}": 1 for n in range(501)})),
        "lines",
    ),
    ("no SKU", line("", 1), "lines[1].sku"),
    ("SKU of 65 characters", line("S" * 65, 1), "lines[1].sku"),
    ("SKU with a line break", line("SKU\n1", 1), "lines[1].sku"),
    ("SKU with spaces around", line(" SKU-1 ", 1), "lines[1].sku"),
    ("SKU not in normal form", line("Cafe\u0301", 1), "lines[1].sku"),
    ("unknown SKU", line("SKU-UNKNOWN", 1), "lines[1].sku"),
    ("quantity 0", line("SKU-X", 0), "lines[1].quantity"),
    ("quantity below 0", line("SKU-X", -1), "lines[1].quantity"),
    ("quantity too large", line("SKU-X", 1_000_001), "lines[1].quantity"),
    (
        "one SKU too large in sum",
        lambda r: [r.lines.add(sku="SKU-Y", quantity=600_000) for _ in range(2)],
        "lines[2].quantity",
    ),
    ("no destination", lambda r: r.ClearField("ship_to"), "ship_to"),
    (
        "unknown postcode",
        lambda r: setattr(r.ship_to, "postal_code", "10000"),
        "ship_to.postal_code",
    ),
    (
        "military postcode without a place",
        lambda r: setattr(r.ship_to, "postal_code", "09001"),
        "ship_to.postal_code",
    ),
    (
        "postcode of four digits",
        lambda r: setattr(r.ship_to, "postal_code", "1001"),
        "ship_to.postal_code",
    ),
    (
        "postcode with letters",
        lambda r: setattr(r.ship_to, "postal_code", "SW1A 1AA"),
        "ship_to.postal_code",
    ),
    (
        "country in small letters",
        lambda r: setattr(r.ship_to, "region_code", "us"),
        "ship_to.region_code",
    ),
    (
        "abroad without coordinates",
        lambda r: setattr(r.ship_to, "region_code", "DE"),
        "ship_to.location",
    ),
    ("latitude 91", place(91, 0), "ship_to.location.latitude"),
    ("longitude -181", place(0, -181), "ship_to.location.longitude"),
    ("latitude NaN", place(NAN, 1), "ship_to.location.latitude"),
    ("longitude infinite", place(1, INFINITY), "ship_to.location.longitude"),
    ("the origin", place(0, 0), "ship_to.location"),
    ("unknown objective", routing(objective=99), "routing.objective"),
    ("unknown line split", routing(line_split=99), "routing.line_split"),
    ("11 shipments", routing(max_shipments=11), "routing.max_shipments"),
    ("-1 shipments", routing(max_shipments=-1), "routing.max_shipments"),
    (
        "farther than the earth",
        routing(max_distance_km=30_000),
        "routing.max_distance_km",
    ),
    ("negative distance", routing(max_distance_km=-1), "routing.max_distance_km"),
    ("17 tags", routing(node_tags=[f"t{n}" for n in range(17)]), "routing.node_tags"),
    ("a tag with a space", routing(node_tags=["a b"]), "routing.node_tags[0]"),
    ("unknown wanted node", routing(only_node_ids=["nyx"]), "routing.only_node_ids[0]"),
    (
        "unknown excluded node",
        routing(exclude_node_ids=["nyc", "nyx"]),
        "routing.exclude_node_ids[1]",
    ),
    (
        "101 nodes",
        routing(only_node_ids=["nyc"] * 101),
        "routing.only_node_ids",
    ),
    (
        "a node wanted and excluded",
        routing(only_node_ids=["nyc"], exclude_node_ids=["nyc"]),
        "routing.exclude_node_ids",
    ),
    ("unknown service", routing(service="GRUOND"), "routing.service"),
    ("negative keep back", routing(keep_back=-1), "routing.keep_back"),
    (
        "promise in the past",
        routing(promise_by=Date(year=2026, month=11, day=1)),
        "routing.promise_by",
    ),
    (
        "wish in the past",
        routing(wanted_by=Date(year=2026, month=11, day=1)),
        "routing.wanted_by",
    ),
    (
        "promise in years",
        routing(promise_by=Date(year=2029, month=1, day=1)),
        "routing.promise_by",
    ),
    (
        "promise without a day",
        routing(promise_by=Date(year=2026, month=12)),
        "routing.promise_by",
    ),
    (
        "promise on no day",
        routing(promise_by=Date(year=2026, month=13, day=41)),
        "routing.promise_by",
    ),
]
HOLD = [
    ("no request id", fields_of(request_id=""), "request_id"),
    ("request id not a UUID", fields_of(request_id="abc"), "request_id"),
    (
        "UUID of version 1",
        fields_of(request_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        "request_id",
    ),
    ("no hold id", fields_of(hold_id=""), "hold_id"),
    ("hold id with a slash", fields_of(hold_id="a/b"), "hold_id"),
    ("hold id of 65 characters", fields_of(hold_id="h" * 65), "hold_id"),
    ("ttl of 0 s", fields_of(ttl=Duration()), "ttl"),
    ("ttl below 1 s", fields_of(ttl=Duration(nanos=999_000_000)), "ttl"),
    ("ttl above 4 h", fields_of(ttl=Duration(seconds=14_401)), "ttl"),
    ("ttl negative", fields_of(ttl=Duration(seconds=-5)), "ttl"),
    (
        "ttl with broken nanos",
        fields_of(ttl=Duration(seconds=5, nanos=-(10**9))),
        "ttl",
    ),
    ("order ref of 65 characters", fields_of(order_ref="r" * 65), "order_ref"),
    ("order ref with a bell", fields_of(order_ref="a\a"), "order_ref"),
    (
        "cost in another currency",
        lambda r: r.accept.cost_max.CopyFrom(Money(currency_code="EUR", units=1)),
        "accept.cost_max",
    ),
    (
        "cost finer than cents",
        lambda r: r.accept.cost_max.CopyFrom(usd(1, 1)),
        "accept.cost_max",
    ),
    (
        "negative cost",
        lambda r: r.accept.cost_max.CopyFrom(usd(-1)),
        "accept.cost_max",
    ),
    (
        "accepted arrival in the past",
        lambda r: r.accept.promise_by.CopyFrom(Date(year=2020, month=1, day=1)),
        "accept.promise_by",
    ),
    ("quantity 0 in a hold", line("SKU-X", 0), "lines[1].quantity"),
]
SET_STOCK = [
    ("no counts", lambda r: r.ClearField("counts"), "counts"),
    (
        "501 counts",
        lambda r: r.counts.extend(
            inventory_pb.StockCount(sku=f"X-{n}", node_id="nyc") for n in range(500)
        ),
        "counts",
    ),
    ("count without SKU", fields_of(sku=""), "counts[0].sku"),
    ("count at an unknown node", fields_of(node_id="nyx"), "counts[0].node_id"),
    ("count below 0", fields_of(on_hand=-1), "counts[0].on_hand"),
    ("count beyond 10^9", fields_of(on_hand=10**9 + 1), "counts[0].on_hand"),
    ("safety stock below 0", fields_of(safety_stock=-1), "counts[0].safety_stock"),
    (
        "one cell twice",
        lambda r: r.counts.add(sku="SKU-C", node_id="nyc"),
        "counts[1]",
    ),
    (
        "reason too long",
        lambda r: setattr(r, "reason", "r" * 129),
        "reason",
    ),
]
ADJUST_STOCK = [
    ("delta 0", fields_of(delta=0), "deltas[0].delta"),
    ("delta beyond 10^9", fields_of(delta=-(10**9) - 1), "deltas[0].delta"),
    ("delta at an unknown node", fields_of(node_id="nyx"), "deltas[0].node_id"),
]
NODES = [
    ("node without id", fields_of(node_id=""), "nodes[0].node_id"),
    ("node id with a space", fields_of(node_id="a b"), "nodes[0].node_id"),
    ("node of unknown kind", fields_of(kind=9), "nodes[0].kind"),
    ("node without a place", fields_of(postal_code=""), "nodes[0].location"),
    (
        "node off the earth",
        fields_of(location=LatLng(latitude=95, longitude=1)),
        "nodes[0].location.latitude",
    ),
    ("node in no zone", fields_of(time_zone="Mars/Olympus"), "nodes[0].time_zone"),
    ("node in a path", fields_of(time_zone="../../etc/passwd"), "nodes[0].time_zone"),
    ("cut-off at 25:00", fields_of(cut_off=TimeOfDay(hours=25)), "nodes[0].cut_off"),
    (
        "closes before it opens",
        fields_of(open_from=TimeOfDay(hours=9), open_until=TimeOfDay(hours=9)),
        "nodes[0].open_until",
    ),
    ("weekday 8", fields_of(ship_weekdays=[1, 8]), "nodes[0].ship_weekdays"),
    (
        "closed on no day",
        fields_of(closed_dates=[Date(year=2026, month=2, day=30)]),
        "nodes[0].closed_dates[0]",
    ),
    ("handling for ever", fields_of(handling_days=61), "nodes[0].handling_days"),
    ("orders below none", fields_of(orders_per_day=-1), "nodes[0].orders_per_day"),
    (
        "handling in euros",
        fields_of(parcel_handling=Money(currency_code="EUR", units=1)),
        "nodes[0].parcel_handling",
    ),
    ("name too long", fields_of(display_name="n" * 129), "nodes[0].display_name"),
    ("33 tags", fields_of(tags=[f"t{n}" for n in range(33)]), "nodes[0].tags"),
    ("priority too large", fields_of(priority=10**7), "nodes[0].priority"),
]
ITEMS = [
    ("item without SKU", fields_of(sku=""), "items[0].sku"),
    ("weight below 0", fields_of(weight_g=-1), "items[0].weight_g"),
    ("weight above a tonne", fields_of(weight_g=1_000_001), "items[0].weight_g"),
    ("volume too large", fields_of(volume_cm3=100_000_001), "items[0].volume_cm3"),
    ("value below 0", fields_of(value=usd(-1)), "items[0].value"),
]
LANES = [
    ("lane without id", fields_of(lane_id=""), "lanes[0].lane_id"),
    ("lane without service", fields_of(service=""), "lanes[0].service"),
    ("lane to zone 0", fields_of(zone=0), "lanes[0].zone"),
    ("lane to zone 100", fields_of(zone=100), "lanes[0].zone"),
    ("lane from an unknown node", fields_of(node_id="nyx"), "lanes[0].node_id"),
    (
        "lane beyond the earth",
        fields_of(distance_km_max=25_000),
        "lanes[0].distance_km_max",
    ),
    ("steps below 0 g", fields_of(step_g=-1), "lanes[0].step_g"),
    ("61 days on the road", fields_of(transit_days=61), "lanes[0].transit_days"),
    ("fuel below 0", fields_of(fuel_bps=-1), "lanes[0].fuel_bps"),
    (
        "base in yen",
        fields_of(base=Money(currency_code="JPY", units=1)),
        "lanes[0].base",
    ),
    ("prices that overflow", fields_of(step=usd(9_999_999), step_g=1), "lanes[0].step"),
    ("divisor below 0", fields_of(volume_divisor=-1), "lanes[0].volume_divisor"),
]
AVAILABILITY = [
    ("no SKUs", lambda r: r.ClearField("skus"), "skus"),
    ("501 SKUs", lambda r: r.skus.extend(f"X-{n}" for n in range(501)), "skus"),
    ("an empty SKU", lambda r: r.skus.append(""), "skus[1]"),
    ("a SKU nobody knows", lambda r: r.skus.append("SKU-NOBODY"), "skus[1]"),
    ("a node nobody knows", lambda r: r.node_ids.append("nyx"), "node_ids[0]"),
]
OTHERS = [
    ("ExtendHold", checkout_pb.ExtendHoldRequest(hold_id="h"), "ttl"),
    (
        "ExtendHold",
        checkout_pb.ExtendHoldRequest(hold_id="h", ttl=Duration(seconds=10**11)),
        "ttl",
    ),
    ("ReleaseHold", checkout_pb.ReleaseHoldRequest(hold_id="?"), "hold_id"),
    ("Commit", checkout_pb.CommitRequest(hold_id="h", order_id="a b"), "order_id"),
    ("GetOrder", order_service_pb2.GetOrderRequest(), "order_id"),
    ("ListOrders", order_service_pb2.ListOrdersRequest(page_size=-1), "page_size"),
    ("ListOrders", order_service_pb2.ListOrdersRequest(state=77), "state"),
    ("ExplainOrder", order_service_pb2.ExplainOrderRequest(), "order_id"),
    ("ExplainOrder", order_service_pb2.ExplainOrderRequest(hold_id="a/b"), "hold_id"),
    ("GetStock", inventory_pb.GetStockRequest(), "sku"),
    ("ListEntries", inventory_pb.ListEntriesRequest(), "sku"),
    ("ListNodes", network_pb.ListNodesRequest(page_size=-2), "page_size"),
    ("UpsertItems", network_pb.UpsertItemsRequest(), "items"),
]


def rows(method: str, table: list[tuple[str, Change, str]]) -> list[Any]:
    return [pytest.param(method, *row[1:], id=row[0]) for row in table]


def good_request(method: str, sku: str) -> Any:
    """A request of the method that would be answered."""
    if method == "Quote":
        request = checkout_pb.QuoteRequest(lines=lines_of({sku: 1}))
        request.ship_to.postal_code = "10001"
        return request
    if method == "Hold":
        return hold_request({sku: 1})
    if method == "GetAvailability":
        return checkout_pb.GetAvailabilityRequest(skus=[sku])
    request = {
        "SetStock": inventory_pb.SetStockRequest,
        "AdjustStock": inventory_pb.AdjustStockRequest,
        "UpsertNodes": network_pb.UpsertNodesRequest,
        "UpsertItems": network_pb.UpsertItemsRequest,
        "UpsertLanes": network_pb.UpsertLanesRequest,
    }[method](request_id=new_id())
    if method == "SetStock":
        request.counts.add(sku="SKU-C", node_id="nyc", on_hand=1)
    elif method == "AdjustStock":
        request.deltas.add(sku="SKU-C", node_id="nyc", delta=1)
    elif method == "UpsertNodes":
        request.nodes.add(node_id="bos", postal_code="02108")
    elif method == "UpsertItems":
        request.items.add(sku="SKU-C")
    else:
        request.lanes.add(lane_id="express-1", service="EXPRESS", zone=1)
    return request


@pytest.mark.parametrize(
    ("method", "change", "path"),
    [
        *rows("Quote", QUOTE),
        *rows("Hold", HOLD),
        *rows("SetStock", SET_STOCK),
        *rows("AdjustStock", ADJUST_STOCK),
        *rows("UpsertNodes", NODES),
        *rows("UpsertItems", ITEMS),
        *rows("UpsertLanes", LANES),
        *rows("GetAvailability", AVAILABILITY),
    ],
)
def test_a_wrong_field_is_named(
    shop: Shop, method: str, change: Change, path: str
) -> None:
    request = good_request(method, "SKU-GOOD")
    shop.count("SKU-GOOD", nyc=1)
    change(request)
    refused = refusal(lambda: shop.call(method, request))
    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert path in refused.fields, refused.fields


@pytest.mark.parametrize(("method", "request_", "path"), OTHERS)
def test_a_wrong_field_of_a_small_request_is_named(
    shop: Shop, method: str, request_: Any, path: str
) -> None:
    refused = refusal(lambda: shop.call(method, request_))
    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert path in refused.fields, refused.fields


def test_all_wrong_fields_are_named_at_once(shop: Shop) -> None:
    request = hold_request({}, request_id="no", hold_id="a/b", order_ref="r" * 65)
    request.lines.add(sku="", quantity=0)
    request.ship_to.postal_code = "nowhere"
    assert set(refusal(lambda: shop.call("Hold", request)).fields) == {
        "request_id",
        "hold_id",
        "order_ref",
        "lines[0].sku",
        "lines[0].quantity",
        "ship_to.postal_code",
    }


def test_an_unknown_sku_comes_with_the_nearest_known_one(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    wrong = sku.replace("SKU", "SKV")
    refused = refusal(lambda: shop.quote({wrong: 1}))
    assert "did you mean" in refused.fields["lines[0].sku"]
    assert "SKU-" in refused.fields["lines[0].sku"]


def test_an_unknown_node_comes_with_the_nearest_known_one(shop: Shop) -> None:
    shop.count("SKU-GOOD", nyc=1)
    request = order_pb2.Routing(only_node_ids=["nycc"])
    refused = refusal(lambda: shop.quote({"SKU-GOOD": 1}, routing=request))
    assert "did you mean nyc?" in refused.fields["routing.only_node_ids[0]"]


def test_an_item_without_stock_is_sold_out_and_not_unknown(shop: Shop) -> None:
    answer = shop.quote({shop.sku(): 2})
    assert not answer.best.shipments
    assert answer.best.unfilled[0].reason == "NO_STOCK"


def test_a_sku_with_stock_needs_no_item(shop: Shop) -> None:
    shop.count("SKU-LOOSE", nyc=3)
    assert shop.quote({"SKU-LOOSE": 3}).best.shipments[0].node_id == "nyc"


def test_suggestions_look_only_at_neighbours() -> None:
    known = sorted(f"SKU-{n:06d}" for n in range(100_000))
    assert nearest("SKU-012345x", known) == "did you mean SKU-012345?"
    assert nearest("nothing like it", known) == ""
    assert nearest("SKU-1", []) == ""


@pytest.mark.parametrize(
    ("sku", "fine"),
    [
        ("A", True),
        ("shoe/42/blue", True),
        ("Café", True),
        ("S" * 64, True),
        ("S" * 65, False),
        ("", False),
        ("tab\there", False),
        (" A", False),
        ("zero\u200bwidth", False),
    ],
)
def test_a_sku_is_what_a_person_can_read_back(sku: str, fine: bool) -> None:
    assert is_sku(sku) is fine


def test_today_is_not_past_while_it_lasts_somewhere_on_earth() -> None:
    now = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
    found = Violations()
    coming_day(Date(year=2026, month=11, day=15), "day", found, now=now)
    found.check()
    coming_day(Date(year=2026, month=11, day=14), "day", found, now=now)
    with pytest.raises(InvalidField):
        found.check()
