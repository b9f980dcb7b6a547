"""How far orders may be moved for a saving, and how much work is spent to find it."""

from __future__ import annotations

from dataclasses import dataclass

ORDERS_MAX = 500
"""Orders of one pool: some seconds of work. A shop with more looks at a part of them,
such as those of the same SKUs."""
ROUNDS_MAX = 30
"""Rounds of new plans, one an order; six to twelve are usual."""
POLISH_MAX = 3
"""Times that each order looks for a plan around those chosen for the others."""
MODEL_SECONDS = 5.0
"""Deterministic time of CP-SAT for one choice: the same work on every machine."""
MODEL_GUARD_SECONDS = 30.0
"""Wall clock of CP-SAT: only a guard."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a move must be worth. Money in minor units."""

    least_saving_minor: int = 50
    """For each order moved. Orders that change places earn it together: one may cost
    more where the other one saves twice of it."""
    least_total_minor: int = 0
    """Of all moves; below it nothing is moved."""
    most_moved: int = 100
    """Orders moved at once: whoever prints pick lists does not want them all new."""

    def __post_init__(self) -> None:
        for name in ("least_saving_minor", "least_total_minor", "most_moved"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")
