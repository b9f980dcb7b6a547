"""Units of a cell that are kept for channels, and who may take them.

A quota is a cell of its own (`inventory/reserved.py`): its free units are those that a
channel has left. An order of the channel claims them beside the units themselves;
whatever an order takes without such a claim must leave all quotas of the cell whole.
Both are checked in the transaction of the hold, so no number of callers can take more.
"""

from collections.abc import Iterable

from inventory.books import Books, CellKey
from inventory.errors import NoStock
from inventory.operations import Fenced, PlaceHold


def quota_keys(fenced: Iterable[Fenced]) -> list[CellKey]:
    """The cells that count the quotas."""
    return [(name, cell.node_id) for cell in fenced for name in cell.quotas]


def check_fences(books: Books, hold: PlaceHold, seen: Iterable[CellKey]) -> None:
    """Whether the hold leaves the channels what is theirs.

    Args:
        seen: the cells that a refusal shows.

    Raises:
        NoStock: it would take units that are kept for a channel.
    """
    taken = {(line.sku, line.node_id): line.quantity for line in hold.lines}
    for sku, node_id, quotas in hold.fenced:
        claimed = sum(taken.get((name, node_id), 0) for name in quotas)
        kept = sum(max(0, books.cell((name, node_id)).free) for name in quotas)
        common = max(0, books.cell((sku, node_id)).free - kept)
        wanted = taken.get((sku, node_id), 0) - claimed
        if wanted > common:
            raise NoStock(
                f"{node_id} has {common} of {sku} beyond the {kept} kept for channels,"
                f" {wanted} are needed",
                cells=books.fresh(seen),
                next_step="Quote again: the plan was made on older stock.",
                metadata={
                    "sku": sku,
                    "nodeId": node_id,
                    "available": str(common),
                    "kept": str(kept),
                    "wanted": str(wanted),
                },
            )
