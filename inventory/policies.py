"""Versions of the routing rules and the pointer to the one in force.

Kept in the ledger, beside what they decide. The inventory does not know what the
documents mean.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from inventory import policy_publishing as publishing
from inventory import policy_writes as writes
from inventory.canaries import Canaries
from inventory.errors import PolicyNotFound, WrongState
from inventory.golden import GoldenOrders
from inventory.instants import instant
from inventory.operations import RequestKey
from inventory.policy_approvals import (
    Approval,
    Approving,
    approve,
    approved_by,
    check_approved,
)
from inventory.policy_desk import Answer, Desk
from inventory.policy_publishing import Publication
from inventory.policy_rows import (
    BUILT_IN,
    SYSTEM,
    Happening,
    Pointer,
    PolicyEvent,
    PolicyState,
    PolicyVersion,
    answer_of,
    answered_version,
    event_of,
    pointer_of,
    version_of,
)
from inventory.policy_tables import policy, policy_event, policy_pointer
from inventory.policy_writes import Draft


class Policies:
    """The policy versions of one ledger, with its golden orders and canaries."""

    def __init__(self, desk: Desk) -> None:
        self.golden = GoldenOrders(desk)
        self.canaries = Canaries(desk)
        self._desk = desk

    async def pointer(self) -> tuple[Pointer, datetime]:
        """Which versions decide, and what the ledger's clock says."""

        def query(connection: Connection) -> tuple[Pointer, datetime]:
            row = connection.execute(select(policy_pointer)).one()
            return pointer_of(row), instant(self._desk.database.now_us(connection))

        return await self._desk.read(query)

    async def version(self, version: int) -> PolicyVersion:
        """One version. Raises PolicyNotFound."""
        return await self._desk.read(lambda c: writes.find(c, version))

    async def draft(self) -> PolicyVersion:
        """The newest draft. Raises PolicyNotFound."""
        wanted = select(policy).where(policy.c.state == PolicyState.DRAFT)
        newest = wanted.order_by(policy.c.version.desc()).limit(1)
        row = await self._desk.read(lambda c: c.execute(newest).one_or_none())
        if row is None:
            raise PolicyNotFound(
                "There is no draft",
                next_step="create one with CreatePolicy",
                metadata={"alias": "draft"},
            )
        return version_of(row)

    async def page(self, *, before: int | None, limit: int) -> list[PolicyVersion]:
        """Versions, newest first, those below `before`."""
        wanted = select(policy).order_by(policy.c.version.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(policy.c.version < before)
        return await self._desk.read(
            lambda c: [version_of(row) for row in c.execute(wanted)]
        )

    async def events(self, *, before: int | None, limit: int) -> list[PolicyEvent]:
        """The audit, newest first, those below serial `before`."""
        wanted = select(policy_event).order_by(policy_event.c.serial.desc())
        if before is not None:
            wanted = wanted.where(policy_event.c.serial < before)
        return await self._desk.read(
            lambda c: [event_of(row) for row in c.execute(wanted.limit(limit))]
        )

    async def create(self, key: RequestKey, draft: Draft) -> tuple[PolicyVersion, bool]:
        """A new draft; whether this request made it before."""

        def write(connection: Connection, _: Pointer, now_us: int) -> Answer:
            return answer_of(writes.create(connection, draft, now_us))

        answer, replayed = await self._desk.write_once(key, write)
        return answered_version(answer), replayed

    async def rewrite(
        self, key: RequestKey, version: int, etag: str, draft: Draft
    ) -> tuple[PolicyVersion, bool]:
        """Replace a draft's content.

        Raises:
            EtagMismatch: somebody else changed it since.
            WrongState: it was published and never changes.
        """

        def write(connection: Connection, _: Pointer, now_us: int) -> Answer:
            return answer_of(
                writes.rewrite(connection, version, etag, draft, now_us=now_us)
            )

        answer, replayed = await self._desk.write_once(key, write)
        return answered_version(answer), replayed

    async def keep_report(
        self, version: int, etag: str, *, report: str, who: str
    ) -> None:
        """Note what a simulation of this very content came to. Raises EtagMismatch."""

        def write(connection: Connection, _: Pointer, now_us: int) -> None:
            writes.keep_report(
                connection, version, etag, report=report, who=who, at=now_us
            )

        await self._desk.write(write)

    async def approve(
        self, key: RequestKey, approval: Approval, rule: Approving
    ) -> tuple[PolicyVersion, list[str], bool]:
        """Somebody says yes; who did by now and counts, and whether this request was
        answered before.

        Raises:
            EtagMismatch, WrongState, InvalidField: see `policy_approvals.approve`.
        """

        def write(connection: Connection, _: Pointer, now_us: int) -> Answer:
            found = approve(connection, approval, rule, now_us)
            by = approved_by(connection, found, rule)
            return {"version": answer_of(found), "by": by}

        answer, replayed = await self._desk.write_once(key, write)
        return answered_version(answer["version"]), list(answer["by"]), replayed

    async def check_approved(self, version: int, rule: Approving) -> None:
        """Raises NeedsApproval."""
        await self._desk.read(
            lambda c: check_approved(c, writes.find(c, version), rule)
        )

    async def publish(
        self, key: RequestKey, wish: Publication
    ) -> tuple[PolicyVersion, bool]:
        """Put a version in force, now, later or for a share of the orders.

        Raises:
            EtagMismatch, NotSimulated, NeedsApproval, WrongState: see
                `policy_publishing.publish`.
        """

        def write(connection: Connection, pointer: Pointer, now_us: int) -> Answer:
            return answer_of(publishing.publish(connection, pointer, wish, now_us))

        answer, replayed = await self._desk.write_once(key, write)
        return answered_version(answer), replayed

    async def roll_back(
        self, key: RequestKey, version: int | None, *, who: str, why: str
    ) -> tuple[int, bool]:
        """Put an older version in force at once, the previous one if None is named.

        What waits for its time or runs for a share is taken back too: whoever rolls
        back wants to know what decides.

        Raises:
            WrongState: there is none before, or it was never published.
        """

        def write(connection: Connection, pointer: Pointer, now_us: int) -> Answer:
            target = _target(connection, pointer, version)
            # Going back again goes further back, never to what was just left.
            back = replace(
                publishing.in_force(pointer, target),
                previous=_before(connection, target),
            )
            publishing.move(connection, pointer, back)
            left: dict[str, Any] = {
                "from": pointer.published,
                "canary": pointer.canary,
                "scheduled": pointer.scheduled,
            }
            detail = {name: value for name, value in left.items() if value is not None}
            event = writes.Event(who, Happening.ROLLED_BACK, target, why, detail)
            writes.note(connection, now_us, event)
            return {"version": target}

        answer, replayed = await self._desk.write_once(key, write)
        return int(answer["version"]), replayed

    async def start_scheduled(self, version: int) -> None:
        """Make the scheduled version the published one, if its time has come."""

        def write(connection: Connection, pointer: Pointer, now_us: int) -> None:
            if pointer.scheduled != version or not pointer.is_due(instant(now_us)):
                return
            publishing.move(connection, pointer, publishing.in_force(pointer, version))
            event = writes.Event(SYSTEM, Happening.STARTED, version)
            writes.note(connection, now_us, event)

        await self._desk.write(write)


def _target(connection: Connection, pointer: Pointer, version: int | None) -> int:
    """The version to go back to."""
    if version is None and (
        pointer.canary is not None or _only_waits(connection, pointer)
    ):
        # The last thing that was done is the canary or the schedule: that goes.
        return pointer.published
    target = pointer.previous if version is None else version
    if target is None:
        raise WrongState(
            f"Policy version {pointer.published} is the first: none was before it",
            next_step="name the version to go back to, 0 for the built-in policy",
            metadata={"version": str(pointer.published)},
        )
    if target != BUILT_IN:
        found = writes.find(connection, target)
        if found.state is PolicyState.DRAFT:
            raise WrongState(
                f"Policy version {target} was never published",
                next_step="publish it instead",
                metadata={"version": str(target), "state": found.state},
            )
    return target


def _before(connection: Connection, version: int) -> int | None:
    """The version that decided before this one, of those nobody went back from."""
    moves = (Happening.PUBLISHED, Happening.STARTED, Happening.ROLLED_BACK)
    told = select(policy_event.c.what, policy_event.c.version)
    told = told.where(policy_event.c.what.in_(moves)).order_by(policy_event.c.serial)
    decided = [BUILT_IN]
    for what, moved_to in connection.execute(told):
        if what == Happening.ROLLED_BACK and moved_to in decided:
            del decided[decided.index(moved_to) :]
        decided.append(moved_to)
    earlier = decided[: decided.index(version)] if version in decided else decided
    return earlier[-1] if earlier else None


def _only_waits(connection: Connection, pointer: Pointer) -> bool:
    """Whether the last publication waits for its time, so that it decides nothing."""
    if pointer.scheduled is None:
        return False
    done = policy_event.c.what.in_((Happening.PUBLISHED, Happening.SCHEDULED))
    newest = select(policy_event.c.what).where(done)
    newest = newest.order_by(policy_event.c.serial.desc()).limit(1)
    last: str = connection.execute(newest).scalar_one()
    return last == Happening.SCHEDULED
