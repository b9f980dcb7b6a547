"""The audit of the books: read-only, beside a running system, trusting no running code.

I1 no oversell · I2 books sum up · I3 one fate a hold · I4 dense versions · I5 the view
never lies, it only lags · I6 answered means durable · I7 no lost order · I8 an order is
what its shipments say.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, Engine, func, select

from inventory.database import open_reader, snapshot
from inventory.invariants import Checker, Violation, checkers, oversold_units
from inventory.loading import generation_of
from inventory.packed import generations_of, slots_of
from inventory.tables import cell, entry, hold, node, order
from inventory.view import View, ViewDown

PAGE = 200  # SKUs that are compared at once
AT_ONCE = 2  # checks: each reads a large part of the ledger

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was checked and what was found.

    `view_behind` counts entries that are older than the ledger: late, not wrong.
    """

    cells: int
    holds: int
    orders: int
    entries: int
    violations: tuple[Violation, ...]
    oversold_units: int
    view_behind: int = 0
    view_checked: int = 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """One entry of the view, of the current generation."""

    sku: str
    number: int
    version: int
    available: int


async def audit(ledger_url: str, view_url: str | None = None) -> AuditReport:
    """Check every invariant on a snapshot of the ledger, then the view against it.

    Raises:
        ViewDown: the view does not answer; leave it out to check the ledger alone.
    """
    engine = open_reader(ledger_url)
    try:
        report = await asyncio.to_thread(_audit_ledger, engine)
        if view_url is None:
            return report
        view = await View.open(view_url)
        try:
            return await _with_view(report, engine, view)
        finally:
            await view.close()
    finally:
        engine.dispose()


def _audit_ledger(engine: Engine) -> AuditReport:
    with snapshot(engine) as connection:
        cells, holds, orders, entries = (
            int(connection.execute(select(func.count()).select_from(t)).scalar_one())
            for t in (cell, hold, order, entry)
        )
    with ThreadPoolExecutor(AT_ONCE) as threads:
        look = partial(_on_snapshot, engine)
        found = list(threads.map(look, map(_listed, checkers())))
    violations = tuple(violation for some in found for violation in some)
    # Units beyond the shelf break I1 too: only then are all entries read once more.
    oversold = _on_snapshot(engine, oversold_units) if violations else 0
    return AuditReport(
        cells=cells,
        holds=holds,
        orders=orders,
        entries=entries,
        violations=violations,
        oversold_units=oversold,
    )


def _on_snapshot(engine: Engine, look: Callable[[Connection], T]) -> T:
    with snapshot(engine) as connection:
        return look(connection)


def _listed(checker: Checker) -> Callable[[Connection], list[Violation]]:
    return lambda connection: list(checker(connection))


async def _with_view(report: AuditReport, engine: Engine, view: View) -> AuditReport:
    violations = list(report.violations)
    behind = checked = 0
    after = ""
    while skus := await asyncio.to_thread(_next_skus, engine, after):
        # The view first: what it shows must be in the ledger that is read after it.
        raws = await view.read(skus)
        found = await asyncio.to_thread(_compare, engine, skus, raws)
        violations += found[0]
        behind += found[1]
        checked += found[2]
        after = skus[-1]
    return replace(
        report,
        violations=tuple(violations),
        view_behind=behind,
        view_checked=checked,
    )


def _next_skus(engine: Engine, after: str) -> list[str]:
    with snapshot(engine) as connection:
        wanted = select(cell.c.sku).where(cell.c.sku > after).distinct()
        rows = connection.execute(wanted.order_by(cell.c.sku).limit(PAGE))
        return [str(row[0]) for row in rows]


def _compare(
    engine: Engine, skus: Sequence[str], raws: Sequence[bytes | None]
) -> tuple[list[Violation], int, int]:
    """Violations of I5, entries that lag and entries that were compared."""
    violations: list[Violation] = []
    with snapshot(engine) as connection:
        shown = list(_shown(skus, raws, generation_of(connection)))
        known = _ledger(connection, skus)
        behind = 0
        for one in shown:
            version, free, node_id = known.get((one.sku, one.number), (0, 0, "?"))
            if one.version < version:
                behind += 1
                free = _free_at(connection, one.sku, node_id, one.version)
            violations += _lies(one, node_id, version=version, free=free)
    return violations, behind, len(shown)


def _lies(one: _Shown, node_id: str, *, version: int, free: int) -> list[Violation]:
    name = f"{one.sku} at {node_id} version {one.version}"
    if one.version > version:
        return [Violation("I5", f"the ledger never had {name}")]
    if one.available != free:
        wrong = f"the view shows {one.available} of {name}, it had {free}"
        return [Violation("I5", wrong)]
    return []


def _ledger(
    connection: Connection, skus: Sequence[str]
) -> dict[tuple[str, int], tuple[int, int, str]]:
    """Version, available and node id by SKU and node number."""
    free = cell.c.on_hand - cell.c.held - cell.c.allocated - cell.c.safety_stock
    rows = connection.execute(
        select(cell.c.sku, node.c.number, cell.c.ver, free, cell.c.node)
        .select_from(cell.join(node, node.c.id == cell.c.node))
        .where(cell.c.sku.in_(skus))
    )
    return {(s, number): (ver, max(0, f), name) for s, number, ver, f, name in rows}


def _shown(
    skus: Sequence[str], raws: Sequence[bytes | None], generation: int
) -> Iterator[_Shown]:
    for sku, raw in zip(skus, raws, strict=True):
        if raw is None or generations_of(raw)[0] != generation:
            continue
        slots = slots_of(raw)
        for number in np.flatnonzero(slots["version"]).tolist():
            version, available = slots[number].tolist()
            yield _Shown(sku, number, version, available)


def _free_at(connection: Connection, sku: str, node_id: str, version: int) -> int:
    """What was available after that version, replayed from the entries."""
    change = entry.c.d_on_hand - entry.c.d_held - entry.c.d_allocated - entry.c.d_safety
    total = connection.execute(
        select(func.sum(change)).where(
            entry.c.sku == sku, entry.c.node == node_id, entry.c.cell_ver <= version
        )
    ).scalar_one()
    return max(0, int(total or 0))


__all__ = ["AuditReport", "ViewDown", "Violation", "audit"]
