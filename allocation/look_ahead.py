"""How far a policy lets look-ahead prices steer an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.condition import TEXT_RULE, is_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.node import Item
    from allocation.solvers.instance import Integers

CAP_MINOR_MAX = 1_000_000_000
"""As much as any other weight of a policy."""
TAGS_MAX = 100


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Off, or on with at most `cap_minor` for a unit; items that carry one of
    `without_tags` are decided for today alone, say because they spoil."""

    on: bool = True
    cap_minor: int | None = None
    without_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= (self.cap_minor or 0) <= CAP_MINOR_MAX:
            raise ValueError(f"cap_minor of look_ahead is 0 to {CAP_MINOR_MAX}")
        if len(self.without_tags) > TAGS_MAX:
            raise ValueError(f"look_ahead is without at most {TAGS_MAX} tags")
        if not all(map(is_text, self.without_tags)):
            raise ValueError(f"a tag of look_ahead {TEXT_RULE}")

    def limit(self, prices: Integers, items: Sequence[Item | None]) -> Integers | None:
        """What is left of the look-ahead prices of an order; None: nothing.

        Args:
            prices: (lines, size) of a unit of each line at each node, minor units.
            items: what each line is of; None for one that nobody described.
        """
        if not self.on:
            return None
        if self.cap_minor is None and not self.without_tags:
            return prices if prices.any() else None
        steered = [not (item and self._leaves_out(item)) for item in items]
        most = np.iinfo(np.int64).max if self.cap_minor is None else self.cap_minor
        left = np.minimum(prices, most) * np.array(steered, np.int64)[:, None]
        return left if left.any() else None

    def _leaves_out(self, item: Item) -> bool:
        return not set(item.tags).isdisjoint(self.without_tags)
