"""Events, webhooks and deliveries as messages."""

from google.protobuf.duration_pb2 import Duration

from inventory.events.log import Event
from inventory.events.webhook_rows import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
)
from shipfrom.v1 import event_service_pb2 as pb

_WEBHOOK = {
    WebhookState.ENABLED: pb.WEBHOOK_STATE_ENABLED,
    WebhookState.DISABLED: pb.WEBHOOK_STATE_DISABLED,
}
_DELIVERY = {
    DeliveryState.PENDING: pb.DELIVERY_STATE_PENDING,
    DeliveryState.DELIVERED: pb.DELIVERY_STATE_DELIVERED,
}


def write_event(one: Event, source: str, out: pb.Event) -> None:
    """The attributes of CloudEvents."""
    out.id = one.event_id
    out.source = source
    out.type = one.type
    out.subject = one.subject
    out.time.FromDatetime(one.at)
    out.data.update(one.data)
    out.sequence = one.sequence
    out.node_id = one.node_id


def write_webhook(one: Webhook, out: pb.Webhook) -> None:
    """Without its secret."""
    out.webhook_id = one.webhook_id
    out.url = one.url
    out.types.extend(one.wanted.types)
    out.state = _WEBHOOK[one.state]
    out.disabled_reason = one.disabled_reason
    out.create_time.FromDatetime(one.created_at)
    out.update_time.FromDatetime(one.changed_at)


def write_delivery(one: Delivery, out: pb.Delivery) -> None:
    """What came of the last try, and when the next one is due."""
    out.event_id = one.event_id
    out.sequence = one.sequence
    out.subject = one.subject
    out.state = _DELIVERY[one.state]
    out.tries = one.tries
    if one.state is DeliveryState.PENDING:
        out.due_time.FromDatetime(one.due_at)
    if one.tried_at is not None:
        out.try_time.FromDatetime(one.tried_at)
        took = Duration()
        took.FromMilliseconds(one.latency_ms)
        out.latency.CopyFrom(took)
    out.status = one.status
    out.answer = one.answer
