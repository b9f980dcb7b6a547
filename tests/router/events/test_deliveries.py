"""Every event reaches its receiver, whatever that one does, each subject in order.

The clock stands still: a wait is over when the test moves it.
"""

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import insert
from standardwebhooks import Webhook as Verifier

from inventory.events.log import Wanted
from inventory.events.webhook_rows import DeliveryState, new_secret
from inventory.events.webhooks import Wish
from inventory.stock import Stock
from inventory.tables import outbox
from router.events.dispatching import Dispatcher
from router.events.retrying import SCHEDULE_S
from router.events.sending import Sender
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import key
from tests.router.events.receiver import Heard, Receiver, Say

SECONDS_MAX = 20.0
SECRET = new_secret()
OF_WEBHOOKS = Wanted(types=("shipfrom.webhook.*",))
Start = Callable[..., Dispatcher]


@pytest.fixture
async def start(books: Stock) -> AsyncIterator[Start]:
    """Makes workers that deliver, and ends them."""
    made: list[Dispatcher] = []

    def begin(*, timeout_s: float = 5.0, loopback: bool = True) -> Dispatcher:
        sender = Sender(books.events.source, loopback=loopback, timeout_s=timeout_s)
        made.append(Dispatcher(books.events.deliveries, sender, jitter=lambda: 1.0))
        return made[-1]

    yield begin
    for each in made:
        await each.close()


async def tell(books: Stock, *subjects: str, kind: str = "ORDER_CHANGED") -> None:
    """Events that have happened, filed."""
    now_us = int(books._clock().timestamp() * 1_000_000)
    rows = [
        {"key": s, "kind": kind, "payload": json.dumps({"no": n}), "at_us": now_us}
        for n, s in enumerate(subjects)
    ]
    await books._writer.work(lambda c: c.execute(insert(outbox), rows) and None)
    await books.relay()


async def add(books: Stock, url: str, **more: object) -> None:
    wish = Wish("shop", url, **{"secret": SECRET, **more})  # type: ignore[arg-type] # of a wish
    await books.events.webhooks.upsert(key(), wish)


async def deliver(worker: Dispatcher) -> None:
    """All that is due now."""
    while await worker.run():
        await worker.idle()


async def until(found: Callable[[], bool]) -> None:
    """Wait for something that happens by itself."""
    for _ in range(int(SECONDS_MAX / 0.01)):
        if found():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


async def waiting(books: Stock) -> int:
    found = await books.events.webhooks.deliveries(
        "shop", state=DeliveryState.PENDING, before=None, limit=10_000
    )
    return len(found)


