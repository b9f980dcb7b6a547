"""The per-order problem as integer arrays: what the solvers see.

`solve` compiles a Problem into an Instance; the kernel, the search and CP-SAT answer
it; names of nodes and SKUs are gone, so that the solvers stay small and testable alone.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.status import PlanStatus

Integers = NDArray[np.int64]

INFEASIBLE = 1 << 60
"""Reads as infeasible; the sum of two still does and does not overflow."""


class Split(IntEnum):
    """Whether a line may come from several candidates."""

    NEVER = 0
    IF_FORCED = 1
    BY_COST = 2


@dataclass(frozen=True, slots=True)
class Tariffs:
    """T parcel prices: base + started weight steps, then fuel, each rounded half up.

    price(w, v) = s + (s * fuel_bps + 5000) // 10000 + residential, with
    s = base + ceil(max(w, ceil(v / volume_divisor)) / step_g) * step and at least one
    step; volume_divisor 0 leaves volume out.
    Arrays of shape (T,): money in minor units, grams, cubic centimetres a gram.
    """

    base_minor: Integers
    step_minor: Integers
    step_g: Integers
    fuel_bps: Integers
    residential_minor: Integers
    volume_divisor: Integers


class Measure(IntEnum):
    """What a tier counts; each is a whole number, smaller is better."""

    UNFILLED_UNITS = 0
    UNFILLED_VALUE = 1
    """Sum of `Side.unit_value_minor` over the units left unfilled."""
    SHIPMENTS = 2
    COST = 3
    """The cost of the instance: tariffs, fixed, line and unit costs."""
    ADDITIVE = 4
    """The arrays of the tier, summed over shipments as costs are, without tariffs."""


@dataclass(frozen=True, slots=True)
class TierArrays:
    """One objective. Later tiers decide only among plans whose value here is at most

    best + min(best * tolerance_bps // 10000, tolerance_at_most)

    with `best` the least value that the earlier tiers leave possible. The arrays count
    for ADDITIVE only and must not be negative: a shipment from candidate k with units u
    adds fixed[k] + line[k] * (lines with u > 0) + sum_l unit[k, l] * u_l.
    """

    measure: Measure
    fixed: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    """(N,)"""
    line: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    """(N,)"""
    unit: Integers = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    """(N, L)"""
    tolerance_bps: int = 0
    tolerance_at_most: int = -1
    """Most that the tolerance may come to; below zero, no such cap."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the structure of the kernel does not hold: see `tiered`."""

    unit_value_minor: Integers
    """(L,) value of a unit."""
    shipment_value_min: int = 0
    """Least value of each shipment, and of what stays unfilled, of an order that is
    split or partial. A single shipment that fills everything is always allowed."""
    together: tuple[tuple[int, ...], ...] = ()
    """Lines that one and the same shipment fills whole, or that all stay unfilled.
    Lines of no units do not count: a group that lacks stock before the quantities were
    clipped must come with no useful units."""
    shipments_per_line: int = 0
    """Most shipments that one line is spread over; 0: no limit."""
    tiers: tuple[TierArrays, ...] = ()
    """In order; what they leave equal is decided by unfilled units, cost, shipments.
    Empty: only these three."""
    missing_units: int = 0
    """Units that nobody has, clipped off before: they make every plan partial."""
    missing_minor: int = 0
    """Their value, a part of what stays unfilled."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One order over N candidates (node and service) with L lines.

    Candidates are sorted by (distance, node id, service), so that the smaller index
    wins ties. Candidates of one node share its stock. A shipment from candidate k with
    units u costs tariff price of its weight and volume (0 if tariff[k] is -1) +
    fixed_minor[k] + line_minor[k] * (lines with u > 0) + sum_l unit_minor[k, l] * u_l.

    A plan is better when it leaves fewer units unfilled, then when it costs less, then
    when it has fewer shipments.
    """

    quantity: Integers
    """(L,) units wanted, already clipped to what all candidates together can send."""
    weight_g: Integers
    """(L,) grams a unit."""
    volume_cm3: Integers
    """(L,) cubic centimetres a unit."""
    useful: Integers
    """(N, L) units of each line that the candidate could send, 0 … quantity."""
    node: Integers
    """(N,) node index of the candidate."""
    tariff: Integers
    """(N,) row of `tariffs`, or -1: carriage is free."""
    fixed_minor: Integers
    """(N,) cost of opening a shipment: handling, distance, lateness."""
    line_minor: Integers
    """(N,) cost of each line in a shipment."""
    unit_minor: Integers
    """(N, L) cost of each unit, opportunity price included."""
    tariffs: Tariffs
    max_shipments: int
    split: Split
    complete: bool
    """True: fill every unit or send nothing."""
    side: Side | None = None
    """Tiers and side constraints; None: better is as said above."""


class Parcel(NamedTuple):
    """One shipment of a solution: the candidate and its units of each line, (L,)."""

    candidate: int
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer to an Instance. `bound_minor` bounds the cost at this fill below."""

    parcels: tuple[Parcel, ...]
    unfilled: tuple[int, ...]
    cost_minor: int
    status: PlanStatus
    bound_minor: int

    @property
    def unfilled_units(self) -> int:
        return sum(self.unfilled)


class Frontier(NamedTuple):
    """The best solution with at most j shipments, for j = 1 … max_shipments.

    `best[j - 1]`; repeated where one more shipment does not help. Empty when even one
    shipment can send nothing that the instance allows. Of an instance with a `side`,
    the one element is the plan that its tiers choose among all that send something.
    """

    best: tuple[Solution, ...]
    considered: tuple[int, ...] = ()
    """Candidates that are the best for some set of lines: enough to replay from."""
    nothing: PlanStatus = PlanStatus.OPTIMAL
    """Where `best` is empty: whether that is proven, or nothing was found."""
