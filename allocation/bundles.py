"""Bundles of an order in its plan: what is said of them, and whether they are whole.

Nothing here is seen by the solvers: they know the components only, and which of them
belong together (`Order.together`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from allocation.order import Bundle
    from allocation.plan import Plan
    from allocation.problem import Problem


def bundles_text(bundles: Sequence[Bundle]) -> str:
    """For example: SET-1 x2 is 2 of CUP and 4 of PLATE, kept together."""
    return "; ".join(map(_text, bundles))


def _text(bundle: Bundle) -> str:
    parts = [f"{units} of {sku}" for sku, units in bundle.units().items()]
    made_of = " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
    kept = ", kept together" if bundle.kept_together and parts[1:] else ""
    return f"{bundle.sku} x{bundle.quantity} is {made_of}{kept}"


def names_of(bundles: Sequence[Bundle]) -> dict[str, list[str]]:
    """The bundles that a SKU is a component of, by SKU."""
    names: dict[str, list[str]] = {}
    for bundle in bundles:
        for part in bundle.components:
            names.setdefault(part.sku, []).append(bundle.sku)
    return names


def broken_bundles(problem: Problem, plan: Plan) -> Iterator[str]:
    """What is kept together and does not travel in one shipment, nor stays as one."""
    ordered = {line.sku for line in problem.order.lines}
    missing = {left.sku for left in plan.unfilled}
    for bundle in problem.order.bundles:
        parts = bundle.units().keys()
        if not bundle.kept_together or parts - ordered:
            continue
        sent = [s for s in plan.shipments if parts & {line.sku for line in s.lines}]
        if len(sent) > 1 or (sent and parts & missing):
            yield f"bundle {bundle.sku} is taken apart"
