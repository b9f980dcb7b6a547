"""What an order claims beside units at nodes, given back when it needs it no more: room
for units that wait, and units that several nodes keep for its channel together."""

from collections.abc import Mapping

from inventory.orders.rows import AllocationRow
from inventory.orders.turn import Turn, by_cell


def give_room_back(turn: Turn) -> None:
    """After any step: an order claims no more room than it has units that wait, and of
    wide quotas no more than it still has units of. Moved to another node, they stay
    its channel's."""
    lines = turn.book.lines.values()
    waiting = {line.sku: line.unrouted for line in lines}
    _give_back(turn, turn.book.room_claims(), waiting, kind="FREE_WAIT")
    left = {line.sku: line.ordered - line.cancelled for line in lines}
    _give_back(turn, turn.book.wide_claims(), left, kind="FREE_QUOTA")


def _give_back(
    turn: Turn,
    claims: Mapping[str, list[AllocationRow]],
    needed: Mapping[str, int],
    *,
    kind: str,
) -> None:
    given: list[AllocationRow] = []
    for sku, rows in claims.items():
        given += _excess(turn, rows, needed.get(sku, 0))
    for (sku, node), units in by_cell(given).items():
        turn.post(turn.cell(sku, node), kind, allocated=-units)
    for row in given:
        row.state = "CANCELLED"


def _excess(turn: Turn, rows: list[AllocationRow], needed: int) -> list[AllocationRow]:
    """What is claimed beyond what is needed; the latest claims go first."""
    left = sum(row.qty for row in rows) - needed
    parts = []
    for row in reversed(rows):
        part = min(left, row.qty)
        if part > 0:
            parts.append(turn.book.split(row, part))
            left -= part
    return parts
