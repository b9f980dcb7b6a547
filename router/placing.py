"""An order that was placed elsewhere, taken in one call: its hold and its commit."""

from router.validate import ID_MAX, Violations, identifier, text
from shipfrom.v1 import checkout_service_pb2 as pb

SHARED = ("ship_to", "routing", "accept", "facts")


def split(request: pb.PlaceOrderRequest) -> tuple[pb.HoldRequest, pb.CommitRequest]:
    """The two requests that it stands for; the hold has the order's id.

    Raises:
        InvalidField: no order id, or no customer: what is taken in must be found again.
    """
    found = Violations()
    order_id = identifier(request.order_id, "order_id", found)
    if not request.customer_ref:
        problem = "is required"
        found.add("customer_ref", problem, "send your own name for the customer")
    text(request.customer_ref, "customer_ref", found, length_max=ID_MAX)
    found.check()
    hold = pb.HoldRequest(
        request_id=request.request_id,
        hold_id=order_id,
        lines=request.lines,
        order_ref=request.order_ref,
        parts=request.parts,
        allow_substitutes=request.allow_substitutes,
    )
    for name in SHARED:
        if request.HasField(name):
            getattr(hold, name).CopyFrom(getattr(request, name))
    commit = pb.CommitRequest(
        request_id=request.request_id,
        hold_id=order_id,
        order_id=order_id,
        customer_ref=request.customer_ref,
        payment_state=request.payment_state,
    )
    return hold, commit


def placed(made: pb.CommitResponse) -> pb.PlaceOrderResponse:
    """What the commit says, for who asked for both."""
    response = pb.PlaceOrderResponse(order_id=made.order_id, state=made.state)
    response.plan.CopyFrom(made.plan)
    response.part_plans.extend(made.part_plans)
    response.create_time.CopyFrom(made.create_time)
    return response
