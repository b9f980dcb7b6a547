"""Forgets events after ninety days, from the oldest on, so that no gap arises.

What was delivered is looked up for a month at most. Mails are remembered as long as
events are: until then none goes out twice.
"""

from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, text, tuple_

from inventory.events.tables import delivery, event, mail_sent, webhook

DAY_US = 24 * 3600 * 1_000_000
EVENTS_KEPT_US = 90 * DAY_US
DELIVERIES_KEPT_US = 30 * DAY_US


def due(now_us: int) -> tuple[Select[Any], ...]:
    """What is old enough, a query each."""
    return _events(now_us), _deliveries(now_us), _mails(now_us)


def forget(connection: Connection, now_us: int, *, limit: int) -> int:
    """Take at most so many rows of a kind away; how many went."""
    gone = _forget_events(connection, now_us, limit)
    key = tuple_(delivery.c.webhook_id, delivery.c.sequence)
    delivered = delete(delivery).where(key.in_(_deliveries(now_us).limit(limit)))
    gone += connection.execute(delivered).rowcount
    sent = mail_sent.c.event_id.in_(_mails(now_us).limit(limit))
    return gone + connection.execute(delete(mail_sent).where(sent)).rowcount


def _forget_events(connection: Connection, now_us: int, limit: int) -> int:
    oldest = select(event.c.sequence, event.c.at_us).order_by(event.c.sequence)
    rows = connection.execute(oldest.limit(limit))
    old = list(takewhile(lambda row: row.at_us < now_us - EVENTS_KEPT_US, rows))
    if not old:
        return 0
    upto = old[-1].sequence
    # Of webhooks that nobody enabled for so long.
    lost = delivery.c.webhook_id.in_(select(webhook.c.webhook_id))
    connection.execute(delete(delivery).where(lost, delivery.c.sequence <= upto))
    return connection.execute(delete(event).where(event.c.sequence <= upto)).rowcount


def _events(now_us: int) -> Select[Any]:
    """The oldest one, if it is old enough."""
    oldest = select(func.min(event.c.sequence)).scalar_subquery()
    is_old = event.c.at_us < now_us - EVENTS_KEPT_US
    return select(event.c.sequence).where(event.c.sequence == oldest, is_old)


def _deliveries(now_us: int) -> Select[Any]:
    # In the very words of the partial index: a bound value would not find it.
    is_done = text("state = 'DELIVERED'")
    return select(delivery.c.webhook_id, delivery.c.sequence).where(
        is_done, delivery.c.tried_at_us < now_us - DELIVERIES_KEPT_US
    )


def _mails(now_us: int) -> Select[Any]:
    return select(mail_sent.c.event_id).where(
        mail_sent.c.at_us < now_us - EVENTS_KEPT_US
    )