async def test_an_event_arrives_signed_as_it_was_told(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    await tell(books, "before")
    await add(books, receiver.url)
    await tell(books, "o1", "o2")

    await deliver(start())

    first, second = receiver.heard
    assert Verifier(SECRET).verify(first.body, first.headers) == first.event
    assert first.headers["webhook-id"] == first.event["id"]
    assert first.headers["content-type"] == "application/cloudevents+json"
    assert first.event["source"] == "/shipfrom/default"
    assert sorted(receiver.subjects()) == ["o1", "o2"]
    assert second.event["specversion"] == "1.0"
    assert await waiting(books) == 0


async def test_only_the_types_that_it_wants(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    await add(books, receiver.url, types=("shipfrom.shipment.*",))
    await tell(books, "o1")
    await tell(books, "o2", kind="SHIPMENT_SHIPPED")

    await deliver(start())

    assert receiver.subjects() == ["o2"]


async def test_a_failed_event_holds_back_its_subject_and_no_other(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    failing = {"o1"}
    receiver.script = lambda heard: Say(
        500 if heard.event["subject"] in failing else 200
    )
    await add(books, receiver.url)
    await tell(books, "o1", "o2", "o1", "o2")
    worker = start()

    await deliver(worker)

    assert receiver.subjects() == ["o2", "o2"]
    assert [h.event["subject"] for h in receiver.heard].count("o1") == 1
    failing.clear()
    await deliver(worker)
    assert receiver.subjects() == ["o2", "o2"]
    clock.move(seconds=5)
    await deliver(worker)
    assert receiver.subjects() == ["o2", "o2", "o1", "o1"]
    assert [e["data"]["no"] for e in receiver.accepted[2:]] == [0, 2]
    assert await waiting(books) == 0


async def test_a_long_queue_of_one_subject_starves_no_other(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    receiver.script = lambda heard: Say(500 if heard.event["subject"] == "o1" else 200)
    await add(books, receiver.url)
    await tell(books, *["o1"] * 300)
    worker = start()
    await deliver(worker)
    await tell(books, "o2", "o3")

    await deliver(worker)

    assert sorted(receiver.subjects()) == ["o2", "o3"]
    assert len(receiver.heard) == 3


async def test_a_stalling_receiver_is_given_up_in_time_and_told_again(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    stalls = [3.0]
    receiver.script = lambda heard: Say(
        after_s=stalls.pop() if stalls and heard.event["subject"] == "o1" else 0
    )
    await add(books, receiver.url)
    await tell(books, "o1", "o2", "o3")
    worker = start(timeout_s=1.0)

    await deliver(worker)
    (one,) = await books.events.webhooks.deliveries(
        "shop", state=DeliveryState.PENDING, before=None, limit=10
    )

    assert (one.subject, one.status, one.tries) == ("o1", 0, 1)
    assert one.answer == "no answer within 1 s"
    assert one.latency_ms >= 1000
    clock.move(seconds=5)
    await deliver(worker)
    assert await waiting(books) == 0
    assert Counter(h.event["subject"] for h in receiver.heard)["o1"] == 2


async def test_the_waits_grow_and_then_it_is_disabled_with_an_event(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    receiver.script = lambda _: Say(500, "out of order")
    await add(books, receiver.url)
    await tell(books, "o1", "o1")
    worker = start()
    await deliver(worker)
    for tries, wait_s in enumerate(SCHEDULE_S, 1):
        clock.move(seconds=wait_s - 1)
        await deliver(worker)
        assert len(receiver.heard) == tries
        clock.move(seconds=1)
        await deliver(worker)
    assert len(receiver.heard) == len(SCHEDULE_S) + 1

    (shop,) = await books.events.webhooks.all()
    assert shop.state == "DISABLED"
    assert shop.disabled_reason == "its receiver failed 10 times: 500"
    await books.relay()
    *_, told = (await books.events.log.page(None, OF_WEBHOOKS, limit=10)).events
    assert (told.type, told.subject) == ("shipfrom.webhook.disabled.v1", "shop")

    clock.move(days=30)
    await deliver(worker)
    assert len(receiver.heard) == len(SCHEDULE_S) + 1
    receiver.script = lambda _: Say()
    await add(books, receiver.url, enabled=True)
    await deliver(worker)
    mine = [e["data"]["no"] for e in receiver.accepted if e["subject"] == "o1"]
    assert mine == [0, 1]
    assert await waiting(books) == 0


async def test_gone_disables_at_once(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    receiver.script = lambda _: Say(410)
    await add(books, receiver.url)
    await tell(books, "o1", "o2")

    await deliver(start())

    (shop,) = await books.events.webhooks.all()
    assert (shop.state, shop.disabled_reason) == (
        "DISABLED",
        "its receiver answered 410 Gone",
    )


async def test_a_redirect_is_a_failure_and_is_not_followed(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    receiver.script = lambda _: Say(307, headers={"location": receiver.url + "/2"})
    await add(books, receiver.url)
    await tell(books, "o1")

    await deliver(start())

    assert len(receiver.heard) == 1
    assert await waiting(books) == 1


async def test_a_receiver_that_asks_for_time_gets_it(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    busy = [Say(429, headers={"retry-after": "60"})]
    receiver.script = lambda _: busy.pop() if busy else Say()
    await add(books, receiver.url)
    await tell(books, "o1")
    worker = start()
    await deliver(worker)
    await tell(books, "o2")

    clock.move(seconds=59)
    await deliver(worker)
    assert receiver.subjects() == []
    clock.move(seconds=1)
    await deliver(worker)

    assert sorted(receiver.subjects()) == ["o1", "o2"]


async def test_a_private_address_is_never_connected_to(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    await add(books, receiver.url)
    await tell(books, "o1")

    await deliver(start(loopback=False))

    assert receiver.heard == []
    (one,) = await books.events.webhooks.deliveries(
        "shop", state=None, before=None, limit=10
    )
    assert one.answer == "127.0.0.1 leads to 127.0.0.1, a private address"


async def test_nobody_listens_yet(
    books: Stock, start: Start, clock: MovableClock
) -> None:
    with Receiver() as gone:
        url = gone.url
    await add(books, url)
    await tell(books, "o1")
    worker = start()
    await deliver(worker)
    assert await waiting(books) == 1
    with Receiver() as back:
        await add(books, back.url)
        clock.move(seconds=6)
        await deliver(worker)
        assert back.subjects() == ["o1"]


async def test_two_workers_do_not_tell_twice_by_habit(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    receiver.script = lambda _: Say(after_s=0.01)
    await add(books, receiver.url)
    await tell(books, *(f"o{n}" for n in range(40)))
    workers = [start() for _ in range(3)]

    await asyncio.gather(*(deliver(worker) for worker in workers))

    assert len(receiver.heard) == 40


async def test_a_worker_that_dies_leaves_the_rest_to_another(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    """It died after the receiver took the event and before it was written down."""
    gate = threading.Event()

    def script(_: Heard) -> Say:
        gate.wait(SECONDS_MAX)
        return Say()

    receiver.script = script
    await add(books, receiver.url)
    await tell(books, "o1", "o1", "o2")
    dying = start(timeout_s=SECONDS_MAX)
    await dying.run()
    await until(lambda: len(receiver.heard) == 2)
    for task in dying._serving.values():
        task.cancel()
    await dying.idle()
    gate.set()
    await until(lambda: len(receiver.accepted) == 2)
    assert sorted(receiver.subjects()) == ["o1", "o2"]

    other = start()
    await deliver(other)
    assert len(receiver.heard) == 2
    clock.move(seconds=46)
    await deliver(other)

    assert Counter(h.event["id"] for h in receiver.heard).most_common(1)[0][1] == 2
    assert Counter(receiver.subjects()) == {"o1": 2, "o2": 1}
    assert [e["data"]["no"] for e in receiver.accepted if e["subject"] == "o1"] == [
        0,
        1,
    ]


async def test_resending_tells_again_what_was_delivered(
    books: Stock, start: Start, receiver: Receiver
) -> None:
    await add(books, receiver.url)
    await tell(books, "o1", "o2", "o3")
    worker = start()
    await deliver(worker)
    hooks = books.events.webhooks
    again = key()

    assert await hooks.resend(again, "shop", after=1, until=99) == (2, False)
    assert await hooks.resend(again, "shop", after=1, until=99) == (2, True)
    await deliver(worker)

    numbers = Counter(h.event["sequence"].lstrip("0") for h in receiver.heard)
    assert numbers == {"1": 1, "2": 2, "3": 2}


async def test_after_a_rotation_both_secrets_sign_for_a_day(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    await add(books, receiver.url)
    made = await books.events.webhooks.upsert(
        key(), Wish("shop", receiver.url, rotate=True)
    )
    worker = start()
    for _ in range(2):
        await tell(books, "o1")
        await deliver(worker)
        clock.move(hours=25)

    during, after = receiver.heard
    assert len(during.headers["webhook-signature"].split()) == 2
    Verifier(SECRET).verify(during.body, during.headers)
    Verifier(made.secret).verify(during.body, during.headers)
    assert len(after.headers["webhook-signature"].split()) == 1
    Verifier(made.secret).verify(after.body, after.headers)


async def test_a_receiver_that_fails_stalls_and_forgets_gets_everything_in_order(
    books: Stock, start: Start, receiver: Receiver, clock: MovableClock
) -> None:
    """Every third answer is wrong: an error, a stall, an answer that is lost."""
    rng = random.Random(1)

    def script(_: Heard) -> Say:
        return rng.choice([*[Say()] * 6, Say(500), Say(503), Say(after_s=1.5)])

    receiver.script = script
    await add(books, receiver.url)
    subjects = [f"o{rng.randrange(12)}" for _ in range(80)]
    worker = start(timeout_s=0.5)
    for begin in range(0, 80, 20):
        await tell(books, *subjects[begin : begin + 20])
        await deliver(worker)
    for _ in range(40):
        if not await waiting(books):
            break
        clock.move(hours=25)
        await deliver(worker)

    assert await waiting(books) == 0
    assert len({event["id"] for event in receiver.accepted}) == 80
    assert len(receiver.heard) > 80
    for subject in set(subjects):
        came = [e["sequence"] for e in receiver.accepted if e["subject"] == subject]
        assert came == sorted(came), subject
    (shop,) = await books.events.webhooks.all()
    assert shop.state == "ENABLED"
