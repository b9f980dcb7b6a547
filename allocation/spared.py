"""What look-ahead prices changed about a plan: which units it leaves to later orders.

The order is decided once more as if no other one came. Where that gives other
shipments, and its units are worth more, the prices decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.collecting import brought_prices, opportunity_minor
from allocation.details import units_text
from allocation.required import priced
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.details import Money
    from allocation.plan import Plan
    from allocation.problem import Problem
    from allocation.solvers.instance import Integers

NAMED_MAX = 3
"""Cells named in a sentence; a person does not read more."""
FEW = 10
"""So many units at a node are called its last ones."""


class Today(NamedTuple):
    """The order as if no other one came: the problem without look-ahead prices and its
    plan, and that plan again with what its units are worth."""

    problem: Problem
    plan: Plan
    counted: Plan


class SparedUnits(NamedTuple):
    """Units that the plan of today alone takes from a cell and the chosen one does not:
    how many, how many there are, and what look-ahead says that one is worth."""

    node_id: str
    sku: str
    units: int
    available: int
    worth_minor: int


@dataclass(frozen=True, slots=True)
class Spared:
    """Why a cheaper plan was not chosen. `cost_less_minor` is what would have been paid
    less today; rules and tiers may make it 0 or less. The dearest units come first."""

    node_ids: tuple[str, ...]
    cost_less_minor: int
    units: tuple[SparedUnits, ...]


def look_ahead_prices(problem: Problem) -> Integers | None:
    """(lines, network.size) of the problem's prices, those made of orders to come; None
    where there are none."""
    if problem.prices is None:
        return None
    brought = brought_prices(problem.order, problem.network)
    if brought is None:
        found = problem.prices
    else:
        # A node that a stored decision did not keep has no price at all.
        found = np.maximum(problem.prices - brought, 0)
    return found if found.any() else None


def today_of(problem: Problem) -> Today | None:
    """The best plan if no other order came; None where no price counts. One solve."""
    if look_ahead_prices(problem) is None:
        return None
    brought = brought_prices(problem.order, problem.network)
    alone = replace(problem, prices=brought, recorded=False)
    plan = solve(alone)
    return Today(alone, plan, priced(problem, plan))


def spared_of(problem: Problem, plan: Plan, today: Today) -> Spared | None:
    """What the plan spares; None where prices did not decide: today's plan is the same,
    or what it takes is worth no more."""
    worth = look_ahead_prices(problem)
    if worth is None or opportunity_minor(today.counted) <= opportunity_minor(plan):
        return None
    units = sorted(
        _spared_units(problem, plan, today.plan, worth),
        key=lambda each: (-each.units * each.worth_minor, each.node_id, each.sku),
    )
    nodes = dict.fromkeys(shipment.node_id for shipment in today.plan.shipments)
    less_minor = plan.cost.cash_minor - today.plan.cost.cash_minor
    return Spared(tuple(nodes), less_minor, tuple(units)) if units else None


def spared_text(spared: Spared, money: Money) -> str:
    """For example: "albany would have cost 2.10 less today; its last 2 units of a are
    worth 4.00 each to orders expected"."""
    alone = len(spared.node_ids) == 1
    named = [_worth(each, money, its=alone) for each in spared.units[:NAMED_MAX]]
    more = len(spared.units) - NAMED_MAX
    if more > 0:
        named.append(f"{more} more")
    worth = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    nodes = " and ".join(spared.node_ids)
    return f"{nodes} {_less(spared.cost_less_minor, money)}; {worth} to orders expected"


def _spared_units(
    problem: Problem, plan: Plan, today: Plan, worth: Integers
) -> Iterator[SparedUnits]:
    taken = _taken(plan)
    row_of = {line.sku: row for row, line in enumerate(problem.order.lines)}
    for (node_id, sku), units in _taken(today).items():
        cell = row_of[sku], problem.network.node_by_id[node_id].number
        more, worth_minor = units - taken.get((node_id, sku), 0), worth.item(cell)
        if more > 0 and worth_minor:
            available = problem.available.item(cell)
            yield SparedUnits(node_id, sku, more, available, worth_minor)


def _taken(plan: Plan) -> dict[tuple[str, str], int]:
    """Units by node and SKU, by whichever service they leave."""
    found: dict[tuple[str, str], int] = {}
    for shipment in plan.shipments:
        for line in shipment.lines:
            cell = shipment.node_id, line.sku
            found[cell] = found.get(cell, 0) + line.quantity
    return found


def _less(minor: int, money: Money) -> str:
    if minor > 0:
        return f"would have cost {money(minor)} less today"
    if minor == 0:
        return "would have cost the same today"
    return "would have been chosen today"


def _worth(spared: SparedUnits, money: Money, *, its: bool) -> str:
    """For example: "its last unit of a is worth 4.00"."""
    whose = "its" if its else f"{spared.node_id}'s"
    worth = money(spared.worth_minor)
    if spared.available == 1:
        return f"{whose} last unit of {spared.sku} is worth {worth}"
    last = "last " if spared.available <= FEW else ""
    units = f"{last}{units_text(spared.available)}"
    return f"{whose} {units} of {spared.sku} are worth {worth} each"
