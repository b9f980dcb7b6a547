"""The page that the demonstration prints: what happened, beside what rules would do."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from shipfrom.v1 import order_pb2

NAMES = {
    "shipfrom": "Shipfrom, exact per order",
    "nearest_cover": "nearest that covers all, else greedy",
    "nearest": "static nearest node",
}
CANDIDATES_MAX = 12
CALL_NAMES = {"quote_ms": "Quote", "hold_ms": "Hold", "commit_ms": "Commit"}


def show(
    console: Console,
    figures: Mapping[str, Any],
    explained: order_pb2.Explanation | None,
    order: order_pb2.Plan | None = None,
) -> None:
    """Prints the whole page."""
    console.rule("[bold]Shipfrom demonstration")
    console.print(_headline(figures))
    console.print(_calls(figures))
    console.print(_rules(figures))
    console.print(_sizes(figures))
    console.print(_footnotes(figures))
    if explained is not None:
        console.rule("[bold]One order, explained")
        console.print(_explained(explained))


def _headline(figures: Mapping[str, Any]) -> RenderableType:
    oversold, wrong = figures["oversold_units"], figures["audit_violations"]
    tone = "green" if oversold == wrong == 0 else "bold red"
    lines = [
        f"{figures['orders']:,} real baskets, seed {figures['seed']}: "
        f"{figures['orders_per_s']:,} orders/s, each Quote, Hold and Commit over gRPC",
        f"{_percent(figures['fill_rate'])} of the units filled, "
        f"{figures['shipments_per_order']:.2f} shipments an order, "
        f"{_percent(figures['proven_optimal_share'])} of the plans proven optimal "
        "for their stock and costs",
        f"[{tone}]{oversold} units oversold, {wrong} violations[/] "
        f"found by the audit of {_audited(figures)}",
    ]
    return Panel(Text.from_markup("\n".join(lines)), expand=False)


def _audited(figures: Mapping[str, Any]) -> str:
    checked = figures.get("audit", {})
    parts = [f"{count:,} {name}" for name, count in checked.items()]
    return ", ".join(parts) if parts else "the books"


def _calls(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "call", f"p50 ms, {figures['loop']}", "p99 ms", "p50 ms, alone", "p99"
    )
    for key, name in CALL_NAMES.items():
        loaded, alone = figures[key], figures["alone"][key]
        table.add_row(
            name,
            *(f"{part[p]:.2f}" for part in (loaded, alone) for p in ("p50", "p99")),
        )
    return table


def _rules(figures: Mapping[str, Any]) -> Table:
    compared = f"{figures['compared_orders']:,}"
    table = _table(
        "same orders, same stock, same synthetic rates",
        "units filled",
        "orders whole",
        "shipments/order",
        f"$/order ({compared} all filled)",
        "$/order where both whole",
        "Shipfrom there",
    )
    for key, name in NAMES.items():
        row = figures["rules"].get(key)
        if row is None:
            continue
        ours = key == "shipfrom"
        table.add_row(
            f"[bold]{name}" if ours else name,
            _percent(row["fill_rate"]),
            _percent(row["complete_share"]),
            f"{row['shipments_per_order']:.2f}",
            _money(figures["cost_per_order"][key]),
            "" if ours else _money(row["both_whole_cost"]),
            "" if ours else _saving(row),
        )
    return table


def _saving(row: Mapping[str, Any]) -> str:
    theirs, ours = row["both_whole_cost"], row["both_whole_cost_shipfrom"]
    if not theirs or ours is None:
        return "-"
    change = f"{(ours / theirs - 1) * 100:+.1f} %"
    return f"{_money(ours)} ({change}, {row['both_whole_orders']:,} orders)"


def _sizes(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "lines in the basket",
        "orders",
        "filled",
        "shipments",
        "greedy cover filled",
        "its $/order",
        "Shipfrom there",
        "proven",
        "Quote p50 ms",
        "p99",
    )
    for row in figures["by_size"]:
        cover = row["against_cover"]
        table.add_row(
            row["lines"],
            f"{row['orders']:,}",
            _percent(row["fill_rate"]["shipfrom"]),
            f"{row['shipments_per_order']['shipfrom']:.2f}",
            _percent(cover["fill_rate"]) if cover else "-",
            _money(cover["both_whole_cost"]) if cover else "-",
            _saving(cover) if cover else "-",
            _percent(row["proven_optimal_share"]),
            f"{row['quote_ms']['p50']:.1f}",
            f"{row['quote_ms']['p99']:.1f}",
        )
    return table


def _footnotes(figures: Mapping[str, Any]) -> Text:
    return Text(
        f"Costs are synthetic: rate table {figures['rates']}. Weights, stock and "
        "handling costs are synthetic too.\n"
        "Baskets: Online Retail (Daqing Chen, CC0), a dozen read as one unit. Places: "
        "plotly/datasets (MIT), City data: GeoNames (geonames.org), CC BY 4.0.\n"
        "Costs are compared only over orders that the rules named filled whole. Under "
        "load, latencies include waiting: server, view, ledger and client share "
        f"{figures.get('cpus', 'all')} CPUs.\n"
        "Static nearest has no second choice for a SKU and no limit on shipments; the "
        "other two send at most as many parcels an order as the policy allows.",
        style="dim",
    )


def _explained(explained: order_pb2.Explanation) -> Group:
    parts: list[RenderableType] = [Text(explained.verdict, style="bold")]
    parts.append(_shipments(explained.plan))
    parts.append(_candidates(explained.candidates))
    if explained.exclusions:
        counts = ", ".join(f"{e.nodes:,} {e.reason}" for e in explained.exclusions)
        parts.append(Text(f"Nodes that fell out, by first reason: {counts}"))
    for plan in explained.alternatives:
        parts.append(Text(f"  with at most {_alternative(plan)}", style="dim"))
    if explained.replayed:
        parts.append(Text("Solved again from the stored decision: the same plan."))
    return Group(*parts)


def _alternative(plan: order_pb2.Plan) -> str:
    count = len(plan.shipments)
    missing = sum(line.quantity for line in plan.unfilled)
    left = f", {missing} units unfilled" if missing else ""
    return f"{count} shipment{'s' * (count != 1)}: ${_amount(plan.cost)}{left}"


def _shipments(plan: order_pb2.Plan) -> Table:
    table = _table(
        "ships from", "service", "zone", "km", "units", "$, synthetic", "why"
    )
    for shipment in plan.shipments:
        parts = (f"{c.name} {_amount(c.amount)}" for c in shipment.components)
        table.add_row(
            shipment.node_id,
            shipment.service,
            str(shipment.zone),
            f"{shipment.distance_km:,}",
            ", ".join(f"{line.quantity} of {line.sku}" for line in shipment.lines),
            _amount(shipment.cost),
            ", ".join(parts),
        )
    return table


def _candidates(candidates: Sequence[order_pb2.Candidate]) -> Table:
    table = _table("candidate", "", "km", "could send", "alone, $", "why not")
    for row in candidates[:CANDIDATES_MAX]:
        table.add_row(
            row.node_id,
            "★" if row.chosen else "",
            f"{row.distance_km:,}",
            f"{row.useful_units} units",
            _amount(row.cost) if row.HasField("cost") else "-",
            f"{row.exclusion} {row.detail}".strip(),
        )
    if len(candidates) > CANDIDATES_MAX:
        table.caption = f"{CANDIDATES_MAX} of {len(candidates)} candidates"
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1))
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _money(dollars: float | None) -> str:
    return "-" if dollars is None else f"{dollars:,.2f}"


def _amount(money: Any) -> str:
    return f"{money.units + money.nanos / 1e9:,.2f}"
