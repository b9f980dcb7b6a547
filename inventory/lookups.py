"""What people ask the ledger: holds, orders, cells and entries, as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from inventory import answers
from inventory.decide import check_content
from inventory.holding import hold_answer, placed_before, unknown_hold
from inventory.instants import instant
from inventory.loading import hold_row
from inventory.operations import Answer, Cell, HoldAnswer, OrderAnswer, RequestKey
from inventory.ordering import unknown_order
from inventory.orders.tables import cell_flag
from inventory.queries import Queries
from inventory.reserved import AFTER_RESERVED, RESERVED
from inventory.tables import cell, entry, hold, idempotency, order


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One ledger entry; `serial` orders them and pages through them."""

    serial: int
    sku: str
    node_id: str
    version: int
    operation_id: str
    kind: str
    delta_on_hand: int
    delta_held: int
    delta_allocated: int
    delta_short: int
    delta_safety_stock: int
    actor: str
    reason: str
    at: datetime


class Lookups:
    """The questions of one process."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def stored_answer(
        self, key: RequestKey, *, hold_id: str | None = None
    ) -> Answer | None:
        """What the request, or the hold under another request, was answered.

        Raises:
            IdReused: the same id came with other content.
            HoldReleased, HoldExpired: the hold is over, or was released unseen.
        """

        def query(connection: Connection) -> Answer | None:
            return _by_request(connection, key) or _by_hold(connection, key, hold_id)

        return await self._queries.run(query)

    async def hold(self, principal: str, hold_id: str) -> HoldAnswer:
        """
        Raises:
            HoldNotFound: no such hold of this principal.
        """

        def query(connection: Connection) -> HoldAnswer:
            row = _hold(connection, principal, hold_id)
            if row is None:
                raise unknown_hold(hold_id)
            return hold_answer(hold_row(tuple(row)))

        return await self._queries.run(query)

    async def order(self, principal: str, order_id: str) -> OrderAnswer:
        """
        Raises:
            OrderNotFound: no such order of this principal.
        """

        def query(connection: Connection) -> OrderAnswer:
            wanted = _orders(principal).where(order.c.order_id == order_id)
            row = connection.execute(wanted).one_or_none()
            if row is None:
                raise unknown_order(order_id)
            return _order_answer(row)

        return await self._queries.run(query)

    async def order_of_hold(self, principal: str, hold_id: str) -> OrderAnswer | None:
        """The order that a hold became, if it was committed."""
        wanted = _orders(principal).where(order.c.hold_id == hold_id)

        def query(connection: Connection) -> OrderAnswer | None:
            row = connection.execute(wanted).one_or_none()
            return _order_answer(row) if row is not None else None

        return await self._queries.run(query)

    async def cells(
        self,
        *,
        sku: str = "",
        node_id: str = "",
        after: tuple[str, str] | None = None,
        to_be_counted: bool = False,
        limit: int,
    ) -> tuple[Cell, ...]:
        """Cells of a SKU, a node or all, in the order of (sku, node).

        The ledger's own names are no SKUs that anybody asks for.
        """
        given = or_(cell.c.sku < RESERVED, cell.c.sku >= AFTER_RESERVED)
        wanted = select(cell).where(given).order_by(cell.c.sku, cell.c.node)
        wanted = wanted.limit(limit)
        if sku:
            wanted = wanted.where(cell.c.sku == sku)
        if node_id:
            wanted = wanted.where(cell.c.node == node_id)
        if to_be_counted:
            flag, is_sku = cell_flag.c, cell_flag.c.sku == cell.c.sku
            wanted = wanted.join(cell_flag, and_(is_sku, flag.node == cell.c.node))
        if after is not None:
            same_sku = and_(cell.c.sku == after[0], cell.c.node > after[1])
            wanted = wanted.where(or_(cell.c.sku > after[0], same_sku))
        return await self._queries.run(
            lambda connection: tuple(Cell(*row) for row in connection.execute(wanted))
        )

    async def cells_of(self, skus: Sequence[str]) -> tuple[Cell, ...]:
        """All cells of these SKUs, the ledger's own names too."""
        wanted = select(cell).where(cell.c.sku.in_(skus))
        wanted = wanted.order_by(cell.c.sku, cell.c.node)
        return await self._queries.run(
            lambda connection: tuple(Cell(*row) for row in connection.execute(wanted))
        )

    async def on_hand(self, skus: Sequence[str]) -> dict[tuple[str, str], int]:
        """What the books say is there of these SKUs, by SKU and node."""
        wanted = select(cell.c.sku, cell.c.node, cell.c.on_hand).where(
            cell.c.sku.in_(skus)
        )

        def query(connection: Connection) -> dict[tuple[str, str], int]:
            return {(sku, at): units for sku, at, units in connection.execute(wanted)}

        return await self._queries.run(query)

    async def entries(
        self, *, sku: str, node_id: str = "", before: int | None, limit: int
    ) -> tuple[EntryRow, ...]:
        """The ledger of a SKU (at a node), newest first; `before` is a serial."""
        wanted = select(entry).where(entry.c.sku == sku)
        if node_id:
            wanted = wanted.where(entry.c.node == node_id)
        if before is not None:
            wanted = wanted.where(entry.c.serial < before)
        wanted = wanted.order_by(entry.c.serial.desc()).limit(limit)
        return await self._queries.run(
            lambda connection: tuple(
                _entry_row(row) for row in connection.execute(wanted)
            )
        )


