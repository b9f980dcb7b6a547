"""Every plan of a tiny order, priced one by one: the slowest and plainest solver."""

from collections.abc import Iterator
from itertools import product

from allocation.carriage import parcel_price
from allocation.solvers.instance import Instance, Solution, Split

Value = tuple[int, int, int]
"""Unfilled units, cost, shipments: smaller is better."""


def value(solution: Solution) -> Value:
    return solution.unfilled_units, solution.cost_minor, len(solution.parcels)


def _ways(instance: Instance, line: int) -> Iterator[tuple[int, ...]]:
    """Units of one line from each candidate, in every way that the rules allow."""
    useful = [int(u) for u in instance.useful[:, line]]
    wanted = int(instance.quantity[line])
    most = max(useful)
    partly = any(0 < u < wanted for u in useful)
    nobody = tuple(0 for _ in useful)
    counted = most > 0 and (
        (instance.split is Split.IF_FORCED and most < wanted)
        or (instance.split is Split.BY_COST and partly)
    )
    if counted:
        for units in product(*(range(min(u, wanted) + 1) for u in useful)):
            if sum(units) <= wanted and _stock_holds(instance, line, units):
                yield units
        return
    asked = most if instance.split is Split.NEVER else wanted
    yield nobody
    for candidate, units_there in enumerate(useful):
        if 0 < asked <= units_there:
            yield tuple(asked if k == candidate else 0 for k in range(len(useful)))


def _stock_holds(instance: Instance, line: int, units: tuple[int, ...]) -> bool:
    for node in set(instance.node.tolist()):
        mates = [k for k in range(len(units)) if instance.node[k] == node]
        stock = max(int(instance.useful[k, line]) for k in mates)
        if sum(units[k] for k in mates) > stock:
            return False
    return True


def parcel_cost(instance: Instance, candidate: int, units: tuple[int, ...]) -> int:
    weight_g = sum(u * int(w) for u, w in zip(units, instance.weight_g, strict=True))
    volume_cm3 = sum(
        u * int(v) for u, v in zip(units, instance.volume_cm3, strict=True)
    )
    tariff = int(instance.tariff[candidate])
    cost = parcel_price(instance.tariffs, tariff, weight_g, volume_cm3)
    cost += int(instance.fixed_minor[candidate])
    for line, sent in enumerate(units):
        if sent:
            cost += int(instance.line_minor[candidate])
            cost += sent * int(instance.unit_minor[candidate, line])
    return cost


def every_plan(instance: Instance) -> Iterator[dict[int, tuple[int, ...]]]:
    """Units that each candidate sends, in every plan that the instance allows."""
    total = int(instance.quantity.sum())
    lines = range(instance.quantity.size)
    for plan in product(*(list(_ways(instance, line)) for line in lines)):
        parcels = {
            k: units for k, units in enumerate(zip(*plan, strict=True)) if any(units)
        }
        left = total - sum(sum(units) for units in parcels.values())
        if len(parcels) <= instance.max_shipments and not (instance.complete and left):
            yield parcels


def best_by_shipments(instance: Instance, node: int | None = None) -> list[Value]:
    """The value of the best plan with at most j shipments, for each j; of those with a
    parcel from `node` where one is named."""
    total = int(instance.quantity.sum())
    best: list[Value] = [(total, 0, 0)] * instance.max_shipments
    for parcels in every_plan(instance):
        if node is not None and node not in {int(instance.node[k]) for k in parcels}:
            continue
        left = total - sum(sum(units) for units in parcels.values())
        cost = sum(parcel_cost(instance, k, units) for k, units in parcels.items())
        for j in range(max(1, len(parcels)), instance.max_shipments + 1):
            best[j - 1] = min(best[j - 1], (left, cost, len(parcels)))
    return best
