"""Versions of the routing rules as values, and how they are read from their rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from inventory.instants import instant, microseconds

BUILT_IN = 0
"""The version of the policy that needs no document."""
SYSTEM = "shipfrom"
"""Who does what nobody asked for: a start at its time, the end of a canary."""


class PolicyState(StrEnum):
    """DRAFT while it may be written; PUBLISHED when it decides, is about to or does
    so for a share of the orders; RETIRED afterwards."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Happening(StrEnum):
    """What an audit event tells of."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    SIMULATED = "SIMULATED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    SCHEDULED = "SCHEDULED"
    STARTED = "STARTED"
    CANARY_STARTED = "CANARY_STARTED"
    CANARY_ROLLED_BACK = "CANARY_ROLLED_BACK"
    ROLLED_BACK = "ROLLED_BACK"
    GOLDEN_ADDED = "GOLDEN_ADDED"
    GOLDEN_REMOVED = "GOLDEN_REMOVED"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version. `content` is the document's canonical bytes, `report` JSON."""

    version: int
    name: str
    state: PolicyState
    etag: str
    content: bytes
    author: str
    note: str
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    simulated_etag: str
    report: str

    @property
    def is_simulated(self) -> bool:
        """Whether a simulation ran on this very content."""
        return self.simulated_etag == self.etag


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which versions decide: one for all, one from an instant on, one for a share."""

    revision: int
    published: int
    previous: int | None = None
    scheduled: int | None = None
    starts_at: datetime | None = None
    canary: int | None = None
    canary_bps: int = 0
    canary_era: int = 0
    guard: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether the scheduled version's time has come."""
        return self.starts_at is not None and now >= self.starts_at

    @property
    def live(self) -> tuple[int, ...]:
        """Every version that decides something now or soon."""
        named = (self.published, self.scheduled, self.canary)
        return tuple(each for each in named if each is not None)


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """One line of the audit; `detail` is JSON."""

    serial: int
    at: datetime
    who: str
    what: Happening
    version: int
    why: str
    detail: str


@dataclass(frozen=True, slots=True)
class GoldenOrder:
    """An order's problem, with what every policy must make of it."""

    golden_id: str
    order_id: str
    say: str
    problem: bytes
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the holds that one version decided since a canary began."""

    orders: int = 0
    short_orders: int = 0
    units: int = 0
    filled_units: int = 0
    planned_orders: int = 0
    cost_minor: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.orders + other.orders,
            self.short_orders + other.short_orders,
            self.units + other.units,
            self.filled_units + other.filled_units,
            self.planned_orders + other.planned_orders,
            self.cost_minor + other.cost_minor,
        )


def version_of(row: Row[Any]) -> PolicyVersion:
    """A row of `policy`."""
    return PolicyVersion(
        version=row.version,
        name=row.name,
        state=PolicyState(row.state),
        etag=row.etag,
        content=bytes(row.content),
        author=row.author,
        note=row.note,
        created_at=instant(row.created_at_us),
        updated_at=instant(row.updated_at_us),
        published_at=_moment(row.published_at_us),
        simulated_etag=row.simulated_etag,
        report=row.report,
    )


def answer_of(found: PolicyVersion) -> dict[str, Any]:
    """A version as JSON values, for the answer that is kept with its request."""
    times = {
        name: None if at is None else microseconds(at)
        for name, at in (
            ("created_at", found.created_at),
            ("updated_at", found.updated_at),
            ("published_at", found.published_at),
        )
    }
    return {
        **{name: getattr(found, name) for name in PolicyVersion.__slots__},
        **times,
        "content": found.content.decode(),
    }


def answered_version(answer: dict[str, Any]) -> PolicyVersion:
    """The version of `answer_of`."""
    return PolicyVersion(
        **{
            **answer,
            "state": PolicyState(answer["state"]),
            "content": answer["content"].encode(),
            "created_at": instant(answer["created_at"]),
            "updated_at": instant(answer["updated_at"]),
            "published_at": _moment(answer["published_at"]),
        }
    )


def pointer_of(row: Row[Any]) -> Pointer:
    """The row of `policy_pointer`."""
    return Pointer(
        revision=row.revision,
        published=row.published,
        previous=row.previous,
        scheduled=row.scheduled,
        starts_at=_moment(row.starts_at_us),
        canary=row.canary,
        canary_bps=row.canary_bps,
        canary_era=row.canary_era,
        guard=row.guard,
    )


def event_of(row: Row[Any]) -> PolicyEvent:
    """A row of `policy_event`."""
    return PolicyEvent(
        serial=row.serial,
        at=instant(row.at_us),
        who=row.who,
        what=Happening(row.what),
        version=row.version,
        why=row.why,
        detail=row.detail,
    )


def golden_of(row: Row[Any]) -> GoldenOrder:
    """A row of `golden_order`."""
    return GoldenOrder(
        golden_id=row.golden_id,
        order_id=row.order_id,
        say=row.say,
        problem=bytes(row.problem),
        author=row.author,
        at=instant(row.at_us),
    )


def _moment(value_us: int | None) -> datetime | None:
    return None if value_us is None else instant(value_us)
