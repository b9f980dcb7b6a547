"""The orders that others expect, by hour, as they said it at each time.

A forecast is written once for each request. Of what is said of an hour on one day the
last word stays; those of earlier days stay too, until the hour is too long ago for
anybody to ask how good they were.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from inventory.database import Database
from inventory.decide import check_content
from inventory.instants import microseconds
from inventory.prices.placed import HOUR_US
from inventory.prices.tables import forecast, lease
from inventory.queries import Queries
from inventory.requests import RequestKey
from inventory.tables import idempotency
from inventory.writer import Writer

DAY_US = 24 * HOUR_US
KEPT_HOURS = 70 * 24
"""Forecasts of hours longer ago are forgotten."""
NAMED = 500
"""Hours in one statement."""


class SaidOrders(NamedTuple):
    """What was said of an hour since 1970, in thousandths of an order."""

    hour: int
    made_at_us: int
    orders_milli: int


@dataclass(frozen=True, slots=True)
class Told:
    """One forecast of somebody: thousandths of orders by hour since 1970.

    `clears` forgets first what was said of hours that are not over.
    """

    orders_milli: Mapping[int, int]
    made_at: datetime
    clears: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: hours written, hours that were over already, thousandths of
    orders in all that was written."""

    hours: int
    past_hours: int
    orders_milli: int


class Forecasts:
    """The forecasts of one ledger, as one process sees them."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def said(self, first: int, last: int, ahead: int) -> tuple[SaidOrders, ...]:
        """What was said of the hours, as far as somebody looks ahead so many hours.

        Who looks ahead to an hour does so within `ahead` hours before it: of what was
        said until then only the last word counts, and no other is read. A year that is
        forecast anew each day has hundreds of words on an hour, and few of them count.

        Raises StorageUnavailable.
        """
        wanted = _heard(first, last, ahead)

        def query(connection: Connection) -> tuple[SaidOrders, ...]:
            return tuple(SaidOrders(*row) for row in connection.execute(wanted))

        return await self._queries.run(query)

    async def take(self, key: RequestKey, told: Told) -> Taken:
        """Write a forecast, once for this request.

        Raises:
            IdReused: the request id came before with other content.
            StorageUnavailable: nothing was changed.
        """

        def job(connection: Connection) -> Taken:
            # The lease of the prices is one row: whoever has it locked is alone.
            connection.execute(update(lease).values(name=lease.c.name))
            earlier = _earlier(connection, key)
            if earlier is not None:
                return earlier
            now_us = self._database.now_us(connection)
            taken = _write(connection, told, now_us // HOUR_US)
            connection.execute(
                insert(idempotency).values(
                    principal=key.principal,
                    method=key.method,
                    request_id=key.request_id,
                    request_hash=key.content_hash,
                    answer=json.dumps(["forecast", asdict(taken)]),
                    at_us=now_us,
                )
            )
            return taken

        return await self._writer.work(job)


def _heard(first: int, last: int, ahead: int) -> Select[tuple[Any, ...]]:
    within = forecast.c.hour.between(first, last)
    since_us = (forecast.c.hour - ahead) * HOUR_US
    early = (
        select(forecast.c.hour, func.max(forecast.c.made_at_us).label("made_at_us"))
        .where(within, forecast.c.made_at_us < since_us)
        .group_by(forecast.c.hour)
        .subquery()
    )
    return (
        select(forecast)
        .outerjoin(early, early.c.hour == forecast.c.hour)
        .where(within, forecast.c.made_at_us >= func.coalesce(early.c.made_at_us, 0))
    )


def ahead_of(told: Told) -> dict[int, int]:
    """The part of a forecast that is none of the past: hours that were not over when it
    was made."""
    first = microseconds(told.made_at) // HOUR_US
    return {hour: milli for hour, milli in told.orders_milli.items() if hour >= first}


def taken_of(told: Told) -> Taken:
    """What becomes of a forecast."""
    ahead = ahead_of(told)
    past = len(told.orders_milli) - len(ahead)
    return Taken(len(ahead), past, sum(ahead.values()))


def _write(connection: Connection, told: Told, hour: int) -> Taken:
    if told.clears:
        connection.execute(delete(forecast).where(forecast.c.hour >= hour))
    made_at_us, ahead = microseconds(told.made_at), ahead_of(told)
    _forget(connection, sorted(ahead), made_at_us)
    rows = [
        {"hour": at, "made_at_us": made_at_us, "orders_milli": milli}
        for at, milli in ahead.items()
    ]
    if rows:
        connection.execute(insert(forecast), rows)
    connection.execute(delete(forecast).where(forecast.c.hour < hour - KEPT_HOURS))
    return taken_of(told)


def _forget(connection: Connection, hours: Sequence[int], made_at_us: int) -> None:
    """What was said of the hours on the same day."""
    day_us = made_at_us // DAY_US * DAY_US
    same_day = forecast.c.made_at_us.between(day_us, day_us + DAY_US - 1)
    for named in _parts(hours):
        connection.execute(delete(forecast).where(forecast.c.hour.in_(named), same_day))


def _parts(hours: Sequence[int]) -> Iterable[Sequence[int]]:
    return (hours[first : first + NAMED] for first in range(0, len(hours), NAMED))


def _earlier(connection: Connection, key: RequestKey) -> Taken | None:
    wanted = select(idempotency.c.request_hash, idempotency.c.answer).where(
        idempotency.c.principal == key.principal,
        idempotency.c.method == key.method,
        idempotency.c.request_id == key.request_id,
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    check_content(key, row.request_hash)
    return Taken(**json.loads(row.answer)[1])
