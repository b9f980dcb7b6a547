"""What one policy's outcomes add up to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allocation.network import Network
from allocation.plan import Cost
from router.simulate.outcome import Outcome

COMPONENTS = tuple(name for name in Cost._fields if Cost(**{name: 1}).cash_minor)
"""Those that are paid; others only steer."""
DIGITS = 6
"""Of shares and means: beyond them a report only shows how floats are added."""


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """What one node sends. `busiest_day_orders`: most orders it ships on one day.

    `orders_per_day` is its capacity, of all slots, 0 where none is known.
    """

    node_id: str
    orders: int
    units: int
    busiest_day_orders: int
    orders_per_day: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One policy's result. Costs, shipments and lateness are of orders that ship.

    Kilometres are those of shipments; `late_share` counts orders that arrive after the
    day that was wanted, of those that wanted one.
    """

    orders: int
    shipped_orders: int
    units: int
    filled_units: int
    fill_rate: float
    cost_minor_per_order: float
    component_minor_per_order: dict[str, float]
    shipments: int
    shipments_per_order: float
    wished_orders: int
    late_orders: int
    late_share: float
    distance_km_mean: float
    distance_km_p95: int
    unproven_orders: int
    nodes: tuple[NodeLoad, ...]


def figures(
    outcomes: Sequence[Outcome], network: Network, wished: Sequence[bool]
) -> Figures:
    """Add the outcomes up; `wished` says which orders named a wanted day."""
    shipped = [each for each in outcomes if each.shipments]
    units = sum(each.units for each in outcomes)
    filled = sum(each.filled_units for each in shipped)
    km = sorted(part.distance_km for each in shipped for part in each.shipments)
    asked = [
        each
        for each, day in zip(outcomes, wished, strict=True)
        if day and each.shipments
    ]
    late = sum(each.late_days > 0 for each in asked)
    return Figures(
        orders=len(outcomes),
        shipped_orders=len(shipped),
        units=units,
        filled_units=filled,
        fill_rate=ratio(filled, units),
        cost_minor_per_order=ratio(
            sum(each.cost.cash_minor for each in shipped), len(shipped)
        ),
        component_minor_per_order={
            name: ratio(sum(getattr(each.cost, name) for each in shipped), len(shipped))
            for name in COMPONENTS
        },
        shipments=len(km),
        shipments_per_order=ratio(len(km), len(shipped)),
        wished_orders=len(asked),
        late_orders=late,
        late_share=ratio(late, len(asked)),
        distance_km_mean=ratio(sum(km), len(km)),
        distance_km_p95=km[-(-95 * len(km) // 100) - 1] if km else 0,
        unproven_orders=sum(each.status != "OPTIMAL" for each in shipped),
        nodes=_loads(shipped, network),
    )


def ratio(part: float, whole: float) -> float:
    """A share or a mean; 0 of nothing."""
    return round(part / whole, DIGITS) if whole else 0.0


def _loads(shipped: Sequence[Outcome], network: Network) -> tuple[NodeLoad, ...]:
    """Busiest first; a day is one of the node's own calendar."""
    orders: Counter[str] = Counter()
    units: Counter[str] = Counter()
    days: dict[str, Counter[object]] = {}
    for outcome in shipped:
        for part in outcome.shipments:
            units[part.node_id] += sum(line.quantity for line in part.lines)
        # Two services from one node are one order there.
        for node_id, ship_by in {
            p.node_id: p.ship_by for p in outcome.shipments
        }.items():
            zone = ZoneInfo(network.node_by_id[node_id].time_zone)
            orders[node_id] += 1
            days.setdefault(node_id, Counter())[ship_by.astimezone(zone).date()] += 1
    loads = [
        NodeLoad(
            node_id,
            orders[node_id],
            units[node_id],
            max(days[node_id].values()),
            network.node_by_id[node_id].day_limit,
        )
        for node_id in orders
    ]
    return tuple(sorted(loads, key=lambda load: (-load.orders, load.node_id)))
