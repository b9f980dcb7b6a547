"""What was ordered lately: the newest decisions, and how many orders came each hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from inventory.history import PlacedOrder
from inventory.instants import instant, microseconds
from inventory.parts import unpack
from inventory.queries import Queries
from inventory.tables import hold, order

HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Lately:
    """Orders of a window: the newest of them in order of time, and their number by hour
    since 1970. An order with parts is one in the hours and several among the orders."""

    orders: tuple[PlacedOrder, ...]
    by_hour: Mapping[int, int]


async def lately(
    queries: Queries,
    since: datetime,
    *,
    until: datetime | None = None,
    limit: int,
    counted_since: datetime | None = None,
) -> Lately:
    """Orders committed from then on, the decisions of the newest `limit`.

    Args:
        until: before this moment; None: until now.
        counted_since: by hour they are counted from then on; None: from `since`.

    Raises:
        StorageUnavailable: the ledger cannot be read.
    """
    within = _between(since, until)
    counting = _between(counted_since or since, until)

    def query(connection: Connection) -> Lately:
        rows = connection.execute(_newest(within).limit(limit)).all()
        placed = tuple(each for row in reversed(rows) for each in _placed(row))
        hour = order.c.created_at_us // HOUR_US
        counted = select(hour, func.count()).where(*counting)
        by_hour = connection.execute(counted.group_by(hour))
        return Lately(placed, {int(at): int(many) for at, many in by_hour})

    return await queries.run(query)


def _between(since: datetime, until: datetime | None) -> list[ColumnElement[bool]]:
    within = [order.c.created_at_us >= microseconds(since)]
    if until is not None:
        within.append(order.c.created_at_us < microseconds(until))
    return within


def _newest(within: Sequence[ColumnElement[bool]]) -> Any:
    same = (hold.c.owner == order.c.owner) & (hold.c.hold_id == order.c.hold_id)
    wanted = select(order.c.order_id, order.c.created_at_us, hold.c.decision)
    newest_first = order.c.created_at_us.desc(), order.c.order_id.desc()
    return wanted.join(hold, same).where(*within).order_by(*newest_first)


def _placed(row: Row[Any]) -> list[PlacedOrder]:
    at = instant(row.created_at_us)
    return [PlacedOrder(row.order_id, at, each) for each in unpack(row.decision)]
