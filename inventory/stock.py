"""The async face of stock: one per router process.

The ledger decides, the view shows. Reads come from the view, mutations go through the
combining writer; what was committed is pushed to the view afterwards.
"""

import asyncio
from collections.abc import Sequence

from inventory.books import Change
from inventory.catalogue import Catalogue
from inventory.database import Database, open_database
from inventory.errors import NoStock, StorageUnavailable
from inventory.events.desk import EventDesk
from inventory.feeds.desk import Feeds
from inventory.generation import note_view
from inventory.history import History
from inventory.instants import Clock, monotonic_of, present
from inventory.ledger import Ledger
from inventory.lookups import EntryRow, Lookups
from inventory.newest import Newest
from inventory.nodes import Nodes
from inventory.operations import (
    Answer,
    Cell,
    HoldAnswer,
    Operation,
    OrderAnswer,
    RequestKey,
)
from inventory.orders.lookups import OrderLookups
from inventory.orders.task_lookups import TaskLookups
from inventory.orders.times import Times
from inventory.outcomes import Outcomes
from inventory.policies import Policies
from inventory.policy_desk import Desk
from inventory.prices.lists import PriceLists
from inventory.pusher import Pusher
from inventory.queries import Queries
from inventory.reader import StockReader
from inventory.reading import StockReading
from inventory.reaper import Reaper, monotonic_us
from inventory.relay import Relay
from inventory.runner import BatchResult, Runner
from inventory.stores import Stores
from inventory.supply import Supply
from inventory.view import View
from inventory.watch import Health, Watch
from inventory.writer import BATCH_MAX, LINGER_MS, QUEUE_MAX, Bounds, Writer


