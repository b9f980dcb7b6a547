"""What requests to publish and to write ask, checked."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from inventory.errors import EtagRequired
from inventory.policy_publishing import Publication
from router.policies.guard import WHOLE_BPS, GuardRails
from router.rpc.call import Call
from router.validate import ID_MAX, Violations, text, whole
from shipfrom.v1 import policy_service_pb2 as pb

REASON_MAX = 400
VERSION_MAX = 999_999_999
WINDOW_USUAL, WINDOW_MAX = timedelta(days=7), timedelta(days=92)
"""Orders of a week tell weekdays apart."""
RAIL_MAX = 100_000
"""Basis points: ten times worse is no rail any more."""
AHEAD_MAX = timedelta(days=366)


class Written(Protocol):
    """What requests that write a policy have in common."""

    @property
    def author(self) -> str: ...
    @property
    def note(self) -> str: ...


def author(given: str, call: Call, found: Violations) -> str:
    """Who says so, for the audit: the caller unless it names somebody."""
    return text(given, "author", found, length_max=ID_MAX) or call.principal


def words(request: Written, call: Call, found: Violations) -> tuple[str, str]:
    """Author and note."""
    note = text(request.note, "note", found, length_max=REASON_MAX)
    return author(request.author, call, found), note


def version(value: int, found: Violations, *, least: int = 1) -> int:
    """A version's number."""
    return whole(value, "version", found, least=least, most=VERSION_MAX)


def window(request: pb.SimulatePolicyRequest, found: Violations) -> timedelta:
    """How far back a simulation looks."""
    if not request.HasField("window"):
        return WINDOW_USUAL
    span = timedelta(seconds=min(max(request.window.seconds, 0), 10**9))
    if not timedelta(0) < span <= WINDOW_MAX:
        most = f"{WINDOW_MAX.days} d"
        found.add("window", f"is outside 1 s to {most}", "choose one in between")
    return span


def publication(
    request: pb.PublishPolicyRequest, call: Call, found: Violations, *, now: datetime
) -> Publication:
    """The wish to put a version in force."""
    who, why = words(request, call, found)
    reason = request.override_reason
    override = text(reason, "override_reason", found, length_max=REASON_MAX)
    share_bps, guard = 0, ""
    starts_at = _start(request, found, now=now)
    if request.HasField("canary"):
        share = request.canary.share_bps
        most = WHOLE_BPS - 1
        share_bps = whole(share, "canary.share_bps", found, least=1, most=most)
        guard = _rails(request.canary.guard_rails, found).to_json()
        if starts_at is not None:
            problem = "goes with all orders, not with a share"
            found.add("start_time", problem, "leave out start_time or canary")
    return Publication(
        version(request.version, found),
        request.etag,
        who,
        why=why,
        override=override,
        starts_at=starts_at,
        canary_bps=share_bps,
        guard=guard,
    )


def _start(
    request: pb.PublishPolicyRequest, found: Violations, *, now: datetime
) -> datetime | None:
    if not request.HasField("start_time"):
        return None
    try:
        starts_at = request.start_time.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        found.add("start_time", "is no time", "send an instant in UTC")
        return None
    if not now < starts_at <= now + AHEAD_MAX:
        problem = "is over, or more than a year ahead"
        found.add("start_time", problem, "leave it out to start now")
    return starts_at


def _rails(given: pb.GuardRails, found: Violations) -> GuardRails:
    usual = GuardRails()
    bounds = {"orders_min": 1_000_000}
    values = {}
    for name in GuardRails.__slots__:
        value = getattr(given, name) or getattr(usual, name)
        most = bounds.get(name, RAIL_MAX)
        field = f"canary.guard_rails.{name}"
        values[name] = whole(value, field, found, least=1, most=most)
    return GuardRails(**values)


def demand_etag(etag: str) -> None:
    """A change says what it has read. Raises EtagRequired."""
    if not etag:
        raise EtagRequired(
            "The etag of the policy that you read is missing",
            next_step="read it with GetPolicy and send its etag",
            metadata={"field": "etag"},
        )
