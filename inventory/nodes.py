"""The view's slot of each node, as far as this process knows.

Numbers are never changed or given again, so a known one stays true; an unknown one
means that another process made the node, and all are read again.
"""

from inventory.queries import Queries


class Nodes:
    """Node numbers by node id."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    async def reload(self) -> None:
        """Read all numbers.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        self._numbers = await self._queries.node_numbers()

    def number(self, node_id: str) -> int | None:
        """The node's slot, None if this process has not heard of the node."""
        return self._numbers.get(node_id)
