"""Destinations that cost much the same from every node, counted as one.

A program over a hundred destinations solves in minutes, over twenty groups of them in
seconds. Where every destination of a group is served by the same mix, the mean costs of
the group are exact; what is lost is only that neighbours can no longer be served apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.prices.master import Reals
    from allocation.solvers.instance import Integers

ROUNDS = 20
"""Moves of the centres; they come to rest after five or so."""


def groups_of(cost: Reals, weight: Reals, many: int) -> Integers:
    """(destinations,) group of each, by the costs (destinations, nodes) of serving it.

    The centres begin with the heaviest destination and then the one whose weighted
    distance to all centres is largest, so that the same input gives the same groups.
    """
    many = min(many, len(cost))
    centre = cost[[int(weight.argmax())]]
    while len(centre) < many:
        farthest = int((weight * _off(cost, centre)).argmax())
        centre = np.vstack([centre, cost[[farthest]]])
    for _ in range(ROUNDS):
        group = _apart(cost, centre).argmin(axis=1)
        for each in np.unique(group).tolist():
            own = group == each
            centre[each] = np.average(cost[own], axis=0, weights=weight[own])
    return np.asarray(_apart(cost, centre).argmin(axis=1))


def mean_costs(cost: Reals, weight: Reals, group: Integers) -> Reals:
    """(groups, nodes) weighted mean costs; groups nobody belongs to are left out."""
    return np.array(
        [
            np.average(cost[group == each], axis=0, weights=weight[group == each])
            for each in np.unique(group)
        ]
    )


def _apart(cost: Reals, centre: Reals) -> Reals:
    """(destinations, centres) squared distance."""
    return np.asarray(((cost[:, None] - centre[None]) ** 2).sum(axis=2))


def _off(cost: Reals, centre: Reals) -> Reals:
    return np.asarray(_apart(cost, centre).min(axis=1))
