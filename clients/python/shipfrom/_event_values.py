"""Events, webhooks and deliveries as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class WebhookState(StrEnum):
    """Whether a webhook is told anything."""

    UNSPECIFIED = "UNSPECIFIED"
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DeliveryState(StrEnum):
    """Whether the receiver took an event."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. It may come twice: drop an id that you know.

    `resume_token` is for `after`, to go on behind this event, now or next year.
    """

    id: str
    source: str
    type: str
    subject: str
    at: datetime
    sequence: int
    node_id: str
    data: Mapping[str, Any] = field(hash=False)
    resume_token: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that events are sent to; the secret only when it is new."""

    webhook_id: str
    url: str
    types: tuple[str, ...]
    state: WebhookState
    disabled_reason: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook, and what came of the last try."""

    event_id: str
    sequence: int
    subject: str
    state: DeliveryState
    tries: int
    due_at: datetime | None
    tried_at: datetime | None
    status: int
    latency: timedelta
    answer: str
