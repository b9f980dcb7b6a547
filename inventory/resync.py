"""Brings the view up to date after it may have lost something, and catches its witness.

A restarted or promoted Redis may be seconds behind although every entry was pushed. Its
incarnation tells: when that is not the one the ledger remembers, every value that the
view holds is compared with the ledger and what lags is pushed again. The other way
round, a view that knows more than the ledger is the witness of a ledger that went back.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select, update

from inventory.generation import bump
from inventory.packed import lagging_entries
from inventory.queries import Figures, Queries
from inventory.tables import cell, meta
from inventory.view import Ahead, View
from inventory.writer import Writer

PAGE = 100  # SKUs that are compared at once

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Life:
    """What the ledger says about itself and about the view that it fed."""

    generation: int
    view_incarnation: str


def life(connection: Connection) -> Life:
    """The ledger's generation and the view's incarnation that it remembers."""
    row = connection.execute(select(meta.c.generation, meta.c.view_incarnation)).one()
    return Life(*row)


class Resync:
    """One process's repairs of the view."""

    def __init__(self, view: View, queries: Queries, writer: Writer) -> None:
        self._view = view
        self._queries = queries
        self._writer = writer

    async def run(self, incarnation: str) -> int:
        """Push everything that lags, then remember the incarnation; entries pushed.

        Raises:
            ViewDown, StorageUnavailable: to be tried again.
        """
        pushed = 0
        after = ""
        while skus := await self._queries.run(partial(_skus, after=after)):
            pushed += await self._repair(skus)
            after = skus[-1]
        await self._writer.work(
            lambda c: c.execute(update(meta).values(view_incarnation=incarnation))
        )
        log.info("the view was compared with the ledger: %d entries lagged", pushed)
        return pushed

    async def _repair(self, skus: Sequence[str]) -> int:
        raws = await self._view.read(skus)
        held = {sku: raw for sku, raw in zip(skus, raws, strict=True) if raw}
        if not held:
            return 0  # whoever needs them fills them
        figures = await self._queries.figures(list(held))
        lagging = lagging_entries(held, figures.generation, figures.by_sku)
        await self._view.push(figures.generation, lagging)
        return sum(map(len, lagging.values()))

    async def check_witness(self, ahead: Iterable[Ahead]) -> bool:
        """Whether the view was shown a ledger that ours, asked again, has not been.

        Then ours went back, by a restore or a failover that lost commits, and starts a
        new generation: whatever the view holds of the lost life reads as a miss.
        """
        found = list(ahead)
        if not found:
            return False
        figures = await self._queries.figures(sorted({one.sku for one in found}))
        # Those of another generation: somebody was faster.
        worse = [
            one
            for one in found
            if one.generation == figures.generation and _contradicts(one, figures)
        ]
        for one in worse:
            log.critical("LEDGER_REGRESSION: the view has seen another ledger: %s", one)
        if worse:
            await self._writer.work(bump)
        return bool(worse)


def _contradicts(one: Ahead, figures: Figures) -> bool:
    for number, version, available in figures.by_sku[one.sku]:
        if number == one.number:
            is_behind = version < one.version
            return is_behind or (version == one.version and available != one.available)
    return True


def _skus(connection: Connection, *, after: str) -> list[str]:
    wanted = select(cell.c.sku).where(cell.c.sku > after).distinct()
    rows = connection.execute(wanted.order_by(cell.c.sku).limit(PAGE))
    return [str(row[0]) for row in rows]
