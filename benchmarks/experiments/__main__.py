"""`python -m benchmarks.experiments a|b|c|month --seeds 1-15 --json out.json`.

Each experiment is a list of cases, each case gives one row. `--json` writes the rows,
`--record` writes them with their summary, the command, the day and the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from benchmarks.experiments import report, run_a, run_b, run_c, run_large, run_month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.experiments.report import Row


@dataclass(frozen=True, slots=True)
class Experiment:
    """How an experiment runs and is told."""

    title: str
    seeds: str
    """As published, or as in the record."""
    cases: Callable[[list[int]], Sequence[Any]]
    row: Callable[[Any], Row]
    told: Callable[[Sequence[Row]], list[Row]]


def _told_a(rows: Sequence[Row]) -> list[Row]:
    known = {"instance", "T", "exact_live_split", "exact_live_lost"}
    return report.summary(rows, ("T",), _policies(rows, known))


def _told_large(rows: Sequence[Row]) -> list[Row]:
    known = {"instance", "groups", "T", "cold_solve_s", "resolve_s_max"}
    told = report.summary(rows, ("groups", "T"), _policies(rows, known))
    times = [(row["groups"], float(row["resolve_s_max"])) for row in rows]
    return [
        each | {"resolve_s_max": max(s for groups, s in times if groups == own)}
        for each in told
        for own in [each["groups"]]
    ]


def _told_c(rows: Sequence[Row]) -> list[Row]:
    """One row for each policy of each example."""
    return [
        {name: row[name] for name in ("example", "T", "placed", "offline_mean")}
        | {"policy": policy}
        | {name: row[f"{policy}_{name}"] for name in run_c.TOLD}
        for row in rows
        for policy in run_c.POLICIES
    ]


def _told_b(rows: Sequence[Row]) -> list[Row]:
    known = {"seed", "n_max", "T", "low"}
    return report.summary(rows, ("n_max", "T", "low"), _policies(rows, known))


def _policies(rows: Sequence[Row], known: set[str]) -> list[str]:
    return list(dict.fromkeys(n for row in rows for n in row if n not in known))


EXPERIMENTS = {
    "a": Experiment(
        "A: Jasin and Sinha (2015), Ma (2023)", "0-29", run_a.cases, run_a.row, _told_a
    ),
    "c": Experiment(
        "C: Arlotto, Keskin and Wei (2026)", "92", run_c.cases, run_c.row, _told_c
    ),
    "a-large": Experiment(
        "A, large network", "7", run_large.cases, run_large.row, _told_large
    ),
    "b": Experiment(
        "B: Amil, Makhdoumi and Wei (2025)", "1-15", run_b.cases, run_b.row, _told_b
    ),
    "month": Experiment(
        "A month of the demonstration",
        "1-3",
        run_month.cases,
        run_month.row,
        run_month.told,
    ),
}


def seeds_of(text: str) -> list[int]:
    """`3`, `1-15` or `1-3,7` as numbers."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def run(
    experiment: Experiment, seeds: list[int], kept: Path | None = None
) -> list[Row]:
    """All rows, with a bar that says how far it is.

    Those at hand are written to the file after each case: a long run that is cut off
    has not run for nothing.
    """
    cases = experiment.cases(seeds)
    rows: list[Row] = []
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task(experiment.title, total=len(cases))
        for case in cases:
            rows.append(experiment.row(case))
            if kept:
                kept.write_text(json.dumps(rows, indent=1) + "\n")
            progress.advance(task)
    return rows


def main() -> int:
    """Run one experiment."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.experiments")
    parser.add_argument("experiment", choices=sorted(EXPERIMENTS))
    parser.add_argument("--seeds", help="such as 1-15; those of the record if left out")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--record", type=Path, help="write rows, summary and origin")
    options = parser.parse_args()
    experiment = EXPERIMENTS[options.experiment]
    seeds = options.seeds or experiment.seeds
    if options.experiment == "c":
        # Its draws are part of what was published.
        print(f"drawn with the published seed {experiment.seeds}, whatever is asked")
        seeds = experiment.seeds
    rows = run(experiment, seeds_of(seeds), options.json)
    told = experiment.told(rows)
    report.show(experiment.title, told)
    if options.record:
        command = (
            f"python -m benchmarks.experiments {options.experiment} --seeds {seeds}"
        )
        report.record(options.record, command, rows=rows, told=told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
