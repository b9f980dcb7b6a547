"""One write for one request: a repeated request gets the first answer.

Writes of webhooks take turns on one row, so that two of one request id do not meet.
"""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from inventory.decide import check_content
from inventory.events.tables import event_mark
from inventory.operations import RequestKey
from inventory.tables import idempotency

Answer = dict[str, Any]
WEBHOOKS = "webhooks"


def once(
    connection: Connection, key: RequestKey, now_us: int, write: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer of the write, and whether it was given before.

    Raises:
        IdReused: the request id came before with other content.
    """
    turn = update(event_mark).where(event_mark.c.name == WEBHOOKS)
    connection.execute(turn.values(sequence=event_mark.c.sequence + 1))
    stored = select(idempotency.c.request_hash, idempotency.c.answer).where(
        idempotency.c.principal == key.principal,
        idempotency.c.method == key.method,
        idempotency.c.request_id == key.request_id,
    )
    row = connection.execute(stored).one_or_none()
    if row is not None:
        check_content(key, row.request_hash)
        return dict(json.loads(row.answer)[1]), True
    answer = write()
    connection.execute(
        insert(idempotency).values(
            principal=key.principal,
            method=key.method,
            request_id=key.request_id,
            request_hash=key.content_hash,
            answer=json.dumps(["webhook", answer]),
            at_us=now_us,
        )
    )
    return answer, False
