"""Webhooks as their owner sees them: written, listed, removed, told once more."""

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from inventory.database import Database
from inventory.errors import FieldViolation, InvalidField, WebhookNotFound
from inventory.events.filing import LOG
from inventory.events.once import Answer, once
from inventory.events.planned import plan, start_again
from inventory.events.tables import delivery, event, event_mark, webhook
from inventory.events.webhook_rows import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
    delivery_of,
    new_secret,
    webhook_of,
)
from inventory.operations import RequestKey
from inventory.queries import Queries
from inventory.writer import Writer

WEBHOOKS_MAX = 100
ROTATION_US = 24 * 3600 * 1_000_000
"""After a rotation the old secret signs as well for so long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a webhook is to be.

    Args:
        enabled: None leaves it as it is; a new one is enabled.
        rotate: make a new secret.
        secret: this one instead of one that is made here; '' for none.
    """

    webhook_id: str
    url: str
    types: tuple[str, ...] = ()
    enabled: bool | None = None
    rotate: bool = False
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Upserted:
    """The webhook as it is now; the secret only for the request that made it."""

    webhook: Webhook
    secret: str
    replayed: bool


class Webhooks:
    """The webhooks of one ledger."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def upsert(self, key: RequestKey, wish: Wish) -> Upserted:
        """Create or replace one by its id.

        Raises:
            IdReused: the request id came before with other content.
            InvalidField: there are too many.
        """

        def job(connection: Connection) -> Upserted:
            now_us = self._database.now_us(connection)
            answer, replayed = once(
                connection, key, now_us, lambda: _write(connection, wish, now_us)
            )
            made = _find(connection, wish.webhook_id, now_us)
            secret = made.secrets[0] if answer["gave"] else ""
            return Upserted(made, secret, replayed)

        return await self._writer.work(job)

    async def all(self) -> list[Webhook]:
        """Every one, by id."""

        def query(connection: Connection) -> list[Webhook]:
            now_us = self._database.now_us(connection)
            rows = connection.execute(select(webhook).order_by(webhook.c.webhook_id))
            return [webhook_of(row, now_us) for row in rows]

        return await self._queries.run(query)

    async def remove(self, key: RequestKey, webhook_id: str) -> bool:
        """Forget one with its deliveries; whether it was so before.

        Raises:
            WebhookNotFound: there is none.
        """

        def job(connection: Connection) -> bool:
            now_us = self._database.now_us(connection)
            _, replayed = once(
                connection, key, now_us, lambda: _remove(connection, webhook_id)
            )
            return replayed

        return await self._writer.work(job)

    async def deliveries(
        self,
        webhook_id: str,
        *,
        state: DeliveryState | None,
        before: int | None,
        limit: int,
    ) -> list[Delivery]:
        """Deliveries, newest event first. Raises WebhookNotFound."""
        wanted = select(delivery).where(delivery.c.webhook_id == webhook_id)
        if state is not None:
            wanted = wanted.where(delivery.c.state == state)
        if before is not None:
            wanted = wanted.where(delivery.c.sequence < before)
        newest = wanted.order_by(delivery.c.sequence.desc()).limit(limit)

        def query(connection: Connection) -> list[Delivery]:
            _find(connection, webhook_id, 0)
            return [delivery_of(row) for row in connection.execute(newest)]

        return await self._queries.run(query)

    async def resend(
        self, key: RequestKey, webhook_id: str, *, after: int, until: int
    ) -> tuple[int, bool]:
        """Deliver events of after < number <= until once more, as far as it wants them.

        How many, and whether this request did it before. Raises WebhookNotFound.
        """

        def job(connection: Connection) -> tuple[int, bool]:
            now_us = self._database.now_us(connection)

            def write() -> Answer:
                found = _find(connection, webhook_id, now_us)
                span = _span(connection, webhook_id, after, until)
                planned = plan(
                    connection, webhook_id, found.wanted, span=span, now_us=now_us
                )
                return {"resent": planned}

            answer, replayed = once(connection, key, now_us, write)
            return int(answer["resent"]), replayed

        return await self._writer.work(job)


def _span(
    connection: Connection, webhook_id: str, after: int, until: int
) -> ColumnElement[bool]:
    """What lies beyond the webhook's own place in the log comes by itself."""
    mine = select(webhook.c.sequence).where(webhook.c.webhook_id == webhook_id)
    place: int = connection.execute(mine).scalar_one()
    return event.c.sequence.between(after + 1, min(until, place))


def _find(connection: Connection, webhook_id: str, now_us: int) -> Webhook:
    same = webhook.c.webhook_id == webhook_id
    row = connection.execute(select(webhook).where(same)).one_or_none()
    if row is None:
        raise WebhookNotFound(
            f"There is no webhook {webhook_id}",
            next_step="list them with ListWebhooks",
            metadata={"webhookId": webhook_id},
        )
    return webhook_of(row, now_us)


def _write(connection: Connection, wish: Wish, now_us: int) -> Answer:
    same = webhook.c.webhook_id == wish.webhook_id
    row = connection.execute(select(webhook).where(same)).one_or_none()
    if row is None:
        _create(connection, wish, now_us)
        return {"gave": not wish.secret}
    values: dict[str, object] = {
        "url": wish.url,
        "types": json.dumps(wish.types),
        "changed_at_us": now_us,
    }
    is_new = bool(wish.secret) and wish.secret != row.secret
    if wish.rotate or is_new:
        values["secret"] = wish.secret or new_secret()
        values["old_secret"] = row.secret
        values["old_secret_until_us"] = now_us + ROTATION_US
    if wish.enabled is not None:
        values["state"] = _state(wish.enabled)
        values["disabled_reason"] = "" if wish.enabled else "by request"
    connection.execute(update(webhook).where(same).values(**values))
    if wish.enabled:
        start_again(connection, wish.webhook_id, now_us)
    return {"gave": wish.rotate and not wish.secret}


def _create(connection: Connection, wish: Wish, now_us: int) -> None:
    number = connection.execute(select(func.count()).select_from(webhook)).scalar_one()
    if number >= WEBHOOKS_MAX:
        problem = f"there are {WEBHOOKS_MAX} webhooks already"
        raise InvalidField([FieldViolation("webhook_id", problem, "remove one")])
    is_enabled = wish.enabled is not False
    mark = select(event_mark.c.sequence).where(event_mark.c.name == LOG)
    connection.execute(
        insert(webhook).values(
            webhook_id=wish.webhook_id,
            url=wish.url,
            types=json.dumps(wish.types),
            state=_state(is_enabled),
            disabled_reason="" if is_enabled else "by request",
            secret=wish.secret or new_secret(),
            old_secret="",
            old_secret_until_us=0,
            # It is told of what happens from now on.
            sequence=connection.execute(mark).scalar_one(),
            paused_until_us=0,
            lease_owner="",
            lease_until_us=0,
            created_at_us=now_us,
            changed_at_us=now_us,
        )
    )


def _state(is_enabled: bool) -> str:
    return WebhookState.ENABLED if is_enabled else WebhookState.DISABLED


def _remove(connection: Connection, webhook_id: str) -> Answer:
    _find(connection, webhook_id, 0)
    for table in (delivery, webhook):
        connection.execute(delete(table).where(table.c.webhook_id == webhook_id))
    return {}
