"""What came of shipments at their nodes: rejected, timed out, or so many units found.

A row a time, written in the transaction of the step itself and never changed. Routers
learn from it which nodes had better be left alone for a while. Rows older than ninety
days are forgotten: nobody looks back further.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Connection, Index, Select, Table, delete, select

from inventory.columns import metadata, serial, text_, whole

REJECTED, TIMED_OUT, PICKED = "REJECTED", "TIMED_OUT", "PICKED"
REFUSED = (REJECTED, TIMED_OUT)
KEPT_US = 90 * 24 * 3600 * 1_000_000

outcome = Table(
    "outcome",
    metadata,
    serial("id"),
    text_("node"),
    text_("kind"),
    text_("shipment_id"),
    # Units that were on the shelf and units that were not.
    whole("found"),
    whole("missing"),
    whole("at_us"),
    CheckConstraint("kind IN ('REJECTED', 'TIMED_OUT', 'PICKED')", name="outcome_kind"),
    CheckConstraint("found >= 0 AND missing >= 0", name="outcome_counts"),
    Index("outcome_by_age", "at_us"),
    sqlite_strict=True,
)


def due(now_us: int) -> Select[Any]:
    """What is old enough to be forgotten."""
    return select(outcome.c.id).where(outcome.c.at_us < now_us - KEPT_US)


def forget(connection: Connection, now_us: int, *, limit: int) -> int:
    """Take at most so many old rows away; how many went."""
    old = due(now_us).order_by(outcome.c.at_us).limit(limit)
    return connection.execute(delete(outcome).where(outcome.c.id.in_(old))).rowcount
