"""Which nodes can send what: the candidates of a decision, and why the others are not.

One compiled pass over all nodes tells, node by node, the first reason that eliminates
it, or its distance, zone, arrival and useful units. A candidate is a node with one
service; a service that is dearer for every parcel than another one of the same node is
dropped.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from allocation.collecting import lanes_to_store
from allocation.fence import fenced_off
from allocation.node import Item
from allocation.promise import NEVER
from allocation.survey import CODES, EARTH_RADIUS_KM, survey_nodes
from allocation.tables import unit_vector

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from allocation.network import Network
    from allocation.node import Lane, Node
    from allocation.order import Destination
    from allocation.policy import Policy
    from allocation.problem import Problem
    from allocation.solvers.instance import Integers


class Reason(StrEnum):
    """Why a node is not in the plan, in the order in which they are looked at."""

    DISABLED = "DISABLED"
    NODE_PAUSED = "NODE_PAUSED"
    NOT_SELECTED = "NOT_SELECTED"
    EXCLUDED = "EXCLUDED"
    TAG_MISSING = "TAG_MISSING"
    RULE = "RULE"
    KEPT_BACK = "KEPT_BACK"
    COOLING_OFF = "COOLING_OFF"
    CHANNEL_QUOTA = "CHANNEL_QUOTA"
    NO_LANE = "NO_LANE"
    TOO_FAR = "TOO_FAR"
    LATE = "LATE"
    AT_CAPACITY = "AT_CAPACITY"
    NO_STOCK = "NO_STOCK"
    COSTLIER = "COSTLIER"


REASONS = tuple(Reason)
"""Reason of a code of the compiled pass: REASONS[code - 1]; code 0 is no reason."""
CHANNEL_QUOTA = REASONS.index(Reason.CHANNEL_QUOTA) + 1
ABSENT = len(REASONS) + 1
"""Code of a node number that no node has."""
assert [*CODES.values()] == [REASONS.index(Reason(name)) + 1 for name in CODES]


class Shortlist(NamedTuple):
    """The N candidates, sorted by (distance, node id, service), with L lines.

    `head` has one row a property, each of length N, so that every row is contiguous.
    """

    head: Integers
    """(8, N): node, service, zone row, distance km, arrival ordinal, tariff, fixed
    minor, line minor."""
    useful: Integers
    """(N, L) units it could send of what is wanted."""
    unit_minor: Integers
    """(N, L) handling and price of a unit."""
    reach: Integers
    """(L,) units that all candidate nodes together could send, not clipped."""
    reasons: NDArray[np.uint8]
    """(network.size,) codes by node number; empty unless asked for."""
    observed: Integers
    """(network.size, 2) distance km (-1: not looked at), earliest arrival ordinal."""

    @property
    def node(self) -> Integers:
        return self._row(0)

    @property
    def distance_km(self) -> Integers:
        return self._row(3)

    @property
    def arrival(self) -> Integers:
        return self._row(4)

    @property
    def tariff(self) -> Integers:
        return self._row(5)

    def _row(self, row: int) -> Integers:
        values: Integers = self.head[row]
        return values

    def lane(self, network: Network, candidate: int) -> Lane:
        return network.tables.lanes[int(self.head[2, candidate])]


def shortlist(
    problem: Problem,
    *,
    by: date | None,
    every_service: bool = False,
    with_reasons: bool = False,
) -> Shortlist:
    """Candidates that arrive by the date, or on any date.

    `every_service` keeps dominated services, to learn the possible arrival dates;
    `with_reasons` looks at all nodes instead of only those with stock.
    """
    return Shortlist(
        *survey_nodes(
            *survey_arguments(
                problem, by=by, every_service=every_service, with_reasons=with_reasons
            )
        )
    )


def survey_arguments(
    problem: Problem,
    *,
    by: date | None,
    every_service: bool = False,
    with_reasons: bool = False,
) -> tuple[Any, ...]:
    """The arguments of the compiled pass; see `shortlist`."""
    policy, network = problem.policy, problem.network
    tables = network.tables
    where = problem.order.destination
    limits = (
        policy.keep_back,
        policy.max_distance_km,
        by.toordinal() if by else NEVER - 1,
        _service(tables.services, "" if where.node_id else policy.service),
        policy.weights.distance_minor_per_100km,
        policy.weights.late_minor_per_day if policy.wanted_by else 0,
        policy.wanted_by.toordinal() if policy.wanted_by else NEVER,
        every_service + 2 * with_reasons,
    )
    asked = (
        network.schedule(problem.now).arrivals(where.region_code),
        lines_of(problem),
        problem.available,
        _unit_prices(problem),
    )
    point = unit_vector(where.latitude, where.longitude)
    world, standing = tables.world(_lanes(problem)), standing_of(network, policy)
    ruling = problem.ruling
    if ruling is not None:
        world = tables.world(_lanes(problem), ruling.effects.node_fees)
        standing = np.where(standing == 0, ruling.standing, standing)
    if problem.fence is not None:
        fenced = np.where(fenced_off(problem), CHANNEL_QUOTA, 0).astype(np.uint8)
        standing = np.where(standing == 0, fenced, standing)
    return world, open_now(problem, standing), asked, point, limits


def _lanes(problem: Problem) -> Integers:
    """The lanes that the order may take."""
    tables = problem.network.tables
    if problem.order.destination.node_id:
        return lanes_to_store(problem, tables.lane_table)
    return tables.lane_table if problem.policy.service else tables.sent_table


def _unit_prices(problem: Problem) -> Integers:
    """(L, size) what a unit costs beyond its handling; of no lines where nothing
    does."""
    prices = problem.available[:, :0] if problem.prices is None else problem.prices
    if problem.ruling is None or not problem.ruling.effects.unit_fees.size:
        return prices
    return problem.ruling.effects.unit_fees + (prices if prices.size else 0)


UNDESCRIBED = Item("?")


def lines_of(problem: Problem) -> Integers:
    """(3, L) units, and grams and cubic centimetres a unit; an item nobody described
    weighs nothing."""
    lines = problem.order.lines
    known = problem.network.item_by_sku
    items = [known.get(line.sku, UNDESCRIBED) for line in lines]
    # One flat list becomes an array sooner than three of them do.
    values = [line.quantity for line in lines]
    values += [item.weight_g for item in items]
    values += [item.volume_cm3 for item in items]
    return np.array(values, dtype=np.int64).reshape(3, len(lines))


def _service(services: tuple[str, ...], wanted: str) -> int:
    """Column of the wanted service; -1: any; a column that does not exist: none."""
    if not wanted:
        return -1
    return services.index(wanted) if wanted in services else len(services)


def standing_of(network: Network, policy: Policy) -> NDArray[np.uint8]:
    """(size,) code of why the policy leaves a node out whatever its stock; 0: it
    stays."""
    wanted = policy.only_node_ids, policy.exclude_node_ids, policy.node_tags
    known = network.filters.get(wanted)
    if known is None:
        known = np.full(network.size, ABSENT, dtype=np.uint8)
        only, excluded, tags = map(frozenset, wanted)
        for node in network.nodes:
            reason = _standing(node, only, excluded, tags)
            known[node.number] = REASONS.index(reason) + 1 if reason else 0
        if len(network.filters) >= FILTERS_MAX:
            network.filters.clear()
        network.filters[wanted] = known
    return known


def open_now(problem: Problem, standing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The codes, and which nodes are paused or have no room at this moment."""
    network, room = problem.network, problem.room
    paused = [node.number for node in network.paused if node.is_paused(problem.now)]
    full = () if room is None else np.flatnonzero(room < 1).tolist()
    if not (paused or full):
        return standing
    standing = standing.copy()
    for number in paused:
        if standing[number] != REASONS.index(Reason.DISABLED) + 1:
            standing[number] = REASONS.index(Reason.NODE_PAUSED) + 1
    for number in full:
        if standing[number] == 0:
            standing[number] = CODES["AT_CAPACITY"]
    return standing


FILTERS_MAX = 64
"""Node filters remembered for one network: policies have few, orders may bring any."""


def _standing(
    node: Node, only: frozenset[str], excluded: frozenset[str], tags: frozenset[str]
) -> Reason | None:
    if node.disabled:
        return Reason.DISABLED
    if only and node.node_id not in only:
        return Reason.NOT_SELECTED
    if node.node_id in excluded:
        return Reason.EXCLUDED
    if tags and tags.isdisjoint(node.tags):
        return Reason.TAG_MISSING
    return None


def distances_km(network: Network, where: Destination) -> NDArray[np.float64]:
    """(size,) exact km from the destination to every node number."""
    point, sphere = unit_vector(where.latitude, where.longitude), network.tables.sphere
    # Axis by axis: a norm over rows of three takes five times as long.
    x, y, z = (sphere[:, axis] - point[axis] for axis in range(3))
    chord = np.sqrt(x * x + y * y + z * z)
    apart_km: NDArray[np.float64] = (
        EARTH_RADIUS_KM * 2 * np.arcsin(np.minimum(1.0, chord / 2))
    )
    return apart_km
