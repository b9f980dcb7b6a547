"""The ledger at an earlier moment: what the cells were, and what was ordered since.

Cells are never copied for the day; the entries tell everything. What was entered since
the moment is taken off the present cells, so the figures are exact however long ago it
was. Reading only, on one snapshot.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from inventory.books import CellKey
from inventory.instants import instant, microseconds
from inventory.operations import Cell, HoldState
from inventory.parts import unpack
from inventory.queries import Queries
from inventory.tables import cell, entry, hold, order

SLACK = timedelta(hours=1)
"""How far serial numbers and instants may be out of step: processes enter side by side,
and their transactions end in another order than they began."""
ENDS = ("RELEASE", "EXPIRE")
SHELF = ("COUNT", "PAST_COUNT", "ADJUST", "RETURN", "RECEIVE")
_DELTAS = (
    entry.c.d_on_hand,
    entry.c.d_held,
    entry.c.d_allocated,
    entry.c.d_short,
    entry.c.d_safety,
)


@dataclass(frozen=True, slots=True)
class Supply:
    """Units that came to a cell or left it, not by an order of the window."""

    at: datetime
    operation_id: str
    sku: str
    node_id: str
    on_hand: int
    safety_stock: int


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order whose hold was placed within the window, and its stored decision."""

    order_id: str
    held_at: datetime
    decision: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the ledger: its first moment, then what happened, in order."""

    opening: tuple[Cell, ...]
    supplies: tuple[Supply, ...]
    orders: tuple[PlacedOrder, ...]


class History:
    """Earlier moments of one ledger."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def window(self, start: datetime, end: datetime) -> Window:
        """From `start` until before `end`.

        Holds of before that ended within the window give their units back as supplies;
        those that became orders keep them. Holds of the window that became no order
        took nothing for good and are left out.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        since_us, until_us = microseconds(start), microseconds(end)
        return await self._queries.run(lambda c: _window(c, since_us, until_us))


def _window(connection: Connection, since_us: int, until_us: int) -> Window:
    undo: dict[CellKey, list[int]] = {}
    placed: set[str] = set()
    supplies: list[Supply] = []
    for row in _entries(connection, since_us):
        deltas = undo.setdefault((row.sku, row.node), [0] * (1 + len(_DELTAS)))
        deltas[0] += 1
        for at, delta in enumerate(row[-len(_DELTAS) :], 1):
            deltas[at] += delta
        if row.kind == "HOLD":
            placed.add(row.op_id)
        elif row.at_us < until_us:
            supplies += _supply(row, placed)
    return Window(
        tuple(_opening(connection, undo)),
        tuple(supplies),
        tuple(_orders(connection, since_us, until_us)),
    )


def _entries(connection: Connection, since_us: int) -> Iterable[Row[Any]]:
    """Everything entered since the instant, oldest first."""
    head = entry.c.sku, entry.c.node, entry.c.op_id, entry.c.kind, entry.c.at_us
    wanted = (
        select(*head, *_DELTAS)
        .where(entry.c.serial >= first_serial(connection, since_us))
        .where(entry.c.at_us >= since_us)
        .order_by(entry.c.serial)
    )
    return connection.execute(wanted.execution_options(yield_per=10_000))


def first_serial(connection: Connection, since_us: int) -> int:
    """A serial before every entry of the instant, by halving: there is no index of
    instants, which each hold would have to write."""
    before_us = since_us - SLACK // timedelta(microseconds=1)
    low, high = 0, connection.execute(select(func.max(entry.c.serial))).scalar() or 0
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(
            select(entry.c.serial, entry.c.at_us)
            .where(entry.c.serial >= middle)
            .order_by(entry.c.serial)
            .limit(1)
        ).one()
        if found.at_us < before_us:
            low = found.serial + 1
        else:
            high = middle
    return low


def _supply(row: Row[Any], placed: set[str]) -> Iterator[Supply]:
    on_hand, safety = row.d_on_hand, row.d_safety
    if row.kind in ENDS and row.op_id not in placed:
        on_hand = -row.d_held
    elif row.kind not in SHELF:
        return
    at = instant(row.at_us)
    yield Supply(at, row.op_id, row.sku, row.node, on_hand, safety)


def _opening(connection: Connection, undo: dict[CellKey, list[int]]) -> Iterator[Cell]:
    """The cells that had been counted by then, as they were."""
    nothing = [0] * (1 + len(_DELTAS))
    for row in connection.execute(select(cell).order_by(cell.c.sku, cell.c.node)):
        now = Cell(*row)
        entered, on_hand, held, allocated, short, safety = undo.get(
            (now.sku, now.node_id), nothing
        )
        if now.version > entered:
            yield replace(
                now,
                on_hand=now.on_hand - on_hand,
                held=now.held - held,
                allocated=now.allocated - allocated,
                short=now.short - short,
                safety_stock=now.safety_stock - safety,
                version=now.version - entered,
            )


def _orders(
    connection: Connection, since_us: int, until_us: int
) -> Iterator[PlacedOrder]:
    """Told by when they were held: that is when they were decided and took units."""
    wanted = (
        select(order.c.order_id, hold.c.created_at_us, hold.c.decision)
        .join(
            hold,
            (hold.c.owner == order.c.owner) & (hold.c.hold_id == order.c.hold_id),
        )
        .where(hold.c.state == HoldState.COMMITTED.value)
        .where(hold.c.created_at_us >= since_us, hold.c.created_at_us < until_us)
        # Always so, and what finds them: holds have no index by time.
        .where(order.c.created_at_us >= since_us)
        .order_by(hold.c.created_at_us, order.c.order_id)
    )
    for order_id, held_at_us, decisions in connection.execute(wanted):
        # Parts of an order are planned one by one, so each is an order here.
        for decision in unpack(decisions):
            yield PlacedOrder(order_id, instant(held_at_us), decision)
