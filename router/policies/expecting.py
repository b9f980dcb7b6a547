"""What every policy must make of a golden order: bounds, not a frozen plan."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from allocation.plan import Plan
from router.money import Currency


@dataclass(frozen=True, slots=True)
class Expected:
    """Bounds of a plan; what is None or empty is not asked."""

    unfilled_units_max: int = 0
    shipments_max: int = 0
    ships_from_any: tuple[str, ...] = ()
    cost_max_minor: int | None = None
    promise_by: date | None = None
    excluded_node_ids: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As the ledger keeps it."""
        said = asdict(self)
        return json.dumps(
            said | {"promise_by": self.promise_by and str(self.promise_by)}
        )

    @classmethod
    def from_json(cls, text: str) -> "Expected":
        """What `to_json` wrote."""
        said: dict[str, Any] = json.loads(text)
        by = said["promise_by"]
        said["promise_by"] = date.fromisoformat(by) if by else None
        for name in ("ships_from_any", "excluded_node_ids"):
            said[name] = tuple(said[name])
        return cls(**said)


def as_decided(plan: Plan) -> Expected:
    """As many units filled, in no more shipments, as in this plan."""
    return Expected(unfilled_units(plan), len(plan.shipments))


def unfilled_units(plan: Plan) -> int:
    """Units that no node sends."""
    return sum(each.quantity for each in plan.unfilled)


def problems(plan: Plan, expected: Expected, currency: Currency) -> tuple[str, ...]:
    """What a plan breaks, in words; nothing if it is good."""
    return tuple(
        said
        for said in (
            _filled(plan, expected),
            _shipments(plan, expected),
            _places(plan, expected),
            _paid(plan, expected, currency),
            _arrival(plan, expected),
        )
        if said
    )


def _filled(plan: Plan, expected: Expected) -> str:
    missing = unfilled_units(plan)
    if missing <= expected.unfilled_units_max:
        return ""
    return f"{missing} units unfilled, at most {expected.unfilled_units_max} wanted"


def _shipments(plan: Plan, expected: Expected) -> str:
    if not expected.shipments_max or len(plan.shipments) <= expected.shipments_max:
        return ""
    return f"{len(plan.shipments)} shipments, at most {expected.shipments_max} wanted"


def _places(plan: Plan, expected: Expected) -> str:
    used = {shipment.node_id for shipment in plan.shipments}
    wrong = sorted(used & set(expected.excluded_node_ids))
    if wrong:
        return f"ships from {', '.join(wrong)}"
    wanted = expected.ships_from_any
    if wanted and not used & set(wanted):
        return f"ships from none of {', '.join(wanted)}"
    return ""


def _paid(plan: Plan, expected: Expected, currency: Currency) -> str:
    most, paid = expected.cost_max_minor, plan.cost.cash_minor
    if most is None or paid <= most:
        return ""
    return f"costs {currency.text(paid)}, at most {currency.text(most)} wanted"


def _arrival(plan: Plan, expected: Expected) -> str:
    by, arrives = expected.promise_by, plan.promise_date
    if by is None or (arrives is not None and arrives <= by):
        return ""
    return f"arrives {arrives or 'never'}, by {by} wanted"
