"""Rows of an experiment as a table and as a file that says where it comes from."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Row = dict[str, float | int | str]

WIDTH = 110
"""Columns that a table needs, whatever the terminal has."""
BASE, BOUND = "exact_live", "hindsight_bound"


def closed_percent(rows: Sequence[Row], policy: str) -> tuple[float, float]:
    """Share of the gap between exact live and the hindsight bound that is closed.

    Of the means over the instances; the second number is its standard error, the
    sequences of one instance not being independent.
    """
    live, bound, cost = (
        np.array([row[name] for row in rows], dtype=np.float64)
        for name in (BASE, BOUND, policy)
    )
    gap = float((live - bound).mean())
    share = float((live - cost).mean()) / gap
    if len(rows) < 2:
        return 100 * share, 0.0
    off = (live - cost) - share * (live - bound)
    error = float(off.std(ddof=1)) / np.sqrt(len(rows)) / gap
    return 100 * share, 100 * float(error)


def summary(
    rows: Sequence[Row], block: Sequence[str], policies: Sequence[str]
) -> list[Row]:
    """One row for each policy of each block: mean cost, excess over the bound, gap
    closed."""
    found: list[Row] = []
    keys = sorted({tuple(row[name] for name in block) for row in rows}, key=str)
    for key in keys:
        same = [r for r in rows if tuple(r[name] for name in block) == key]
        for policy in policies:
            run = [row for row in same if policy in row]
            if run:
                found.append(dict(zip(block, key, strict=True)) | _of(run, policy))
    return found


def _of(rows: Sequence[Row], policy: str) -> Row:
    mean = float(np.mean([row[policy] for row in rows]))
    told: Row = {"policy": policy, "instances": len(rows), "mean_cost": mean}
    if BOUND in rows[0] and not policy.endswith("_dlp"):
        ratio = [float(row[policy]) / float(row[BOUND]) - 1 for row in rows]
        share, error = closed_percent(rows, policy)
        told |= {
            "excess_percent": 100 * float(np.mean(ratio)),
            "closed_percent": share,
            "closed_se": error,
        }
    return told


def show(title: str, rows: Sequence[Row]) -> None:
    """A table on the terminal."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title)
    for name in names:
        numbers = any(isinstance(row.get(name), float | int) for row in rows)
        table.add_column(name, justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(_text(row.get(name, "")) for name in names))
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(table)


def _text(value: float | int | str) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def record(
    path: Path, command: str, *, rows: Sequence[Row], told: Sequence[Row]
) -> None:
    """Write rows and summary with the command, the day and the kind of machine."""
    document = {
        "command": command,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, shared, {platform.machine()}",
        "summary": list(told),
        "rows": list(rows),
    }
    path.write_text(json.dumps(document, indent=1) + "\n")
