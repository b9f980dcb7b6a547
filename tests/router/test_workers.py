"""`shipfrom serve --workers 2` on a real PostgreSQL and a real Valkey.

Two processes share the port, the ledger and the view: nothing else joins them.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from inventory.audit import audit
from shipfrom._raw import Raw
from shipfrom.v1 import checkout_service_pb2 as checkout_pb
from shipfrom.v1 import inventory_service_pb2 as inventory_pb
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import order_pb2
from shipfrom.v1 import policy_service_pb2 as policy_pb
from tests.router.shop import hold_request, new_id, refusal
from tests.router.test_server import ended

SERVE = "from shipfrom.cli import main; main()"
NEVER_S = 30.0
CALLERS = 16
ESTABLISHED = "01"
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED)
NEW_YORK = order_pb2.Destination(postal_code="10001")


@dataclass(frozen=True)
class Till:
    """A connection of its own, and the process that took it."""

    raw: Raw
    worker: int


@dataclass
class House:
    """The processes of one server."""

    parent: subprocess.Popen[str]
    address: str
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def workers(self) -> set[int]:
        pid = self.parent.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return {int(child) for child in children.split()}

    def till_of(self, worker: int) -> Till:
        """The kernel spreads connections: open new ones until this process has one."""
        return until(lambda: (till := self._open_till()).worker == worker and till)

    def _open_till(self) -> Till:
        port = int(self.address.rpartition(":")[2])
        before = {pid: connections(pid, port) for pid in self.workers}
        own = [("grpc.use_local_subchannel_pool", 1)]
        channel = self.closing.enter_context(grpc.insecure_channel(self.address, own))
        raw = Raw(channel)
        raw.network.ListNodes(network_pb.ListNodesRequest(), timeout=NEVER_S)
        [worker] = [pid for pid, n in before.items() if connections(pid, port) > n]
        return Till(raw, worker)


def connections(pid: int, port: int) -> int:
    """Connections of a process on its listening port."""
    tables = (Path("/proc/net") / name for name in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table.read_text().splitlines()]
    at = f":{port:04X}"
    inodes = {r[9] for r in rows if r[1].endswith(at) and r[3] == ESTABLISHED}
    open_files = map(link_of, Path(f"/proc/{pid}/fd").iterdir())
    return sum(
        file.removeprefix("socket:[").rstrip("]") in inodes for file in open_files
    )


def link_of(descriptor: Path) -> str:
    """What it is open on; nothing when it was closed since."""
    try:
        return os.readlink(descriptor)
    except OSError:
        return ""


def until(found: Callable[[], Any]) -> Any:
    """What `found` answers once it is something."""
    deadline = time.monotonic() + NEVER_S
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("it never came to be")


@contextmanager
def two_workers(
    ledger_url: str, view_url: str, front: str, tmp_path: Path
) -> Iterator[House]:
    flags = {
        "--workers": "2",
        "--port": "0",
        "--front": front,
        "--ledger-url": ledger_url,
        "--redis-url": view_url,
    }
    words = [word for flag in flags.items() for word in flag]
    with (tmp_path / "log").open("w") as log:
        parent = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--json", *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "SHIPFROM_DRAIN_NOTICE_S": "0"},
        )
    assert parent.stdout is not None
    try:
        line = parent.stdout.readline()
        assert line, (tmp_path / "log").read_text()
        house = House(parent, json.loads(line)["grpc"])
        with house.closing:
            yield house
    finally:
        parent.kill()
        parent.communicate()


def furnish(till: Till, **on_hand: int) -> None:
    """One node in Manhattan, one lane, and these units by SKU."""
    network, inventory = till.raw.network, till.raw.inventory
    node = network_pb.Node(node_id="nyc", postal_code="10001")
    lane = network_pb.Lane(lane_id="g", service="GROUND", zone=1)
    network.UpsertNodes(
        network_pb.UpsertNodesRequest(request_id=new_id(), nodes=[node])
    )
    network.UpsertLanes(
        network_pb.UpsertLanesRequest(request_id=new_id(), lanes=[lane])
    )
    counts = [
        inventory_pb.StockCount(sku=sku, node_id="nyc", on_hand=units)
        for sku, units in on_hand.items()
    ]
    inventory.SetStock(inventory_pb.SetStockRequest(request_id=new_id(), counts=counts))


def quoted_from(till: Till, sku: str) -> str:
    """The node that a quote names, "" for none."""
    line = order_pb2.Line(sku=sku, quantity=1)
    request = checkout_pb.QuoteRequest(lines=[line], ship_to=NEW_YORK)
    shipments = till.raw.checkout.Quote(request, timeout=NEVER_S).best.shipments
    return str(shipments[0].node_id) if shipments else ""


def answered(work: Callable[..., Any], request: Any) -> Any:
    """The answer to a request that is sent until there is one."""
    for _ in range(400):
        try:
            return work(request, timeout=5)
        except grpc.RpcError as error:
            if error.code() not in AGAIN:
                raise
            time.sleep(0.02)
    raise AssertionError("nobody answers")


def buy_until_none_is_left(till: Till, sku: str, held: list[str]) -> None:
    """Holds of one unit each, until NO_STOCK; their ids go to `held`."""
    while True:
        try:
            answer = answered(till.raw.checkout.Hold, hold_request({sku: 1}))
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            return
        held.append(answer.hold_id)


@contextmanager
def rush(tills: tuple[Till, Till], sku: str) -> Iterator[dict[Till, list[str]]]:
    """Sixteen callers buy until nothing is left; what each till has sold by now."""
    sold: dict[Till, list[str]] = {till: [] for till in tills}
    with ThreadPoolExecutor(CALLERS) as pool:
        buying = [
            pool.submit(buy_until_none_is_left, till, sku, sold[till])
            for till in tills * (CALLERS // 2)
        ]
        yield sold
        for bought in buying:
            bought.result()


def committed(till: Till, hold_id: str) -> str:
    request = checkout_pb.CommitRequest(request_id=new_id(), hold_id=hold_id)
    return str(answered(till.raw.checkout.Commit, request).order_id)


async def assert_clean(ledger_url: str, view_url: str) -> None:
    report = await audit(ledger_url, view_url)
    assert report.oversold_units == 0
    assert report.violations == ()


def test_two_workers_sell_one_hot_cell_without_overselling(
    postgres_url: str, standalone_url: str, tmp_path: Path
) -> None:
    with two_workers(postgres_url, standalone_url, "grpcio", tmp_path) as house:
        one, other = (house.till_of(pid) for pid in sorted(house.workers))
        furnish(one, hot=60)
        until(lambda: quoted_from(other, "hot") == "nyc")

        with rush((one, other), "hot") as sold:
            pass
        assert all(sold.values()), "each worker sold some"
        assert len(sold[one]) + len(sold[other]) == 60

        for hold_id in sold[one]:
            committed(other, hold_id)
        refused = refusal(lambda: one.raw.checkout.Hold(hold_request({"hot": 1})))
        assert refused.reason == "NO_STOCK"

        workers = house.workers
        house.parent.send_signal(signal.SIGTERM)
        assert house.parent.wait(NEVER_S) == 0
        assert ended(workers)
    asyncio.run(assert_clean(postgres_url, standalone_url))


def test_a_network_that_one_worker_wrote_is_seen_by_the_other(
    postgres_url: str, standalone_url: str, tmp_path: Path
) -> None:
    with two_workers(postgres_url, standalone_url, "native", tmp_path) as house:
        one, other = (house.till_of(pid) for pid in sorted(house.workers))
        furnish(one, lamp=5)
        until(lambda: quoted_from(other, "lamp") == "nyc")
        closed = network_pb.Node(node_id="nyc", postal_code="10001", disabled=True)
        opened = network_pb.Node(node_id="bos", postal_code="02108")
        asked = network_pb.UpsertNodesRequest(
            request_id=new_id(), nodes=[closed, opened]
        )
        other.raw.network.UpsertNodes(asked)
        count = inventory_pb.StockCount(sku="lamp", node_id="bos", on_hand=1)
        other.raw.inventory.SetStock(
            inventory_pb.SetStockRequest(request_id=new_id(), counts=[count])
        )
        until(lambda: quoted_from(one, "lamp") == "bos")
        other.raw.network.PauseNode(
            network_pb.PauseNodeRequest(
                request_id=new_id(), node_id="bos", reason="burst pipe"
            )
        )
        until(lambda: quoted_from(one, "lamp") == "")


def test_a_killed_worker_is_replaced_and_no_answer_of_it_is_lost(
    postgres_url: str, standalone_url: str, tmp_path: Path
) -> None:
    with two_workers(postgres_url, standalone_url, "native", tmp_path) as house:
        first = house.workers
        one, other = (house.till_of(pid) for pid in sorted(first))
        furnish(one, hot=200)
        until(lambda: quoted_from(other, "hot") == "nyc")

        with rush((one, other), "hot") as sold:
            until(lambda: min(map(len, sold.values())) >= 10)
            os.kill(one.worker, signal.SIGKILL)
            assert sum(map(len, sold.values())) < 200, "killed while it sold"
        held = sold[one] + sold[other]
        assert len(held) == len(set(held)) == 200

        [new] = until(lambda: house.workers - first)
        newcomer = house.till_of(new)
        for hold_id in held[:20]:
            assert committed(newcomer, hold_id) == hold_id

        house.parent.send_signal(signal.SIGTERM)
        assert house.parent.wait(NEVER_S) == 0
    asyncio.run(assert_clean(postgres_url, standalone_url))


FOLLOWED_S = 2.0
MARGIN_S = 3.0
"""Beside four other processes on two cores a poll may come late."""


def test_a_published_policy_is_in_force_on_every_worker_while_they_serve(
    postgres_url: str, standalone_url: str, tmp_path: Path
) -> None:
    with two_workers(postgres_url, standalone_url, "native", tmp_path) as house:
        one, other = (house.till_of(pid) for pid in sorted(house.workers))
        furnish(one, lamp=5)
        until(lambda: quoted_from(other, "lamp") == "nyc")
        text = "kind: Policy\nname: us\nsay: Cheapest plan\n"
        made = one.raw.policies.CreatePolicy(
            policy_pb.CreatePolicyRequest(request_id=new_id(), yaml=text),
            timeout=NEVER_S,
        ).version
        ended_ = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            serving = [pool.submit(quote_until, till, ended_) for till in (one, other)]
            wish = policy_pb.PublishPolicyRequest(
                request_id=new_id(),
                version=made.version,
                etag=made.etag,
                override_reason="a test",
            )
            one.raw.policies.PublishPolicy(wish, timeout=NEVER_S)
            in_force_within(other, "rules-1")
            assert deciding(one) == "rules-1"
            back = policy_pb.RollbackPolicyRequest(request_id=new_id())
            other.raw.policies.RollbackPolicy(back, timeout=NEVER_S)
            in_force_within(one, "built-in-1")
            assert deciding(other) == "built-in-1"
            ended_.set()
            seen = [each.result() for each in serving]
        assert all(versions == {"rules-1", "built-in-1"} for versions in seen)
        house.parent.send_signal(signal.SIGTERM)
        assert house.parent.wait(NEVER_S) == 0


def deciding(till: Till) -> str:
    """The policy of a quote."""
    line = order_pb2.Line(sku="lamp", quantity=1)
    request = checkout_pb.QuoteRequest(lines=[line], ship_to=NEW_YORK)
    best = till.raw.checkout.Quote(request, timeout=NEVER_S).best
    return str(best.policy_version)


def quote_until(till: Till, ended_: threading.Event) -> set[str]:
    """Quotes one after the other; a call that fails ends the test."""
    seen = set()
    while not ended_.wait(0.01):
        seen.add(deciding(till))
    return seen


def in_force_within(till: Till, version: str) -> None:
    deadline = time.monotonic() + FOLLOWED_S + MARGIN_S
    while deciding(till) != version:
        assert time.monotonic() < deadline, f"{version} is not in force"
        time.sleep(0.02)
