"""How much work a decision may take: each bound of the solvers, with its reason.

Work is counted, not timed, so that a replay on another machine gives the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of `optimise`."""

    kernel_lines: int = 12
    """3^12 / 2 pairs a layer take about a millisecond; each further line triples it."""
    counted_steps: int = 4_000_000
    """Transitions of the counted states: about ten milliseconds, less than a model."""
    counted_states: int = 200_000
    """Counted states of one order; more would not fit the cache."""
    search_nodes: int = 20_000
    """Steps of the search in one order: ten milliseconds or so; five times as many
    close few gaps more."""
    gap_bps: int = 200
    """A larger gap after the search is handed to CP-SAT, a smaller one is reported."""
    model_cells: int = 400
    """Candidates x lines up to which it is: beyond, CP-SAT takes longer than a caller
    waits and seldom finds more."""
    label_steps: int = 4_000_000
    """Comparisons of Pareto vectors: about ten milliseconds, less than a model."""
    tier_cells: int = 1_200
    """Candidates x lines up to which CP-SAT is asked for any plan that keeps the side
    constraints when none is at hand: a late answer is better than no shipment."""
    model_seconds: float = 0.3
    """Deterministic time of CP-SAT: the same work on every machine."""
    model_guard_seconds: float = 20.0
    """Wall clock of CP-SAT: only a guard, a replay may differ when it strikes."""


DEFAULT = Limits()
