"""What a policy must pass before it is published: its checks and the golden orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from allocation.policy import Policy
from inventory.errors import GateFailed
from inventory.policies import Policies
from inventory.policy_rows import GoldenOrder
from router.money import Currency
from router.planning import Planner
from router.policies.finding import Finding, Severity
from router.simulate.golden import Golden as Kept
from router.simulate.golden import check, golden_from_json

TOLD_MAX = 5
"""Failures that a refusal names; the list of golden orders has them all."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden order, and what a policy breaks of it."""

    order: GoldenOrder
    kept: Kept
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gates:
    """Tries policies on golden orders."""

    policies: Policies
    planner: Planner
    currency: Currency

    async def golden(self, policy: Policy) -> list[Golden]:
        """What a policy makes of every golden order."""
        return [
            await tried(order, policy, planner=self.planner, currency=self.currency)
            for order in await self.policies.golden.all()
        ]


async def tried(
    order: GoldenOrder, policy: Policy, *, planner: Planner, currency: Currency
) -> Golden:
    """What a policy makes of one golden order."""
    kept = golden_from_json(order.problem)
    problems = await planner.aside(lambda: check(kept, policy, money=currency.text))
    return Golden(order, kept, problems)


def check_gates(
    version: int, found: Sequence[Finding], golden: Sequence[Golden]
) -> None:
    """Raises GateFailed with the first reasons."""
    said = [
        f"{each.rule_id or 'the policy'}: {each.problem}"
        for each in found
        if each.severity is Severity.ERROR
    ]
    said += [f"golden order {each.problems[0]}" for each in golden if each.problems]
    if not said:
        return
    metadata = {f"failure{index}": text for index, text in enumerate(said[:TOLD_MAX])}
    raise GateFailed(
        f"{_counted(len(said))} against policy version {version}; {said[0]}",
        next_step="mend the policy, or publish with an override_reason",
        metadata={"version": str(version), **metadata},
    )


def _counted(reasons: int) -> str:
    return "1 reason stands" if reasons == 1 else f"{reasons} reasons stand"
