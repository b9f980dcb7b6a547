"""What the stub server says where a test lays out nothing else: one small world."""

from datetime import UTC, date, datetime, timedelta

from google.protobuf.message import Message
from google.type import date_pb2, money_pb2

from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory
from shipfrom.v1 import network_service_pb2 as network
from shipfrom.v1 import order_pb2, order_service_pb2

NOW = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)


def usd(minor: int) -> money_pb2.Money:
    return money_pb2.Money(
        currency_code="USD", units=minor // 100, nanos=minor % 100 * 10**7
    )


def day(one: date) -> date_pb2.Date:
    return date_pb2.Date(year=one.year, month=one.month, day=one.day)


def shipment(
    node_id: str, lines: dict[str, int], minor: int, arrives: date
) -> order_pb2.Shipment:
    return order_pb2.Shipment(
        node_id=node_id,
        service="GROUND",
        zone=2,
        distance_km=150,
        lines=[order_pb2.ShipmentLine(sku=s, quantity=q) for s, q in lines.items()],
        ship_by_time=NOW + timedelta(hours=3),
        promise_date=day(arrives),
        cost=usd(minor),
        components=[order_pb2.CostComponent(name="shipping", amount=usd(minor))],
        state=order_pb2.SHIPMENT_STATE_ALLOCATED,
    )


def plan(
    objective: int, minor: int, arrives: date, *shipments: order_pb2.Shipment
) -> order_pb2.Plan:
    return order_pb2.Plan(
        objective=objective,
        shipments=shipments,
        cost=usd(minor),
        promise_date=day(arrives),
        status=order_pb2.PLAN_STATUS_OPTIMAL,
        policy_version="built-in-1",
        verdict="All from nyc-01: cheapest and close." if len(shipments) == 1 else "",
    )


def shipment_now(name: str, planned: order_pb2.Shipment) -> order_pb2.Shipment:
    """A shipment of a plan as it is once it belongs to an order."""
    now = order_pb2.Shipment(shipment_id=name)
    now.MergeFrom(planned)
    return now


FRIDAY, WEDNESDAY = date(2026, 11, 20), date(2026, 11, 18)
CHEAP = plan(
    order_pb2.OBJECTIVE_CHEAPEST,
    1184,
    FRIDAY,
    shipment("nyc-01", {"SKU-1": 2, "SKU-9": 1}, 1184, FRIDAY),
)
FAST = plan(
    order_pb2.OBJECTIVE_FASTEST,
    1650,
    WEDNESDAY,
    shipment("nyc-01", {"SKU-1": 2}, 800, WEDNESDAY),
    shipment("bos-02", {"SKU-9": 1}, 850, WEDNESDAY),
)
WHY = order_pb2.Explanation(
    verdict="All from nyc-01: cheapest and close.",
    plan=CHEAP,
    candidates=[
        order_pb2.Candidate(
            node_id="nyc-01",
            distance_km=150,
            chosen=True,
            cost=usd(1184),
            useful_units=3,
            promise_date=day(FRIDAY),
            components=CHEAP.shipments[0].components,
        ),
        order_pb2.Candidate(
            node_id="lax-03",
            distance_km=3936,
            exclusion="TOO_FAR",
            detail="3,936 km, limit 3,000 km",
            observed="3,936 km",
            threshold="3,000 km",
        ),
    ],
    exclusions=[order_pb2.ExclusionCount(reason="TOO_FAR", nodes=7)],
    alternatives=[
        order_pb2.Alternative(
            plan=FAST,
            label="next best, one shipment more",
            cost_more=usd(466),
            days_later=-2,
        )
    ],
    network_version="n1",
    replayed=True,
)
WHY_NOT = order_pb2.Counterfactual(
    node_id="lax-03",
    sentence="lax-03 would be in the plan with 3,936 km allowed.",
    changes=[
        order_pb2.Change(
            kind=order_pb2.CHANGE_KIND_DISTANCE,
            amount="3,936 km",
            value=3936,
            smallest=True,
        )
    ],
    verified=True,
)
CELL = inventory.Cell(
    sku="SKU-1",
    node_id="nyc-01",
    on_hand=1234,
    held=2,
    allocated=1,
    safety_stock=5,
    available=1226,
    version=9,
    backorder_limit=20,
    backordered=3,
    recount=inventory.Recount(reason="NOT_FOUND", order_id="web-1001", since_time=NOW),
)
ORDER = order_service_pb2.Order(
    order_id="web-1001",
    hold_id="h_1",
    order_ref="web-1001",
    state=order_service_pb2.ORDER_STATE_ALLOCATED,
    lines=[
        order_pb2.Line(sku="SKU-1", quantity=2),
        order_pb2.Line(sku="SKU-9", quantity=1),
    ],
    plan=CHEAP,
    create_time=NOW,
    shipments=[shipment_now("web-1001:1", CHEAP.shipments[0])],
    line_states=[
        order_service_pb2.OrderLine(sku="SKU-1", ordered=2, open=2),
        order_service_pb2.OrderLine(sku="SKU-9", ordered=1, open=1),
    ],
    change_time=NOW,
    promised_date=day(FRIDAY),
    promise_date=day(FRIDAY),
)
ENTRY = inventory.Entry(
    sku="SKU-1",
    node_id="nyc-01",
    version=9,
    kind="HOLD",
    operation_id="h_1",
    delta_held=2,
    actor="anonymous",
    create_time=NOW,
)

