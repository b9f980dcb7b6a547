"""The bare baseline of a hold: one transaction an order, `SELECT … FOR UPDATE` first.

The same schema, rows, checks, durability and access layer as the combining writer, and
the connections that suit it best: SQLite has one writer anyway, and 64 callers that
fight for its lock would only be slower; PostgreSQL gets a connection a thread.
"""

import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, CursorResult, create_engine

from inventory.database import open_database
from inventory.operations import PlaceHold

CONNECTIONS = 16  # of PostgreSQL; more gain nothing on two cores


class OutOfStock(Exception):
    """The baseline's refusal."""


class Baseline:
    """Holds, one transaction each."""

    def __init__(self, url: str) -> None:
        self._database = open_database(url)
        is_sqlite = self._database.is_sqlite
        connections = 1 if is_sqlite else CONNECTIONS
        self._mark = "?" if is_sqlite else "%s"
        self._lock = "" if is_sqlite else " FOR UPDATE"
        self._engine = self._database.writer
        if not is_sqlite:
            url_of = self._engine.url
            self._engine = create_engine(
                url_of,
                pool_size=connections,
                connect_args={"prepare_threshold": 1},
            )
        self._local = threading.local()
        self.threads = ThreadPoolExecutor(connections)

    def close(self) -> None:
        self.threads.shutdown()
        self._engine.dispose()
        self._database.close()

    def hold(self, operation: PlaceHold) -> None:
        """One order, from the look-up of its id to its commit."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._engine.connect()
        connection = self._local.connection
        self._database.begin(connection)
        try:
            self._place(connection, operation)
        except BaseException:
            self._database.rollback(connection)
            raise
        self._database.commit(connection)

    def _place(self, connection: Connection, operation: PlaceHold) -> None:
        key = operation.key
        known = self._one(
            connection,
            "SELECT answer FROM idempotency"
            " WHERE principal = ? AND method = ? AND request_id = ?",
            (key.principal, key.method, key.request_id),
        )
        name = (key.principal, operation.hold_id)
        hold = "SELECT state FROM hold WHERE owner = ? AND hold_id = ?"
        if known or self._one(connection, hold, name):
            return
        now_us = time.time_ns() // 1000
        for line in sorted(operation.lines, key=lambda line: (line.sku, line.node_id)):
            self._take(
                connection, operation, line.sku, line.node_id, line.quantity, now_us
            )
        ends_us = now_us + int(operation.ttl.total_seconds()) * 1_000_000
        values = (*name, "ACTIVE", key.content_hash, operation.order_ref)
        lines = json.dumps(
            [(x.sku, x.node_id, x.quantity, x.shipment_no) for x in operation.lines]
        )
        rest = (now_us, ends_us, None, None, None, lines, operation.decision)
        self._insert(connection, "hold", (*values, *rest))
        answer = f'["hold","{operation.hold_id}","ACTIVE","",{now_us},{ends_us}]'
        request = (key.principal, key.method, key.request_id, key.content_hash)
        self._insert(connection, "idempotency", (*request, answer, now_us))
        columns = "(key, kind, payload, at_us)"
        self._insert(connection, f"outbox {columns}", ("", "VIEW", answer, now_us))

    def _take(
        self, connection: Connection, operation: PlaceHold, *what: str | int
    ) -> None:
        sku, node, units, now_us = what
        row = self._one(
            connection,
            "SELECT on_hand, held, allocated, safety_stock, ver FROM cell"
            f" WHERE sku = ? AND node = ?{self._lock}",
            (sku, node),
        )
        on_hand, held, allocated, safety, ver = row
        if on_hand - held - allocated - safety < units:
            raise OutOfStock
        self._run(
            connection,
            "UPDATE cell SET held = ?, ver = ? WHERE sku = ? AND node = ? AND ver = ?",
            (held + units, ver + 1, sku, node, ver),
        )
        owner = operation.key.principal
        columns = (
            "sku, node, cell_ver, op_id, kind, d_on_hand, d_held, d_allocated,"
            " d_short, d_safety, actor, reason, at_us"
        )
        op_id = f"{owner}/{operation.hold_id}"
        deltas = (op_id, "HOLD", 0, units, 0, 0, 0, owner, "", now_us)
        self._insert(connection, f"entry ({columns})", (sku, node, ver + 1, *deltas))

    def _one(self, connection: Connection, text: str, values: Sequence[Any]) -> Any:
        return self._run(connection, text, values).fetchone()

    def _insert(self, connection: Connection, into: str, values: Sequence[Any]) -> None:
        marks = ", ".join("?" * len(values))
        self._run(connection, f"INSERT INTO {into} VALUES ({marks})", values)

    def _run(
        self, connection: Connection, text: str, values: Sequence[Any]
    ) -> CursorResult[Any]:
        marked = text.replace("?", self._mark)
        return connection.exec_driver_sql(marked, tuple(values))
