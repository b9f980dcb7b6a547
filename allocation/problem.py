"""Everything one decision depends on, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.cooling import Refusals
    from allocation.decide import Solved
    from allocation.fence import Fence
    from allocation.learned import Learned
    from allocation.network import Network
    from allocation.order import Order
    from allocation.policy import Policy
    from allocation.rules.ruling import Ruling
    from allocation.rules.siding import Tiers
    from allocation.solvers.instance import Frontier, Instance, Integers


UNLIMITED = 1 << 40
"""Room of a node that does not count its orders."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One order, and the world it meets.

    `solved` remembers the work done on this very problem, so that the options, the
    explanation and the stored decision share it; it follows from the other fields.
    """

    order: Order
    network: Network
    available: Integers
    """(lines, network.size) units a line could take from each node, by node number."""
    policy: Policy
    now: datetime
    """Aware; kept in UTC."""
    prices: Integers | None = None
    """(lines, network.size) opportunity price of a unit, minor units; None: no
    prices."""
    ruling: Ruling | None = None
    """What the rules of a policy made of this problem; see `rules.ruling`."""
    recorded: bool = False
    """The decision will be stored: the survey notes why nodes fall out as it goes."""
    room: Integers | None = None
    """(network.size,) orders that each node still takes on its ship day, UNLIMITED
    where it counts none; None: no node counts."""
    slots: Mapping[int, int] | None = None
    """Of nodes with slots, by number: the one that the order would go into."""
    fence: Fence | None = None
    """Units that `available` lacks because quotas keep them; None: no quotas."""
    refusals: Refusals | None = None
    """What nodes turned down lately; None: no rule asks."""
    learned: Learned | None = None
    """What past orders taught; None: no tier asks."""
    price_list: str = ""
    """Version of the list that look-ahead's share of the prices is from; "": none."""
    answers: list[tuple[Instance, Frontier]] | None = None
    """What the solvers were asked and answered before, where policies are compared:
    many of them ask the same of them for one order."""
    solved: dict[tuple[int, Tiers], Solved] = field(
        default_factory=dict, init=False, repr=False
    )
    attempts: list[Problem] = field(default_factory=list, init=False, repr=False)
    """This problem under its rules, one for each step of giving them up so far."""

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now must be aware of its time zone")
        object.__setattr__(self, "now", self.now.astimezone(UTC))
        object.__setattr__(self, "available", self._by_node(self.available))
        if self.prices is not None:
            object.__setattr__(self, "prices", self._by_node(self.prices))
        if self.room is not None and self.room.shape != (self.network.size,):
            raise ValueError(f"room of shape {self.room.shape}, wanted one row by node")

    def _by_node(self, values: Integers) -> Integers:
        shape = (len(self.order.lines), self.network.size)
        if values.shape != shape:
            raise ValueError(f"array of shape {values.shape}, wanted {shape}")
        # The compiled shortlist knows one layout; a copy is made only of another one.
        return np.ascontiguousarray(values, dtype=np.int64)
