"""What each of many variants of a policy changes, beside the policy itself.

Coverage of rules asks this with one rule left out at a time: the share of orders whose
plan changes is what the rule decides, the cost difference what it costs or saves.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from allocation.policy import Policy
from router.simulate.bootstrap import Difference
from router.simulate.engine import Progress, Runs, run
from router.simulate.figures import ratio
from router.simulate.orders import Setting, SimulatedOrder
from router.simulate.outcome import Outcome
from router.simulate.report import differences_of

BASE = ""
"""The base among the policies of a run; no variant may have this name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A variant against the base; differences are variant minus base, by order.

    `changed_share` is of all orders; the cost is over orders that ship under both, per
    order; `fill_rate` says what shipping more or less of them means.
    """

    name: str
    orders: int
    changed_orders: int
    changed_share: float
    cost_minor: Difference
    fill_rate: Difference


async def effects(
    setting: Setting,
    orders: Iterable[SimulatedOrder],
    *,
    base: Policy,
    variants: Mapping[str, Policy],
    seed: int = 1,
) -> AsyncGenerator[Progress | tuple[Effect, ...], None]:
    """Progress, then an effect for each variant, in their order.

    Raises:
        InvalidField: an order's id is used twice, or there are too many.
    """
    assert BASE not in variants, "a variant has a name"
    async for step in run(setting, orders, {BASE: base, **variants}):
        if isinstance(step, Progress):
            yield step
        else:
            yield tuple(_effect(step, name, seed) for name in variants)


def _effect(runs: Runs, name: str, seed: int) -> Effect:
    pairs = _pairs(runs, runs.outcomes[BASE], runs.outcomes[name])
    changed = sum(not before.ships_like(after) for before, after in pairs)
    differences = differences_of(pairs, seed=seed)
    return Effect(
        name=name,
        orders=len(pairs),
        changed_orders=changed,
        changed_share=ratio(changed, len(pairs)),
        cost_minor=differences["cost_minor"],
        fill_rate=differences["fill_rate"],
    )


def _pairs(
    runs: Runs, before: Sequence[Outcome], after: Sequence[Outcome]
) -> list[tuple[Outcome, Outcome]]:
    rows = zip(runs.orders, before, after, strict=True)
    return [(one, other) for order, one, other in rows if not order.abandoned]
