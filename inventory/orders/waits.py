"""Room for units that wait: given back as soon as they do not wait any more."""

from inventory.orders.rows import AllocationRow, OrderLineRow
from inventory.orders.turn import Turn, by_cell
from inventory.reserved import backorder_sku


def give_room_back(turn: Turn) -> None:
    """After any step: an order claims no more room than it has units that wait."""
    given: list[AllocationRow] = []
    for line in turn.book.lines.values():
        given += _excess(turn, line)
    for (sku, node), units in by_cell(given).items():
        turn.post(turn.cell(sku, node), "FREE_WAIT", allocated=-units)
    for row in given:
        row.state = "CANCELLED"


def _excess(turn: Turn, line: OrderLineRow) -> list[AllocationRow]:
    """What the line claims beyond its units that wait; the latest claims go first."""
    name = backorder_sku(line.sku)
    rows = [row for row in turn.book.open_units() if row.sku == name]
    left = sum(row.qty for row in rows) - line.unrouted
    parts = []
    for row in reversed(rows):
        part = min(left, row.qty)
        if part > 0:
            parts.append(turn.book.split(row, part))
            left -= part
    return parts
