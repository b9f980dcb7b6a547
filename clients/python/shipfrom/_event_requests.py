"""Every call about events as a value: its bytes, its reader."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from google.protobuf.json_format import MessageToDict

from shipfrom._answers import instant, words
from shipfrom._core import Call, new_request_id
from shipfrom._errors import DeadlineExceeded, Error, Unavailable
from shipfrom._event_values import (
    Delivery,
    DeliveryState,
    Event,
    Webhook,
    WebhookState,
)
from shipfrom._wire import call_of, enum_pb, reader
from shipfrom.v1 import event_service_pb2 as pb

PAGE_ROWS = 200
# The server ends a stream before; then the next one goes on from there.
WATCH_DEADLINE_S = 590.0
PAUSE_S_MIN, PAUSE_S_MAX = 0.1, 2.0
PATIENCE_S = 60.0
_SERVICE = "/shipfrom.v1.EventService/"
_WEBHOOKS = words(WebhookState, pb.WebhookState, "WEBHOOK_STATE_")
_DELIVERIES = words(DeliveryState, pb.DeliveryState, "DELIVERY_STATE_")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which events: of these types or families, this subject, this node."""

    types: tuple[str, ...] = ()
    subject: str = ""
    node_id: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A message of a stream: an event, or only how far it has come."""

    event: Event | None
    token: str


@dataclass(slots=True)
class Patience:
    """How long a stream that broke is begun again, and when.

    One that never began fails at once: there is nobody, or the request is wrong.
    """

    token: str
    began: bool = False
    failed_s: float = 0.0

    def heard(self, token: str) -> None:
        """The stream lives."""
        self.token, self.began, self.failed_s = token, True, 0.0

    def pause_s(self, error: Error) -> float:
        """Seconds until the next try. Raises the error when there is none."""
        if isinstance(error, DeadlineExceeded) and self.began:
            return 0.0
        if not isinstance(error, Unavailable) or not self.began:
            raise error
        if self.failed_s >= PATIENCE_S:
            raise error
        pause_s = min(PAUSE_S_MAX, max(PAUSE_S_MIN, self.failed_s))
        self.failed_s += pause_s
        return pause_s


def page(after: str, chosen: Chosen, token: str) -> Call[tuple[tuple[Event, ...], str]]:
    """One page of the log, the oldest event first."""
    request = pb.ListEventsRequest(
        after=token or after,
        types=chosen.types,
        subject=chosen.subject,
        node_id=chosen.node_id,
        page_size=PAGE_ROWS,
    )

    def read(wire: pb.ListEventsResponse) -> tuple[tuple[Event, ...], str]:
        next_token = wire.resume_token if wire.has_more else ""
        return tuple(map(_event, wire.events)), next_token

    return call_of(
        _SERVICE + "ListEvents", request, reader(pb.ListEventsResponse, read)
    )


def watch(after: str, chosen: Chosen) -> Call[Step]:
    """Events as they happen."""
    request = pb.WatchEventsRequest(
        after=after,
        types=chosen.types,
        subject=chosen.subject,
        node_id=chosen.node_id,
    )

    def read(wire: pb.WatchEventsResponse) -> Step:
        token = wire.resume_token
        if not wire.HasField("event"):
            return Step(None, token)
        return Step(replace(_event(wire.event), resume_token=token), token)

    parse = reader(pb.WatchEventsResponse, read)
    call = call_of(_SERVICE + "WatchEvents", request, parse)
    return replace(call, deadline_s=WATCH_DEADLINE_S)


def upsert(
    webhook_id: str,
    url: str,
    *,
    types: Sequence[str],
    enabled: bool | None,
    secret: str,
    rotate_secret: bool,
    validate_only: bool,
) -> Call[Webhook]:
    """A webhook, created or replaced."""
    word = {None: "UNSPECIFIED", True: "ENABLED", False: "DISABLED"}[enabled]
    request = pb.UpsertWebhookRequest(
        request_id=new_request_id(),
        webhook_id=webhook_id,
        url=url,
        types=types,
        state=f"WEBHOOK_STATE_{word}",
        secret=secret,
        rotate_secret=rotate_secret,
        validate_only=validate_only,
    )
    parse = reader(
        pb.UpsertWebhookResponse,
        lambda w: replace(_webhook(w.webhook), secret=w.secret),
    )
    return call_of(_SERVICE + "UpsertWebhook", request, parse, mutates=True)


def webhooks_page(token: str) -> Call[tuple[tuple[Webhook, ...], str]]:
    """Webhooks by id."""
    request = pb.ListWebhooksRequest(page_size=PAGE_ROWS, page_token=token)
    parse = reader(
        pb.ListWebhooksResponse,
        lambda w: (tuple(map(_webhook, w.webhooks)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListWebhooks", request, parse)


def remove(webhook_id: str) -> Call[None]:
    """Forget a webhook."""
    request = pb.DeleteWebhookRequest(
        request_id=new_request_id(), webhook_id=webhook_id
    )
    parse = reader(pb.DeleteWebhookResponse, lambda _: None)
    return call_of(_SERVICE + "DeleteWebhook", request, parse, mutates=True)


def deliveries_page(
    webhook_id: str, state: str, token: str
) -> Call[tuple[tuple[Delivery, ...], str]]:
    """Deliveries, newest event first."""
    name = enum_pb(state, DeliveryState, "state", "DELIVERY_STATE_")
    request = pb.ListDeliveriesRequest(
        webhook_id=webhook_id,
        state=name,
        page_size=PAGE_ROWS,
        page_token=token,
    )
    parse = reader(
        pb.ListDeliveriesResponse,
        lambda w: (tuple(map(_delivery, w.deliveries)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListDeliveries", request, parse)


def resend(webhook_id: str, event_id: str, after: int, until: int) -> Call[int]:
    """Send one event, or those of a range, once more."""
    request = pb.ResendEventsRequest(request_id=new_request_id(), webhook_id=webhook_id)
    if event_id:
        request.event_id = event_id
    else:
        request.range.after, request.range.until = after, until
    parse = reader(pb.ResendEventsResponse, lambda w: w.events)
    return call_of(_SERVICE + "ResendEvents", request, parse, mutates=True)


def _event(wire: pb.Event) -> Event:
    return Event(
        id=wire.id,
        source=wire.source,
        type=wire.type,
        subject=wire.subject,
        at=instant(wire.time),
        sequence=wire.sequence,
        node_id=wire.node_id,
        data=MessageToDict(wire.data),
        resume_token=str(wire.sequence),
    )


def _webhook(wire: pb.Webhook) -> Webhook:
    return Webhook(
        webhook_id=wire.webhook_id,
        url=wire.url,
        types=tuple(wire.types),
        state=_WEBHOOKS.get(wire.state, WebhookState.UNSPECIFIED),
        disabled_reason=wire.disabled_reason,
        created_at=instant(wire.create_time) if wire.HasField("create_time") else None,
        updated_at=instant(wire.update_time) if wire.HasField("update_time") else None,
    )


def _delivery(wire: pb.Delivery) -> Delivery:
    return Delivery(
        event_id=wire.event_id,
        sequence=wire.sequence,
        subject=wire.subject,
        state=_DELIVERIES.get(wire.state, DeliveryState.UNSPECIFIED),
        tries=wire.tries,
        due_at=instant(wire.due_time) if wire.HasField("due_time") else None,
        tried_at=instant(wire.try_time) if wire.HasField("try_time") else None,
        status=wire.status,
        latency=wire.latency.ToTimedelta(),
        answer=wire.answer,
    )
