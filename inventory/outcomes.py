"""What nodes did with their shipments lately, read for routers that learn from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from inventory.instants import microseconds
from inventory.outcome_rows import REFUSED, outcome
from inventory.queries import Queries


class Refusal(NamedTuple):
    """A shipment that its node did not take."""

    id: int
    node_id: str
    at_us: int


class Picks(NamedTuple):
    """Units that were found at a node, and units that were not."""

    node_id: str
    found: int
    missing: int


class Found(NamedTuple):
    """What was turned down, by age, and when any shipment last had an outcome."""

    rows: tuple[Refusal, ...]
    newest_us: int | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Reads of one process."""

    queries: Queries

    async def refusals(self, since: datetime) -> Found:
        """What was rejected or timed out from then on.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        wanted = (
            select(outcome.c.id, outcome.c.node, outcome.c.at_us)
            .where(outcome.c.at_us >= microseconds(since), outcome.c.kind.in_(REFUSED))
            .order_by(outcome.c.at_us, outcome.c.id)
        )

        def query(connection: Connection) -> Found:
            newest = connection.execute(select(func.max(outcome.c.at_us))).scalar()
            rows = connection.execute(wanted)
            return Found(tuple(Refusal(*row) for row in rows), newest)

        return await self.queries.run(query)

    async def picks(self, since: datetime) -> tuple[Picks, ...]:
        """Units looked for from then on, by node; a rejection that says that units are
        not there counts.

        Raises:
            StorageUnavailable: the ledger cannot be read.
        """
        sums = func.sum(outcome.c.found), func.sum(outcome.c.missing)
        wanted = (
            select(outcome.c.node, *sums)
            .where(outcome.c.at_us >= microseconds(since))
            .group_by(outcome.c.node)
            .order_by(outcome.c.node)
        )

        def query(connection: Connection) -> tuple[Picks, ...]:
            rows = connection.execute(wanted)
            return tuple(Picks(str(n), int(hit), int(gone)) for n, hit, gone in rows)

        return await self.queries.run(query)
