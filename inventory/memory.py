"""Stock without a database: the ledger's own decisions on books that stay in memory.

For simulations and tests of flows. Each operation is decided by the very functions that
decide a batch of the ledger (`inventory.decide`); nothing is written, the books stay.
It keeps the ledger's promises on holds, orders, cells and repeated requests
(`tests/contract/test_ledger.py`), has no entries, forgets nothing and is for one event
loop.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

import numpy as np

from inventory.books import Books, CellKey, CellRow, HoldKey, HoldRow
from inventory.decide import decide, stored_answer
from inventory.holding import hold_answer, placed_before, unknown_hold
from inventory.instants import Clock, microseconds
from inventory.loading import cell_keys
from inventory.opening import OpeningStock, Row
from inventory.operations import (
    AdjustStock,
    Answer,
    Cell,
    CommitHold,
    CountStock,
    ExpireHold,
    HoldAnswer,
    HoldState,
    Operation,
    OrderAnswer,
    PlaceHold,
    RequestKey,
    WideFence,
)
from inventory.ordering import order_answer, unknown_order
from inventory.reading import StockReading
from inventory.shelving import unknown_node

GENERATION = 1


class MemoryStock:
    """One stock of its own, begun from an opening that others may share.

    Args:
        clock: the ledger's clock; time passes only there, and `sweep` ends what is due.
    """

    def __init__(self, opening: OpeningStock, *, clock: Clock) -> None:
        self._opening = opening
        self._width = opening.width
        self._nothing = np.zeros(self._width, dtype=np.int32)
        self._clock = clock
        self._books = Books(generation=GENERATION, now_us=0, are_written=False)
        self._rows: dict[str, Row] = {}
        self._due: list[tuple[int, HoldKey]] = []

    async def read(self, skus: Sequence[str], *, fresh: bool = False) -> StockReading:
        """Available units of the SKUs at all nodes; never older than this moment."""
        changed, opening, none = self._rows, self._opening.rows, self._nothing
        rows = [
            changed[sku] if sku in changed else opening.get(sku, none) for sku in skus
        ]
        # One copy of all rows: a copy a row took twice as long.
        flat = np.concatenate([*rows, none[:0]], dtype=np.int64)
        available = flat.reshape(len(rows), self._width)
        return StockReading(tuple(skus), available, self._clock(), is_fresh=True)

    async def submit(
        self, operation: Operation, *, deadline: float | None = None
    ) -> Answer:
        """Have an operation decided, at once: no deadline can pass.

        Raises:
            Refusal: what the ledger would refuse, in its words.
        """
        return self._decide(operation)

    async def backorder_room(self, skus: Sequence[str]) -> dict[str, dict[str, int]]:
        """Nothing limits what waits."""
        return {}

    async def stored_answer(
        self, key: RequestKey, *, hold_id: str | None = None
    ) -> Answer | None:
        """What the request, or the hold under another request id, was answered.

        Raises:
            IdReused: the same id came with other content.
            HoldReleased, HoldExpired: the hold is over, or was released unseen.
        """
        answer = stored_answer(self._books, key)
        if answer is not None or hold_id is None:
            return answer
        hold = self._books.holds.get((key.principal, hold_id))
        return None if hold is None else placed_before(hold, key)

    async def hold(self, principal: str, hold_id: str) -> HoldAnswer:
        """The hold as it is. Raises HoldNotFound."""
        hold = self._books.holds.get((principal, hold_id))
        if hold is None:
            raise unknown_hold(hold_id)
        return hold_answer(hold)

    async def order(self, principal: str, order_id: str) -> OrderAnswer:
        """The order as it is. Raises OrderNotFound."""
        order = self._books.orders.get(order_id)
        if order is None or order.owner != principal:
            raise unknown_order(order_id)
        return order_answer(order, self._books.holds[order.owner, order.hold_id])

    async def order_of_hold(self, principal: str, hold_id: str) -> OrderAnswer | None:
        """The order that a hold became, or None."""
        key = (principal, hold_id)
        order = self._books.order_of.get(key)
        return None if order is None else order_answer(order, self._books.holds[key])

    async def cells(
        self,
        *,
        sku: str = "",
        node_id: str = "",
        after: CellKey | None = None,
        limit: int,
    ) -> tuple[Cell, ...]:
        """Cells of a SKU, a node or all, in the order of (sku, node)."""
        wanted = [
            key
            for key in {*self._opening.cells, *self._books.cells}
            if (not sku or key[0] == sku)
            and (not node_id or key[1] == node_id)
            and (after is None or key > after)
        ]
        return tuple(self.cell(*key) for key in sorted(wanted)[:limit])

    async def on_hand(self, skus: Sequence[str]) -> dict[CellKey, int]:
        """What the books say is there of these SKUs, by SKU and node."""
        keys = ((sku, node_id) for sku in skus for node_id in self._opening.numbers)
        found = ((key, self.cell(*key)) for key in keys)
        return {key: cell.on_hand for key, cell in found if cell.version}

    def cell(self, sku: str, node_id: str) -> Cell:
        """One cell as it is; one that nobody has counted is empty."""
        row = self._books.cells.get((sku, node_id))
        if row is not None:
            return row.value()
        return self._opening.cells.get((sku, node_id)) or Cell(sku, node_id)

    async def sweep(self) -> int:
        """End the holds whose time is over; how many."""
        now_us = microseconds(self._clock())
        ended = 0
        while self._due and self._due[0][0] <= now_us:
            _, key = heappop(self._due)
            ended += self._end(key)
        return ended

    def _end(self, key: HoldKey) -> bool:
        """Whether this ended the hold: it may be settled, or its time extended."""
        hold = self._books.holds[key]
        if hold.state is not HoldState.ACTIVE:
            return False
        answer = self._decide(ExpireHold(*key))
        assert isinstance(answer, HoldAnswer)
        if answer.state is HoldState.ACTIVE:
            heappush(self._due, (hold.expires_at_us, key))
        return answer.state is HoldState.EXPIRED

    def _decide(self, operation: Operation) -> Answer:
        self._open(operation)
        books = self._books
        books.now_us = microseconds(self._clock())
        answer = decide(books, operation)
        for key, hold in books.changed_holds.items():
            self._follow(key, hold)
        if not isinstance(operation, CommitHold):
            # A commit makes held units allocated ones: what is free stays as it was.
            self._show(books.touched)
        books.changed_holds.clear()
        books.touched.clear()
        return answer

    def _follow(self, key: HoldKey, hold: HoldRow) -> None:
        """Remember when a new hold ends; forget what one claimed that has ended."""
        if hold.state is not HoldState.ACTIVE:
            hold.lines = ()
        elif hold.read_state is None:
            hold.read_state = HoldState.ACTIVE
            heappush(self._due, (hold.expires_at_us, key))

    def _open(self, operation: Operation) -> None:
        """Bring the cells that an operation names into the books, as a batch does."""
        if isinstance(operation, PlaceHold):
            self._look_around(operation)
        counts = isinstance(operation, CountStock | AdjustStock)
        keys = cell_keys(operation)
        if counts:
            _check_nodes(keys, self._opening)
        cells, opening = self._books.cells, self._opening.cells
        for key in keys:
            if key in cells:
                continue
            cell = opening.get(key)
            if cell is not None:
                cells[key] = _row_of(cell)
            elif counts:
                cells[key] = CellRow(*key)

    def _look_around(self, hold: PlaceHold) -> None:
        """What all nodes have of SKUs that several keep for a channel together."""
        for fence in hold.fenced:
            if isinstance(fence, WideFence):
                row = self._rows.get(fence.sku, self._opening.rows.get(fence.sku))
                units = self._nothing if row is None else row
                numbers = self._opening.numbers.items()
                here = {node: int(units[number]) for node, number in numbers}
                self._books.elsewhere[fence.sku] = here

    def _show(self, touched: Iterable[CellKey]) -> None:
        """Write the touched cells into the rows that planners read."""
        rows, numbers, cells = self._rows, self._opening.numbers, self._books.cells
        for key in touched:
            sku, node_id = key
            row = rows.get(sku)
            if row is None:
                row = rows[sku] = self._copied(sku)
            free = cells[key].free
            row[numbers[node_id]] = free if free > 0 else 0

    def _copied(self, sku: str) -> Row:
        return self._opening.rows.get(sku, self._nothing).copy()


def _check_nodes(keys: Iterable[CellKey], opening: OpeningStock) -> None:
    for _, node_id in keys:
        if node_id not in opening.numbers:
            raise unknown_node(node_id)


def _row_of(cell: Cell) -> CellRow:
    return CellRow(
        cell.sku,
        cell.node_id,
        cell.on_hand,
        cell.held,
        cell.allocated,
        cell.short,
        cell.safety_stock,
        cell.version,
    )
