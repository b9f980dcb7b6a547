"""The page that the demonstration prints: what happened, beside what rules would do."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from benchmarks.demo_policies import told
from benchmarks.demo_stores import told_stores
from shipfrom.v1 import order_pb2

NAMES = {
    "shipfrom": "Shipfrom",
    "nearest_cover": "nearest cover, else greedy",
    "nearest": "static nearest",
}
PAIR = ("both whole", "its $", "Shipfrom $", "change")
QUOTE = ("Quote p50", "p99")
CANDIDATES_MAX = 12
PICTURE_COLUMNS, PICTURE_TITLE = 130, "make demo"
COMPONENTS = ("shipping", "parcel_handling", "line_handling")
CALL_NAMES = {"quote_ms": "Quote", "hold_ms": "Hold", "commit_ms": "Commit"}


def show(
    console: Console,
    figures: Mapping[str, Any],
    explained: order_pb2.Explanation | None,
) -> None:
    """Prints the whole page."""
    console.rule("[bold]Shipfrom demonstration")
    console.print(_headline(figures))
    console.print(_calls(figures))
    console.print(_rules(figures))
    console.print(_sizes(figures))
    console.print(_footnotes(figures))
    if "policies" in figures:
        console.rule("[bold]Two policies, one published")
        console.print(told(figures["policies"]))
    if "stores" in figures:
        console.rule("[bold]A day in the stores")
        console.print(told_stores(figures["stores"]))
    if explained is not None:
        console.rule("[bold]One order, explained")
        console.print(_explained(explained))


def picture(figures: Mapping[str, Any], explained: order_pb2.Explanation | None) -> str:
    """The page as an SVG that loads nothing: whoever looks has a monospaced font."""
    paper = Console(
        record=True, width=PICTURE_COLUMNS, file=io.StringIO(), force_terminal=True
    )
    show(paper, figures, explained)
    drawn = paper.export_svg(title=PICTURE_TITLE, unique_id="demo")
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->\s*", "", drawn, flags=re.DOTALL)


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
        f"Orders: {_outcomes(figures)}",
        f"[{tone}]{oversold} units oversold, {wrong} violations[/] "
        f"found by the audit of {_audited(figures)}",
    ]
    return Panel(Text.from_markup("\n".join(lines)), expand=False)


def _outcomes(figures: Mapping[str, Any]) -> str:
    """What became of all orders; the ones that failed are told like the others."""
    counts = [f"{n:,} {name.lower()}" for name, n in figures["outcomes"].items()]
    return f"{', '.join(counts)}; {figures['replanned_orders']:,} quoted twice or more"


def _audited(figures: Mapping[str, Any]) -> str:
    checked = figures.get("audit", {})
    parts = [f"{count:,} {name}" for name, count in checked.items()]
    return ", ".join(parts) if parts else "the books"


def _calls(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "Milliseconds a call",
        ("", f"{figures['loop']}: p50", "p99", "one caller: p50", "p99"),
    )
    for key, name in CALL_NAMES.items():
        loaded, alone = figures[key], figures["alone"][key]
        table.add_row(
            name,
            *(f"{part[p]:.2f}" for part in (loaded, alone) for p in ("p50", "p99")),
        )
    return table


def _rules(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "The same orders, the same stock, the same synthetic rates",
        (
            "rule",
            "filled",
            "whole",
            "parcels",
            f"$ ({figures['compared_orders']:,} all whole)",
            *PAIR,
        ),
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
            *(("",) * len(PAIR) if ours else _pair(row)),
        )
    return table


def _pair(row: Mapping[str, Any]) -> tuple[str, ...]:
    """One rule and ours over the orders that both filled whole."""
    theirs, ours = row["both_whole_cost"], row["both_whole_cost_shipfrom"]
    if not theirs or ours is None:
        return ("-",) * len(PAIR)
    change = f"{(ours / theirs - 1) * 100:+.1f} %"
    return f"{row['both_whole_orders']:,}", _money(theirs), _money(ours), change


def _sizes(figures: Mapping[str, Any]) -> Table:
    table = _table(
        "By lines in the basket, beside nearest that covers all, else greedy",
        (
            "lines",
            "orders",
            "filled",
            "(its)",
            "parcels",
            "(its)",
            "proven",
            *PAIR,
            *QUOTE,
        ),
    )
    for row in figures["by_size"]:
        cover = row["against_cover"]
        table.add_row(
            row["lines"],
            f"{row['orders']:,}",
            _percent(row["fill_rate"]["shipfrom"]),
            _percent(cover["fill_rate"]) if cover else "-",
            f"{row['shipments_per_order']['shipfrom']:.2f}",
            f"{cover['shipments_per_order']:.2f}" if cover else "-",
            _percent(row["proven_optimal_share"]),
            *(_pair(cover) if cover else ("-",) * len(PAIR)),
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
        "Static nearest has no second choice for a SKU and no limits; the others obey "
        "the policy: parcels an order, distance, a line split only if it must be.",
        style="dim",
    )


def _explained(explained: order_pb2.Explanation) -> Group:
    parts: list[RenderableType] = [Text(explained.verdict, style="bold")]
    parts.append(_shipments(explained.plan))
    parts.append(_candidates(explained.candidates))
    if explained.exclusions:
        counts = ", ".join(f"{e.nodes:,} {e.reason}" for e in explained.exclusions)
        parts.append(Text(f"Nodes that fell out, by first reason: {counts}"))
    for other in explained.alternatives:
        parts.append(Text(f"  {_alternative(other)}", style="dim"))
    if explained.replayed:
        parts.append(Text("Solved again from the stored decision: the same plan."))
    return Group(*parts)


def _alternative(other: order_pb2.Alternative) -> str:
    plan, count = other.plan, len(other.plan.shipments)
    missing = sum(line.quantity for line in plan.unfilled)
    left = f", {missing} unit{'s' * (missing != 1)} unfilled" if missing else ""
    costs = f"{count} shipment{'s' * (count != 1)}, ${_amount(plan.cost)}"
    more = other.cost_more.units + other.cost_more.nanos / 1e9
    return f"{other.label}: {costs}, {more:+,.2f}{left}"


def _shipments(plan: order_pb2.Plan) -> Table:
    table = _table(
        "The plan (synthetic costs)",
        ("ships from", "units", "service", "zone", "km", "$", *COMPONENTS),
        left=3,
    )
    for shipment in plan.shipments:
        parts = {part.name: _amount(part.amount) for part in shipment.components}
        table.add_row(
            shipment.node_id,
            ", ".join(f"{line.quantity} of {line.sku}" for line in shipment.lines),
            shipment.service,
            str(shipment.zone),
            f"{shipment.distance_km:,}",
            _amount(shipment.cost),
            *(parts.get(name, "-") for name in COMPONENTS),
        )
    return table


def _candidates(candidates: Sequence[order_pb2.Candidate]) -> Table:
    table = _table(
        f"Candidates: {min(CANDIDATES_MAX, len(candidates))} of {len(candidates)}",
        ("node", "in plan", "why", "km", "could send", "that alone, $"),
        left=3,
    )
    for row in candidates[:CANDIDATES_MAX]:
        table.add_row(
            row.node_id,
            "yes" if row.chosen else "no",
            f"{row.exclusion} {row.detail}".strip(),
            f"{row.distance_km:,}",
            f"{row.useful_units} units",
            _amount(row.cost) if row.HasField("cost") else "-",
        )
    return table


def _table(title: str, columns: Sequence[str], left: int = 1) -> Table:
    """A plain table; all but the first `left` columns are numbers."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), title=title)
    table.title_justify, table.title_style = "left", "bold"
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right")
    return table


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _money(dollars: float | None) -> str:
    return "-" if dollars is None else f"{dollars:,.2f}"


def _amount(money: Any) -> str:
    return f"{money.units + money.nanos / 1e9:,.2f}"
