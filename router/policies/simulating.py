"""Decides orders again under two policies: what would have been otherwise.

Each order is decided for itself. The report says what both policies made of them, and
what each rule of the candidate did.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from allocation.plan import Plan
from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from router.planning import Planner
from router.policies.expecting import unfilled_units
from router.policies.replanning import Scene

PORTION = 20
"""Orders between two words of progress."""
COVERED_MAX = 100
"""Orders that are decided again without each rule."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one policy made of the orders."""

    orders: int = 0
    units: int = 0
    unfilled_units: int = 0
    unfilled_orders: int = 0
    shipments: int = 0
    cost_minor: int = 0

    def and_one(self, scene: Scene, plan: Plan) -> "Figures":
        """With one order more."""
        missing = unfilled_units(plan)
        return Figures(
            self.orders + 1,
            self.units + sum(line.quantity for line in scene.problem.order.lines),
            self.unfilled_units + missing,
            self.unfilled_orders + int(missing > 0),
            self.shipments + len(plan.shipments),
            self.cost_minor + plan.cost.cash_minor,
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one rule did: orders that it decides, and what that costs."""

    rule_id: str
    decides: int = 0
    cost_minor: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a simulation."""

    baseline: Figures = Figures()
    candidate: Figures = Figures()
    changed_orders: int = 0
    coverage: tuple[Coverage, ...] = ()
    at: str = field(default="")

    def to_json(self) -> str:
        """As the ledger keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """What `to_json` wrote."""
        said = json.loads(text)
        return cls(
            Figures(**said["baseline"]),
            Figures(**said["candidate"]),
            said["changed_orders"],
            tuple(Coverage(**each) for each in said["coverage"]),
            said["at"],
        )


async def simulate(
    scenes: Sequence[Scene],
    baseline: Policy,
    candidate: Policy,
    *,
    planner: Planner,
    now: datetime,
) -> AsyncIterator[int | Report]:
    """Orders done so far, again and again, then the report."""
    report = Report(coverage=_unseen(candidate), at=now.isoformat())
    for start in range(0, len(scenes), PORTION):
        portion, so_far = scenes[start : start + PORTION], report
        covered = start < COVERED_MAX
        report = await planner.aside(
            lambda portion=portion, so_far=so_far, covered=covered: _decide(  # type: ignore[misc]  # bound at once
                portion, baseline, candidate, so_far=so_far, covered=covered
            )
        )
        yield min(start + PORTION, len(scenes))
    yield report


def _unseen(policy: Policy) -> tuple[Coverage, ...]:
    if policy.book is None:
        return ()
    rules = policy.book.document.rules
    return tuple(Coverage(rule.id) for rule in rules if rule.enabled)


def _decide(
    portion: Sequence[Scene],
    baseline: Policy,
    candidate: Policy,
    *,
    so_far: Report,
    covered: bool,
) -> Report:
    report = so_far
    for each in portion:
        before, after = each.under(baseline), each.under(candidate)
        coverage = report.coverage
        if covered:
            coverage = tuple(
                _without(rule, each, after, candidate) for rule in coverage
            )
        report = replace(
            report,
            baseline=report.baseline.and_one(each, before),
            candidate=report.candidate.and_one(each, after),
            changed_orders=report.changed_orders + int(_differ(before, after)),
            coverage=coverage,
        )
    return report


def _without(rule: Coverage, scene: Scene, plan: Plan, candidate: Policy) -> Coverage:
    """With one order more: what the plan would be if the rule were not there."""
    assert candidate.book is not None
    document = candidate.book.document
    left = tuple(each for each in document.rules if each.id != rule.rule_id)
    steps = (
        replace(step, lift=tuple(name for name in step.lift if name != rule.rule_id))
        for step in document.relax
        if step.lift != (rule.rule_id,)
    )
    version = f"{candidate.version}-without-{rule.rule_id}"
    other = replace(document, rules=left, relax=tuple(steps))
    without = scene.under(policy_in_force(other, version))
    costs = 0
    if unfilled_units(plan) == unfilled_units(without):
        costs = plan.cost.cash_minor - without.cost.cash_minor
    return Coverage(
        rule.rule_id,
        rule.decides + int(_differ(plan, without)),
        rule.cost_minor + costs,
    )


def _differ(one: Plan, other: Plan) -> bool:
    return _sent(one) != _sent(other)


def _sent(plan: Plan) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    return [(each.node_id, each.service, each.lines) for each in plan.shipments]
