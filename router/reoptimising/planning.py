"""The moves of a pool and the decision of each, made beside the event loop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from allocation.plan import Plan
from allocation.problem import Problem
from allocation.reoptimise.deciding import decisions_of
from allocation.reoptimise.limits import Limits
from allocation.reoptimise.moves import Move, reoptimise
from allocation.reoptimise.pool import Allocated

NOT_AS_IT_STANDS = "planned now, it would not go from where it is, or not in time"


@dataclass(frozen=True, slots=True)
class Planned:
    """What to move, the decision of each moved order, and who was not planned again."""

    moves: tuple[Move, ...]
    decisions: dict[str, tuple[Problem, Plan]]
    left_alone: tuple[str, ...]

    @property
    def groups(self) -> list[list[Move]]:
        """Moves that are made together or not at all."""
        return grouped(self.moves)


def planned(orders: Sequence[Allocated], limits: Limits) -> Planned:
    """Seconds of work for a large pool."""
    found = reoptimise(orders, limits)
    decisions = decisions_of(orders, found.moves)
    return Planned(found.moves, decisions, found.left_alone)


def grouped(moves: Iterable[Move]) -> list[list[Move]]:
    """Moves by their group; those of one stand together."""
    return [list(group) for _, group in groupby(moves, key=lambda move: move.group)]
