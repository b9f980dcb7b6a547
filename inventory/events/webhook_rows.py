"""Webhooks and their deliveries as values, and the secrets that sign them."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from inventory.events.log import Wanted
from inventory.instants import instant

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"


class WebhookState(StrEnum):
    """Whether anything is sent."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DeliveryState(StrEnum):
    """Whether the receiver took it."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are sent. `secrets` sign: the present one first."""

    webhook_id: str
    url: str
    wanted: Wanted
    state: WebhookState
    disabled_reason: str
    secrets: tuple[str, ...]
    created_at: datetime
    changed_at: datetime

    def __repr__(self) -> str:
        """Without the secrets: it may come into a log."""
        return f"Webhook({self.webhook_id}, {self.state})"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook, and what came of the last try."""

    webhook_id: str
    sequence: int
    event_id: str
    subject: str
    state: DeliveryState
    tries: int
    due_at: datetime
    tried_at: datetime | None
    status: int
    latency_ms: int
    answer: str


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def webhook_of(row: Row[Any], now_us: int) -> Webhook:
    """A webhook of its row, with the secrets that sign now."""
    signing = [row.secret]
    if row.old_secret and now_us < row.old_secret_until_us:
        signing.append(row.old_secret)
    return Webhook(
        webhook_id=row.webhook_id,
        url=row.url,
        wanted=Wanted(tuple(json.loads(row.types))),
        state=WebhookState(row.state),
        disabled_reason=row.disabled_reason,
        secrets=tuple(signing),
        created_at=instant(row.created_at_us),
        changed_at=instant(row.changed_at_us),
    )


def delivery_of(row: Row[Any]) -> Delivery:
    """A delivery of its row."""
    return Delivery(
        webhook_id=row.webhook_id,
        sequence=row.sequence,
        event_id=row.event_id,
        subject=row.subject,
        state=DeliveryState(row.state),
        tries=row.tries,
        due_at=instant(row.due_us),
        tried_at=None if row.tried_at_us is None else instant(row.tried_at_us),
        status=row.status,
        latency_ms=row.latency_ms,
        answer=row.answer,
    )
