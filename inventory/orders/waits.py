"""Room for units that wait: given back as soon as they do not wait any more."""

from inventory.orders.rows import AllocationRow
from inventory.orders.turn import Turn, by_cell


def give_room_back(turn: Turn) -> None:
    """After any step: an order claims no more room than it has units that wait."""
    claims = turn.book.room_claims()
    if not claims:
        return
    waiting = {line.sku: line.unrouted for line in turn.book.lines.values()}
    given: list[AllocationRow] = []
    for sku, rows in claims.items():
        given += _excess(turn, rows, waiting.get(sku, 0))
    for (sku, node), units in by_cell(given).items():
        turn.post(turn.cell(sku, node), "FREE_WAIT", allocated=-units)
    for row in given:
        row.state = "CANCELLED"


def _excess(turn: Turn, rows: list[AllocationRow], waiting: int) -> list[AllocationRow]:
    """What is claimed beyond the units that wait; the latest claims go first."""
    left = sum(row.qty for row in rows) - waiting
    parts = []
    for row in reversed(rows):
        part = min(left, row.qty)
        if part > 0:
            parts.append(turn.book.split(row, part))
            left -= part
    return parts
