"""The cheapest way to send an order from a given set of opened candidates.

With the set fixed every line is sent as far as it can be, and what is open is which of
the opened candidates sends it. Started weight steps tie the lines together, so that a
line may travel at a dearer rate to fill a step that is paid anyway. A depth first search
over the lines with a choice, heaviest first, is exact; it is bounded by the steps that
the whole weight needs at least, wherever it travels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.compiled import njit
from allocation.instance import INFEASIBLE
from allocation.parcels import least_step, price_of_steps, steps_of

if TYPE_CHECKING:
    from allocation.instance import Integers
    from allocation.parcels import Data

_SPREAD_MAX = 24
"""Steps spread exactly over the parcels; beyond, each costs the least step at least."""


class Order(NamedTuple):
    """An order over its useful candidates: rows of `have` are units of each line."""

    data: Data
    candidate: Integers
    have: Integers
    asked: Integers
    counted: Integers


class Choice(NamedTuple):
    """Lines with a choice, one item for a whole line and one for each counted unit."""

    line: Integers
    units: Integers
    least: Integers
    """Cost of the items from each on, without carriage, each where it is cheapest."""


class Sending(NamedTuple):
    """Units of each line in each parcel, and grams and cubic centimetres of it."""

    units: Integers
    load: Integers


@njit()
def sent_units(order: Order, opened: Integers) -> Integers:
    """Units of each line that the opened candidates send; a node's stock counts once."""
    sent = np.zeros(order.asked.size, np.int64)
    for line in range(sent.size):
        for i in range(opened.size):
            have = order.have[opened[i], line]
            for earlier in opened[:i]:
                if _mates(order, earlier, opened[i]):
                    have = max(0, have - order.have[earlier, line])
            sent[line] += have
        sent[line] = min(sent[line], order.asked[line])
    return sent


@njit()
def _mates(order: Order, one: int, other: int) -> bool:
    node = order.data.node
    return node[order.candidate[one]] == node[order.candidate[other]]


@njit()
def shares_stock(order: Order, opened: Integers) -> bool:
    """Whether two of the opened would spend one node's stock of a counted line."""
    for i in range(opened.size):
        for earlier in opened[:i]:
            if _mates(order, earlier, opened[i]):
                both = np.minimum(order.have[earlier], order.have[opened[i]])
                if (both * order.counted).any():
                    return True
    return False


@njit()
def put(order: Order, sending: Sending, parcel: int, line: int, units: int) -> None:
    """Add units of a line to a parcel; a negative number takes them out."""
    sending.units[parcel, line] += units
    sending.load[parcel, 0] += units * order.data.weight_g[line]
    sending.load[parcel, 1] += units * order.data.volume_cm3[line]


@njit()
def _line_cost(order: Order, candidate: int, line: int, units: int) -> int:
    row = order.candidate[candidate]
    return order.data.line[row] + units * order.data.unit[row, line]


@njit()
def settle(order: Order, opened: Integers, sent: Integers) -> tuple[Sending, Choice]:
    """Send what has no choice, and list the rest: heaviest first, least cost summed."""
    lines = order.asked.size
    sending = Sending(
        np.zeros((opened.size, lines), np.int64), np.zeros((opened.size, 2), np.int64)
    )
    item_line = np.empty(sent.sum(), np.int64)
    size = 0
    heavy = order.data.weight_g * np.where(order.counted > 0, 1, order.asked)
    for line in np.argsort(-heavy, kind="mergesort"):
        total = holders = 0
        for candidate in opened:
            total += order.have[candidate, line]
            holders += order.have[candidate, line] > 0
        if total <= sent[line] or holders == 1:
            for parcel in range(opened.size):
                units = min(order.have[opened[parcel], line], sent[line])
                put(order, sending, parcel, line, units)
        else:
            many = sent[line] if order.counted[line] else 1
            item_line[size : size + many] = line
            size += many
    return sending, _choice(order, opened, item_line[:size])


@njit()
def _choice(order: Order, opened: Integers, item_line: Integers) -> Choice:
    units = np.empty(item_line.size, np.int64)
    least = np.zeros(item_line.size + 1, np.int64)
    for item in range(item_line.size - 1, -1, -1):
        line = item_line[item]
        units[item] = 1 if order.counted[line] else order.asked[line]
        first = item == 0 or item_line[item - 1] != line
        cheapest = INFEASIBLE
        for candidate in opened:
            if order.have[candidate, line] > 0:
                cost = _line_cost(order, candidate, line, units[item])
                if not first:
                    cost -= order.data.line[order.candidate[candidate]]
                cheapest = min(cheapest, cost)
        least[item] = least[item + 1] + cheapest
    return Choice(item_line, units, least)


@njit()
def own_cost(order: Order, opened: Integers, sending: Sending) -> int:
    """Opening, line and unit cost of what is settled, without carriage."""
    cost = 0
    for parcel in range(opened.size):
        row = order.candidate[opened[parcel]]
        cost += order.data.fixed[row]
        for line in range(order.asked.size):
            units = sending.units[parcel, line]
            if units > 0:
                cost += _line_cost(order, opened[parcel], line, units)
    return cost


@njit()
def carriage_bound(
    order: Order, opened: Integers, load: Integers, total: Integers
) -> int:
    """Least carriage of parcels with these loads that together take the total."""
    data = order.data
    taken = np.empty(opened.size, np.int64)
    cost, least, step_g, divisor = 0, INFEASIBLE, 1, 1
    by_volume = True
    for parcel in range(opened.size):
        tariff = data.tariff[order.candidate[opened[parcel]]]
        least = min(least, least_step(data.rates, tariff))
        if tariff >= 0:
            taken[parcel] = steps_of(
                data.rates, tariff, load[parcel, 0], load[parcel, 1]
            )
            cost += price_of_steps(data.rates, tariff, taken[parcel])
            step_g = max(step_g, data.rates.step_g[tariff])
            divisor = max(divisor, data.rates.divisor[tariff])
            by_volume &= data.rates.divisor[tariff] > 0
    if least == 0:
        return cost
    needed = (total[0] + step_g - 1) // step_g
    if by_volume:
        each = step_g * divisor
        needed = max(needed, (total[1] + each - 1) // each)
    extra = needed - taken.sum()
    if extra <= 0:
        return cost
    if extra > _SPREAD_MAX:
        return cost + extra * least
    return _spread(order, opened, taken, extra)


@njit()
def _spread(order: Order, opened: Integers, taken: Integers, extra: int) -> int:
    """Least carriage when the parcels start so many steps more, fuel rounded exactly."""
    best = np.full(extra + 1, INFEASIBLE, np.int64)
    best[0] = 0
    paid = np.empty(extra + 1, np.int64)
    for parcel in range(opened.size):
        tariff = order.data.tariff[order.candidate[opened[parcel]]]
        for more in range(extra + 1):
            paid[more] = price_of_steps(order.data.rates, tariff, taken[parcel] + more)
        for steps in range(extra, -1, -1):
            least = INFEASIBLE
            for more in range(steps + 1):
                least = min(least, best[steps - more] + paid[more])
            best[steps] = least
    return best[extra]
