"""The bare baseline of a hold: one transaction an order, `SELECT … FOR UPDATE` first.

The same schema, rows, checks and durability as the combining writer; the driver is used
bare, without any layer above it. Each runs on the connections that suit it best: SQLite
has one writer anyway, PostgreSQL gets a connection a thread.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from inventory.operations import PlaceHold

CONNECTIONS = 16  # of PostgreSQL; more gain nothing on two cores


class OutOfStock(Exception):
    """The baseline's refusal."""


class Baseline:
    """Holds, one transaction each."""

    def __init__(self, url: str) -> None:
        is_sqlite = url.startswith("sqlite")
        self._mark = "?" if is_sqlite else "%s"
        self._lock = "" if is_sqlite else " FOR UPDATE"
        self._begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"
        self._connect = _sqlite(url) if is_sqlite else _postgres(url)
        self._local = threading.local()
        self.threads = ThreadPoolExecutor(1 if is_sqlite else CONNECTIONS)

    def close(self) -> None:
        self.threads.shutdown()

    def hold(self, operation: PlaceHold) -> None:
        """One order, from the look-up of its id to its commit."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connect().cursor()
        cursor = self._local.cursor
        cursor.execute(self._begin)
        try:
            self._place(cursor, operation)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")

    def _place(self, cursor: Any, operation: PlaceHold) -> None:
        key = operation.key
        known = self._one(
            cursor,
            "SELECT answer FROM idempotency"
            " WHERE principal = ? AND method = ? AND request_id = ?",
            (key.principal, key.method, key.request_id),
        )
        name = (key.principal, operation.hold_id)
        hold = "SELECT state FROM hold WHERE owner = ? AND hold_id = ?"
        if known or self._one(cursor, hold, name):
            return
        now_us = time.time_ns() // 1000
        for line in sorted(operation.lines, key=lambda line: (line.sku, line.node_id)):
            self._take(cursor, operation, line.sku, line.node_id, line.quantity, now_us)
        ends_us = now_us + int(operation.ttl.total_seconds()) * 1_000_000
        values = (*name, "ACTIVE", key.content_hash, operation.order_ref)
        rest = (now_us, ends_us, None, None, None, operation.decision)
        self._insert(cursor, "hold", (*values, *rest))
        for number, line in enumerate(operation.lines, 1):
            cell = (line.sku, line.node_id, line.quantity, line.shipment_no)
            self._insert(cursor, "hold_line", (*name, number, *cell))
        answer = f'["hold","{operation.hold_id}","ACTIVE","",{now_us},{ends_us}]'
        request = (key.principal, key.method, key.request_id, key.content_hash)
        self._insert(cursor, "idempotency", (*request, answer, now_us))
        columns = "(key, kind, payload, at_us)"
        self._insert(cursor, f"outbox {columns}", ("", "VIEW", answer, now_us))

    def _take(self, cursor: Any, operation: PlaceHold, *what: str | int) -> None:
        sku, node, units, now_us = what
        row = self._one(
            cursor,
            "SELECT on_hand, held, allocated, safety_stock, ver FROM cell"
            f" WHERE sku = ? AND node = ?{self._lock}",
            (sku, node),
        )
        on_hand, held, allocated, safety, ver = row
        if on_hand - held - allocated - safety < units:
            raise OutOfStock
        self._run(
            cursor,
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
        self._insert(cursor, f"entry ({columns})", (sku, node, ver + 1, *deltas))

    def _one(self, cursor: Any, text: str, values: Sequence[Any]) -> Any:
        self._run(cursor, text, values)
        return cursor.fetchone()

    def _insert(self, cursor: Any, into: str, values: Sequence[Any]) -> None:
        marks = ", ".join("?" * len(values))
        self._run(cursor, f"INSERT INTO {into} VALUES ({marks})", values)

    def _run(self, cursor: Any, text: str, values: Sequence[Any]) -> None:
        cursor.execute(text.replace("?", self._mark), values)


def _sqlite(url: str) -> Callable[[], Any]:
    def connect() -> Any:
        path = url.removeprefix("sqlite:///")
        opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "wal_autocheckpoint=8000",
            "cache_size=-131072",
        ):
            opened.execute(f"PRAGMA {pragma}")
        return opened

    return connect


def _postgres(url: str) -> Callable[[], Any]:
    def connect() -> Any:
        return psycopg.connect(url, autocommit=True, prepare_threshold=1)

    return connect
