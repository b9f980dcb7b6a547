"""When orders are planned again: every few minutes, by one router of the deployment.

Each round goes on behind the orders of the one before, so that all are looked at in
turn. Its moves are of nobody's request, so that their answer is not asked for again.
"""

from datetime import timedelta
from uuid import uuid4

from allocation.reoptimise.limits import Limits
from inventory.errors import Overloaded
from inventory.requests import RequestKey
from router import log
from router.reoptimising.asking import Asked
from router.reoptimising.desk import Place, Reoptimiser

PRINCIPAL = "shipfrom"
TURN = "re-optimise"
"""Name of the turn."""


class Rounds:
    """The rounds of one router.

    Args:
        every_s: seconds between two rounds of the deployment; 0: never.
    """

    def __init__(self, reoptimiser: Reoptimiser, *, every_s: int) -> None:
        self._reoptimiser = reoptimiser
        self._every = timedelta(seconds=every_s)
        self._after: Place | None = None

    async def tend(self) -> int:
        """Re-optimise if it is time and nobody else does; how many orders moved.

        Raises:
            StorageUnavailable: ledger or view cannot be reached.
        """
        turns = self._reoptimiser.rerouter.stock.turns
        if not self._every or not await turns.take(TURN, self._every):
            return 0
        key = RequestKey(PRINCIPAL, "Reoptimise", str(uuid4()), "")
        try:
            done = await self._reoptimiser.run(Asked(key, Limits(), after=self._after))
        except Overloaded:
            return 0
        self._after = done.ends
        moved = sum(move.done for move in done.response.moves)
        if moved:
            said = done.response.verdict
            log.get().info("orders.reoptimised", moved=moved, said=said)
        return moved
