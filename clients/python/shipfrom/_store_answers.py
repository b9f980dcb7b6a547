"""From tasks on the wire to values."""

from typing import Protocol

from shipfrom._answers import instant, words
from shipfrom._enums import ShipmentState
from shipfrom._order_answers import change
from shipfrom._store_values import (
    Rerouted,
    Substitute,
    Task,
    TaskDone,
    TaskLine,
    TaskNews,
)
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as order_pb
from shipfrom.v1 import store_service_pb2 as pb

_STATES = words(ShipmentState, order_pb2.ShipmentState, "SHIPMENT_STATE_")


class Done(Protocol):
    """Every answer to a step has the task after it."""

    @property
    def task(self) -> pb.Task:
        """The task."""


def task(wire: pb.Task) -> Task:
    """One shipment at a node."""
    return Task(
        shipment_id=wire.shipment_id,
        order_id=wire.order_id,
        node_id=wire.node_id,
        state=_STATES.get(wire.state, ShipmentState.UNSPECIFIED),
        lines=tuple(map(_line, wire.lines)),
        order_ref=wire.order_ref,
        offered=wire.offered,
        pickup=wire.pickup,
        destination_node_id=wire.destination_node_id,
        incoming=wire.incoming,
        released=wire.released,
        due=instant(wire.due_time) if wire.HasField("due_time") else None,
        ship_by=instant(wire.ship_by_time) if wire.HasField("ship_by_time") else None,
        changed_at=instant(wire.change_time) if wire.HasField("change_time") else None,
    )


def _line(wire: pb.TaskLine) -> TaskLine:
    may = (Substitute(s.sku, s.available, s.display_name) for s in wire.substitutes)
    said = wire.sku, wire.quantity, wire.picked, wire.display_name
    return TaskLine(*said, tuple(may))


def news(wire: pb.WatchTasksResponse) -> TaskNews:
    """What changed."""
    return TaskNews(tuple(map(task, wire.tasks)), wire.resume_token)


def done(wire: Done) -> TaskDone:
    """A step that needs no other node."""
    return TaskDone(task(wire.task))


def ready(wire: pb.MarkReadyResponse) -> TaskDone:
    """Packed, perhaps with a code."""
    return TaskDone(task(wire.task), pickup_code=wire.pickup_code)


def offer(wire: pb.OfferShipmentResponse) -> TaskDone:
    """Asked, and whom."""
    return TaskDone(task(wire.task), offered_to=tuple(wire.node_ids))


def moved(
    wire: pb.AcceptResponse | pb.RejectResponse | pb.ConfirmPickResponse,
) -> TaskDone:
    """A step that may leave units to other nodes."""
    told = _rerouted(wire.rerouted) if wire.HasField("rerouted") else None
    return TaskDone(task(wire.task), told)


def _rerouted(wire: pb.Rerouted) -> Rerouted:
    return Rerouted(
        sentence=wire.sentence,
        stock_effect=wire.stock_effect,
        change=change(order_pb.ChangeOrderResponse(change=wire.change)),
        plan_id=wire.plan_id,
        differs=wire.differs,
        shipment_ids=tuple(wire.shipment_ids),
        at_risk=tuple(wire.at_risk_order_ids),
    )
