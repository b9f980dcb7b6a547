"""Times of steps, written many at once: they bind nobody and no unit hangs on them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, update

from inventory.orders.tables import shipment
from inventory.writer import Writer


class Time(NamedTuple):
    """When the present step of a shipment should be done; state is the step's."""

    shipment_id: str
    state: str
    due_us: int


class Times:
    """Writes times of one process, each only where there is none yet.

    A step that changes the shipment meanwhile begins a time of its own; one that knew
    it without a time writes it back without, and the next round sets it again.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def set(self, times: Sequence[Time]) -> None:
        """
        Raises:
            StorageUnavailable, Draining: nothing was written.
        """
        # In the order of ids: two routers that set the same times wait for each other.
        rows = [
            {"is_": time.shipment_id, "at": time.state, "by": time.due_us}
            for time in sorted(times)
        ]
        same = (
            shipment.c.shipment_id == bindparam("is_"),
            shipment.c.state == bindparam("at"),
            shipment.c.due_us == 0,
        )
        wanted = update(shipment).where(*same).values(due_us=bindparam("by"))

        def write(connection: Connection) -> None:
            connection.execute(wanted, rows)

        if rows:
            await self._writer.work(write)
