"""A generation names one unbroken life of the ledger; a bump starts the next one.

After a restore, a failover that may have lost commits, or a time without a view, every
older value of the view reads as a miss. A plain counter would be restored with a backup
and used twice for two histories, so the clock is part of it.
"""

import time

from sqlalchemy import Connection, select, update

from inventory.tables import meta


def bump(connection: Connection, *, above: int = 0) -> int:
    """Start a new generation, above the ledger's and any that was seen elsewhere."""
    old = int(
        connection.execute(select(meta.c.generation).with_for_update()).scalar_one()
    )
    new = max(old + 1, above + 1, int(time.time()))
    connection.execute(update(meta).values(generation=new))
    return new


def note_view(connection: Connection, *, has_view: bool) -> None:
    """Keep the promise of the generation over times without a view.

    What is committed while no view is configured never reaches it; a view that is
    configured again later must not be believed.
    """
    is_stale = bool(connection.execute(select(meta.c.view_is_stale)).scalar_one())
    if has_view and is_stale:
        bump(connection)
    if has_view == is_stale:
        connection.execute(update(meta).values(view_is_stale=int(not has_view)))
