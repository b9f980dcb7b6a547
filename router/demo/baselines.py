"""Two rules that shops use instead of a solver, on the same orders, stock and rates.

*Static nearest*: each line belongs to the node that was nearest to the customer among
those that carried the SKU when the run began. There is no second choice: what that node
no longer has is not sent. Lines of one node share a parcel. This is what the literature
calls myopic, and what a fixed table of nearest nodes does.

*Nearest that covers all, else greedy*: the nearest node that has every unit of the
order now. If there is none, open the node that can send the most of what is missing
(the nearer on a tie), and repeat until nothing is missing, nothing more is found or the
limit on shipments is reached. It obeys the same limits as the policy that Shipfrom
decides under: so many shipments, so far away, and a line is split only if no node has
all of it.

Both count down their own copy of the stock, order by order, and pay the prices that
`allocation.carriage` asks, by the cheapest service of the rate table.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocation.carriage import parcel_price
from allocation.network import Lane
from allocation.order import Destination, Order
from allocation.policy import Policy
from allocation.solvers.instance import Tariffs
from router.demo.baskets import Basket
from router.demo.places import distance_km
from router.demo.rates import SERVICES
from router.demo.world import World

Integers = NDArray[np.int64]
Units = NDArray[np.int32]

CHEAPEST_SERVICE = SERVICES[0][0]
"""At every zone its base and its step are the lowest of the table."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves one node: units by line of the order, zeros included."""

    node: int
    """Its column of the demand."""
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule made of one order."""

    lines: int
    units: int
    filled_units: int
    shipments: int
    cost_minor: int

    @property
    def complete(self) -> bool:
        return self.filled_units == self.units


@dataclass(frozen=True, slots=True)
class Demand:
    """One order as arrays: units wanted, units there, km to every node looked at."""

    wanted: Units
    available: Units
    carried: NDArray[np.bool_]
    km: Integers


Rule = Callable[[Demand], tuple[Parcel, ...]]


def static_nearest(demand: Demand) -> tuple[Parcel, ...]:
    """Each line from the nearest node that carried it at the start, or not at all."""
    far = np.iinfo(np.int64).max
    nearest = np.where(demand.carried, demand.km, far).argmin(axis=1)
    lines = np.arange(len(demand.wanted))
    there = np.where(demand.carried.any(axis=1), demand.available[lines, nearest], 0)
    sent = np.minimum(there, demand.wanted)
    return tuple(
        Parcel(int(node), tuple(np.where(nearest == node, sent, 0).tolist()))
        for node in np.unique(nearest[sent > 0])
    )


def nearest_cover(policy: Policy) -> Rule:
    """The nearest node that has all; else the node that has most, again and again."""

    def rule(demand: Demand) -> tuple[Parcel, ...]:
        missing = demand.wanted.copy()
        # Of thousands of nodes a few hundred have anything of an order.
        within = demand.km <= policy.max_distance_km
        nodes = np.flatnonzero(demand.available.any(axis=0) & within)
        if not nodes.size:
            return ()
        near, km = demand.available[:, nodes], demand.km[nodes]
        splittable = near.max(axis=1) < demand.wanted
        whole = near >= demand.wanted[:, None]
        useful = np.minimum(near, missing[:, None])
        useful[~(whole | splittable[:, None])] = 0
        parcels: list[Parcel] = []
        while missing.any() and len(parcels) < policy.max_shipments:
            filled = useful.sum(axis=0, dtype=useful.dtype)
            most = np.flatnonzero(filled == filled.max())
            best = most[km[most].argmin()]
            if not filled[best]:
                break
            units = useful[:, best].copy()
            parcels.append(Parcel(int(nodes[best]), tuple(units.tolist())))
            missing -= units
            useful[:, best] = 0
            # A line that is whole by now asks nothing of anybody.
            sent = np.flatnonzero(units)
            useful[sent] = np.minimum(useful[sent], missing[sent, None])
        return tuple(parcels)

    return rule


class Trial:
    """A world of its own for one rule: its stock goes down order by order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._row = {item.sku: row for row, item in enumerate(world.items)}
        self.stock = world.stock.dense(len(world.items), len(world.nodes))
        self._carried = self.stock > 0
        self._latitudes = np.array([node.latitude for node in world.nodes])
        self._longitudes = np.array([node.longitude for node in world.nodes])
        lanes = [lane for lane in world.lanes if lane.service == CHEAPEST_SERVICE]
        self._reach_km = [lane.distance_km_max for lane in lanes]
        self._tariffs = _tariffs(lanes)

    def route(self, order: Order, rule: Rule) -> Outcome:
        """Lets the rule route one order and takes the units away."""
        rows = np.array([self._row[line.sku] for line in order.lines])
        # A SKU is at a few dozen of thousands of nodes: nobody asks the others.
        nodes = np.flatnonzero(self._carried[rows].any(axis=0))
        demand = self._demand(order, rows, nodes)
        parcels = rule(demand) if nodes.size else ()
        for parcel in parcels:
            units = np.array(parcel.units, np.int32)
            self.stock[rows, nodes[parcel.node]] -= units
        return Outcome(
            lines=len(order.lines),
            units=int(demand.wanted.sum()),
            filled_units=sum(sum(parcel.units) for parcel in parcels),
            shipments=len(parcels),
            cost_minor=sum(
                self._cost(rows, parcel, nodes[parcel.node], demand.km[parcel.node])
                for parcel in parcels
            ),
        )

    def _demand(self, order: Order, rows: Integers, nodes: Integers) -> Demand:
        cells = np.ix_(rows, nodes)
        return Demand(
            wanted=np.array([line.quantity for line in order.lines], dtype=np.int32),
            available=self.stock[cells],
            carried=self._carried[cells],
            km=self._km(order.destination, nodes),
        )

    def _km(self, home: Destination, nodes: Integers) -> Integers:
        at = home.latitude, home.longitude
        exact = distance_km(*at, self._latitudes[nodes], self._longitudes[nodes])
        return np.floor(exact + 0.5).astype(np.int64)

    def _cost(self, rows: Integers, parcel: Parcel, node: int, km: int) -> int:
        sender = self._world.nodes[node]
        items = [self._world.items[row] for row in rows.tolist()]
        packed = [pair for pair in zip(items, parcel.units, strict=True) if pair[1]]
        shipping = parcel_price(
            self._tariffs,
            self._zone(km),
            sum(item.weight_g * units for item, units in packed),
            sum(item.volume_cm3 * units for item, units in packed),
        )
        handling = sender.parcel_handling_minor + sender.line_handling_minor * len(
            packed
        )
        return shipping + handling

    def _zone(self, km: int) -> int:
        reach = self._reach_km
        return next(row for row, far in enumerate(reach) if km <= far or far == 0)


def _tariffs(lanes: Sequence[Lane]) -> Tariffs:
    """The lanes as rows; every destination of the demonstration is residential."""

    def column(name: str) -> Integers:
        return np.array([getattr(lane, name) for lane in lanes], dtype=np.int64)

    return Tariffs(
        base_minor=column("base_minor"),
        step_minor=column("step_minor"),
        step_g=column("step_g"),
        fuel_bps=column("fuel_bps"),
        residential_minor=column("residential_minor"),
        volume_divisor=column("volume_divisor"),
    )


def try_rule(
    world: World, baskets: Iterable[Basket], rule: Rule
) -> tuple[Outcome, ...]:
    """Routes the baskets one after another by one rule."""
    trial = Trial(world)
    return tuple(trial.route(basket.order, rule) for basket in baskets)
