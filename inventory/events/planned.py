"""The rows that say what a webhook is still to be told, made from the log."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from inventory.events.log import Wanted
from inventory.events.tables import delivery, event, webhook

PENDING: ColumnElement[str] = literal_column("'PENDING'")
"""In the very words of the partial indexes: a bound value would not find them."""

_COLUMNS = (
    "webhook_id",
    "sequence",
    "event_id",
    "subject",
    "state",
    "tries",
    "due_us",
    "status",
    "latency_ms",
    "answer",
)


def plan(
    connection: Connection, webhook_id: str, wanted: Wanted, *, span: Any, now_us: int
) -> int:
    """Deliver the events of a span, those that were delivered before once more.

    Args:
        span: a condition on the log.
    """
    rows = select(
        literal(webhook_id),
        event.c.sequence,
        event.c.event_id,
        event.c.subject,
        literal("PENDING"),
        literal(0),
        literal(now_us),
        literal(0),
        literal(0),
        literal(""),
    ).where(span, wanted.clause())
    is_sqlite = connection.dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    again = insert(delivery).from_select(_COLUMNS, rows)
    once_more = again.on_conflict_do_update(
        index_elements=["webhook_id", "sequence"],
        set_={"state": "PENDING", "tries": 0, "due_us": now_us},
    )
    counted = {"preserve_rowcount": True}
    return connection.execute(once_more, execution_options=counted).rowcount


def start_again(connection: Connection, webhook_id: str, now_us: int) -> None:
    """A webhook is enabled again: everything that waits is due, as if never tried."""
    mine = delivery.c.webhook_id == webhook_id
    waits = update(delivery).where(mine, delivery.c.state == PENDING)
    connection.execute(waits.values(tries=0, due_us=now_us))
    this = update(webhook).where(webhook.c.webhook_id == webhook_id)
    connection.execute(this.values(paused_until_us=0))
