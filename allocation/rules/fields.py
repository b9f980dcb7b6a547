"""The fields that a condition may name: one catalogue for parser, editor and docs.

A field has a scope (what it is a property of), a kind (what it is compared with) and a
unit. A value that is not known makes a condition false, whatever its operator.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Scope(StrEnum):
    """What a field is a property of, from the whole order to a single cell."""

    ORDER = "ORDER"
    LINE = "LINE"
    CLOCK = "CLOCK"
    NODE = "NODE"
    LANE = "LANE"
    CELL = "CELL"


class Kind(StrEnum):
    """What a field is compared with."""

    TEXT = "TEXT"
    TAGS = "TAGS"
    WHOLE = "WHOLE"
    MONEY = "MONEY"
    FLAG = "FLAG"
    TIME = "TIME"
    DATE = "DATE"
    WEEKDAY = "WEEKDAY"


class Op(StrEnum):
    """How a value is compared; BETWEEN takes the first bound in and the last one
    out."""

    EQ = "EQ"
    NE = "NE"
    IN = "IN"
    NOT_IN = "NOT_IN"
    LT = "LT"
    LTE = "LTE"
    GT = "GT"
    GTE = "GTE"
    BETWEEN = "BETWEEN"
    STARTS_WITH = "STARTS_WITH"
    HAS_ANY = "HAS_ANY"
    HAS_ALL = "HAS_ALL"
    IS_SET = "IS_SET"


_SAME = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN)
_ORDERED = (Op.LT, Op.LTE, Op.GT, Op.GTE, Op.BETWEEN)
OPS: dict[Kind, tuple[Op, ...]] = {
    Kind.TEXT: (*_SAME, Op.STARTS_WITH, Op.IS_SET),
    Kind.TAGS: (Op.HAS_ANY, Op.HAS_ALL, Op.IS_SET),
    Kind.WHOLE: (*_SAME, *_ORDERED),
    Kind.MONEY: (*_SAME, *_ORDERED),
    Kind.FLAG: (Op.EQ, Op.NE),
    Kind.TIME: _ORDERED,
    Kind.DATE: (*_SAME, *_ORDERED),
    Kind.WEEKDAY: _SAME,
}
"""Operators that make sense for each kind."""
SEVERAL = (Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.BETWEEN)
"""Operators whose value is a list."""
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MINUTES_A_DAY = 24 * 60


class Field(NamedTuple):
    """One field of the catalogue. `values` are all that exist, where that is known."""

    name: str
    kind: Kind
    says: str
    unit: str = ""
    values: tuple[str, ...] = ()

    @property
    def scope(self) -> Scope:
        """What it is a property of; an item is told by its line."""
        word = self.name.partition(".")[0].upper()
        return Scope.LINE if word == "ITEM" else Scope(word)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("order.channel", Kind.TEXT, "where it was placed, as the shop says"),
        Field("order.country", Kind.TEXT, "destination, two letters"),
        Field("order.postal_code", Kind.TEXT, "destination"),
        Field("order.residential", Kind.FLAG, "whether it goes to a home"),
        Field("order.value", Kind.MONEY, "of all units, by the items' values"),
        Field("order.units", Kind.WHOLE, "of all lines"),
        Field("order.lines", Kind.WHOLE, "distinct SKUs"),
        Field("order.weight_g", Kind.WHOLE, "of all units", "g"),
        Field("order.service", Kind.TEXT, "the service that was asked for, if any"),
        Field("order.customer_tier", Kind.TEXT, "as the shop says"),
        Field("order.tags", Kind.TAGS, "as the shop says"),
        Field("order.priority", Kind.WHOLE, "as the shop says, 0 unless given"),
        Field("line.sku", Kind.TEXT, "the item's SKU"),
        Field("line.quantity", Kind.WHOLE, "units wanted"),
        Field("line.value", Kind.MONEY, "of the line's units"),
        Field("line.weight_g", Kind.WHOLE, "of the line's units", "g"),
        Field("item.tags", Kind.TAGS, "of the item"),
        Field("item.weight_g", Kind.WHOLE, "of one unit", "g"),
        Field("item.volume_cm3", Kind.WHOLE, "of one unit", "cm3"),
        Field("item.value", Kind.MONEY, "of one unit"),
        Field("clock.date", Kind.DATE, "today, in the policy's time zone"),
        Field("clock.weekday", Kind.WEEKDAY, "today", values=WEEKDAYS),
        Field("clock.time", Kind.TIME, "now, in the policy's time zone"),
        Field("node.id", Kind.TEXT, "the node"),
        Field(
            "node.kind",
            Kind.TEXT,
            "what sort of place",
            values=("CENTRE", "STORE", "SUPPLIER"),
        ),
        Field("node.country", Kind.TEXT, "two letters"),
        Field("node.postal_code", Kind.TEXT, "of the node"),
        Field("node.tags", Kind.TAGS, "of the node"),
        Field("node.group", Kind.TAGS, "groups of this policy that it is in"),
        Field("node.priority", Kind.WHOLE, "as the network says; 0 comes first"),
        Field("node.time_zone", Kind.TEXT, "IANA name"),
        Field("node.local_time", Kind.TIME, "now, where the node is"),
        Field("node.local_weekday", Kind.WEEKDAY, "today there", values=WEEKDAYS),
        Field("lane.distance_km", Kind.WHOLE, "from node to destination", "km"),
        Field("lane.service", Kind.TEXT, "the carrier's service"),
        Field("lane.zone", Kind.WHOLE, "rate zone"),
        Field("lane.transit_days", Kind.WHOLE, "working days on the way", "days"),
        Field("lane.days_late", Kind.WHOLE, "after the wanted day", "days"),
        Field("cell.available", Kind.WHOLE, "units of the line's SKU at the node"),
    )
}
"""Every field by its name."""
SCOPES = {name: field.scope for name, field in FIELDS.items()}
"""What each field is a property of."""
