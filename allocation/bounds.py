"""Least costs of the parcels of opened candidates that are only partly assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.compiled import njit
from allocation.instance import INFEASIBLE
from allocation.opened import ROUND, Order, Sending, gram_price, line_cost
from allocation.parcels import least_step, price_of_steps, steps_of

if TYPE_CHECKING:
    from allocation.instance import Integers


_SPREAD_MAX = 24
"""Steps spread exactly over the parcels; beyond, each costs the least step at least."""


@njit()
def gram_bound(
    order: Order, opened: Integers, sending: Sending, sent: Integers
) -> float:
    """Opening and settled cost with a price of each gram, and the least that is wasted.

    Where all parcels start steps of one size, the grams that they pay and do not carry
    are congruent to the whole weight, and cost at least the cheapest gram price.
    """
    data = order.data
    bound, cheapest = 0.0, np.inf
    size, alike, total = 0, True, 0
    for line in range(sent.size):
        each = data.volume_cm3[line] if order.by_volume else data.weight_g[line]
        total += sent[line] * each
    for parcel in range(opened.size):
        row = order.candidate[opened[parcel]]
        tariff = data.tariff[row]
        bound += data.fixed[row]
        for line in range(sent.size):
            units = sending.units[parcel, line]
            if units > 0:
                bound += line_cost(order, opened[parcel], line, units)
                bound += units * gram_price(order, opened[parcel], line)
        if tariff < 0:
            alike = False
            continue
        with_fuel = 1.0 + data.rates.fuel_bps[tariff] / 10_000
        bound += data.rates.base[tariff] * with_fuel + data.rates.residential[tariff]
        bound -= ROUND
        step = data.rates.step_g[tariff]
        if order.by_volume:
            step *= data.rates.divisor[tariff]
        alike &= step > 0 and (size in (0, step))
        size = step
        if step > 0:
            cheapest = min(cheapest, data.rates.step[tariff] * with_fuel / step)
    if alike and size > 0:
        bound += -total % size * cheapest
    return bound


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
