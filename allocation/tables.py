"""The network as arrays by node number: what the shortlist reads for every order.

Node numbers may have holes; `walk` lists the numbers that exist, in the order of node
ids, so that ties never depend on numbering.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.carriage import FREE, is_free
from allocation.node import PICKUP, TRANSFER
from allocation.solvers.instance import Integers, Tariffs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.node import Lane, Node
    from allocation.promise import Calendar

NO_TABLE = -1
CHEAPER, SAME = 2, 1
ANY_DISTANCE_KM = 1 << 30
_SURCHARGE = 4  # column of `Tariffs`


@dataclass(frozen=True, slots=True)
class Tables:
    """Arrays by node number n, service s, zone row z and tariff row t."""

    walk: Integers
    """Numbers of the existing nodes, by node id."""
    sphere: NDArray[np.float64]
    """(n, 4) point on the unit sphere, and longitude in degrees."""
    terms: Integers
    """(n, 4) handling a parcel, a line, a unit in minor units; priority."""
    calendar: Integers
    """(n,) row of `calendars`."""
    lane_table: Integers
    """(n, s) the node's table of zones for the service, or NO_TABLE."""
    sent_table: Integers
    """`lane_table` without PICKUP and TRANSFER: neither ends at an address."""
    table_start: Integers
    """Zone rows of table i: table_start[i] … table_start[i + 1] - 1, nearest first."""
    table_shape: Integers
    """Tables with one shape have the same reaches, so that one search serves both."""
    zones: Integers
    """(z, 3) reach in km, tariff row or FREE, transit days."""
    beats: NDArray[np.int8]
    """(t + 1, t + 1) at [a + 1, b + 1]: CHEAPER where tariff a never costs more than b
    and may cost less, SAME where they are equal, else 0. FREE is a tariff here."""
    calendars: tuple[Calendar, ...]
    services: tuple[str, ...]
    lanes: tuple[Lane, ...]
    """The lane of every zone row."""
    rates: tuple[Integers, Integers]
    """(6, t) the columns of `Tariffs`, to other and to residential destinations: the
    surcharge is the residential ones' only."""
    transit_max: int

    def world(
        self, lane_table: Integers, fees: Integers | None = None
    ) -> tuple[NDArray[Any], ...]:
        """What the compiled survey takes.

        Args:
            lane_table: the lanes that the order may take, `lane_table` or a part of it.
            fees: (n, 3) what a shipment, a line and a unit cost more.
        """
        terms = self.terms
        if fees is not None:
            terms = terms.copy()
            terms[:, :3] += fees
        return (
            self.walk,
            self.sphere,
            terms,
            self.calendar,
            lane_table,
            self.table_start,
            self.table_shape,
            self.zones,
            self.beats,
        )

    def tariffs_to(self, residential: bool) -> Tariffs:
        """Prices for a destination."""
        return Tariffs(*self.rates[residential])


def compile_tables(nodes: Sequence[Node], lanes: Sequence[Lane], size: int) -> Tables:
    """Nodes sorted by id, lanes in any order; `size` is the largest number plus one."""
    calendars, calendar = _calendars(nodes, size)
    services = tuple(sorted({lane.service for lane in lanes}))
    zoned = _Zones.of(lanes)
    lane_table = _lane_tables(nodes, services, zoned.table_of, size)
    return Tables(
        walk=np.array([node.number for node in nodes], dtype=np.int64),
        sphere=_sphere(nodes, size),
        terms=_terms(nodes, size),
        calendar=calendar,
        lane_table=lane_table,
        sent_table=_sent(lane_table, services),
        table_start=np.array(zoned.starts, dtype=np.int64),
        table_shape=np.array(zoned.shapes(), dtype=np.int64),
        zones=zoned.zones,
        beats=_beats(zoned.rates),
        calendars=calendars,
        services=services,
        lanes=zoned.rows,
        rates=(
            _rates(zoned.rates, residential=False),
            _rates(zoned.rates, residential=True),
        ),
        transit_max=max((lane.transit_days for lane in lanes), default=0),
    )


def _sent(lane_table: Integers, services: tuple[str, ...]) -> Integers:
    """The same table where every service ends at an address."""
    others = [n for n, name in enumerate(services) if name in (PICKUP, TRANSFER)]
    if not others:
        return lane_table
    table = lane_table.copy()
    table[:, others] = NO_TABLE
    return table


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float, float]:
    """The point on the unit sphere, with its longitude in degrees."""
    phi, theta = math.radians(latitude), math.radians(longitude)
    flat = math.cos(phi)
    return flat * math.cos(theta), flat * math.sin(theta), math.sin(phi), longitude


