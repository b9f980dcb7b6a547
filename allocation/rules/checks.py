"""The static checks of a policy: what cannot be meant, before any order is routed.

A policy with an ERROR is not published. A warning is a fact that somebody should look
at; a sensible policy has none.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from allocation.rules.ahead import ahead
from allocation.rules.coverage import (
    Coverage,
    conflicts,
    idle_nodes,
    meant_nodes,
    stranded_items,
)
from allocation.rules.distances import opposites, pointless, too_far
from allocation.rules.findings import Finding, Severity
from allocation.rules.meaning import meanings
from allocation.rules.overlaps import applies, contradictions, doubles, times
from allocation.rules.steps import limits, never_lifted, steps, tiers
from allocation.rules.unknown import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from allocation.network import Network
    from allocation.rules.document import PolicyDocument

__all__ = ["Finding", "Severity", "check"]

FINDINGS_MAX = 500
"""Nobody reads more; errors come first."""


def check(
    document: PolicyDocument, network: Network, now: datetime
) -> tuple[Finding, ...]:
    """Everything found, errors first, each group in the order of the document."""
    found = meanings(document, now)
    # What can never apply is told once, and decides nothing.
    sound = tuple(filter(applies, found))
    coverage = Coverage(document, network, sound)
    misspelt = tuple(unknown(document, network))
    wrong = {name for finding in misspelt for name in finding.rule_ids}
    told = chain(
        misspelt,
        contradictions(found),
        times(document, now),
        doubles(sound),
        conflicts(coverage),
        opposites(sound),
        too_far(document, sound),
        meant_nodes(coverage, [m for m in sound if m.rule.id not in wrong]),
        idle_nodes(coverage),
        stranded_items(coverage, network),
        pointless(sound),
        steps(document),
        never_lifted(document),
        tiers(document),
        limits(document),
        ahead(document),
    )
    told_once = sorted(_once(told), key=lambda finding: finding.severity)
    return tuple(told_once[:FINDINGS_MAX])


def _once(told: Iterable[Finding]) -> Iterable[Finding]:
    """Of findings that blame the same rules together, only the first."""
    blamed: set[tuple[str, ...]] = set()
    for finding in told:
        if len(finding.rule_ids) > 1:
            names = tuple(sorted(finding.rule_ids))
            if names in blamed:
                continue
            blamed.add(names)
        yield finding
