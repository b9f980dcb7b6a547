"""One mail for each change, through a real SMTP server, whoever asks and how often."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import insert

from inventory.events.log import Wanted
from inventory.stock import Stock
from inventory.tables import outbox
from router.app import App
from router.mailer.customers import Customers, ShopDown
from router.mailer.mailing import Mailer
from router.mailer.posting import MailServer, ServerDown
from router.mailer.settings import MailSettings
from tests.inventory.movable_clock import MovableClock
from tests.router.mailer.shop import ShopOfCustomers

Start = Callable[[], Mailer]
ANY = Wanted()


class Postbox:
    """What the SMTP server was handed; `answers` are given instead, first come."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = {}

    async def handle_RCPT(
        self, server: object, session: object, envelope: Any, address: str, _: object
    ) -> str:
        waiting = self.answers.get(address, [])
        if waiting:
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 taken"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def smtp_url(postbox: Postbox) -> AsyncIterator[str]:
    """A mail server on this machine."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(postbox, hostname="here", loop=loop), "127.0.0.1", 0
    )
    yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


@pytest.fixture
def shop() -> Iterator[ShopOfCustomers]:
    with ShopOfCustomers() as started:
        started.known["c-1"] = {"address": "ada@example.com", "language": "en"}
        started.known["c-2"] = {"address": "bo@example.com", "language": "de-AT"}
        yield started


@pytest.fixture
async def books(ledger_url: str, clock: MovableClock) -> AsyncIterator[Stock]:
    opened = await Stock.open(ledger_url=ledger_url, view_url=None, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def start(
    books: Stock, smtp_url: str, shop: ShopOfCustomers, clock: MovableClock
) -> AsyncIterator[Start]:
    """Makes mailers, as of several workers."""
    made: list[Mailer] = []

    def begin() -> Mailer:
        mailer = Mailer(
            books.events.log,
            books.events.mails,
            customers=Customers(shop.url),
            server=MailServer(smtp_url),
            sender="orders@shop.example",
            now=clock,
        )
        made.append(mailer)
        return mailer

    yield begin
    for each in made:
        await each.close()


async def tell(
    books: Stock, customer: str = "c-1", kind: str = "SHIPMENT_SHIPPED", **facts: str
) -> None:
    said = {"orderId": "o-1", "customerRef": customer, **facts}
    row = {"key": "o-1", "kind": kind, "payload": json.dumps(said)}
    row |= {"at_us": int(books._clock().timestamp() * 1_000_000)}
    await books._writer.work(lambda c: c.execute(insert(outbox).values(**row)) and None)
    await books.relay()


async def test_a_customer_is_told_in_their_language(
    books: Stock, start: Start, postbox: Postbox, shop: ShopOfCustomers
) -> None:
    mailer = start()
    await mailer.run()
    await tell(books, "c-1", carrier="UPS", tracking="1Z <9>")
    await tell(books, "c-2")

    assert await mailer.run() == 2
    assert await mailer.run() == 0

    english, german = postbox.mails
    assert english["Subject"] == "Your order o-1 is on its way"
    assert (english["From"], english["To"]) == (
        "orders@shop.example",
        "ada@example.com",
    )
    text, html = english.iter_parts()
    assert "Tracking number: 1Z <9>" in text.get_content()
    assert "1Z &lt;9&gt;" in html.get_content()
    assert "Expected" not in text.get_content()
    assert german["Subject"] == "Ihre Bestellung o-1 ist unterwegs"
    assert "Sendungsnummer" not in german.as_string()
    (event, _) = (await books.events.log.page(None, ANY, limit=9)).events
    assert english["Message-ID"] == f"<{event.event_id}@shop.example>"
    assert shop.asked[0] == ("c-1", "Basic c2hvcDpzM2NyZXQ=")


async def test_what_happened_before_or_concerns_nobody_is_not_mailed(
    books: Stock, start: Start, postbox: Postbox, clock: MovableClock
) -> None:
    await tell(books)
    mailer = start()
    await mailer.run()
    await tell(books, "c-unknown")
    await tell(books, "")
    await tell(books, kind="SHIPMENT_OFFERED")
    await tell(books, kind="SHIPMENT_READY")
    assert await mailer.run() == 0
    await tell(books)
    clock.move(days=3)

    assert await mailer.run() == 0
    assert postbox.mails == []
    await tell(books, kind="SHIPMENT_READY", pickup="Main Street 1", code="4711")
    assert await mailer.run() == 1
    assert "Main Street 1" in postbox.mails[0].as_string()


async def test_many_workers_send_one_mail_for_each_event(
    books: Stock, start: Start, postbox: Postbox
) -> None:
    mailers = [start() for _ in range(4)]
    await mailers[0].run()
    for _ in range(12):
        await tell(books)

    for _ in range(3):
        await asyncio.gather(*(mailer.run() for mailer in mailers))

    assert (
        len(postbox.mails) == len({mail["Message-ID"] for mail in postbox.mails}) == 12
    )


async def test_a_server_or_a_shop_that_is_down_loses_nothing(
    books: Stock, start: Start, postbox: Postbox, shop: ShopOfCustomers
) -> None:
    mailer = start()
    await mailer.run()
    await tell(books)
    shop.down = True
    with pytest.raises(ShopDown, match="status 500"):
        await mailer.run()
    shop.down = False
    server, mailer._server = mailer._server, MailServer("smtp://127.0.0.1:1")
    with pytest.raises(ServerDown):
        await mailer.run()
    mailer._server = server

    assert await mailer.run() == 1
    assert len(postbox.mails) == 1


async def test_a_recipient_who_has_to_wait_holds_back_nobody(
    books: Stock, start: Start, postbox: Postbox, clock: MovableClock
) -> None:
    postbox.answers["ada@example.com"] = ["450 later", "550 nobody"]
    mailer = start()
    await mailer.run()
    await tell(books, "c-1")
    await tell(books, "c-2")

    assert [await mailer.run(), await mailer.run()] == [1, 0]
    assert [mail["To"] for mail in postbox.mails] == ["bo@example.com"]
    clock.move(minutes=11)
    assert [await mailer.run(), await mailer.run()] == [0, 0]
    assert postbox.answers["ada@example.com"] == []
    clock.move(minutes=11)
    assert await mailer.run() == 0
    assert len(postbox.mails) == 1


async def test_a_worker_that_died_with_a_claim_is_replaced_under_the_same_id(
    books: Stock, start: Start, postbox: Postbox, clock: MovableClock
) -> None:
    mailer = start()
    await mailer.run()
    await tell(books)
    (event,) = (await books.events.log.page(None, ANY, limit=9)).events
    await books.events.mails.claim(event.event_id)

    assert await mailer.run() == 0
    clock.move(minutes=11)
    assert await mailer.run() == 1
    assert postbox.mails[0]["Message-ID"].startswith(f"<{event.event_id}@")


async def test_an_address_that_is_none_is_refused_and_not_sent(
    books: Stock, start: Start, postbox: Postbox, shop: ShopOfCustomers
) -> None:
    shop.known["c-3"] = {"address": "x@y.z\r\nBcc: all@example.com", "language": "en"}
    shop.known["c-4"] = {"address": "nobody", "language": "en"}
    mailer = start()
    await mailer.run()
    await tell(books, "c-3")
    await tell(books, "c-4")

    assert [await mailer.run(), await mailer.run()] == [0, 0]
    assert postbox.mails == []


async def test_the_settings_switch_it_on(
    sqlite_url: str, smtp_url: str, postbox: Postbox, shop: ShopOfCustomers
) -> None:
    settings = MailSettings(
        smtp_url=smtp_url, mail_from="orders@shop.example", mail_customer_url=shop.url
    )
    quiet = await App.open(ledger_url=sqlite_url, view_url=None)
    await tell(quiet.stock)
    assert await quiet.mail() == 0
    await quiet.close()
    app = await App.open(ledger_url=sqlite_url, view_url=None, mail=settings)
    try:
        await app.mail()
        await tell(app.stock)
        assert await app.mail() == 1
    finally:
        await app.close()
    assert len(postbox.mails) == 1