def _sphere(nodes: Sequence[Node], size: int) -> NDArray[np.float64]:
    sphere = np.zeros((size, 4))
    for node in nodes:
        sphere[node.number] = unit_vector(node.latitude, node.longitude)
    return sphere


def _terms(nodes: Sequence[Node], size: int) -> Integers:
    terms = np.zeros((size, 4), dtype=np.int64)
    for node in nodes:
        terms[node.number] = (
            node.parcel_handling_minor,
            node.line_handling_minor,
            node.unit_handling_minor,
            node.priority,
        )
    return terms


def _calendars(
    nodes: Sequence[Node], size: int
) -> tuple[tuple[Calendar, ...], Integers]:
    row_of: dict[Calendar, int] = {}
    calendar = np.zeros(size, dtype=np.int64)
    for node in nodes:
        calendar[node.number] = row_of.setdefault(node.calendar, len(row_of))
    return tuple(row_of), calendar


def _lane_tables(
    nodes: Sequence[Node],
    services: tuple[str, ...],
    table_of: dict[tuple[str, str], int],
    size: int,
) -> Integers:
    tables = np.full((size, len(services)), NO_TABLE, dtype=np.int64)
    for column, service in enumerate(services):
        common = table_of.get(("", service), NO_TABLE)
        for node in nodes:
            own = table_of.get((node.node_id, service), common)
            tables[node.number, column] = own
    return tables


@dataclass(frozen=True, slots=True)
class _Zones:
    """Lanes grouped by (node, service), nearest zone first, and their tariffs."""

    table_of: dict[tuple[str, str], int]
    starts: list[int]
    zones: Integers
    rates: Integers
    rows: tuple[Lane, ...]

    @classmethod
    def of(cls, lanes: Sequence[Lane]) -> _Zones:
        rows = tuple(sorted(lanes, key=zone_order))
        table_of: dict[tuple[str, str], int] = {}
        tariff_of: dict[tuple[int, ...], int] = {}
        starts: list[int] = []
        zones = np.zeros((len(rows), 3), dtype=np.int64)
        for row, lane in enumerate(rows):
            if (lane.node_id, lane.service) not in table_of:
                table_of[lane.node_id, lane.service] = len(table_of)
                starts.append(row)
            tariff = _tariff_row(lane, tariff_of)
            zones[row] = (_reach_km(lane), tariff, lane.transit_days)
        rates = np.array(list(tariff_of), dtype=np.int64).reshape(-1, 6)
        return cls(table_of, [*starts, len(rows)], zones, rates, rows)

    def shapes(self) -> list[int]:
        """For every table, which reaches it has, numbered as they come up."""
        number_of: dict[tuple[int, ...], int] = {}
        spans = zip(self.starts, self.starts[1:], strict=False)
        return [
            number_of.setdefault(tuple(self.zones[a:b, 0].tolist()), len(number_of))
            for a, b in spans
        ]


def _beats(rates: Integers) -> NDArray[np.int8]:
    free = np.zeros((1, rates.shape[1]), dtype=np.int64)
    every = np.concatenate([free, rates])
    money = every[:, [0, 1, 3, 4]]
    # Steps of other sizes make two tariffs incomparable; the free one has no steps.
    same_steps = (every[:, None, [2, 5]] == every[None, :, [2, 5]]).all(axis=2)
    same_steps[0] = True
    no_dearer = (money[:, None] <= money[None, :]).all(axis=2) & same_steps
    equal = (every[:, None] == every[None, :]).all(axis=2)
    return np.where(equal, SAME, np.where(no_dearer, CHEAPER, 0)).astype(np.int8)


def _reach_km(lane: Lane) -> int:
    return lane.distance_km_max or ANY_DISTANCE_KM


def zone_order(lane: Lane) -> tuple[str, str, int, int, str]:
    """Sorts the lanes of each (node, service), nearest zone first."""
    return lane.node_id, lane.service, _reach_km(lane), lane.zone, lane.lane_id


def _tariff_row(lane: Lane, tariff_of: dict[tuple[int, ...], int]) -> int:
    rate = (
        lane.base_minor,
        lane.step_minor,
        lane.step_g,
        lane.fuel_bps,
        lane.residential_minor,
        lane.volume_divisor,
    )
    if is_free(lane):
        return FREE
    return tariff_of.setdefault(rate, len(tariff_of))


def _rates(rates: Integers, *, residential: bool) -> Integers:
    columns = rates.T.copy()
    if not residential:
        columns[_SURCHARGE] = 0
    return columns
