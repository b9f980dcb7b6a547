"""What past orders taught of nodes and cells: measured by tiers, never a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.problem import Problem
    from allocation.solvers.instance import Integers

COVER_DAYS_MAX = 365
"""Stock that lasts a year lasts long enough; what nobody buys does."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What is known beside the stock of this moment."""

    miss_bps: Integers
    """(network.size,) basis points of the units sent for that a node does not find."""
    cover_days: Integers
    """(lines, network.size) days that a cell's stock lasts, at most COVER_DAYS_MAX."""


def learned_document(problem: Problem, numbers: Sequence[int]) -> dict[str, object]:
    """What is known of these nodes; nothing where no tier asks."""
    if problem.learned is None:
        return {}
    misses = problem.learned.miss_bps[list(numbers)].tolist()
    days = problem.learned.cover_days[:, list(numbers)].tolist()
    return {"learned": {"miss_bps": misses, "cover_days": days}}


def learned_of(document: Mapping[str, Any], lines: int, size: int) -> Learned | None:
    """What `learned_document` wrote; of other nodes nothing is known."""
    if "learned" not in document:
        return None
    found, numbers = document["learned"], document["nodes"]
    misses = np.zeros(size, dtype=np.int64)
    days = np.full((lines, size), COVER_DAYS_MAX, dtype=np.int64)
    misses[numbers] = found["miss_bps"]
    days[:, numbers] = found["cover_days"]
    return Learned(misses, days)
