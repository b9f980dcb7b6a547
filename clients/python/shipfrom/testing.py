"""The real server inside a test: real SQL, a real Valkey, a clock that waits for you.

    with shipfrom.testing.Server() as server:
        sf = server.client()
        hold = sf.hold(lines={"SKU-1": 1}, ship_to="10001", ttl="10m")
        server.clock.advance("11m")

Nothing is imitated: calls travel over gRPC, the ledger is a throw-away SQLite file, and
the stock view is a Valkey process that all servers of one test process share. Only the
clock is ours. Needs the distribution `shipfrom-server`.
"""

import asyncio
import tempfile
import threading
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from router.app import App
    from router.rehearsal import MovableClock
    from shipfrom import Client

T = TypeVar("T")

NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
"""A Monday, noon in New York: orders still leave the same day."""
START_SECONDS_MAX = 120.0
"""The first start on a machine compiles the solvers."""

DEMO_NODES = (
    ("nyc-01", "STORE", "10001"),
    ("chi-01", "CENTRE", "60601"),
    ("lax-01", "CENTRE", "90001"),
)
DEMO_SKUS = ("SKU-1", "SKU-9")
DEMO_UNITS = 10
DEMO_LANES = ((1, 300, 500, 1), (2, 1500, 700, 3), (3, 0, 900, 5))
"""Zone, reach in km (0 is everywhere), price of a parcel, working days."""
SPANS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


class ServerClock:
    """The clock of a running server: what is over when it moves, ends at once."""

    def __init__(self, server: "Server", clock: "MovableClock") -> None:
        self._server = server
        self._clock = clock

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        return self._clock.now()

    def advance(self, span: str | timedelta) -> None:
        """Let time pass ("90s", "11m", "2h", "1d"): holds and steps of stores end."""
        self._clock.move(_span(span))
        self._server.run(self._server.app.sweep())
        self._server.run(self._server.app.keep_time())


class Shelves:
    """Stock as a test wants to find it."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    def set(
        self, node_id: str, sku: str, on_hand: int, *, safety_stock: int = 0
    ) -> None:
        """Count one cell; an unknown node is made, at the middle of Manhattan."""
        from shipfrom import StockCount

        sf = self._server.client()
        if node_id not in self._server.app.networks.snapshot.nodes:
            self._server.node(node_id)
        sf.set_stock([StockCount(sku, node_id, on_hand, safety_stock)], reason="test")

    def available(self, sku: str) -> int:
        """Units that the view offers now, over all nodes."""
        return self._server.client().availability([sku]).items[0].available


class Server:
    """A server in this process, on a free port, with a ledger that is thrown away.

    Args:
        valkey: False runs without Redis: stock is read from SQL.
        view_url: a Redis or Valkey of your own instead of the shared one.
        ledger_url: a database of your own instead of a SQLite file that is thrown away.
        empty: True starts without the small demo network and its stock.
        start: what the clock shows; it moves only by `clock.advance`.
        currency: ISO 4217 code of all costs.
        front: "grpcio" or "native".
        approvals: that a policy needs before it is published, of these `approvers`.
    """

    def __init__(
        self,
        *,
        valkey: bool = True,
        view_url: str = "",
        ledger_url: str = "",
        empty: bool = False,
        start: datetime = NOON,
        currency: str = "USD",
        front: str = "grpcio",
        approvals: int = 0,
        approvers: tuple[str, ...] = (),
    ) -> None:
        from router.rehearsal import MovableClock

        clock = MovableClock(start)
        self.clock = ServerClock(self, clock)
        self.stock = Shelves(self)
        self.address = ""
        self.app: App
        self._moving = clock
        self.view_url: str | None = view_url
        self.ledger_url = ledger_url
        self._valkey = valkey and not view_url
        self._empty = empty
        self._currency = currency
        self._front = front
        self._approvals = approvals, approvers
        self._loop: asyncio.AbstractEventLoop
        self._reports: SimpleQueue[BaseException | None] = SimpleQueue()
        self._clients: list[Client] = []
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Open everything and answer calls from `address`."""
        thread = threading.Thread(
            target=self._serve, name="shipfrom-server", daemon=True
        )
        thread.start()
        self._cleanup.callback(thread.join, START_SECONDS_MAX)
        failed = self._reports.get(timeout=START_SECONDS_MAX)
        if failed is not None:
            self._cleanup.close()
            raise failed
        if not self._empty:
            self._furnish()

    def stop(self) -> None:
        """Close everything; the ledger is gone. Raises what the server died of."""
        while self._clients:
            self._clients.pop().close()
        self._loop.call_soon_threadsafe(self._end.set)
        self._cleanup.close()
        if not self._reports.empty():
            failed = self._reports.get()
            assert failed is not None
            raise failed

    def client(self) -> "Client":
        """A client of this server, closed when the server stops."""
        from shipfrom import Client

        if not self._clients:
            self._clients.append(Client(self.address, deadline_s=10.0))
        return self._clients[0]

    def node(self, node_id: str, **fields: Any) -> None:
        """Write a node; in Manhattan unless a place is given."""
        from shipfrom import Node

        if not {"postal_code", "latitude"} & fields.keys():
            fields["postal_code"] = "10001"
        self.client().upsert_nodes([Node(node_id=node_id, **fields)])

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's loop and wait for it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(START_SECONDS_MAX)

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            try:
                runner.run(self._live())
            except BaseException as error:  # raised again in the test's own thread
                self._reports.put(error)

    async def _live(self) -> None:
        from inventory.policy_approvals import Approving
        from router.app import App
        from router.rehearsal import shared_valkey
        from router.settings import Settings
        from router.worker import Worker

        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        with tempfile.TemporaryDirectory(prefix="shipfrom-") as directory:
            self.ledger_url = self.ledger_url or f"sqlite:///{directory}/ledger.db"
            with shared_valkey.database(self._valkey) as shared_url:
                self.view_url = self.view_url or shared_url
                self.app = await App.open(
                    ledger_url=self.ledger_url,
                    view_url=self.view_url,
                    clock=self._moving.now,
                    currency=self._currency,
                    webhooks_to_loopback=True,
                    approving=Approving(*self._approvals),
                )
                try:
                    settings = Settings.model_validate(
                        {"port": 0, "front": self._front, "log_level": "error"}
                    )
                    async with Worker(self.app, settings) as worker:
                        self.address = worker.addresses.grpc
                        self.http_address = worker.addresses.http
                        self._reports.put(None)
                        await self._end.wait()
                finally:
                    await self.app.close()

    def _furnish(self) -> None:
        """A small network, so that the first quote needs no preparation."""
        from shipfrom import Item, Lane, Money, Node, StockCount

        sf = self.client()
        nodes = [Node(i, kind=k, postal_code=p) for i, k, p in DEMO_NODES]
        sf.upsert_nodes(nodes)
        sf.upsert_items([Item(sku, weight_g=400) for sku in DEMO_SKUS])
        lanes = [
            Lane(
                lane_id=f"ground-{zone}",
                service="GROUND",
                zone=zone,
                distance_km_max=distance_km_max,
                base=Money(base, self._currency),
                transit_days=days,
            )
            for zone, distance_km_max, base, days in DEMO_LANES
        ]
        sf.upsert_lanes(lanes)
        counts = [
            StockCount(s, n.node_id, DEMO_UNITS) for s in DEMO_SKUS for n in nodes
        ]
        sf.set_stock(counts, reason="test")


def _span(text: str | timedelta) -> timedelta:
    if isinstance(text, timedelta):
        return text
    return int(text[:-1]) * SPANS[text[-1]]
