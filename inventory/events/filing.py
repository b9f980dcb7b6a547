"""Moves what commits told from the outbox into the log, where it gets its number.

Whoever files holds the one row with the last number until its commit: numbers are dense
and become visible in their order, so that no reader ever skips one. Rows are taken in
the order of their outbox ids, and two changes of one thing get theirs under its lock:
the order of each subject is kept.
"""

import json
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from inventory.events.ids import new_event_id
from inventory.events.tables import event, event_mark
from inventory.events.types import type_of
from inventory.tables import outbox

ROWS_MAX = 250  # of one transaction: checkouts wait for no longer one
LOG = "log"
VIEW_KIND = "VIEW"
"""The kind of an outbox row that is for the view and no event."""


def unfiled() -> Select[Any]:
    """What was told and is not in the log yet, in its order."""
    return (
        select(outbox)
        .where(outbox.c.published_at_us.is_(None), outbox.c.kind != VIEW_KIND)
        .order_by(outbox.c.id)
    )


def file(connection: Connection, now_us: int) -> int:
    """One portion inside a transaction; how many. None if another process files."""
    mark = select(event_mark.c.sequence).where(event_mark.c.name == LOG)
    last = connection.execute(
        mark.with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if last is None:
        return 0
    rows = connection.execute(unfiled().limit(ROWS_MAX)).all()
    if not rows:
        return 0
    numbered = enumerate(rows, last + 1)
    connection.execute(insert(event), [_event(n, row) for n, row in numbered])
    to = update(event_mark).where(event_mark.c.name == LOG)
    connection.execute(to.values(sequence=last + len(rows)))
    filed = outbox.c.id.in_([row.id for row in rows])
    connection.execute(update(outbox).where(filed).values(published_at_us=now_us))
    return len(rows)


def _event(sequence: int, row: Row[Any]) -> dict[str, object]:
    return {
        "sequence": sequence,
        "event_id": new_event_id(row.at_us),
        "type": type_of(row.kind),
        "subject": row.key,
        "node_id": str(json.loads(row.payload).get("nodeId", "")),
        "at_us": row.at_us,
        "data": row.payload,
    }