class Stock:
    """Everything that a router asks of stock. Made by `open`, ended by `close`."""

    def __init__(
        self,
        database: Database,
        view: View | None,
        *,
        bounds: Bounds,
        deployment: str,
    ) -> None:
        self._database = database
        self._view = view
        self._queries = Queries(database)
        self._lookups = Lookups(self._queries)
        self.history = History(self._queries)
        self.order_books = OrderLookups(self._queries)
        self.task_books = TaskLookups(self._queries)
        self.supply = Supply(self._queries)
        self.outcomes = Outcomes(self._queries)
        self.feeds = Feeds(database, self._queries)
        self._nodes = Nodes(self._queries)
        self._newest = Newest()
        self._clock = database.clock or present
        self._stores = Stores(ledger_at=self._clock())
        self._pusher = Pusher(view, self._nodes, self._newest)
        self._reader = StockReader(
            view,
            self._queries,
            newest=self._newest,
            stores=self._stores,
            clock=self._clock,
            nodes=self._nodes.__len__,
        )
        runner = Runner(Ledger(database, feeds_view=view is not None))
        self._writer = Writer(runner, on_commit=self._on_commit, bounds=bounds)
        self.times = Times(self._writer)
        self.catalogue = Catalogue(
            database, self._queries, self._writer, on_upsert=self._nodes.reload
        )
        self.policies = Policies(Desk(database, self._queries, self._writer))
        self.prices = PriceLists(database, self._queries, self._writer)
        self.events = EventDesk.of(database, self._queries, self._writer, deployment)
        self._watching: asyncio.Task[None] | None = None
        self._make_caretakers(database, view)

    def _make_caretakers(self, database: Database, view: View | None) -> None:
        """What runs beside the calls: publishing, reaping, looking out."""
        self._relay = Relay(
            database,
            self._queries,
            self._writer,
            view=view,
            pusher=self._pusher,
            source=self.events.source,
        )
        self._reaper = Reaper(
            database,
            self._queries,
            self._writer,
            monotonic_us=None if database.clock else monotonic_us,
        )
        self._watch = Watch(
            view,
            self._queries,
            self._writer,
            reader=self._reader,
            pusher=self._pusher,
            stores=self._stores,
            clock=self._clock,
        )

    @classmethod
    async def open(
        cls,
        *,
        ledger_url: str,
        view_url: str | None,
        clock: Clock | None = None,
        batch_max: int = BATCH_MAX,
        linger_ms: float = LINGER_MS,
        queue_max: int = QUEUE_MAX,
        deployment: str = "default",
    ) -> "Stock":
        """Open the ledger (its schema is made or brought up to date) and the view.

        Args:
            ledger_url: `sqlite:////path/ledger.db` or `postgresql://…`.
            view_url: `redis://…`, `unix://…`; None reads from the ledger only.
            clock: stands in for the ledger's clock, in tests.
            deployment: its name in the source of the events that it tells.

        Raises:
            LedgerInUse: another process owns the SQLite file.
        """
        database = await asyncio.to_thread(open_database, ledger_url, clock=clock)
        view = None if view_url is None else await View.open(view_url)
        bounds = Bounds(batch_max, linger_ms, queue_max)
        stock = cls(database, view, bounds=bounds, deployment=deployment)
        await stock._begin()
        return stock

    async def _begin(self) -> None:
        has_view = self._view is not None
        await self._writer.work(lambda c: note_view(c, has_view=has_view))
        await self._nodes.reload()
        self._reader.use_generation(await self._queries.generation())
        self._watching = asyncio.create_task(self._watch.run())

    async def close(self) -> None:
        """Refuse newcomers, finish what was accepted, show it, let everything go."""
        if self._watching is not None:
            self._watch.stop()
            await self._watching
        await self._writer.close()
        await self._pusher.drain()
        await self._reader.close()
        if self._view is not None:
            await self._view.close()
        self._queries.close()
        self._database.close()

    async def read(self, skus: Sequence[str], *, fresh: bool = False) -> StockReading:
        """Available units of the SKUs at all nodes, for a plan.

        Args:
            fresh: from the ledger, at most 250 ms old; for a refusal to rest on.

        Raises:
            StorageUnavailable: no store has them.
            Overloaded: the view is down and too many reads wait for the ledger.
        """
        read = self._reader.read_fresh if fresh else self._reader.read
        return await read(skus)

    async def backorder_room(self, skus: Sequence[str]) -> dict[str, dict[str, int]]:
        """Units of each limited SKU that may still wait, by node."""
        return await self.supply.room(skus)

    async def submit(
        self, operation: Operation, *, deadline: float | None = None
    ) -> Answer:
        """Have an operation decided; what it answers is durable.

        Args:
            deadline: an instant of the loop's clock.

        Raises:
            Refusal: what the ledger refused, or why it was not asked.
        """
        try:
            seconds = monotonic_of(deadline)
            return await self._writer.submit(operation, deadline=seconds)
        except NoStock as refusal:
            self._learn(refusal)
            raise
        except StorageUnavailable:
            self._stores.ledger_ok = False
            raise

    async def stored_answer(
        self, key: RequestKey, *, hold_id: str | None = None
    ) -> Answer | None:
        """Whether the request was answered, before a refusal that the writer never saw.

        Args:
            hold_id: also look for this hold, made under another request id.

        Raises:
            IdReused: the same id came with other content.
            HoldReleased, HoldExpired: the hold is over, or was released unseen.
        """
        return await self._lookups.stored_answer(key, hold_id=hold_id)

    async def hold(self, principal: str, hold_id: str) -> HoldAnswer:
        """The hold as it is. Raises HoldNotFound."""
        return await self._lookups.hold(principal, hold_id)

    async def order(self, principal: str, order_id: str) -> OrderAnswer:
        """The order as it is. Raises OrderNotFound."""
        return await self._lookups.order(principal, order_id)

    async def order_of_hold(self, principal: str, hold_id: str) -> OrderAnswer | None:
        """The order that a hold became, or None."""
        return await self._lookups.order_of_hold(principal, hold_id)

    async def cells(
        self,
        *,
        sku: str = "",
        node_id: str = "",
        after: tuple[str, str] | None = None,
        to_be_counted: bool = False,
        limit: int,
    ) -> tuple[Cell, ...]:
        """Cells as the ledger has them, in the order of (sku, node)."""
        return await self._lookups.cells(
            sku=sku,
            node_id=node_id,
            after=after,
            to_be_counted=to_be_counted,
            limit=limit,
        )

    async def cells_of(self, skus: Sequence[str]) -> tuple[Cell, ...]:
        """All cells of these SKUs, the ledger's own names too."""
        return await self._lookups.cells_of(skus)

    async def on_hand(self, skus: Sequence[str]) -> dict[tuple[str, str], int]:
        """What the books say is there of these SKUs, by SKU and node."""
        return await self._lookups.on_hand(skus)

    async def entries(
        self, *, sku: str, node_id: str = "", before: int | None = None, limit: int
    ) -> tuple[EntryRow, ...]:
        """The ledger's entries of a SKU, newest first; `before` is a serial number."""
        return await self._lookups.entries(
            sku=sku, node_id=node_id, before=before, limit=limit
        )

    async def sweep(self) -> int:
        """End holds whose time is over; how many. Raises StorageUnavailable."""
        return await self._reaper.sweep()

    async def relay(self) -> int:
        """Publish the outbox; how many rows. Raises StorageUnavailable."""
        return await self._relay.run()

    async def ping(self) -> Health:
        """Ask both stores."""
        return await self._watch.ping()

    def _on_commit(self, result: BatchResult) -> None:
        self._reader.use_generation(result.generation)
        self._reader.outdate({change.sku for change in result.changes})
        self._pusher.note(
            result.generation, result.changes, outbox_ids=result.outbox_ids
        )

    def _learn(self, refusal: NoStock) -> None:
        """A refusal carries the truth; others may plan on it too."""
        changes = [
            Change(c.sku, c.node_id, c.version, c.available)
            for c in refusal.cells
            if c.version
        ]
        if changes:
            self._pusher.note(refusal.cells[0].generation, changes, outbox_ids=())
