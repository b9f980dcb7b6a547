"""Draft against baseline on the same orders: figures, differences, changed orders."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from allocation.documents import canonical
from allocation.policy import Policy
from router.simulate.bootstrap import Difference, paired
from router.simulate.engine import Progress, Runs, run
from router.simulate.figures import Figures, figures
from router.simulate.foresight import Ahead, MadeList
from router.simulate.orders import Setting, SimulatedOrder
from router.simulate.outcome import Outcome

CHANGED_MAX = 1_000
"""Changed orders that a report names: a person reads the first few."""
VERSION = 1
"""Of the report's form."""

Pair = tuple[Outcome, Outcome]


@dataclass(frozen=True, slots=True)
class Side:
    """One policy's answer to a changed order."""

    cost_minor: int
    filled_units: int
    node_ids: tuple[str, ...]
    services: tuple[str, ...]
    promise_date: date | None
    late_days: int
    refusal: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An order that the two policies send differently."""

    order_id: str
    units: int
    difference_minor: int
    baseline: Side
    draft: Side


@dataclass(frozen=True, slots=True)
class Priced:
    """That the draft decided with look-ahead prices, and by which lists.

    `difference_minor` is draft minus baseline, of all orders that ship under both.
    """

    lists: tuple[MadeList, ...]
    orders: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that publishing a draft may rest on.

    Differences are draft minus baseline by order. Those of cost, shipments and lateness
    are over orders that ship under both: an order that only one of them ships would
    count as a saving. Abandoned checkouts took stock and are in no figure.
    """

    baseline_version: str
    draft_version: str
    network_version: str
    seed: int
    orders: int
    abandoned_orders: int
    baseline: Figures
    draft: Figures
    differences: dict[str, Difference]
    changed_orders: int
    changed: tuple[Changed, ...]
    prices: Priced | None = None


async def simulate(
    setting: Setting,
    orders: Iterable[SimulatedOrder],
    *,
    baseline: Policy,
    draft: Policy,
    seed: int = 1,
    ahead: Ahead | None = None,
) -> AsyncGenerator[Progress | Report, None]:
    """Progress, then the report; closing the generator ends the run.

    Args:
        ahead: that the draft decides with look-ahead prices.

    Raises:
        InvalidField: an order's id is used twice, or there are too many.
        SolverDied: prices could not be made.
    """
    policies = {"baseline": baseline, "draft": draft}
    async for step in run(setting, orders, policies, ahead=ahead):
        if isinstance(step, Progress):
            yield step
            continue
        found = report_of(setting, step, baseline=baseline, draft=draft, seed=seed)
        yield found if ahead is None else replace(found, prices=_priced(found, step))


def report_of(
    setting: Setting, runs: Runs, *, baseline: Policy, draft: Policy, seed: int
) -> Report:
    """Compare two runs of the same orders, named "baseline" and "draft"."""
    network = setting.snapshot.network
    kept = [not order.abandoned for order in runs.orders]
    wished = [o.routing.wanted_by is not None for o in runs.orders if not o.abandoned]
    before, after = (
        [each for each, counts in zip(runs.outcomes[name], kept, strict=True) if counts]
        for name in ("baseline", "draft")
    )
    pairs = list(zip(before, after, strict=True))
    changed = sorted(
        (_changed(*pair) for pair in pairs if not pair[0].ships_like(pair[1])),
        key=lambda each: (-abs(each.difference_minor), each.order_id),
    )
    return Report(
        baseline_version=baseline.version,
        draft_version=draft.version,
        network_version=network.version,
        seed=seed,
        orders=len(pairs),
        abandoned_orders=len(kept) - len(pairs),
        baseline=figures(before, network, wished),
        draft=figures(after, network, wished),
        differences=differences_of(pairs, seed=seed),
        changed_orders=len(changed),
        changed=tuple(changed[:CHANGED_MAX]),
    )


def _priced(report: Report, runs: Runs) -> Priced:
    cost = report.differences["cost_minor"]
    # The mean has six digits: enough to have the whole sum back.
    return Priced(runs.lists, cost.orders, round(cost.mean * cost.orders))


def differences_of(pairs: Sequence[Pair], *, seed: int) -> dict[str, Difference]:
    """Draft minus baseline, order by order."""
    both = [pair for pair in pairs if pair[0].shipments and pair[1].shipments]
    shipped = {
        "cost_minor": [b.cost.cash_minor - a.cost.cash_minor for a, b in both],
        "shipments": [len(b.shipments) - len(a.shipments) for a, b in both],
        "late_share": [(b.late_days > 0) - (a.late_days > 0) for a, b in both],
    }
    filled = {
        "fill_rate": [(b.filled_units - a.filled_units) / a.units for a, b in pairs]
    }
    return paired(shipped, seed=seed) | paired(filled, seed=seed)


def report_to_json(report: Report) -> bytes:
    """Canonical: equal reports give equal bytes."""
    document = {"v": VERSION, **asdict(report)}
    if report.prices is None:
        del document["prices"]
    return canonical(_plain(document))


def _plain(value: object) -> object:
    """Dates in ISO form; tuples become lists by themselves."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _changed(before: Outcome, after: Outcome) -> Changed:
    return Changed(
        order_id=before.order_id,
        units=before.units,
        difference_minor=after.cost.cash_minor - before.cost.cash_minor,
        baseline=_side(before),
        draft=_side(after),
    )


def _side(outcome: Outcome) -> Side:
    return Side(
        cost_minor=outcome.cost.cash_minor,
        filled_units=outcome.filled_units,
        node_ids=outcome.node_ids,
        services=tuple(each.service for each in outcome.shipments),
        promise_date=outcome.promise_date,
        late_days=outcome.late_days,
        refusal=outcome.refusal,
    )
