"""Watches a canary: what came of its orders beside all others of the same time.

Each router counts the holds it places and those it refuses for want of units, and adds
them up in the ledger. Whoever sees a rail broken takes the canary back.
"""

import json
from collections import defaultdict
from dataclasses import asdict, dataclass

from allocation.plan import Plan
from inventory.policies import Policies
from inventory.policy_rows import Pointer, Tally
from router.policies.naming import number_of
from router.wishes import Wish

WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class GuardRails:
    """How much worse a canary may be; basis points."""

    orders_min: int = 100
    fill_rate_fall_bps: int = 100
    cost_rise_bps: int = 500
    unfilled_rise_bps: int = 100

    def to_json(self) -> str:
        """As the pointer keeps it."""
        return json.dumps(asdict(self))

    def broken(self, control: Tally, canary: Tally) -> str:
        """Which rail is broken, in words; '' for none, or for too few orders."""
        if min(control.orders, canary.orders) < self.orders_min:
            return ""
        for name, before, after, rise_max in (
            (
                "share of units unfilled",
                _bps(control.units - control.filled_units, control.units),
                _bps(canary.units - canary.filled_units, canary.units),
                self.fill_rate_fall_bps,
            ),
            (
                "share of orders with something unfilled",
                _bps(control.short_orders, control.orders),
                _bps(canary.short_orders, canary.orders),
                self.unfilled_rise_bps,
            ),
        ):
            if after - before > rise_max:
                return f"{name} {after / 100:g} % against {before / 100:g} %"
        return self._dearer(control, canary)

    def _dearer(self, control: Tally, canary: Tally) -> str:
        """Cost an order, compared crosswise: no division, no rounding."""
        before = control.cost_minor * canary.planned_orders
        after = canary.cost_minor * control.planned_orders
        rise = _bps(after - before, before)
        if rise <= self.cost_rise_bps:
            return ""
        return f"an order costs {rise / 100:g} % more"


class Guard:
    """What this router has counted and not added up yet."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._counted: defaultdict[int, Tally] = defaultdict(Tally)
        self._era = 0

    def note(self, wish: Wish, plan: Plan | None) -> None:
        """Count an order that was planned, or refused (None)."""
        units = sum(line.quantity for line in wish.order.lines)
        unfilled = units
        if plan is not None:
            unfilled = sum(each.quantity for each in plan.unfilled)
        name = wish.policy.version if plan is None else plan.policy_version
        self._counted[number_of(name)] += Tally(
            orders=1,
            short_orders=int(unfilled > 0),
            units=units,
            filled_units=units - unfilled,
            planned_orders=int(plan is not None),
            cost_minor=0 if plan is None else plan.cost.cash_minor,
        )

    async def watch(self, pointer: Pointer) -> bool:
        """Add up and judge; whether the canary was taken back."""
        counted, self._counted = self._counted, defaultdict(Tally)
        if pointer.canary is None or pointer.canary_era != self._era:
            self._era = pointer.canary_era if pointer.canary is not None else 0
            return False
        if not counted:
            return False
        sums = await self._policies.canaries.count(self._era, counted)
        rails = GuardRails(**json.loads(pointer.guard))
        control = sums.get(pointer.published, Tally())
        canary = sums.get(pointer.canary, Tally())
        why = rails.broken(control, canary)
        if not why:
            return False
        figures = {"control": asdict(control), "canary": asdict(canary)}
        return await self._policies.canaries.end(self._era, why=why, detail=figures)


def _bps(part: int, whole: int) -> int:
    return part * WHOLE_BPS // whole if whole else 0
