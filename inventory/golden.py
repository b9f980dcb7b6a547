"""Golden orders: problems that every policy must decide well enough."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from inventory import policy_writes as writes
from inventory.errors import GoldenOrderNotFound
from inventory.operations import RequestKey
from inventory.policy_desk import Answer, Desk
from inventory.policy_rows import (
    BUILT_IN,
    GoldenOrder,
    Happening,
    Pointer,
    golden_of,
)
from inventory.policy_tables import golden_order


@dataclass(frozen=True, slots=True)
class NewGolden:
    """One to keep."""

    golden_id: str
    order_id: str
    say: str
    problem: bytes
    author: str


class GoldenOrders:
    """The golden orders of one ledger."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self) -> list[GoldenOrder]:
        """Every one, the oldest first."""
        wanted = select(golden_order).order_by(
            golden_order.c.at_us, golden_order.c.golden_id
        )
        return await self._desk.read(
            lambda c: [golden_of(row) for row in c.execute(wanted)]
        )

    async def add(self, key: RequestKey, new: NewGolden) -> bool:
        """Keep one, or replace that of the same id; whether it was so before."""

        def write(connection: Connection, _: Pointer, now_us: int) -> Answer:
            same = golden_order.c.golden_id == new.golden_id
            connection.execute(delete(golden_order).where(same))
            connection.execute(
                insert(golden_order).values(
                    golden_id=new.golden_id,
                    order_id=new.order_id,
                    say=new.say,
                    problem=new.problem,
                    author=new.author,
                    at_us=now_us,
                )
            )
            detail = {"goldenId": new.golden_id, "orderId": new.order_id}
            event = writes.Event(
                new.author, Happening.GOLDEN_ADDED, BUILT_IN, new.say, detail
            )
            writes.note(connection, now_us, event)
            return {}

        _, replayed = await self._desk.write_once(key, write)
        return replayed

    async def remove(self, key: RequestKey, golden_id: str, *, who: str) -> bool:
        """Forget one; whether it was so before. Raises GoldenOrderNotFound."""

        def write(connection: Connection, _: Pointer, now_us: int) -> Answer:
            same = golden_order.c.golden_id == golden_id
            if not connection.execute(delete(golden_order).where(same)).rowcount:
                raise GoldenOrderNotFound(
                    f"There is no golden order {golden_id}",
                    next_step="list them with ListGoldenOrders",
                    metadata={"goldenId": golden_id},
                )
            detail = {"goldenId": golden_id}
            event = writes.Event(who, Happening.GOLDEN_REMOVED, BUILT_IN, detail=detail)
            writes.note(connection, now_us, event)
            return {}

        _, replayed = await self._desk.write_once(key, write)
        return replayed
