"""An event as CloudEvents 1.0 JSON: the same bytes wherever it is sent."""

import json
from datetime import datetime
from typing import Any

from inventory.events.log import Event

CONTENT_TYPE = "application/cloudevents+json"
_SEQUENCE_DIGITS = 20  # of the greatest 64-bit number: text sorts as the numbers do


def source_of(deployment: str) -> str:
    """Where the events of a deployment come from."""
    return f"/shipfrom/{deployment}"


def time_of(at: datetime) -> str:
    """The instant in UTC, with its microseconds: 2026-03-01T12:00:00.000000Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def cloud_event(one: Event, source: str) -> dict[str, Any]:
    """The envelope; `sequence` and `nodeid` are extension attributes."""
    node = {"nodeid": one.node_id} if one.node_id else {}
    return {
        "specversion": "1.0",
        "id": one.event_id,
        "source": source,
        "type": one.type,
        "subject": one.subject,
        "time": time_of(one.at),
        "sequence": f"{one.sequence:0{_SEQUENCE_DIGITS}d}",
        **node,
        "datacontenttype": "application/json",
        "data": dict(one.data),
    }


def to_json(one: Event, source: str) -> str:
    """The envelope as compact JSON."""
    return json.dumps(
        cloud_event(one, source), ensure_ascii=False, separators=(",", ":")
    )
