"""Units that are kept for channels, and who may take them.

A quota is a cell of its own (`inventory/reserved.py`): its free units are those that a
channel has left, at one node or over many. An order of the channel claims them beside
the units themselves; whatever an order takes without such a claim must leave all quotas
whole, in each place where some are kept. That is checked in the transaction of the
hold: the cells that count the quotas are locked by then, and whoever takes units there
locks them too. So no number of callers can take more.
"""

from collections.abc import Iterable

from inventory.books import Books, CellKey
from inventory.errors import NoStock
from inventory.operations import Fence, Fenced, PlaceHold, WideFence


def quota_keys(fenced: Iterable[Fence]) -> list[CellKey]:
    """The cells that count the quotas."""
    return [key for fence in fenced for key in counters(fence)]


def counters(fence: Fence) -> tuple[CellKey, ...]:
    """The cells that count the quotas within the place."""
    if isinstance(fence, WideFence):
        return fence.quotas
    return tuple((name, fence.node_id) for name in fence.quotas)


def check_fences(books: Books, hold: PlaceHold, seen: Iterable[CellKey]) -> None:
    """Whether the hold leaves the channels what is theirs.

    Args:
        seen: the cells that a refusal shows.

    Raises:
        NoStock: it would take units that are kept for a channel.
    """
    taken = {(line.sku, line.node_id): line.quantity for line in hold.lines}
    for fence in hold.fenced:
        keys = counters(fence)
        claimed = sum(taken.get(key, 0) for key in keys)
        kept = sum(max(0, books.cell(key).free) for key in keys)
        common = max(0, _there(books, fence) - kept)
        wanted = sum(n for key, n in taken.items() if _within(fence, key)) - claimed
        if wanted > common:
            raise NoStock(
                f"{_place(fence)} has {common} of {fence.sku} beyond the {kept} kept"
                f" for channels, {wanted} are needed",
                cells=books.fresh(seen),
                next_step="Quote again: the plan was made on older stock.",
                metadata={
                    "sku": fence.sku,
                    "nodeId": fence.node_id if isinstance(fence, Fenced) else "",
                    "available": str(common),
                    "kept": str(kept),
                    "wanted": str(wanted),
                },
            )


def _within(fence: Fence, key: CellKey) -> bool:
    sku, node = key
    if isinstance(fence, WideFence):
        return sku == fence.sku and (fence.nodes is None or node in fence.nodes)
    return key == (fence.sku, fence.node_id)


def _there(books: Books, fence: Fence) -> int:
    """Free units in the place: of cells that the batch holds as they are in it, of the
    others as they were after the locks."""
    if isinstance(fence, Fenced):
        return books.cell((fence.sku, fence.node_id)).free
    here = books.elsewhere.get(fence.sku, {}) | {
        node: cell.free for (sku, node), cell in books.cells.items() if sku == fence.sku
    }
    nodes = here if fence.nodes is None else fence.nodes
    return sum(max(0, here.get(node, 0)) for node in nodes)


def _place(fence: Fence) -> str:
    if isinstance(fence, Fenced):
        return fence.node_id
    return "The network" if fence.nodes is None else f"A group of {len(fence.nodes)}"
