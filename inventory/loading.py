"""Reads and locks what a batch may touch, in one global order: marks of feeds, holds,
orders, supply, cells.

Every writer locks in this order and each kind sorted by key, so that no two batches can
wait for each other in a circle.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import cast

from sqlalchemy import Connection, Table, select

from inventory import tables
from inventory.books import Books, CellKey, CellRow, HoldKey, HoldRow
from inventory.books import StoredAnswer as StoredAnswer
from inventory.bulk import Row
from inventory.database import Database
from inventory.feeds.loading import load_feeds, load_movements
from inventory.fencing import quota_keys
from inventory.lines import read_lines
from inventory.operations import (
    AdjustStock,
    CommitHold,
    CountStock,
    ExpireHold,
    HoldState,
    Operation,
    PlaceHold,
    ReceiveIncoming,
    ReleaseHold,
    SetIncoming,
    WideFence,
)
from inventory.orders.actions import OrderStep
from inventory.orders.loading import Loading, step_cells
from inventory.orders.moves import MoveOrders
from inventory.orders.rows import OrderRow
from inventory.supply_rows import load_incoming

_BY_HOLD = ("owner", "hold_id")


def load(
    database: Database, connection: Connection, operations: Sequence[Operation]
) -> Books:
    """The books of a batch; its rows are locked until the transaction ends."""
    books = Books(generation=0, now_us=0)
    load_feeds(database, connection, operations, books.feeds)
    _load_holds(database, connection, operations, books)
    _load_orders(database, connection, operations, books)
    steps = list(chain.from_iterable(map(steps_of, operations)))
    orders = Loading(database, connection, steps, books)
    orders.load()
    books.incoming = load_incoming(database, connection, operations)
    keys = orders.cells()
    keys.update((row.sku, row.node) for row in books.incoming.values())
    _load_cells(database, connection, operations, books, more=keys)
    _load_elsewhere(connection, operations, books)
    load_movements(database, connection, operations, books)
    orders.load_picked()
    # Also after the locks: a rival's answer to the same request is there by then, and
    # the request is not refused for what it did itself.
    _load_answers(database, connection, operations, books)
    # After the locks: a clock read before them is as old as the wait.
    books.generation, books.now_us = database.moment(connection)
    return books


def generation_of(connection: Connection) -> int:
    """The unbroken life of the ledger that this connection sees."""
    return int(connection.exec_driver_sql("SELECT generation FROM meta").scalar_one())


def _load_answers(
    database: Database,
    connection: Connection,
    operations: Sequence[Operation],
    books: Books,
) -> None:
    keys = {
        (o.key.principal, o.key.method, o.key.request_id)
        for o in operations
        if not isinstance(o, ExpireHold)
    }
    rows = _select(database, connection, keys, table=tables.idempotency)
    for principal, method, request_id, request_hash, text, _ in rows:
        key = (str(principal), str(method), str(request_id))
        books.answers[key] = StoredAnswer(str(request_hash), str(text))


def _load_holds(
    database: Database,
    connection: Connection,
    operations: Sequence[Operation],
    books: Books,
) -> None:
    keys = {key for key in map(hold_key, operations) if key is not None}
    rows = _select(database, connection, keys, table=tables.hold, lock=True)
    for row in rows:
        hold = hold_row(row)
        books.holds[(hold.owner, hold.hold_id)] = hold


def _load_orders(
    database: Database,
    connection: Connection,
    operations: Sequence[Operation],
    books: Books,
) -> None:
    commits = [o for o in operations if isinstance(o, CommitHold)]
    if not commits:
        return
    ids = {(o.order_id,) for o in commits}
    committed = [
        key
        for o in commits
        if (key := (o.key.principal, o.hold_id)) in books.holds
        and books.holds[key].state is HoldState.COMMITTED
    ]
    rows = _select(database, connection, ids, table=tables.order)
    rows += _select(database, connection, committed, table=tables.order, by=_BY_HOLD)
    for row in rows:
        order = OrderRow.of(row)
        books.orders[order.order_id] = order
        books.order_of[(order.owner, order.hold_id)] = order


def _load_cells(
    database: Database,
    connection: Connection,
    operations: Sequence[Operation],
    books: Books,
    *,
    more: set[CellKey],
) -> None:
    keys = more.union(chain.from_iterable(map(cell_keys, operations)))
    for operation in operations:
        if isinstance(operation, CommitHold | ReleaseHold | ExpireHold):
            hold = books.holds.get(cast("HoldKey", hold_key(operation)))
            if hold is not None and hold.state is HoldState.ACTIVE:
                keys.update((line.sku, line.node) for line in hold.lines if line.node)
    found = _select(database, connection, keys, table=tables.cell, lock=True)
    for row in cast("list[tuple[str, str, int, int, int, int, int, int]]", found):
        books.cells[row[:2]] = CellRow(*row)


def _load_elsewhere(
    connection: Connection, operations: Sequence[Operation], books: Books
) -> None:
    """What the nodes of wide fences have: read after the locks, and none of it can be
    taken meanwhile without the lock of the cell that counts the quota."""
    skus = {
        fence.sku
        for o in operations
        if isinstance(o, PlaceHold)
        for fence in o.fenced
        if isinstance(fence, WideFence)
    }
    if not skus:
        return
    cell = tables.cell
    free = cell.c.on_hand - cell.c.held - cell.c.allocated - cell.c.safety_stock
    wanted = select(cell.c.sku, cell.c.node, free).where(cell.c.sku.in_(sorted(skus)))
    for sku, node, units in connection.execute(wanted.where(free > 0)):
        books.elsewhere.setdefault(str(sku), {})[str(node)] = int(units)


def _select(
    database: Database,
    connection: Connection,
    keys: Iterable[Row],
    *,
    table: Table,
    by: tuple[str, ...] = (),
    lock: bool = False,
) -> list[Row]:
    ordered = sorted(set(keys))
    if not ordered:
        return []
    columns = by or tuple(column.name for column in table.primary_key)
    return database.bulk.select(connection, table, ordered, by=columns, lock=lock)


def steps_of(operation: Operation) -> Sequence[OrderStep]:
    """The steps of orders that it is made of."""
    if isinstance(operation, MoveOrders):
        return operation.steps
    return [operation] if isinstance(operation, OrderStep) else []


def hold_key(operation: Operation) -> HoldKey | None:
    """The hold that an operation is about."""
    if isinstance(operation, CountStock | AdjustStock | OrderStep | MoveOrders):
        return None
    if isinstance(operation, SetIncoming | ReceiveIncoming):
        return None
    if isinstance(operation, ExpireHold):
        return operation.principal, operation.hold_id
    return operation.key.principal, operation.hold_id


def cell_keys(operation: Operation) -> list[tuple[str, str]]:
    """The cells that an operation names; a settlement's are its hold's lines."""
    match operation:
        case PlaceHold():
            return [
                *((line.sku, line.node_id) for line in operation.lines if line.node_id),
                *quota_keys(operation.fenced),
            ]
        case CountStock():
            return [(line.sku, line.node_id) for line in operation.counts]
        case AdjustStock():
            return [(line.sku, line.node_id) for line in operation.deltas]
        case SetIncoming():
            return [(row.sku, row.node_id) for row in operation.rows]
        case OrderStep() | MoveOrders():
            return [cell for step in steps_of(operation) for cell in step_cells(step)]
        case _:
            return []


def hold_row(row: Row) -> HoldRow:
    """A row of table `hold` as the books keep it."""
    owner, hold_id, state, request_hash, order_ref, *rest = cast("tuple[str, ...]", row)
    created, expires, settled_at, settled_by, settle_op, *said = cast(
        "tuple[int, int, int | None, str | None, str | None, str, bytes]", rest
    )
    lines, decision, gate, priority = cast("tuple[str, bytes, str, int]", tuple(said))
    return HoldRow(
        owner=owner,
        hold_id=hold_id,
        state=HoldState(state),
        request_hash=request_hash,
        order_ref=order_ref,
        created_at_us=created,
        expires_at_us=expires,
        settled_at_us=settled_at,
        settled_by=settled_by,
        settle_op=settle_op,
        lines=read_lines(lines),
        decision=decision,
        gate=gate,
        priority=priority,
        read_state=HoldState(state),
    )
