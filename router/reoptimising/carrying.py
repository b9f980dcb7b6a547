"""From moves to what the ledger is asked: which shipments leave, which cells are taken.

A node that keeps just what it has of an order is not told anything: its shipment stays.
"""

from collections.abc import Mapping, Sequence

from allocation.plan import Plan
from allocation.reoptimise.columns import cells_of
from allocation.reoptimise.moves import Move
from inventory.orders.actions import Reroute, RouteLine, Routes
from inventory.orders.moves import REOPTIMISED, Moved
from inventory.orders.reading import WholeOrder
from router.capacity import claims
from router.claims import cell_claims
from router.money import Currency
from router.reoptimising.collecting import Candidate, open_rows
from router.reoptimising.planning import Decided, Planned

Units = dict[str, int]


def groups_of(
    planned: Planned,
    candidates: Mapping[str, Candidate],
    reasons: Mapping[str, str],
    currency: Currency,
) -> tuple[tuple[Moved, ...], ...]:
    """Every group as the ledger takes it.

    Args:
        reasons: why each order moves, in words.
    """
    return tuple(
        tuple(
            _moved(
                candidates[move.order_id].whole,
                planned.decided[move.order_id],
                cause=f"{REOPTIMISED}: {saved_text(move, group, currency)}",
                reason=reasons[move.order_id],
            )
            for move in group
        )
        for group in planned.groups
    )


def _moved(whole: WholeOrder, decided: Decided, *, cause: str, reason: str) -> Moved:
    problem, plan, stored = decided
    leaving, staying = _leaving(whole, plan)
    held = (*cell_claims(plan), *claims(problem, plan))
    lines = [RouteLine._make(line) for line in held if line.node_id not in staying]
    routes = Routes(tuple(lines), stored, cause)
    action = Reroute(leaving, REOPTIMISED, reason, routes)
    return Moved(whole.order.order_id, whole.order.ver, action)


def saved_text(move: Move, group: Sequence[Move], currency: Currency) -> str:
    """For example: saves 2.80 USD; with others where they lean on each other."""
    together = currency.text(sum(each.saving_minor for each in group))
    others = len(group) - 1
    if not others:
        return f"saves {together}"
    return f"saves {together} together with {others} other{'s' if others > 1 else ''}"


def _leaving(whole: WholeOrder, plan: Plan) -> tuple[tuple[str, ...], set[str]]:
    """The shipments that end, and the nodes whose shipments stay as they are."""
    has: dict[str, Units] = {}
    names: dict[str, list[str]] = {}
    for row in open_rows(whole):
        units = has.setdefault(row.node, {})
        units[row.sku] = units.get(row.sku, 0) + row.qty
        names.setdefault(row.node, []).append(row.shipment_id)
    gets: dict[str, Units] = {}
    for (sku, node), units_there in cells_of(plan).items():
        gets.setdefault(node, {})[sku] = units_there
    staying = {node for node, units in has.items() if gets.get(node) == units}
    ending = [name for node in has if node not in staying for name in names[node]]
    return tuple(dict.fromkeys(ending)), staying
