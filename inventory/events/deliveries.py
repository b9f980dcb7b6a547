"""Deliveries as a worker sees them: whose turn it is, what is due, what came of it.

Everything that has to survive a crash is a row: what a webhook is still to be told, and
when. A worker that dies between sending and writing down makes the event come twice,
never not at all. An event waits for the earlier one of its subject.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from inventory.database import Database
from inventory.events.filing import LOG
from inventory.events.log import Event, bounds, event_of
from inventory.events.planned import PENDING, plan
from inventory.events.tables import delivery, event, event_mark, webhook
from inventory.events.webhook_rows import Webhook, webhook_of
from inventory.queries import Queries
from inventory.tables import outbox
from inventory.writer import Writer

PLAN_MAX = 1_000  # numbers of the log that one transaction looks at
LEASE_US = 45_000_000  # three times what one delivery may take
DISABLED_KIND = "WEBHOOK_DISABLED"


@dataclass(frozen=True, slots=True)
class Due:
    """An event that is to be sent now, and how often it was tried."""

    event: Event
    tries: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try.

    Args:
        status: of HTTP; 0 for no answer.
        answer: the beginning of what was said, or why nothing was.
        again_s: seconds until the next try; None if it was taken.
        pause_s: nothing else is sent for so long.
        disable: why nothing is to be sent any more; '' to go on.
    """

    due: Due
    status: int
    latency_ms: int
    answer: str
    again_s: float | None = None
    pause_s: float = 0.0
    disable: str = ""


class Deliveries:
    """The deliveries of one ledger."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def ready(self, worker: str) -> list[str]:
        """Webhooks that have something to be told, and that nobody else serves."""

        def query(connection: Connection) -> list[str]:
            now_us = self._database.now_us(connection)
            mark = select(event_mark.c.sequence).where(event_mark.c.name == LOG)
            is_behind = webhook.c.sequence < mark.scalar_subquery()
            has_due = exists().where(
                delivery.c.webhook_id == webhook.c.webhook_id, _is_next(now_us)
            )
            wanted = select(webhook.c.webhook_id).where(
                _may_serve(worker, now_us), or_(is_behind, has_due)
            )
            return list(connection.execute(wanted).scalars())

        return await self._queries.run(query)

    async def turn(
        self, webhook_id: str, worker: str, tried: Sequence[Tried] = ()
    ) -> Webhook | None:
        """Write down what came of some tries, then serve on: plan what is new.

        None if another worker serves it now, or nothing is to be sent for a while.
        """

        def job(connection: Connection) -> Webhook | None:
            now_us = self._database.now_us(connection)
            for one in tried:
                _record(connection, webhook_id, one, now_us)
            return _take(connection, webhook_id, worker, now_us)

        return await self._writer.work(job)

    async def let_go(self, worker: str) -> None:
        """This worker ends: another one need not wait until its lease is over."""
        mine = update(webhook).where(webhook.c.lease_owner == worker)
        free = mine.values(lease_owner="", lease_until_us=0)
        await self._writer.work(lambda c: c.execute(free).rowcount)

    async def due(self, webhook_id: str, *, limit: int) -> list[Due]:
        """What is to be sent now, of each subject the first one; longest due first."""

        def query(connection: Connection) -> list[Due]:
            now_us = self._database.now_us(connection)
            # On its own: joined to the log, a planner may sort all that waits.
            rows = connection.execute(
                select(delivery.c.sequence, delivery.c.tries)
                .where(delivery.c.webhook_id == webhook_id, _is_next(now_us))
                .order_by(delivery.c.due_us, delivery.c.sequence)
                .limit(limit)
            )
            tries = {row.sequence: row.tries for row in rows}
            found = select(event).where(event.c.sequence.in_(tries))
            told = {row.sequence: event_of(row) for row in connection.execute(found)}
            return [Due(told[n], tries[n]) for n in tries if n in told]

        return await self._queries.run(query)


def _take(
    connection: Connection, webhook_id: str, worker: str, now_us: int
) -> Webhook | None:
    this = webhook.c.webhook_id == webhook_id
    mine = update(webhook).where(this, _may_serve(worker, now_us))
    lease = {"lease_owner": worker, "lease_until_us": now_us + LEASE_US}
    if not connection.execute(mine.values(**lease)).rowcount:
        return None
    row = connection.execute(select(webhook).where(this)).one()
    found = webhook_of(row, now_us)
    _plan_new(connection, found, row.sequence, now_us)
    return found


def _may_serve(worker: str, now_us: int) -> ColumnElement[bool]:
    is_free = or_(webhook.c.lease_owner == worker, webhook.c.lease_until_us <= now_us)
    is_on = webhook.c.state == "ENABLED"
    return is_on & (webhook.c.paused_until_us <= now_us) & is_free


def _is_next(now_us: int) -> ColumnElement[bool]:
    """Due, and the first of its subject that is not delivered.

    Asked row by row for the smallest: no planner makes a join of the whole table of it.
    """
    same = delivery.alias("same")
    first = select(func.min(same.c.sequence)).where(
        same.c.webhook_id == delivery.c.webhook_id,
        same.c.subject == delivery.c.subject,
        same.c.state == PENDING,
    )
    is_due = (delivery.c.state == PENDING) & (delivery.c.due_us <= now_us)
    return is_due & (delivery.c.sequence == first.scalar_subquery())


def _plan_new(connection: Connection, found: Webhook, place: int, now_us: int) -> None:
    """Make rows of what came into the log since, and move the webhook's place."""
    kept = bounds(connection)
    start = max(place, kept.first - 1)
    end = min(kept.last, start + PLAN_MAX)
    if end <= place:
        return
    span = event.c.sequence.between(start + 1, end)
    plan(connection, found.webhook_id, found.wanted, span=span, now_us=now_us)
    this = webhook.c.webhook_id == found.webhook_id
    connection.execute(update(webhook).where(this).values(sequence=end))


def _record(connection: Connection, webhook_id: str, one: Tried, now_us: int) -> None:
    is_done = one.again_s is None and not one.disable
    mine = delivery.c.webhook_id == webhook_id
    this = update(delivery).where(mine, delivery.c.sequence == one.due.event.sequence)
    connection.execute(
        this.where(delivery.c.state == PENDING).values(
            state="DELIVERED" if is_done else "PENDING",
            tries=one.due.tries + 1,
            due_us=now_us + int((one.again_s or 0.0) * 1_000_000),
            tried_at_us=now_us,
            status=one.status,
            latency_ms=one.latency_ms,
            answer=one.answer,
        )
    )
    if one.pause_s:
        until_us = now_us + int(one.pause_s * 1_000_000)
        paused = update(webhook).where(webhook.c.webhook_id == webhook_id)
        connection.execute(paused.values(paused_until_us=until_us))
    if one.disable:
        _disable(connection, webhook_id, one, now_us)


def _disable(connection: Connection, webhook_id: str, one: Tried, now_us: int) -> None:
    """Send nothing more, and tell everybody else."""
    is_on = webhook.c.webhook_id == webhook_id, webhook.c.state == "ENABLED"
    off = {"state": "DISABLED", "disabled_reason": one.disable, "changed_at_us": now_us}
    if not connection.execute(update(webhook).where(*is_on).values(**off)).rowcount:
        return
    facts = {
        "webhookId": webhook_id,
        "reason": one.disable,
        "eventId": one.due.event.event_id,
    }
    connection.execute(
        insert(outbox).values(
            key=webhook_id,
            kind=DISABLED_KIND,
            payload=json.dumps(facts, separators=(",", ":")),
            at_us=now_us,
        )
    )
