"""What came of the holds while one version decided a share of them.

Each process counts its own and adds them here now and then, so that any of them sees
the sums of all and may take the canary back.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from inventory import policy_publishing as publishing
from inventory import policy_writes as writes
from inventory.policy_desk import Desk
from inventory.policy_rows import SYSTEM, Happening, Pointer, Tally
from inventory.policy_tables import policy_tally


class Canaries:
    """The figures of canaries, and their end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def count(self, era: int, counted: Mapping[int, Tally]) -> dict[int, Tally]:
        """Add what this process counted, by version; the sums of all processes."""

        def write(connection: Connection, _: Pointer, __: int) -> dict[int, Tally]:
            sums = _sums(connection, era)
            connection.execute(delete(policy_tally).where(policy_tally.c.era == era))
            for version, more in counted.items():
                sums[version] = sums.get(version, Tally()) + more
            for version, sum_ in sums.items():
                row = {"era": era, "version": version, **asdict(sum_)}
                connection.execute(insert(policy_tally).values(row))
            return sums

        return await self._desk.write(write)

    async def sums(self, era: int) -> dict[int, Tally]:
        """What all processes counted since the canary began, by version."""
        return await self._desk.read(lambda c: _sums(c, era))

    async def end(self, era: int, *, why: str, detail: dict[str, Any]) -> bool:
        """Take the canary back, if it is still that one; whether this call did."""

        def write(connection: Connection, pointer: Pointer, now_us: int) -> bool:
            if pointer.canary is None or pointer.canary_era != era:
                return False
            publishing.move(connection, pointer, publishing.without_canary(pointer))
            event = writes.Event(
                SYSTEM, Happening.CANARY_ROLLED_BACK, pointer.canary, why, detail
            )
            writes.note(connection, now_us, event)
            return True

        return await self._desk.write(write)


def _sums(connection: Connection, era: int) -> dict[int, Tally]:
    columns = [policy_tally.c[name] for name in Tally.__slots__]
    wanted = select(policy_tally.c.version, *columns).where(policy_tally.c.era == era)
    return {
        version: Tally(*map(int, sums))
        for version, *sums in connection.execute(wanted).all()
    }
