"""Puts versions in force: the pointer moves, and what it names can never change.

At once, at a time by the ledger's clock, or for a share of the orders.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from inventory.errors import NotSimulated, WrongState
from inventory.instants import microseconds
from inventory.policy_approvals import NO_APPROVALS, Approving, check_approved
from inventory.policy_rows import Happening, Pointer, PolicyState, PolicyVersion
from inventory.policy_tables import policy, policy_pointer
from inventory.policy_writes import Event, check_etag, find, note


@dataclass(frozen=True, slots=True)
class Publication:
    """The wish to put a version in force: at once, at a time, or for a share.

    `override` is the reason for which gates were passed by, '' where they held.
    """

    version: int
    etag: str
    who: str
    why: str = ""
    override: str = ""
    starts_at: datetime | None = None
    canary_bps: int = 0
    guard: str = ""
    approving: Approving = NO_APPROVALS


def publish(
    connection: Connection, pointer: Pointer, wish: Publication, now_us: int
) -> PolicyVersion:
    """Move the pointer, or note when or for which share it shall.

    Raises EtagMismatch, NotSimulated, NeedsApproval, WrongState.
    """
    found = find(connection, wish.version)
    check_etag(found, wish.etag)
    if found.state is not PolicyState.DRAFT and wish.version not in (
        pointer.scheduled,
        pointer.canary,
    ):
        raise WrongState(
            f"Policy version {wish.version} is {found.state} already",
            next_step="roll back to it, or create a new version from it",
            metadata={"version": str(wish.version), "state": found.state},
        )
    if not (found.is_simulated or wish.override):
        raise NotSimulated(
            f"Policy version {wish.version} was not simulated as it is now",
            next_step="simulate it, or give an override_reason",
            metadata={"version": str(wish.version), "etag": found.etag},
        )
    check_approved(connection, found, wish.approving)
    _release(connection, wish.version, now_us)
    moved, what = _moved(pointer, wish)
    move(connection, pointer, moved)
    why = wish.override or wish.why
    event = Event(wish.who, what, wish.version, why, _detail(wish))
    note(connection, now_us, event)
    return find(connection, wish.version)


def _moved(pointer: Pointer, wish: Publication) -> tuple[Pointer, Happening]:
    """The pointer after a publication."""
    if wish.canary_bps:
        era = pointer.revision
        canary = replace(
            pointer,
            canary=wish.version,
            canary_bps=wish.canary_bps,
            canary_era=era,
            guard=wish.guard,
        )
        if pointer.scheduled == wish.version:
            canary = replace(canary, scheduled=None, starts_at=None)
        return canary, Happening.CANARY_STARTED
    if wish.starts_at is not None:
        scheduled = replace(pointer, scheduled=wish.version, starts_at=wish.starts_at)
        if pointer.canary == wish.version:
            scheduled = without_canary(scheduled)
        return scheduled, Happening.SCHEDULED
    now = in_force(pointer, wish.version)
    if pointer.scheduled != wish.version:
        now = replace(now, scheduled=pointer.scheduled, starts_at=pointer.starts_at)
    return now, Happening.PUBLISHED


def in_force(pointer: Pointer, version: int) -> Pointer:
    """The pointer with that version deciding for everybody, and nothing pending."""
    same = version == pointer.published
    previous = pointer.previous if same else pointer.published
    return Pointer(pointer.revision, version, previous=previous)


def without_canary(pointer: Pointer) -> Pointer:
    """The pointer with one version for all."""
    return replace(pointer, canary=None, canary_bps=0, canary_era=0, guard="")


def move(connection: Connection, before: Pointer, after: Pointer) -> None:
    """Write the pointer; versions that it left are RETIRED."""
    starts_at = after.starts_at
    connection.execute(
        update(policy_pointer).values(
            published=after.published,
            previous=after.previous,
            scheduled=after.scheduled,
            starts_at_us=None if starts_at is None else microseconds(starts_at),
            canary=after.canary,
            canary_bps=after.canary_bps,
            canary_era=after.canary_era,
            guard=after.guard,
        )
    )
    for version in set(before.live) - set(after.live):
        _settle(connection, version, PolicyState.RETIRED)
    for version in after.live:
        _settle(connection, version, PolicyState.PUBLISHED)


def _settle(connection: Connection, version: int, state: PolicyState) -> None:
    left = policy.c.version == version, policy.c.state != PolicyState.DRAFT
    connection.execute(update(policy).where(*left).values(state=state))


def _release(connection: Connection, version: int, now_us: int) -> None:
    """From here on nobody can change it."""
    draft = policy.c.version == version, policy.c.state == PolicyState.DRAFT
    released = {"state": PolicyState.PUBLISHED, "published_at_us": now_us}
    connection.execute(update(policy).where(*draft).values(released))


def _detail(wish: Publication) -> dict[str, Any]:
    told: dict[str, Any] = {"etag": wish.etag}
    if wish.override:
        told["override"] = wish.override
    if wish.starts_at is not None:
        told["startTime"] = wish.starts_at.isoformat()
    if wish.canary_bps:
        told |= {"canaryBps": wish.canary_bps, "guardRails": json.loads(wish.guard)}
    return told
