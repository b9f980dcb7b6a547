"""Findings, differences and simulations for people: lines of a terminal, Markdown."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from shipfrom._errors import InvalidField
from shipfrom._money import Money
from shipfrom._policy_values import (
    Finding,
    GoldenOrder,
    PolicyChange,
    PolicyEvent,
    PolicyText,
    PolicyVersion,
    Severity,
    SimulatedPrices,
    SimulationDifference,
    SimulationFigures,
    SimulationReport,
)
from shipfrom.cli.show import moment, put_text, say
from shipfrom.cli.table import put_table

CHANGED_MAX = 10
"""Changed orders in a text: a person looks at a few."""
VERSION = ["#version", "!state", "in force", "!etag", "author", "note"]
NO_PRICES = "no look-ahead price was made: the policy's look_ahead is off"
NO_ORDERS = "No order was placed in this time: nothing to compare."
MEASURES: Mapping[str, str] = {
    "cost_minor": "cost an order",
    "shipments": "shipments an order",
    "late_share": "late orders",
    "fill_rate": "units filled",
}
"""The measures of the wire in the words of the table above them."""
_SHARES = frozenset({"late_share", "fill_rate"})
_COVERAGE = ["rule", "#decides", "#of orders", "#costs", "#filled"]


def put_findings(file: str, findings: Iterable[Finding]) -> None:
    """file:line:column: problem; suggestion."""
    for found in findings:
        put_text(finding_text(file, found))


def finding_text(file: str, found: Finding) -> str:
    """One line; a rule instead of a place where there is no text."""
    at = f"{file}:{found.line}:{found.column}" if found.line else file
    word = "" if found.severity is Severity.ERROR else "warning: "
    path = f"{found.path} " if found.path else ""
    advice = f"; {found.suggestion}" if found.suggestion else ""
    return f"{at}: {word}{path}{found.problem}{advice}"


def put_mistakes(file: str, wrong: InvalidField) -> None:
    """The mistakes of a text that was refused: fields are yaml:line:column."""
    for violation in wrong.violations:
        place = violation.field.partition(":")[2]
        at = f"{file}:{place}" if place else f"{file}: {violation.field}"
        advice = f"; {violation.suggestion}" if violation.suggestion else ""
        put_text(f"{at}: {violation.problem}{advice}")


def sentence(change: PolicyChange) -> str:
    """A difference in words."""
    return change.text if change.has_effect else f"{change.text} (no effect on plans)"


def plan_text(
    file: str,
    findings: Sequence[Finding],
    changes: Sequence[PolicyChange],
    tried: Sequence[GoldenOrder],
    *,
    report: SimulationReport,
) -> str:
    """What a pull request shows, as Markdown."""
    parts = ["## Routing rules", _list("Changes", map(sentence, changes), "None.")]
    told = (finding_text(file, found) for found in findings)
    parts.append(_list("Checks", told, "Nothing is wrong."))
    broken = [
        f"**{each.golden_id}**: {broken_text(each)}"
        for each in tried
        if not each.passed
    ]
    nothing = f"All pass: {len(tried):,}." if tried else "There are none yet."
    parts.append(_list("Golden orders", broken, nothing))
    parts.append(markdown(report))
    return "\n\n".join(parts)


def broken_text(golden: GoldenOrder) -> str:
    """What is wrong with a golden order, without its name before each."""
    own = f"{golden.golden_id}: "
    return "; ".join(problem.removeprefix(own) for problem in golden.problems)


def _list(title: str, lines: Iterable[str], nothing: str) -> str:
    body = "\n".join(f"- {line}" for line in lines) or nothing
    return f"### {title}\n\n{body}"


def markdown(report: SimulationReport) -> str:
    """A simulation as Markdown."""
    return "\n".join(_lines(report))


def _lines(report: SimulationReport) -> Iterator[str]:
    span = f"{report.start_at:%Y-%m-%d} to {report.end_at:%Y-%m-%d}"
    yield f"### {report.orders:,} orders, {span}"
    yield ""
    if not report.orders:
        yield NO_ORDERS
        return
    yield "| | before | after |"
    yield "|---|---:|---:|"
    before, after = _figures(report.baseline), _figures(report.candidate)
    for name, value in before.items():
        yield f"| {name} | {value} | {after[name]} |"
    yield ""
    currency = report.candidate.cost_per_order.currency
    for difference in report.differences:
        yield f"- {_difference(difference, currency)}"
    if report.prices is not None:
        yield from _prices(report.prices)
    yield from _changed(report)


def _prices(prices: SimulatedPrices) -> Iterator[str]:
    """What look-ahead prices came to, and what the guard said of each list."""
    if not prices.lists:
        yield f"- {NO_PRICES}"
        return
    used = sum(each.cells > 0 for each in prices.lists)
    yield (
        f"- with look-ahead prices: {_signed(prices.difference)} over"
        f" {prices.orders:,} orders; {used} of {len(prices.lists)} lists had any"
    )
    for each in prices.lists:
        of = f"{each.orders:,} orders, {each.cells:,} cells priced"
        yield f"  - {moment(each.made_at)}, {of}: {each.verdict}"


def _changed(report: SimulationReport) -> Iterator[str]:
    if not report.changed_orders:
        yield "- no order ships otherwise: both do the same with these orders"
        return
    yield f"- {report.changed_orders:,} of {report.orders:,} orders ship otherwise"
    shown = report.changed[:CHANGED_MAX]
    for changed in shown:
        one = ", ".join(changed.baseline_node_ids) or "nowhere"
        other = ", ".join(changed.candidate_node_ids) or "nowhere"
        yield f"  - {changed.order_id}: {one} → {other}, {_signed(changed.difference)}"
    if report.changed_orders > len(shown):
        yield f"  - and {report.changed_orders - len(shown):,} more"


def _figures(figures: SimulationFigures) -> dict[str, str]:
    return {
        "orders that ship": f"{figures.shipped_orders:,}",
        "units filled": f"{figures.fill_rate * 100:.2f} %",
        "cost an order": str(figures.cost_per_order),
        "shipments an order": f"{figures.shipments_per_order:.3f}",
        "late orders": f"{figures.late_orders:,}",
        "km a shipment": f"{figures.distance_km_mean:,.0f}",
    }


def _difference(difference: SimulationDifference, currency: str) -> str:
    measure = difference.measure
    name = MEASURES.get(measure, measure.replace("_", " "))
    if not (difference.low or difference.mean or difference.high):
        return f"{name}: no difference"
    mean, low, high = (
        _amount(value, measure, currency)
        for value in (difference.mean, difference.low, difference.high)
    )
    sure = "" if difference.certain else "; may be chance"
    return f"{name}: {mean} (95 % sure: {low} to {high}{sure})"


def _amount(value: float, measure: str, currency: str) -> str:
    """A mean in the unit of its measure: money, percent, or a number."""
    if measure == "cost_minor":
        return _signed(Money(round(value), currency))
    return f"{value * 100:+.2f} %" if measure in _SHARES else f"{value:+.3f}"


def _signed(money: Money) -> str:
    return f"+{money}" if money.minor >= 0 else str(money)


def put_coverage(report: SimulationReport) -> None:
    """What each rule does."""
    rows = (
        (
            each.rule_id,
            each.decides,
            f"{each.decides / each.orders * 100:.1f} %" if each.orders else "-",
            str(each.cost),
            f"{each.fill_rate * 100:+.2f} %",
        )
        for each in report.coverage
    )
    put_table(_COVERAGE, rows, empty="The policy has no rule.")
    idle = [each.rule_id for each in report.coverage if not each.decides]
    if not report.orders:
        say(NO_ORDERS)
    elif idle:
        say(f"Nothing changes without {', '.join(idle)}.")


def version_row(one: PolicyVersion) -> tuple[object, ...]:
    """A version in a table of `VERSION`."""
    return one.version, one.state, _decides(one), one.etag, one.author, one.note


def put_version(one: PolicyVersion) -> None:
    """One version."""
    put_table(VERSION, [version_row(one)])


def put_versions(versions: Sequence[PolicyVersion]) -> None:
    """Versions, newest first; the built-in policy is none of them."""
    put_table(VERSION, map(version_row, versions), empty="No version yet.")
    if not any(one.in_force for one in versions):
        say("None of these is in force for all orders: see `shipfrom rules pull`.")


def why(event: PolicyEvent) -> str:
    """The reason of an event, behind the share or the time that it speaks of."""
    detail = json.loads(event.detail) if event.detail else {}
    told = [event.reason] if event.reason else []
    if "canaryBps" in detail:
        told.insert(0, f"{detail['canaryBps'] / 100:g} % of the orders")
    if "startTime" in detail:
        told.insert(0, f"from {moment(datetime.fromisoformat(detail['startTime']))}")
    return ", ".join(told)


def _decides(one: PolicyVersion) -> str:
    if one.starts_at is not None:
        return f"from {one.starts_at:%Y-%m-%d %H:%M}Z"
    if one.canary_bps:
        return f"{one.canary_bps / 100:g} %"
    return "yes" if one.in_force else "no"


def keep(out: Path, pulled: PolicyText) -> None:
    """Write a file and say what it is; the built-in policy has no etag."""
    out.write_text(pulled.yaml, encoding="utf-8")
    one = pulled.version
    say(f"{out}: {one.policy_version}" + (f", etag {one.etag}" if one.etag else ""))
