"""Pauses of a node: what a caller sends becomes two fields of the node's document."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from allocation.node import FOR_GOOD
from inventory.errors import NodeNotFound
from router.messages import EPOCH
from router.validate import DAYS_AHEAD_MAX, Violations, nearest, text
from shipfrom.v1 import network_service_pb2 as pb

RESUMED: dict[str, object] = {"paused_until": None, "paused_reason": None}


def read_pause(
    request: pb.PauseNodeRequest, found: Violations, *, now: datetime
) -> dict[str, object]:
    """The fields of the node that say it is paused."""
    if not request.reason.strip():
        found.add("reason", "is required", "say why the node does not ship")
    reason = text(request.reason, "reason", found)
    until = FOR_GOOD
    if request.HasField("until"):
        until = _until(request, found, now)
    return {"paused_until": until.isoformat(), "paused_reason": reason}


def _until(request: pb.PauseNodeRequest, found: Violations, now: datetime) -> datetime:
    latest = now.astimezone(UTC) + timedelta(days=DAYS_AHEAD_MAX)
    seconds_max = (latest - EPOCH).total_seconds()
    if not 0 <= request.until.seconds <= seconds_max:
        late = request.until.seconds > 0
        problem = "is more than a year ahead" if late else "is in the past"
        found.add("until", problem, "leave it out to pause until the node is resumed")
        return FOR_GOOD
    until = EPOCH + timedelta(
        seconds=request.until.seconds, microseconds=request.until.nanos // 1000
    )
    if until <= now:
        found.add("until", "is in the past", "send a moment that is to come")
    return until


def unknown_node(node_id: str, known: Sequence[str]) -> NodeNotFound:
    """The refusal of a node that nobody wrote."""
    return NodeNotFound(
        f"no node has the id {node_id!r}",
        next_step=nearest(node_id, known) or "write the node first",
        metadata={"nodeId": node_id},
    )
