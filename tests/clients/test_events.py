"""Events and webhooks by the SDK and by the command line, against the real server."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from standardwebhooks import Webhook as Verifier

from shipfrom import (
    AsyncClient,
    Event,
    EventsGone,
    InvalidField,
    Unavailable,
    WebhookNotFound,
)
from shipfrom.testing import Server
from tests.router.events.receiver import Receiver

SECONDS_MAX = 60.0


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def buy(server: Server, order_id: str) -> None:
    """One order of one unit."""
    sf = server.client()
    sf.hold(lines={"SKU-1": 1}, ship_to="10001", order_id=order_id).commit()


def until(found: Callable[[], object]) -> None:
    ends_s = time.monotonic() + SECONDS_MAX
    while not found():
        assert time.monotonic() < ends_s, "it never happened"
        time.sleep(0.05)


def run(server: Server, *words: str, code: int = 0) -> str:
    env = os.environ | {"SHIPFROM_ADDRESS": server.address, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "from shipfrom.cli import main; main()", *words],
        env=env | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_log_is_read_chosen_and_resumed(server: Server) -> None:
    sf = server.client()
    for number in range(3):
        buy(server, f"o-{number}")
    until(lambda: len(list(sf.events.list())) == 3)

    first, second, third = sf.events.list()

    assert first.type == "shipfrom.order.allocated.v1"
    assert (first.sequence, first.subject, first.node_id) == (1, "o-0", "")
    assert first.source == "/shipfrom/default"
    assert first.data["orderId"] == "o-0"
    assert first.at == server.clock.now()
    assert list(sf.events.list(after=1)) == [second, third]
    assert list(sf.events.list(after=second.resume_token)) == [third]
    assert list(sf.events.list(subject="o-1")) == [second]
    assert list(sf.events.list(types=["shipfrom.hold.*"])) == []
    with pytest.raises(EventsGone) as gone:
        list(sf.events.list(after=4))
    assert gone.value.last == 3
    with pytest.raises(InvalidField, match="types"):
        list(sf.events.list(types=["order.shipped"]))
    with pytest.raises(InvalidField, match="after"):
        list(sf.events.list(after="yesterday"))


def test_a_watcher_is_told_what_happens_and_goes_on_where_it_was(
    server: Server,
) -> None:
    sf = server.client()
    buy(server, "o-0")
    until(lambda: list(sf.events.list()))
    told: list[Event] = []

    def watch() -> None:
        for event in sf.events.watch():
            told.append(event)
            if len(told) == 2:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    service = server.app.services["shipfrom.v1.EventService"]
    until(lambda: service.watching.watchers)  # type: ignore[attr-defined] # of the service
    time.sleep(0.3)
    buy(server, "o-1")
    buy(server, "o-2")
    watcher.join(SECONDS_MAX)

    assert [event.subject for event in told] == ["o-1", "o-2"]
    assert next(sf.events.watch(after=told[0].resume_token)).subject == "o-2"
    everything = islice(sf.events.watch(after=0), 3)
    assert [event.subject for event in everything] == ["o-0", "o-1", "o-2"]
    del everything
    until(lambda: not service.watching.watchers)  # type: ignore[attr-defined] # of the service


def test_watching_nobody_fails_at_once() -> None:
    from shipfrom import Client

    with Client("127.0.0.1:1") as sf, pytest.raises(Unavailable):
        next(sf.events.watch())


async def test_the_async_client_does_the_same(server: Server) -> None:
    async with AsyncClient(server.address, deadline_s=10.0) as sf:
        await asyncio.to_thread(buy, server, "o-1")
        told = await anext(sf.events.watch(after=0))
        assert [event async for event in sf.events.list()] == [
            Event(**{n: getattr(told, n) for n in _FIELDS} | {"resume_token": "1"})
        ]
        made = await sf.webhooks.upsert("shop", "https://example.com/hook")
        assert made.secret.startswith("whsec_")
        assert [w.webhook_id async for w in sf.webhooks.list()] == ["shop"]
        assert [d async for d in sf.webhooks.deliveries("shop")] == []
        assert await sf.webhooks.resend("shop", after=0, until=5) == 1
        await sf.webhooks.remove("shop")
        with pytest.raises(WebhookNotFound, match="shop"):
            await sf.webhooks.remove("shop")


_FIELDS = ("id", "source", "type", "subject", "at", "sequence", "node_id", "data")


def test_a_webhook_from_its_secret_to_a_resend(
    server: Server, receiver: Receiver
) -> None:
    sf = server.client()
    made = sf.webhooks.upsert("shop", receiver.url, types=["shipfrom.order.*"])
    assert (made.state, made.types) == ("ENABLED", ("shipfrom.order.*",))
    assert made.secret.startswith("whsec_")
    assert sf.webhooks.upsert("shop", receiver.url).secret == ""

    buy(server, "o-1")
    until(lambda: receiver.accepted)

    (heard,) = receiver.heard
    assert Verifier(made.secret).verify(heard.body, heard.headers)["subject"] == "o-1"
    until(lambda: [d.state for d in sf.webhooks.deliveries("shop")] == ["DELIVERED"])
    (delivery,) = sf.webhooks.deliveries("shop", state="delivered")
    assert (delivery.status, delivery.tries, delivery.answer) == (200, 1, "thanks")
    assert delivery.event_id == heard.event["id"]
    assert sf.webhooks.resend("shop", delivery.event_id) == 1
    until(lambda: len(receiver.heard) == 2)
    assert receiver.heard[1].headers["webhook-id"] == delivery.event_id

    rotated = sf.webhooks.upsert("shop", receiver.url, rotate_secret=True)
    assert rotated.secret not in ("", made.secret)
    off = sf.webhooks.upsert("shop", receiver.url, enabled=False)
    assert (off.state, off.disabled_reason) == ("DISABLED", "by request")
    dry = sf.webhooks.upsert("other", receiver.url, validate_only=True)
    assert dry.webhook_id == "other"
    assert [w.webhook_id for w in sf.webhooks.list()] == ["shop"]
    sf.webhooks.remove("shop")
    assert list(sf.webhooks.list()) == []


def test_the_command_line_shows_and_sends(server: Server, receiver: Receiver) -> None:
    buy(server, "o-1")
    added = run(server, "webhook", "add", "shop", receiver.url)
    assert "whsec_" in added
    buy(server, "o-2")
    until(lambda: receiver.accepted)

    table = run(server, "events", "list")
    assert "shipfrom.order.allocated.v1" in table
    lines = run(server, "events", "list", "--json", "--subject", "o-2").splitlines()
    assert [json.loads(line)["subject"] for line in lines] == ["o-2"]
    tail = run(server, "events", "tail", "--after", "1", "--limit", "1", "--json")
    assert json.loads(tail)["sequence"] == 2
    assert "o-2" in run(server, "events", "tail", "--after", "1", "--limit", "1")
    assert "delivered" in run(server, "webhook", "deliveries", "shop")
    assert receiver.url in run(server, "webhook", "list")
    run(server, "webhook", "resend", "shop", code=2)
    said = run(server, "webhook", "resend", "shop", "--after", "0", "--until", "2")
    assert "2 are sent once more" in said
    until(lambda: len(receiver.heard) == 3)
    refused = run(server, "webhook", "add", "x", "https://10.0.0.1/", code=1)
    assert "url: leads to 10.0.0.1, a private address" in refused
    run(server, "webhook", "remove", "shop")
    gone = run(server, "webhook", "deliveries", "shop", code=1)
    assert "Next: shipfrom webhook list" in gone
