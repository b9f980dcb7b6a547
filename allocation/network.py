"""Nodes, items and lanes, and the snapshot of them that decisions read."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class NodeKind(StrEnum):
    CENTRE = "CENTRE"
    STORE = "STORE"
    SUPPLIER = "SUPPLIER"


@dataclass(frozen=True, slots=True)
class Node:
    """A place that can fulfil. `number` is its slot in the stock view, never reused.

    `ship_weekdays` are ISO weekdays (1 = Monday); `cut_off` is local to `time_zone`;
    costs are minor units of the deployment's currency.
    """

    node_id: str
    number: int
    latitude: float
    longitude: float
    kind: NodeKind = NodeKind.CENTRE
    display_name: str = ""
    postal_code: str = ""
    region_code: str = "US"
    time_zone: str = "UTC"
    cut_off: time = time(15)
    ship_weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    closed_dates: tuple[date, ...] = ()
    handling_days: int = 0
    parcel_handling_minor: int = 0
    line_handling_minor: int = 0
    unit_handling_minor: int = 0
    priority: int = 0
    tags: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A sellable item: grams, cubic centimetres, minor units."""

    sku: str
    display_name: str = ""
    weight_g: int = 0
    volume_cm3: int = 0
    value_minor: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """What one service charges and how long it takes to one zone.

    A lane without `node_id` is for every node that has no lane of its own for the
    service. Zones are told by distance: the nearest zone whose `distance_km_max` reaches
    (0 reaches everywhere).
    """

    lane_id: str
    service: str
    zone: int
    node_id: str = ""
    distance_km_max: int = 0
    base_minor: int = 0
    step_minor: int = 0
    step_g: int = 500
    transit_days: int = 0
    fuel_bps: int = 0
    residential_minor: int = 0
    volume_divisor: int = 0
