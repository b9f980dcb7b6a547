"""Plans, orders and explanations as tables and sentences."""

from collections.abc import Iterable, Sequence

from shipfrom._values import (
    Candidate,
    Explanation,
    Order,
    Plan,
    Quote,
    Shipment,
    UnfilledLine,
)
from shipfrom.cli.missing import told
from shipfrom.cli.show import moment, put_text
from shipfrom.cli.table import Parts, put_table

# Nodes that were not chosen and could have been; the counts tell of the others.
NEXT_BEST_MAX = 3
_SHIPMENT = [
    "!ships from",
    "!service",
    "#km",
    "lines",
    "#cost",
    "hand over by",
    "!arrives",
]
_OPTION = [
    "!option",
    "ships from",
    "#shipments",
    "#cost",
    "!arrives",
    "proof",
    "#unfilled",
]
_CANDIDATE = ["!node", "#km", "!verdict", "why", "#units", "#cost", "!arrives"]


def put_quote(quote: Quote, *, wide: bool = False) -> None:
    """The options side by side, then the best one by shipment."""
    if quote.best.shipments:
        named = (_option(name, plan) for name, plan in _named(quote))
        put_table(_OPTION, named, wide=wide)
    put_plan(quote.best, wide=wide)
    if quote.degraded:
        put_text(f"Degraded: stock as of {moment(quote.as_of)}.")


def _named(quote: Quote) -> Iterable[tuple[str, Plan]]:
    named = {f"* {_word(quote.best)}": quote.best}
    if quote.with_options:
        # The same plan may be the answer to several questions: show it once.
        asked = (
            ("cheapest", quote.cheapest),
            ("fastest", quote.fastest),
            ("fewest", quote.fewest),
        )
        named |= {
            f"  {name}": plan for name, plan in asked if plan not in named.values()
        }
    return named.items()


def _option(name: str, plan: Plan) -> tuple[object, ...]:
    return (
        name,
        _nodes(plan),
        len(plan.shipments),
        plan.cost,
        plan.promise_date,
        _proof(plan),
        plan.unfilled_units or None,
    )


def _nodes(plan: Plan) -> Parts:
    return Parts(tuple(shipment.node_id for shipment in plan.shipments), " + ")


def put_plan(plan: Plan, *, wide: bool = False) -> None:
    """A plan by shipment, its verdict, and what it cannot send."""
    if not plan.shipments:
        put_text("Nothing ships.")
        for line in plan.unfilled:
            put_text(told(line))
        return
    put_table(_SHIPMENT, map(_shipment, plan.shipments), wide=wide)
    for line in plan.unfilled:
        put_text(f"Unfilled: {told(line)}")
    if plan.verdict:
        put_text(plan.verdict)
    put_text(f"Cost {plan.cost}{_parts(plan)}, {_proof(plan)}.")
    if plan.relaxed:
        put_text(f"The policy gave up: {'; '.join(plan.relaxed)}.")
    if plan.queue:
        put_text(f"Waits in {plan.queue}: rule {plan.queue_rule_id}.")


def _shipment(shipment: Shipment) -> tuple[object, ...]:
    return (
        shipment.node_id,
        shipment.service,
        shipment.distance_km,
        Parts(tuple(f"{line.sku} x{line.quantity}" for line in shipment.lines)),
        shipment.cost,
        shipment.ship_by,
        shipment.promise_date,
    )


def put_order(order: Order) -> None:
    """An order and its plan."""
    made = moment(order.created_at)
    put_text(
        f"Order {order.order_id}  {order.state}  made {made}  hold {order.hold_id}"
    )
    put_plan(order.plan)


def order_row(order: Order) -> tuple[object, ...]:
    """An order as one row of a list."""
    return (
        order.order_id,
        order.state,
        sum(line.quantity for line in order.lines),
        _nodes(order.plan),
        order.plan.cost,
        order.plan.promise_date,
    )


def wide_order_row(order: Order) -> tuple[object, ...]:
    """The same with what else a wide screen has room for."""
    return (*order_row(order), order.created_at, _missing(order.plan.unfilled))


def put_explanation(why: Explanation, *, wide: bool = False) -> None:
    """One sentence, the nodes that matter with their reasons, what else was possible.

    Args:
        why: the explanation.
        wide: all its nodes.
    """
    put_text(why.verdict)
    shown = why.candidates if wide else _that_matter(why.candidates)
    put_table(_CANDIDATE, map(_candidate, shown), wide=wide)
    if why.exclusions:
        counts = ", ".join(f"{e.reason} {e.nodes}" for e in why.exclusions)
        all_of_them = "" if len(shown) == len(why.candidates) else " All: --wide."
        put_text(f"Nodes not used: {counts}.{all_of_them}")
    if why.alternatives:
        named = ((_count(plan), plan) for plan in why.alternatives)
        options = (_option(name, plan) for name, plan in named)
        put_table(_OPTION, options, wide=wide)
    if why.replayed:
        put_text("Replayed: the stored problem gives the same plan again.")


def _that_matter(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The chosen nodes, the next best, and the nearest of each other reason.

    The next best is the one that could send most, then the cheapest.
    """
    chosen = [each for each in candidates if each.chosen]
    others = [each for each in candidates if not each.chosen]
    able = [(each, each.cost) for each in others if each.cost is not None]
    able.sort(key=lambda pair: (-pair[0].useful_units, pair[1]))
    best = [each for each, _ in able[:NEXT_BEST_MAX]]
    nearest: dict[str, Candidate] = {}
    for each in others:
        nearest.setdefault(each.exclusion, each)
    told = {each.exclusion for each in best}
    return [*chosen, *best, *(nearest[r] for r in nearest if r not in told)]


def _candidate(candidate: Candidate) -> tuple[object, ...]:
    return (
        candidate.node_id,
        candidate.distance_km,
        "* chosen" if candidate.chosen else candidate.exclusion,
        candidate.detail,
        candidate.useful_units,
        candidate.cost,
        candidate.promise_date,
    )


def _parts(plan: Plan) -> str:
    paid = (p for p in plan.components if p.amount.minor)
    told = ", ".join(f"{p.name.replace('_', ' ')} {p.amount}" for p in paid)
    return f" ({told})" if told else ""


def _count(plan: Plan) -> str:
    many = len(plan.shipments)
    return f"{many} shipment{'' if many == 1 else 's'}"


def _word(plan: Plan) -> str:
    return plan.objective.lower().replace("_", " ")


def _proof(plan: Plan) -> str:
    gap = f", gap {plan.gap_bps / 100:g} %" if plan.gap_bps else ""
    return f"{plan.status.lower()}{gap}"


def _missing(unfilled: Iterable[UnfilledLine]) -> Parts:
    return Parts(tuple(f"{u.sku} x{u.quantity} {u.reason}" for u in unfilled))
