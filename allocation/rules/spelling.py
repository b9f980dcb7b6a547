"""How values of a policy are spelt: in their units, with the currency's point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.rules.fields import FIELDS, Field, Kind, Op
from allocation.rules.literals import Coins, write_time, write_whole
from allocation.rules.words import LimitName, Measure

if TYPE_CHECKING:
    from allocation.rules.condition import Condition

    Plain = str | int | bool

MONEY = (Measure.COST, Measure.UNFILLED_VALUE)
"""Measures in minor units."""
UNITS = {Measure.DISTANCE_KM: "km", Measure.CO2_G: "g"}
"""Units of the other measures that have one."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The one spelling of each value; the same in files, differences and pages."""

    coins: Coins

    def money(self, minor: int) -> str:
        """2.50 USD."""
        return self.coins.write(minor)

    def value(self, field: Field, value: Plain) -> Plain:
        """What a field is compared with."""
        if field.kind is Kind.MONEY:
            return self.money(int(value))
        if field.kind is Kind.WHOLE:
            return write_whole(int(value), field.unit)
        return write_time(int(value)) if field.kind is Kind.TIME else value

    def limit(self, name: LimitName | None, value: int) -> Plain:
        """What a limit is set to."""
        if name is LimitName.SHIPMENT_VALUE_MIN:
            return self.money(value)
        return write_whole(value, "km") if name is LimitName.DISTANCE_KM else value

    def own_limit(self, name: str, value: Plain) -> Plain:
        """A limit of the policy itself, by the document's name for it."""
        if name.endswith("_minor"):
            return self.money(int(value))
        if name == "distance_km":
            return write_whole(int(value), "km")
        return str(value) if isinstance(value, str) else value

    def measure(self, measure: Measure, value: int) -> Plain:
        """So much of what a tier makes small."""
        if measure in MONEY:
            return self.money(value)
        return write_whole(value, UNITS.get(measure, ""))

    def compared(self, condition: Condition) -> str:
        """The value of a condition, as a person reads it."""
        if condition.op is Op.IS_SET:
            return ""
        field, value = FIELDS[condition.field], condition.value
        if isinstance(value, tuple):
            each = ", ".join(str(self.value(field, inner)) for inner in value)
            return f"[{each}]"
        said = self.value(field, value)
        return str(said).lower() if isinstance(said, bool) else str(said)

    def condition(self, condition: Condition) -> str:
        """The whole condition in words: lane.distance_km GT 150 km."""
        said = f"{condition.field} {condition.op} {self.compared(condition)}"
        return said.strip()
