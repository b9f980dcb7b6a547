"""One desk for all writes of policies: they take turns, and each is safe to repeat.

Answers are kept as those of the catalogue, keyed by principal, method and request id.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select

from inventory import policy_writes as writes
from inventory.database import Database
from inventory.decide import check_content
from inventory.operations import RequestKey
from inventory.policy_rows import Pointer
from inventory.queries import Queries
from inventory.tables import idempotency
from inventory.writer import Writer

T = TypeVar("T")
Answer = dict[str, Any]
"""What a request is answered, as JSON values."""
Write = Callable[[Connection, Pointer, int], T]
"""A write inside the transaction: the pointer as it is, and the ledger's clock."""


class Desk:
    """Where policies of one process are read and written."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self.database = database
        self.read = queries.run
        self._writer = writer

    async def write(self, write: Write[T]) -> T:
        """One write in turn with all others."""

        def job(connection: Connection) -> T:
            pointer = writes.lock(connection)
            return write(connection, pointer, self.database.now_us(connection))

        return await self._writer.work(job)

    async def write_once(
        self, key: RequestKey, write: Write[Answer]
    ) -> tuple[Answer, bool]:
        """One write for this request; its first answer, and whether it had one.

        Raises:
            IdReused: the request id came before with other content.
        """

        def once(
            connection: Connection, pointer: Pointer, now_us: int
        ) -> tuple[Answer, bool]:
            earlier = _earlier(connection, key)
            if earlier is not None:
                return earlier, True
            answer = write(connection, pointer, now_us)
            connection.execute(
                insert(idempotency).values(
                    principal=key.principal,
                    method=key.method,
                    request_id=key.request_id,
                    request_hash=key.content_hash,
                    answer=json.dumps(["policy", answer]),
                    at_us=now_us,
                )
            )
            return answer, False

        return await self.write(once)


def _earlier(connection: Connection, key: RequestKey) -> Answer | None:
    wanted = select(idempotency.c.request_hash, idempotency.c.answer).where(
        idempotency.c.principal == key.principal,
        idempotency.c.method == key.method,
        idempotency.c.request_id == key.request_id,
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    check_content(key, row.request_hash)
    _, answer = json.loads(row.answer)
    return dict(answer)
