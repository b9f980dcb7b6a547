"""Orders whose lines do not meet: no carriage, no cost of a shipment or of a line.

Nearest, priority and most stock are such orders: each line takes its cheapest units,
and if that needs no more shipments than are allowed, nothing else can be better. Among
plans that cost the same, the number of shipments is kept low but not proven least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.solvers.instance import Parcel, Solution
from allocation.solvers.targets import targets
from allocation.status import PlanStatus

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Integers


def separable(instance: Instance) -> Solution | None:
    """The cheapest solution line by line, or None if lines meet or the cap binds."""
    if (instance.tariff >= 0).any() or instance.fixed_minor.any():
        return None
    if instance.line_minor.any():
        return None
    asked, counted = targets(instance.quantity, instance.useful, int(instance.split))
    sent = np.zeros_like(instance.useful)
    for line in np.flatnonzero(asked).tolist():
        used = sent.sum(axis=1)
        for candidate in _cheapest_first(instance, line, used):
            missing = int(asked[line] - sent[:, line].sum())
            free = _free(instance, sent, (candidate, line))
            if counted[line]:
                sent[candidate, line] += max(0, min(missing, free))
            elif missing == asked[line] <= free:
                sent[candidate, line] = missing
    senders = np.flatnonzero(sent.any(axis=1))
    unfilled = instance.quantity - sent.sum(axis=0)
    if senders.size > instance.max_shipments or not senders.size:
        return None
    if instance.complete and unfilled.any():
        return None
    cost = int((sent * instance.unit_minor).sum())
    parcels = tuple(Parcel(int(k), tuple(sent[k].tolist())) for k in senders)
    left = tuple(unfilled.tolist())
    return Solution(parcels, left, cost, PlanStatus.OPTIMAL, cost)


def _cheapest_first(instance: Instance, line: int, used: Integers) -> list[int]:
    """Candidates of a line by unit cost, then those that ship anyway, then by index."""
    price = instance.unit_minor[:, line]
    order = np.lexsort((np.arange(price.size), used == 0, price))
    return [int(k) for k in order if instance.useful[k, line] > 0]


def _free(instance: Instance, sent: Integers, cell: tuple[int, int]) -> int:
    """Units of a line that a candidate's node has not sent yet."""
    candidate, line = cell
    mates = instance.node == instance.node[candidate]
    return int(instance.useful[candidate, line] - sent[mates, line].sum())
