"""Plans as tables and sentences."""

from collections.abc import Iterable

from shipfrom._values import BundleLine, Plan, Quote, Shipment
from shipfrom._wishes import Line
from shipfrom.cli.missing import told
from shipfrom.cli.show import moment, put_text
from shipfrom.cli.table import Parts, put_table

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
        nodes_of(plan),
        len(plan.shipments),
        plan.cost,
        plan.promise_date,
        proof(plan),
        plan.unfilled_units or None,
    )


def nodes_of(plan: Plan) -> Parts:
    """The nodes it ships from, in a cell."""
    return Parts(tuple(shipment.node_id for shipment in plan.shipments), " + ")


def put_plan(plan: Plan, *, wide: bool = False) -> None:
    """A plan by shipment, its verdict, and what it cannot send."""
    if not plan.shipments:
        put_text("Nothing ships.")
        for line in plan.unfilled:
            put_text(told(line))
        _put_queue(plan)
        return
    put_table(_SHIPMENT, map(_shipment, plan.shipments), wide=wide)
    put_bundles(plan.bundles)
    for shipment in plan.shipments:
        _put_offer(shipment)
    for line in plan.unfilled:
        put_text(f"Unfilled: {told(line)}")
    if plan.verdict:
        put_text(plan.verdict)
    put_text(f"Cost {plan.cost}{parts(plan)}, {proof(plan)}.")
    if plan.opportunity_cost is not None:
        put_text(
            f"To orders expected its units are worth {plan.opportunity_cost};"
            " that counts in the choice and is not paid."
        )
    if plan.relaxed:
        put_text(f"The policy gave up: {'; '.join(plan.relaxed)}.")
    _put_queue(plan)


def put_bundles(bundles: Iterable[BundleLine]) -> None:
    """What the lines that named a bundle come to."""
    for bundle in bundles:
        made_of = " + ".join(
            f"{part.sku} x{part.quantity}" for part in bundle.components
        )
        kept = ", kept together" if bundle.kept_together else ""
        less = f", {bundle.cancelled} cancelled" if bundle.cancelled else ""
        put_text(f"{bundle.sku} x{bundle.quantity} = {made_of}{kept}{less}.")


def _put_offer(shipment: Shipment) -> None:
    """Who is asked first, once it is bought."""
    offer = shipment.offer
    if offer is not None:
        nodes = f"{offer.nodes} other node{'s' if offer.nodes > 1 else ''}"
        put_text(
            f"{shipment.node_id}'s is offered to {nodes} for {offer.minutes} minutes"
            f" (rule {offer.rule_id})."
        )


def _put_queue(plan: Plan) -> None:
    """Where the order waits: in the words of the rule that says so, and its id."""
    if plan.queue:
        by = f"rule {plan.queue_rule_id}" if plan.queue_rule_id else "not all is there"
        why = f"{plan.queue_reason} ({by})" if plan.queue_reason else by
        put_text(f"Waits in {plan.queue}: {why}.")


def lines_of(lines: Iterable[Line]) -> Parts:
    """SKUs with their units, in a cell."""
    return Parts(tuple(f"{line.sku} x{line.quantity}" for line in lines))


def _shipment(shipment: Shipment) -> tuple[object, ...]:
    return (
        shipment.node_id,
        shipment.service,
        shipment.distance_km,
        lines_of(shipment.lines),
        shipment.cost,
        shipment.ship_by,
        shipment.promise_date,
    )


def parts(plan: Plan) -> str:
    """What its cost is made of, in brackets."""
    paid = (p for p in plan.components if p.amount.minor)
    told = ", ".join(f"{p.name.replace('_', ' ')} {p.amount}" for p in paid)
    return f" ({told})" if told else ""


def _word(plan: Plan) -> str:
    return plan.objective.lower().replace("_", " ")


def proof(plan: Plan) -> str:
    """What is known of its quality."""
    gap = f", gap {plan.gap_bps / 100:g} %" if plan.gap_bps else ""
    return f"{plan.status.lower()}{gap}"
