"""Sends customers a mail for what happened to their orders, one for each event.

It follows the log from its own place. Each mail is claimed in the ledger before it is
sent (`inventory.events.mails`), so that any number of workers may do this.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from inventory.errors import EventsGone
from inventory.events.log import Event, EventLog, Position, Wanted
from inventory.events.mails import Claim, Mails
from router import log
from router.mailer.customers import Customers, ShopDown
from router.mailer.posting import Letter, MailServer, Postponed, Refused, ServerDown
from router.mailer.rendering import mailed_types, render

ROWS_MAX, PAGES_MAX = 100, 10  # events of a page, pages of one pass
AGE_MAX = timedelta(days=2)
"""Older news is no news: nobody wants last month's mails after a pause."""


class Mailer:
    """The mailer of one worker."""

    def __init__(
        self,
        events: EventLog,
        mails: Mails,
        *,
        customers: Customers,
        server: MailServer,
        sender: str,
        now: Callable[[], datetime],
    ) -> None:
        self._events = events
        self._mails = mails
        self._customers = customers
        self._server = server
        self._sender = sender
        self._now = now
        self._wanted = Wanted(types=mailed_types())

    async def close(self) -> None:
        """Cut what is on its way."""
        await self._customers.close()

    async def run(self) -> int:
        """One pass; how many mails left.

        A mail that has to wait holds back the place in the log, and no other mail.

        Raises:
            ServerDown, ShopDown: nothing can be sent now; nothing is lost.
            StorageUnavailable: the ledger cannot be reached.
        """
        after, left, is_clear = Position(await self._mails.begin()), 0, True
        for _ in range(PAGES_MAX):
            try:
                page = await self._events.page(after, self._wanted, limit=ROWS_MAX)
            except EventsGone:
                await self._mails.move((await self._events.end()).sequence)
                return left
            for one in await self._unsent(page.events):
                claim = await self._handle(one)
                left += claim is Claim.MINE
                is_clear = is_clear and claim is not Claim.TAKEN
            after = page.until
            if is_clear:
                await self._mails.move(after.sequence)
            if page.is_last:
                break
        return left

    async def _unsent(self, events: Sequence[Event]) -> list[Event]:
        """Those of the events that a customer is to hear of and has not."""
        young = [
            one
            for one in events
            if one.data.get("customerRef") and self._now() - one.at <= AGE_MAX
        ]
        sent = await self._mails.sent_of([one.event_id for one in young])
        return [one for one in young if one.event_id not in sent]

    async def _handle(self, one: Event) -> Claim:
        """Send the mail, if it is ours to send; TAKEN if it has to wait."""
        claim = await self._mails.claim(one.event_id)
        if claim is not Claim.MINE:
            return claim
        try:
            is_sent = await self._send(one)
        except Postponed:
            # The claim stays: it is tried again when that is over.
            return Claim.TAKEN
        except (ServerDown, ShopDown):
            await self._mails.give_back(one.event_id)
            raise
        await self._mails.mark_sent(one.event_id)
        return Claim.MINE if is_sent else Claim.DONE

    async def _send(self, one: Event) -> bool:
        """Whether there was anything to send."""
        customer = await self._customers.find(str(one.data["customerRef"]))
        if customer is None:
            return False
        content = render(one, customer.language)
        if content is None:
            return False
        letter = Letter(one.event_id, self._sender, customer.address, content)
        try:
            await asyncio.to_thread(self._server.post, letter)
        except Refused as error:
            log.get().warning("mail.refused", event_id=one.event_id, why=str(error))
            return False
        return True
