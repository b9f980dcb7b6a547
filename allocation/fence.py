"""Units that are kept for channels, as one order sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from allocation.problem import Problem
    from allocation.solvers.instance import Integers


class WideLeft(NamedTuple):
    """Units of a line that its channel has left over several nodes."""

    row: int
    name: str
    node_id: str
    """Where the cell of that name is."""
    left: int
    nodes: Integers
    """Numbers of the nodes that keep them."""


@dataclass(frozen=True, slots=True, eq=False)
class Fence:
    """What quotas make of the stock that an order meets."""

    kept: Integers
    """(lines, network.size) units that are there and not for this order."""
    own: Integers
    """(lines, network.size) units that its channel has left of its quotas there."""
    wide: tuple[WideLeft, ...] = ()
    """Those of the fewest nodes first."""


def fenced_off(problem: Problem) -> NDArray[np.bool_]:
    """(network.size,) nodes that would have something if it were not for quotas."""
    assert problem.fence is not None, "only quotas fence anything off"
    least = problem.policy.keep_back
    has = (problem.available > least).any(axis=0)
    had = (problem.available + problem.fence.kept > least).any(axis=0)
    return np.asarray(had & ~has)


def keepers(problem: Problem, row: int, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(network.size,) nodes that keep units of a line and could else send them."""
    if problem.fence is None:
        return np.zeros(problem.network.size, dtype=np.bool_)
    kept = problem.fence.kept[row] > 0
    return np.asarray(kept & ((codes == 0) | fenced_off(problem)))


def fence_document(problem: Problem, numbers: Sequence[int]) -> dict[str, object]:
    """What is kept at these nodes: line, node and units; nothing without quotas."""
    if problem.fence is None:
        return {}
    kept = problem.fence.kept[:, list(numbers)]
    rows, places = np.nonzero(kept)
    cells = zip(
        rows.tolist(), places.tolist(), kept[rows, places].tolist(), strict=True
    )
    return {"kept": [[row, numbers[place], units] for row, place, units in cells]}


def fence_of(document: Mapping[str, Any], lines: int, size: int) -> Fence | None:
    """The fence that `fence_document` wrote; whose units they are is not kept."""
    if "kept" not in document:
        return None
    kept = np.zeros((lines, size), dtype=np.int64)
    for row, node, units in document["kept"]:
        kept[row, node] = units
    return Fence(kept, np.zeros_like(kept))
