"""The compiled copy of the one price function, and the order as compiled code sees it.

`cost.parcel_price` decides what a parcel costs; the tests hold this copy equal to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import types

from allocation.carriage import parcel_price
from allocation.solvers.compiled import GRID, ROW, njit

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance, Integers


Flat = tuple[Any, ...]
"""The arrays and numbers of an Instance, one by one."""


class Rates(NamedTuple):
    """The columns of `instance.Tariffs`, in their order."""

    base: Integers
    step: Integers
    step_g: Integers
    fuel_bps: Integers
    residential: Integers
    divisor: Integers


class Data(NamedTuple):
    """The arrays of an Instance: what the compiled functions hand to each other."""

    quantity: Integers
    weight_g: Integers
    volume_cm3: Integers
    useful: Integers
    node: Integers
    tariff: Integers
    fixed: Integers
    line: Integers
    unit: Integers
    rates: Rates


_DATA_TYPES = (ROW, ROW, ROW, GRID, ROW, ROW, ROW, ROW, GRID)
SIGNATURE = _DATA_TYPES + 6 * (ROW,) + (types.int64, types.int64, types.boolean)
"""Numba types of `arguments`: a namedtuple is slow to cross into compiled code, so that
its fields cross one by one."""


def arguments(instance: Instance) -> Flat:
    """The instance as the flat arguments of `SIGNATURE`."""
    tariffs = instance.tariffs
    return (
        instance.quantity,
        instance.weight_g,
        instance.volume_cm3,
        instance.useful,
        instance.node,
        instance.tariff,
        instance.fixed_minor,
        instance.line_minor,
        instance.unit_minor,
        tariffs.base_minor,
        tariffs.step_minor,
        tariffs.step_g,
        tariffs.fuel_bps,
        tariffs.residential_minor,
        tariffs.volume_divisor,
        instance.max_shipments,
        int(instance.split),
        instance.complete,
    )


@njit(types.int64(types.int64, types.int64, types.int64, types.int64))
def started(step_g: int, divisor: int, weight_g: int, volume_cm3: int) -> int:
    """Started weight steps of one parcel, at least one."""
    billable = weight_g
    if divisor > 0:
        billable = max(billable, (volume_cm3 + divisor - 1) // divisor)
    return max(1, (billable + step_g - 1) // step_g)


@njit(types.int64(types.int64, types.int64, types.int64, types.int64, types.int64))
def charged(base: int, step: int, fuel_bps: int, residential: int, steps: int) -> int:
    """Carriage of a parcel that started so many weight steps, fuel rounded half up."""
    carriage = base + steps * step
    return carriage + (carriage * fuel_bps + 5_000) // 10_000 + residential


@njit(borrows=True)
def steps_of(rates: Rates, tariff: int, weight_g: int, volume_cm3: int) -> int:
    """Started weight steps of one parcel under a tariff."""
    return started(rates.step_g[tariff], rates.divisor[tariff], weight_g, volume_cm3)


@njit(borrows=True)
def price_of_steps(rates: Rates, tariff: int, steps: int) -> int:
    """Carriage of a parcel that started so many weight steps under a tariff."""
    return charged(
        rates.base[tariff],
        rates.step[tariff],
        rates.fuel_bps[tariff],
        rates.residential[tariff],
        steps,
    )


@njit(borrows=True)
def price(rates: Rates, tariff: int, weight_g: int, volume_cm3: int) -> int:
    """Carriage of one parcel; nothing where the tariff is -1."""
    if tariff < 0:
        return 0
    steps = steps_of(rates, tariff, weight_g, volume_cm3)
    return price_of_steps(rates, tariff, steps)


@njit(borrows=True)
def least_step(rates: Rates, tariff: int) -> int:
    """What each further weight step adds at least: fuel may round down every time."""
    if tariff < 0:
        return 0
    step = rates.step[tariff]
    return int(step + step * rates.fuel_bps[tariff] // 10_000)


@njit(borrows=True)
def least_opening(rates: Rates, tariff: int) -> int:
    """What a parcel costs before its first weight step, given `least_step` for each."""
    if tariff < 0:
        return 0
    return price_of_steps(rates, tariff, 1) - least_step(rates, tariff)


def price_parcel(instance: Instance, candidate: int, units: tuple[int, ...]) -> int:
    """Everything that a shipment of these units from this candidate costs."""
    load = np.asarray(units, dtype=np.int64)
    carriage = parcel_price(
        instance.tariffs,
        int(instance.tariff[candidate]),
        int(load @ instance.weight_g),
        int(load @ instance.volume_cm3),
    )
    own = instance.line_minor[candidate] * np.count_nonzero(load)
    own += instance.fixed_minor[candidate] + instance.unit_minor[candidate] @ load
    return int(carriage + own)