def _entry_row(row: Row[Any]) -> EntryRow:
    return EntryRow(
        serial=row.serial,
        sku=row.sku,
        node_id=row.node,
        version=row.cell_ver,
        operation_id=row.op_id,
        kind=row.kind,
        delta_on_hand=row.d_on_hand,
        delta_held=row.d_held,
        delta_allocated=row.d_allocated,
        delta_short=row.d_short,
        delta_safety_stock=row.d_safety,
        actor=row.actor,
        reason=row.reason,
        at=instant(row.at_us),
    )


def _by_request(connection: Connection, key: RequestKey) -> Answer | None:
    wanted = select(idempotency.c.request_hash, idempotency.c.answer).where(
        idempotency.c.principal == key.principal,
        idempotency.c.method == key.method,
        idempotency.c.request_id == key.request_id,
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    check_content(key, row.request_hash)
    hold_id = answers.hold_of(row.answer)
    kept = _hold(connection, key.principal, hold_id) if hold_id else None
    return answers.load(row.answer, kept.decision if kept is not None else b"")


def _by_hold(
    connection: Connection, key: RequestKey, hold_id: str | None
) -> Answer | None:
    row = _hold(connection, key.principal, hold_id) if hold_id else None
    if row is None:
        return None
    return placed_before(hold_row(tuple(row)), key)


def _hold(connection: Connection, owner: str, hold_id: str) -> Row[Any] | None:
    wanted = select(hold).where(hold.c.owner == owner, hold.c.hold_id == hold_id)
    return connection.execute(wanted).one_or_none()


def _orders(principal: str) -> Select[Any]:
    same = and_(hold.c.owner == order.c.owner, hold.c.hold_id == order.c.hold_id)
    return (
        select(
            order.c.order_id,
            order.c.hold_id,
            hold.c.order_ref,
            order.c.state,
            order.c.created_at_us,
            hold.c.decision,
        )
        .select_from(order.join(hold, same))
        .where(order.c.owner == principal)
    )


def _order_answer(row: Row[Any]) -> OrderAnswer:
    order_id, hold_id, order_ref, state, created_at_us, decision = tuple(row)
    return OrderAnswer(
        order_id=order_id,
        hold_id=hold_id,
        order_ref=order_ref,
        state=state,
        created_at=instant(created_at_us),
        decision=decision,
    )
