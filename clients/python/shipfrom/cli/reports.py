"""Findings, differences and simulations for people: lines of a terminal, Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from shipfrom._errors import InvalidField
from shipfrom._policy_values import (
    Finding,
    GoldenOrder,
    PolicyChange,
    PolicyVersion,
    Severity,
    SimulationDifference,
    SimulationFigures,
    SimulationReport,
)
from shipfrom.cli.show import put_text
from shipfrom.cli.table import put_table

CHANGED_MAX = 10
"""Changed orders in a text: a person looks at a few."""
VERSION = ["#version", "!state", "in force", "!etag", "author", "note"]
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
    failed: Sequence[GoldenOrder],
    *,
    report: SimulationReport,
) -> str:
    """What a pull request shows, as Markdown."""
    parts = ["## Routing rules", _list("Changes", map(sentence, changes), "None.")]
    told = (finding_text(file, found) for found in findings)
    parts.append(_list("Checks", told, "Nothing is wrong."))
    broken = (f"**{each.golden_id}**: {'; '.join(each.problems)}" for each in failed)
    parts.append(_list("Golden orders", broken, "All pass."))
    parts.append(markdown(report))
    return "\n\n".join(parts)


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
        yield "No order was placed in this time: nothing to compare."
        return
    yield "| | before | after |"
    yield "|---|---:|---:|"
    before, after = _figures(report.baseline), _figures(report.candidate)
    for name, value in before.items():
        yield f"| {name} | {value} | {after[name]} |"
    yield ""
    for difference in report.differences:
        yield f"- {_difference(difference)}"
    yield f"- {report.changed_orders:,} orders ship otherwise"
    for changed in report.changed[:CHANGED_MAX]:
        one = ", ".join(changed.baseline_node_ids) or "nowhere"
        other = ", ".join(changed.candidate_node_ids) or "nowhere"
        yield f"  - {changed.order_id}: {one} → {other}, {changed.difference}"


def _figures(figures: SimulationFigures) -> dict[str, str]:
    return {
        "orders that ship": f"{figures.shipped_orders:,}",
        "units filled": f"{figures.fill_rate:.2%}",
        "cost an order": str(figures.cost_per_order),
        "shipments an order": f"{figures.shipments_per_order:.3f}",
        "late orders": f"{figures.late_orders:,}",
        "distance, km": f"{figures.distance_km_mean:,.0f}",
    }


def _difference(difference: SimulationDifference) -> str:
    sure = "" if difference.certain else ", not certain"
    low, high = difference.low, difference.high
    name = difference.measure.replace("_", " ")
    return f"{name} an order: {difference.mean:+.4g} ({low:+.4g} to {high:+.4g}{sure})"


def put_coverage(report: SimulationReport) -> None:
    """What each rule does."""
    rows = (
        (
            each.rule_id,
            each.decides,
            f"{each.decides / each.orders:.1%}" if each.orders else "-",
            str(each.cost),
            f"{each.fill_rate:+.2%}",
        )
        for each in report.coverage
    )
    put_table(_COVERAGE, rows, empty="The policy has no rule.")


def version_row(one: PolicyVersion) -> tuple[object, ...]:
    """A version in a table of `VERSION`."""
    return one.version, one.state, _decides(one), one.etag, one.author, one.note


def put_version(one: PolicyVersion) -> None:
    """One version."""
    put_table(VERSION, [version_row(one)])


def _decides(one: PolicyVersion) -> str:
    if one.starts_at is not None:
        return f"from {one.starts_at:%Y-%m-%d %H:%M}Z"
    if one.canary_bps:
        return f"{one.canary_bps / 100:g} %"
    return "yes" if one.in_force else "no"
