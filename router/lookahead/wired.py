"""The look-ahead of one router: what follows prices, makes them and shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.stock import Stock
from router.lookahead.collecting import Collecting
from router.lookahead.desk import Desk
from router.lookahead.following import Follower
from router.lookahead.schedule import Schedule
from router.networks import Networks
from router.policies.in_force import PoliciesInForce


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Its parts, wired."""

    follower: Follower
    desk: Desk
    schedule: Schedule

    @classmethod
    async def open(
        cls,
        stock: Stock,
        networks: Networks,
        policies: PoliciesInForce,
        *,
        every_s: int,
        now: Callable[[], datetime],
    ) -> "LookAhead":
        """Begin with the list in force.

        Args:
            every_s: seconds between two solves; 0: only when somebody asks.
        """
        follower = Follower(stock.prices, networks)
        await follower.refresh()
        collecting = Collecting(stock, networks, policies, now)
        every = timedelta(seconds=every_s)
        desk = Desk(stock.prices, follower, collecting, every)
        return cls(follower, desk, Schedule(desk, now=now))
