"""The frontiers of one instance by different keys, each worked out once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from allocation.solvers.cheapest import cheapest
from allocation.solvers.instance import Measure, TierArrays
from allocation.solvers.packed import (
    COST,
    KEY_MAX,
    LONG_KEY_MAX,
    keys,
    packed,
    weighted,
)
from allocation.solvers.parcels import price_parcel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.solvers.instance import Frontier, Instance, Solution
    from allocation.solvers.limits import Limits

Tiers = tuple[TierArrays, ...]


class Frontiers:
    """Answers of the fast solvers to one instance, side constraints left out."""

    def __init__(self, instance: Instance, limits: Limits) -> None:
        self.considered: set[int] = set()
        self._instance = replace(instance, side=None)
        self._limits = limits
        self._known: dict[tuple[int, ...], Frontier | None] = {}

    def by(self, tiers: Tiers) -> Frontier | None:
        """By the measures of these tiers that a key holds, then by cost; its solutions
        carry the key for their cost. None where no key is exact."""
        measures = keys(tiers)
        name = tuple(
            -1 if each.measure is Measure.COST else id(each) for each in measures
        )
        if name not in self._known:
            self._known[name] = self._solved(tiers)
        return self._known[name]

    def _solved(self, tiers: Tiers) -> Frontier | None:
        short = self._instance.quantity.size <= self._limits.kernel_lines
        most = KEY_MAX if short else LONG_KEY_MAX
        keyed = packed(self._instance, keys(tiers), most=most)
        if keyed is None:
            return None
        found = cheapest(keyed, self._limits)
        self.considered.update(found.considered)
        return found

    def mixed(self, tier: TierArrays, weight: int) -> list[Solution]:
        """The plans by cost and so many times the additive measure of a tier."""
        by_sum = weighted(self._instance, [tier, COST], [weight, 1])
        found = cheapest(by_sum, self._limits)
        self.considered.update(found.considered)
        return [self._at_cost(each) for each in found.best if each.parcels]

    def priced(self, tiers: Tiers, solutions: Iterable[Solution]) -> list[Solution]:
        """What is sent by the key of these tiers, at its cost, each plan once."""
        known = {each.parcels: each for each in solutions if each.parcels}
        if len(keys(tiers)) == 1:
            return list(known.values())
        return [self._at_cost(each) for each in known.values()]

    def _at_cost(self, solution: Solution) -> Solution:
        cost = sum(price_parcel(self._instance, *each) for each in solution.parcels)
        return replace(solution, cost_minor=cost, bound_minor=0)
