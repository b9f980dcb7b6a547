"""The cheapest single shipment of each set of whole lines, over all candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.parcels import (
    Data,
    Rates,
    least_opening,
    least_step,
    price,
    price_of_steps,
    steps_of,
)

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers


class Parcels(NamedTuple):
    """G of each set of lines, and its candidate."""

    least: Integers
    sender: Integers


@njit()
def coverage(data: Data, asked: Integers) -> Integers:
    """Mask of the lines that each candidate can send whole."""
    masks = np.zeros(data.tariff.size, np.int64)
    for candidate in range(masks.size):
        mask = 0
        for line in range(asked.size):
            whole = 0 < asked[line] <= data.useful[candidate, line]
            mask |= int(whole) << line
        masks[candidate] = mask
    return masks


@njit()
def sums(values: Integers, times: Integers) -> Integers:
    """Sum of values * times over each set of lines."""
    sums = np.zeros(1 << values.size, np.int64)
    for line in range(values.size):
        bit = 1 << line
        for mask in range(bit):
            sums[bit + mask] = sums[mask] + values[line] * times[line]
    return sums


@njit()
def _additive(data: Data, candidate: int, asked: Integers) -> int:
    """Cost of all lines from one candidate, without opening and carriage."""
    cost = 0
    for line in range(asked.size):
        if asked[line] > 0:
            cost += data.line[candidate] + data.unit[candidate, line] * asked[line]
    return cost


@njit()
def _least_of_two(data: Data, asked: Integers, weight_g: int) -> int:
    """A bound that no plan with two or more shipments goes below."""
    first = second = rate = INFEASIBLE
    step_g = 1
    for candidate in range(data.tariff.size):
        tariff = data.tariff[candidate]
        opening = data.fixed[candidate] + least_opening(data.rates, tariff)
        second = min(second, max(first, opening))
        first = min(first, opening)
        rate = min(rate, least_step(data.rates, tariff))
        if tariff >= 0:
            step_g = max(step_g, data.rates.step_g[tariff])
    steps = max(2, (weight_g + step_g - 1) // step_g)
    bound = first + second + rate * steps
    for line in range(asked.size):
        if asked[line] > 0:
            bound += _cheapest_line(data, line, asked[line])
    return bound


@njit()
def _cheapest_line(data: Data, line: int, units: int) -> int:
    least = INFEASIBLE
    for candidate in range(data.tariff.size):
        if data.useful[candidate, line] >= units:
            cost = data.line[candidate] + data.unit[candidate, line] * units
            least = min(least, cost)
    return least


@njit()
def single(data: Data, asked: Integers, masks: Integers) -> tuple[int, int]:
    """The candidate that sends everything cheapest, -1 if none can, and the cost."""
    full = 0
    for line in range(asked.size):
        full |= int(asked[line] > 0) << line
    weight_g = (asked * data.weight_g).sum()
    volume_cm3 = (asked * data.volume_cm3).sum()
    chosen, least = -1, INFEASIBLE
    for candidate in range(masks.size):
        if masks[candidate] == full:
            cost = data.fixed[candidate] + _additive(data, candidate, asked)
            cost += price(data.rates, data.tariff[candidate], weight_g, volume_cm3)
            if cost < least:
                chosen, least = candidate, cost
    if chosen >= 0 and least > _least_of_two(data, asked, weight_g):
        chosen = -1
    return chosen, least


@njit()
def carriages(data: Data, asked: Integers) -> Integers:
    """Carriage of each set of lines under each used tariff; the last row is free.

    Divisions are slow, and most tariffs share their step: its counts are kept.
    """
    weight_g = sums(data.weight_g, asked)
    volume_cm3 = sums(data.volume_cm3, asked)
    rows = data.rates.base.size
    table = np.empty((rows + 1, weight_g.size), np.int64)
    table[rows] = 0
    used = np.zeros(rows + 1, np.bool_)
    for tariff in data.tariff:
        used[tariff] = True
    steps = np.empty(weight_g.size, np.int64)
    kept = -1
    for tariff in range(rows):
        if not used[tariff]:
            continue
        if kept < 0 or not _same_steps(data.rates, kept, tariff):
            for mask in range(steps.size):
                steps[mask] = steps_of(
                    data.rates, tariff, weight_g[mask], volume_cm3[mask]
                )
            kept = tariff
        for mask in range(steps.size):
            table[tariff, mask] = price_of_steps(data.rates, tariff, steps[mask])
    return table


@njit()
def _same_steps(rates: Rates, one: int, other: int) -> bool:
    same = rates.step_g[one] == rates.step_g[other]
    return bool(same and rates.divisor[one] == rates.divisor[other])


@njit()
def parcels(data: Data, asked: Integers, masks: Integers) -> Parcels:
    """G: the cheapest parcel of each set of lines, and the candidate that sends it."""
    carriage = carriages(data, asked)
    least = np.full(1 << asked.size, INFEASIBLE, np.int64)
    sender = np.full(1 << asked.size, -1, np.int64)
    place = np.zeros(1 << asked.size, np.int64)
    cost = np.zeros(1 << asked.size, np.int64)
    for candidate in range(masks.size):
        size = 1
        cost[0] = data.fixed[candidate]
        for line in range(asked.size):
            if masks[candidate] >> line & 1:
                more = data.line[candidate] + data.unit[candidate, line] * asked[line]
                for i in range(size):
                    place[size + i] = place[i] | 1 << line
                    cost[size + i] = cost[i] + more
                size *= 2
        row = carriage[data.tariff[candidate]]
        for i in range(1, size):
            total = cost[i] + row[place[i]]
            if total < least[place[i]]:
                least[place[i]] = total
                sender[place[i]] = candidate
    return Parcels(least, sender)
