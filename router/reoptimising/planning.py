"""The moves of a pool and the decision of each, made beside the event loop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import monotonic
from typing import NamedTuple

from allocation.codec import dump
from allocation.plan import Plan
from allocation.problem import Problem
from allocation.reoptimise.deciding import decisions_of
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.moves import Move, reoptimise
from allocation.reoptimise.pool import Allocated

SECONDS_MAX = 60.0
"""After it, moves are chosen among the plans that are known: whoever asked waits, and
a server that ends waits for the thread."""
NOT_AS_IT_STANDS = (
    "planned now, it would not go from where it is, or not as it does, or not in time"
)


class Decided(NamedTuple):
    """The decision of one moved order; `stored` as the ledger keeps it."""

    problem: Problem
    plan: Plan
    stored: bytes


@dataclass(frozen=True, slots=True)
class Planned:
    """What to move, the decision of each moved order, and who was not planned again."""

    moves: tuple[Move, ...]
    decided: dict[str, Decided]
    left_alone: tuple[str, ...]

    @property
    def groups(self) -> list[list[Move]]:
        """Moves that are made together or not at all."""
        return grouped(self.moves)


def planned(orders: Sequence[Allocated], limits: Limits) -> Planned:
    """Seconds of work for a large pool, and not many more than there may be."""
    until = monotonic() + SECONDS_MAX
    found = reoptimise(orders, limits, enough=lambda: monotonic() > until)
    decided = {
        order_id: Decided(problem, plan, dump(problem, plan))
        for order_id, (problem, plan) in decisions_of(orders, found.moves).items()
    }
    return Planned(found.moves, decided, found.left_alone)


def grouped(moves: Iterable[Move]) -> list[list[Move]]:
    """Moves by their group; those of one stand together."""
    return [list(group) for _, group in groupby(moves, key=lambda move: move.group)]
