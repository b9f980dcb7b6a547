"""A shop's own orders as look-ahead sees them: each over few candidates.

A recent order stands for those to come. Who could serve it is looked up as for a quote:
the same shortlist under the same policy, at the stock of now. A network has thousands
of nodes and an order is served by the nearest few: of each line only the cheapest
`NODES_MAX` candidates are kept, so that a month of orders is solved in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.carriage import FREE, parcel_price
from allocation.prices.demand import UNFILLED, Wanted, pieces
from allocation.rules.by_lane import candidates
from allocation.shortlist import lines_of
from allocation.solvers.instance import Tariffs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.network import Network
    from allocation.problem import Problem
    from allocation.shortlist import Shortlist
    from allocation.solvers.instance import Integers

NODES_MAX = 12
"""Cheapest candidates of a line: the price of its unit is what the next ones cost
more, and a hundredth one is never that."""


def both_tariffs(network: Network) -> Tariffs:
    """Rates to other destinations, then those to residential ones: see `wanted_of`."""
    tables = network.tables
    columns = np.hstack([tables.rates[False], tables.rates[True]])
    return Tariffs(*columns)


def wanted_of(problem: Problem, row_of: Mapping[str, int]) -> tuple[Wanted, ...]:
    """The order in pieces that the kernel takes; of nothing where nobody has any of it.

    Money is in minor units. A unit that stays unfilled costs what the item is worth,
    and at least what the dearest candidate asks: it is never cheaper to send nothing.

    Args:
        problem: one without rules, or an attempt under them.
        row_of: the row of each SKU in the stock of the program; other lines are left
            out.
    """
    found = candidates(problem, by=problem.policy.promise_by)
    by_line = lines_of(problem)
    whole = found.useful >= by_line[0]
    skus = [line.sku for line in problem.order.lines]
    lines = [n for n, sku in enumerate(skus) if sku in row_of and whole[:, n].any()]
    if not lines:
        return ()
    alone = _alone(problem, found, by_line)
    kept = _cheapest(np.where(whole, alone, np.iinfo(np.int64).max), lines)
    return pieces(
        _columns(problem, found, kept, lines=lines, alone=alone, row_of=row_of)
    )


def _alone(problem: Problem, found: Shortlist, by_line: Integers) -> Integers:
    """(N, L) what a unit of a line costs from a candidate in a parcel of its own."""
    rates = problem.network.tables.tariffs_to(problem.order.destination.residential)
    carriage = {
        int(tariff): [
            parcel_price(rates, int(tariff), int(weight_g), int(volume_cm3))
            for weight_g, volume_cm3 in by_line[1:].T
        ]
        for tariff in np.unique(found.tariff)
    }
    parcels = np.array([carriage[int(tariff)] for tariff in found.tariff], np.int64)
    opened = (found.head[6] + found.head[7])[:, None]
    return np.asarray(parcels + opened + found.unit_minor)


def _cheapest(alone: Integers, lines: list[int]) -> Integers:
    """Candidates that are among the cheapest of a line."""
    most = min(NODES_MAX, len(alone))
    best = np.argsort(alone[:, lines], axis=0, kind="stable")[:most]
    return np.unique(best)


def _columns(
    problem: Problem,
    found: Shortlist,
    kept: Integers,
    *,
    lines: list[int],
    alone: Integers,
    row_of: Mapping[str, int],
) -> dict[str, Integers]:
    """The fields of a `Wanted`, with the candidate that leaves lines unfilled."""
    order, network = problem.order, problem.network
    quantity, weight_g, volume_cm3 = lines_of(problem)[:, lines]
    skus = [order.lines[line].sku for line in lines]
    known = network.item_by_sku
    worth = np.array([known[sku].value_minor if sku in known else 0 for sku in skus])
    dearest = alone[kept][:, lines].max(axis=0)
    shift = network.tables.rates[False].shape[1] if order.destination.residential else 0
    tariff = np.where(found.tariff[kept] == FREE, FREE, found.tariff[kept] + shift)
    unfilled = np.maximum(worth, dearest)
    # What a rule forbids a candidate is as good as not sent.
    may = found.useful[kept][:, lines] > 0
    unit = np.where(may, found.unit_minor[kept][:, lines], unfilled)
    return {
        "sku": np.array([row_of[sku] for sku in skus], np.int64),
        "quantity": quantity,
        "weight_g": weight_g,
        "volume_cm3": volume_cm3,
        "node": np.append(found.node[kept], UNFILLED),
        "tariff": np.append(tariff, FREE),
        "fixed_minor": np.append(found.head[6, kept], 0),
        "line_minor": np.append(found.head[7, kept], 0),
        "unit_minor": np.vstack([unit, unfilled[None]]),
    }
