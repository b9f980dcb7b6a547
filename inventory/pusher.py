"""Shows committed changes in the view, soon and without anybody waiting for it.

Changes that arrive while a push is under way are merged, newest version per cell, so a
busy process pushes each hot cell once a round trip. What cannot be pushed now is in the
outbox, and the relay repeats it.
"""

import asyncio
import logging
from collections.abc import Iterable

from inventory.books import Change
from inventory.errors import StorageUnavailable
from inventory.failpoint import failpoint
from inventory.newest import Newest
from inventory.nodes import Nodes
from inventory.packed import Entry
from inventory.view import Ahead, View, ViewDown

AHEAD_MAX = 1_000  # cells that wait to be compared with the ledger

log = logging.getLogger(__name__)


class Pusher:
    """The pushing of one process; one push is under way at a time."""

    def __init__(self, view: View | None, nodes: Nodes, newest: Newest) -> None:
        self._view = view
        self._nodes = nodes
        self._newest = newest
        self._generation = 0
        self._dirty: dict[tuple[str, str], Change] = {}
        self._outbox_ids: list[int] = []
        self._task: asyncio.Task[None] | None = None
        self.shown: list[int] = []
        self.ahead: dict[tuple[str, int], Ahead] = {}

    def note(
        self, generation: int, changes: Iterable[Change], *, outbox_ids: Iterable[int]
    ) -> None:
        """Take over what a batch committed; returns at once."""
        if generation > self._generation:
            self._dirty.clear()
            self._generation = generation
        for change in changes:
            merge(self._dirty, change)
            self._remember(change)
        self._outbox_ids += outbox_ids
        if self._view is None:
            self._dirty.clear()
        elif self._task is None and self._dirty:
            self._task = asyncio.get_running_loop().create_task(self._push_all())

    async def drain(self) -> None:
        """Wait until nothing is under way."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def take_shown(self) -> list[int]:
        """Outbox rows whose changes the view has; the caller marks them."""
        shown, self.shown = self.shown, []
        return shown

    def take_ahead(self) -> list[Ahead]:
        """Cells of which the view knew more than we pushed."""
        ahead, self.ahead = self.ahead, {}
        return list(ahead.values())

    def note_ahead(self, found: Iterable[Ahead]) -> None:
        """Remember cells to be compared with the ledger."""
        for one in found:
            if one.conflict:
                log.critical("VIEW_CONFLICT: two figures of one version: %s", one)
            if len(self.ahead) < AHEAD_MAX:
                self.ahead[(one.sku, one.number)] = one

    def _remember(self, change: Change) -> None:
        number = self._nodes.number(change.node)
        if number is not None:
            entry = (number, change.version, change.available)
            self._newest.note(self._generation, change.sku, entry)

    async def _push_all(self) -> None:
        try:
            while self._dirty:
                dirty, self._dirty = self._dirty, {}
                ids, self._outbox_ids = self._outbox_ids, []
                await self._push(self._generation, dirty.values(), ids)
        except (ViewDown, StorageUnavailable) as error:
            # The relay repeats it from the outbox, the reader merges what it knows.
            log.warning("the view was not told: %s", error)
        finally:
            self._task = None

    async def _push(
        self, generation: int, changes: Iterable[Change], ids: list[int]
    ) -> None:
        assert self._view is not None
        figures = await self._placed(changes)
        failpoint("pushing")
        self.note_ahead(await self._view.push(generation, figures))
        failpoint("pushed")
        self._newest.forget(generation, figures)
        self.shown += ids

    async def _placed(self, changes: Iterable[Change]) -> dict[str, list[Entry]]:
        figures: dict[str, list[Entry]] = {}
        for change in changes:
            number = self._nodes.number(change.node)
            if number is None:
                await self._nodes.reload()
                number = self._nodes.number(change.node)
            assert number is not None, "a cell's node is in the catalogue"
            entry = (number, change.version, change.available)
            figures.setdefault(change.sku, []).append(entry)
        return figures


def merge(waiting: dict[tuple[str, str], Change], change: Change) -> None:
    """Keep the newest version of each cell."""
    key = (change.sku, change.node)
    known = waiting.get(key)
    if known is None or known.version < change.version:
        waiting[key] = change