OPEN = network.Node(node_id="nyc-01", kind=network.NODE_KIND_STORE, orders_per_day=120)
PAUSED = network.Node(
    node_id="nyc-01",
    kind=network.NODE_KIND_STORE,
    orders_per_day=120,
    paused_until=NOW + timedelta(hours=3),
    paused_reason="burst pipe",
)
KEPT = inventory.Quota(
    sku="SKU-1",
    node_id="nyc-01",
    channel="web",
    left=4,
    held=2,
    taken=1_250,
    falls_through=True,
)
CANNED: dict[str, Message] = {
    "SetQuotas": inventory.SetQuotasResponse(quotas=[KEPT]),
    "ListQuotas": inventory.ListQuotasResponse(quotas=[KEPT]),
    "GetAvailability": checkout.GetAvailabilityResponse(
        items=[
            checkout.SkuAvailability(
                sku="SKU-1",
                available=7,
                nodes=[checkout.NodeAvailability(node_id="nyc-01", available=7)],
            )
        ],
        as_of_time=NOW,
    ),
    "Quote": checkout.QuoteResponse(best=CHEAP, options=[FAST], as_of_time=NOW),
    "Hold": checkout.HoldResponse(
        hold_id="h_1",
        state=checkout.HOLD_STATE_ACTIVE,
        plan=CHEAP,
        create_time=NOW,
        expire_time=NOW + timedelta(minutes=15),
    ),
    "ExtendHold": checkout.ExtendHoldResponse(
        hold_id="h_1", expire_time=NOW + timedelta(minutes=30)
    ),
    "ReleaseHold": checkout.ReleaseHoldResponse(
        hold_id="h_1", state=checkout.HOLD_STATE_RELEASED
    ),
    "Commit": checkout.CommitResponse(
        order_id="web-1001",
        hold_id="h_1",
        plan=CHEAP,
        create_time=NOW,
        state=order_service_pb2.ORDER_STATE_ALLOCATED,
    ),
    "GetOrder": order_service_pb2.GetOrderResponse(order=ORDER),
    "ListOrders": order_service_pb2.ListOrdersResponse(orders=[ORDER]),
    "ExplainOrder": order_service_pb2.ExplainOrderResponse(explanation=WHY),
    "ReplayOrder": order_service_pb2.ReplayOrderResponse(
        outcome=order_service_pb2.REPLAY_OUTCOME_SAME
    ),
    "SetStock": inventory.SetStockResponse(cells=[CELL]),
    "AdjustStock": inventory.AdjustStockResponse(cells=[CELL]),
    "GetStock": inventory.GetStockResponse(cells=[CELL]),
    "ListEntries": inventory.ListEntriesResponse(entries=[ENTRY]),
    "ImportStock": inventory.ImportStockResponse(accepted=2),
    "ImportNetwork": network.ImportNetworkResponse(accepted=2),
    "UpsertNodes": network.UpsertNodesResponse(created=1, updated=2),
    "UpsertItems": network.UpsertItemsResponse(created=1),
    "UpsertLanes": network.UpsertLanesResponse(created=1),
    "PauseNode": network.PauseNodeResponse(node=PAUSED),
    "ResumeNode": network.ResumeNodeResponse(node=OPEN),
    "ListNodes": network.ListNodesResponse(nodes=[OPEN]),
    "ListItems": network.ListItemsResponse(items=[network.Item(sku="SKU-1")]),
    "ListLanes": network.ListLanesResponse(
        lanes=[network.Lane(lane_id="g2", service="GROUND", zone=2, base=usd(500))]
    ),
}
