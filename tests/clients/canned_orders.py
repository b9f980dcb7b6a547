"""What the stub server says of an order's life: one in trouble, and what helps."""

from datetime import date, timedelta

from google.protobuf.message import Message

from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from tests.clients.canned import (
    CANNED,
    CHEAP,
    FAST,
    FRIDAY,
    NOW,
    ORDER,
    day,
    shipment_now,
    usd,
)

MONDAY = date(2026, 11, 23)
ON_ITS_WAY = shipment_now("web-1001:1", FAST.shipments[0])
ON_ITS_WAY.state = order_pb2.SHIPMENT_STATE_SHIPPED
ON_ITS_WAY.carrier, ON_ITS_WAY.tracking_number = "UPS", "1Z999"
AT_THE_COUNTER = shipment_now("web-1001:2", FAST.shipments[1])
AT_THE_COUNTER.state = order_pb2.SHIPMENT_STATE_READY
AT_THE_COUNTER.pickup_code = "482913"
AT_THE_COUNTER.cause = "SHORT_PICKED"
AT_THE_COUNTER.due_time.FromDatetime(NOW + timedelta(hours=2))
RETURN = pb.Return(
    return_id="r_1",
    order_id="web-1001",
    node_id="nyc-01",
    state=pb.RETURN_STATE_OPEN,
    lines=[pb.ReturnLine(sku="SKU-1", quantity=1, reason="too small")],
    create_time=NOW,
)
RECEIVED = pb.Return()
RECEIVED.CopyFrom(RETURN)
RECEIVED.state = pb.RETURN_STATE_RECEIVED
RECEIVED.lines[0].received = 1
RECEIVED.lines[0].condition = "OPENED"
RECEIVED.lines[0].disposition = pb.DISPOSITION_REFURBISH
EVENTFUL = pb.Order(
    order_id="web-1001",
    hold_id="h_1",
    state=pb.ORDER_STATE_PICKING,
    lines=ORDER.lines,
    plan=CHEAP,
    create_time=NOW,
    customer_ref="c-7",
    payment_state=pb.PAYMENT_STATE_AUTHORIZED,
    assignee="ada",
    reroutes=1,
    shipments=[ON_ITS_WAY, AT_THE_COUNTER],
    line_states=[
        pb.OrderLine(sku="SKU-1", ordered=3, cancelled=1, sent=2, returned=1),
        pb.OrderLine(sku="SKU-9", ordered=1, open=1),
    ],
    returns=[RETURN],
    change_time=NOW + timedelta(hours=1),
    promised_date=day(FRIDAY),
    promise_date=day(MONDAY),
)
PREVIEW = pb.PlanChange(
    plan=FAST,
    cost_more=usd(310),
    promise_date=day(FRIDAY),
    promise_kept=True,
)
EXCEPTION = pb.OrderException(
    kind=pb.EXCEPTION_KIND_LATE_RISK,
    order_id="web-1001",
    shipment_id="web-1001:2",
    assignee="ada",
    since_time=NOW,
    what="READY at bos-02, due 2026-11-16T20:00+00:00",
    next_step="shipfrom order reroute web-1001 --shipment web-1001:2 --dry-run",
    risk_percent=85,
)
MOVED = pb.ReoptimiseResponse()
MOVED.result.CopyFrom(
    pb.Reoptimisation(
        moves=[
            pb.OrderMove(
                order_id="web-1001",
                before=FAST.shipments,
                after=CHEAP.shipments,
                saving=usd(410),
                reason="1 of SKU-9 from nyc-01 instead of bos-02; costs 4.10 USD less",
                done=True,
            ),
            pb.OrderMove(
                order_id="web-1002",
                before=CHEAP.shipments,
                after=FAST.shipments[1:],
                saving=usd(90),
                reason="2 of SKU-1 from bos-02 instead of nyc-01; costs 0.90 USD less",
                group=1,
                not_done="Order web-1002 has changed since its move was planned",
            ),
        ],
        left_alone=[
            pb.OrderLeftAlone(order_id="web-1003", reason="a node has begun it")
        ],
        orders_looked_at=3,
        saving=usd(410),
        verdict="1 of 3 orders moved and save 4.10 USD. 1 stayed.",
    )
)
LIFE: dict[str, Message] = {
    "CancelOrder": pb.CancelOrderResponse(order=ORDER),
    "ChangeOrder": pb.ChangeOrderResponse(order=ORDER, change=PREVIEW),
    "RerouteOrder": pb.RerouteOrderResponse(order=ORDER, change=PREVIEW),
    "ReportPayment": pb.ReportPaymentResponse(order=EVENTFUL),
    "ReviewOrder": pb.ReviewOrderResponse(order=ORDER),
    "ListExceptions": pb.ListExceptionsResponse(exceptions=[EXCEPTION]),
    "CreateReturn": pb.CreateReturnResponse(
        goods_return=RETURN, verdict="nyc-01 is the cheapest way back: 7.00 USD, 2 km"
    ),
    "ReceiveReturn": pb.ReceiveReturnResponse(goods_return=RECEIVED),
}
ANSWERS = CANNED | LIFE
