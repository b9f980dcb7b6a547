"""What was ordered lately: the newest decisions, and how many orders came each hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

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


async def lately(queries: Queries, since: datetime, *, limit: int) -> Lately:
    """Orders committed from then on, the decisions of the newest `limit`.

    Raises:
        StorageUnavailable: the ledger cannot be read.
    """
    since_us = microseconds(since)

    def query(connection: Connection) -> Lately:
        rows = connection.execute(_newest(since_us).limit(limit)).all()
        placed = tuple(each for row in reversed(rows) for each in _placed(row))
        hour = order.c.created_at_us // HOUR_US
        counted = select(hour, func.count()).where(order.c.created_at_us >= since_us)
        by_hour = connection.execute(counted.group_by(hour))
        return Lately(placed, {int(at): int(many) for at, many in by_hour})

    return await queries.run(query)


def _newest(since_us: int) -> Any:
    same = (hold.c.owner == order.c.owner) & (hold.c.hold_id == order.c.hold_id)
    wanted = select(order.c.order_id, order.c.created_at_us, hold.c.decision)
    newest_first = order.c.created_at_us.desc(), order.c.order_id.desc()
    placed = wanted.join(hold, same).where(order.c.created_at_us >= since_us)
    return placed.order_by(*newest_first)


def _placed(row: Row[Any]) -> list[PlacedOrder]:
    at = instant(row.created_at_us)
    return [PlacedOrder(row.order_id, at, each) for each in unpack(row.decision)]
