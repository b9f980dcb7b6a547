"""One step of one cell: new counters, the next version and its ledger entry.

The only place where a cell's copy changes, so that the books hold (I2, I4): every step
adds 1 to the version and exactly one entry whose deltas sum up to the counters.
"""

import json

from inventory.books import Books, CellRow
from inventory.reserved import capacity_day, is_day, is_reserved

COUNT = "COUNT"
PAST_COUNT = "PAST_COUNT"
"""The shelf as it was at an earlier moment, with what moved since."""


def post(
    books: Books,
    cell: CellRow,
    *,
    op_id: str,
    kind: str,
    actor: str,
    reason: str = "",
    on_hand: int = 0,
    held: int = 0,
    allocated: int = 0,
    safety_stock: int = 0,
) -> None:
    """Apply the deltas to a cell of the books and enter them in the ledger.

    `short` is derived: the promised units that the shelf does not hold.
    """
    cell.on_hand += on_hand
    cell.held += held
    cell.allocated += allocated
    cell.safety_stock += safety_stock
    short = max(0, cell.held + cell.allocated - cell.on_hand)
    d_short = short - cell.short
    cell.short = short
    cell.ver += 1
    key = (cell.sku, cell.node)
    books.touched.add(key)
    if kind == COUNT:
        books.feeds.counted.add(key)
    elif on_hand and kind != PAST_COUNT:
        books.feeds.moved[key] = books.feeds.moved.get(key, 0) + on_hand
    if not books.are_written:
        return
    books.effects.entries.append(
        (
            cell.sku,
            cell.node,
            cell.ver,
            op_id,
            kind,
            on_hand,
            held,
            allocated,
            d_short,
            safety_stock,
            actor,
            reason,
            books.now_us,
        )
    )


def tell_short(books: Books, cell: CellRow, was_short: int) -> None:
    """If the cell promises more than before what it does not have, say so."""
    is_quota = is_reserved(cell.sku) and not is_day(cell.sku)
    if is_quota or cell.short <= was_short:
        return
    facts: dict[str, str | int] = {"nodeId": cell.node, "short": cell.short}
    if is_day(cell.sku):
        facts["shipDay"] = capacity_day(cell.sku).isoformat()
        tell(books, cell.node, "CAPACITY_SHORT", facts)
    else:
        subject = f"{cell.sku}@{cell.node}"
        tell(books, subject, "STOCK_SHORT", {"sku": cell.sku, **facts})


def tell(books: Books, key: str, kind: str, facts: dict[str, str | int]) -> None:
    """Note a business event for others; it leaves after the commit, by the relay."""
    if not books.are_written:
        return
    payload = json.dumps(facts, separators=(",", ":"))
    books.effects.events.append((key, kind, payload, books.now_us, None))
