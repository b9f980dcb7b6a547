"""Cells that a complete file does not name: they are empty there."""

from collections.abc import AsyncIterator, Container, Mapping

from inventory.operations import Count
from inventory.stock import Stock
from router.importing import BLOCK_ROWS

PAGE_ROWS = 1_000


async def absent_cells(
    stock: Stock,
    node_ids: tuple[str, ...],
    named: Mapping[str, Container[str]],
    *,
    as_of_us: int,
) -> AsyncIterator[tuple[Count, ...]]:
    """Counts of 0, a block at a time, for what the nodes have and the file left out.

    Args:
        named: SKUs of the file by node.
        as_of_us: when the source counted; what came in since stays.
    """
    waiting: list[Count] = []
    for node_id in node_ids:
        known, after = named.get(node_id, ()), None
        while True:
            cells = await stock.cells(node_id=node_id, after=after, limit=PAGE_ROWS)
            waiting += [
                Count(cell.sku, node_id, 0, None, as_of_us)
                for cell in cells
                if cell.on_hand and cell.sku not in known
            ]
            while len(waiting) >= BLOCK_ROWS:
                yield tuple(waiting[:BLOCK_ROWS])
                del waiting[:BLOCK_ROWS]
            if len(cells) < PAGE_ROWS:
                break
            after = (cells[-1].sku, node_id)
    if waiting:
        yield tuple(waiting)
